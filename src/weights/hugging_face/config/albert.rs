//! ALBERT's keys.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::super::WeightsError;
use super::{activation, activation_name, fiftieth, keys_of, map_of, tiny, two, zero};
use crate::models::language::AlbertConfig;

#[derive(Serialize, Deserialize)]
struct Keys {
    vocab_size: usize,
    embedding_size: usize,
    hidden_size: usize,
    num_hidden_layers: usize,
    #[serde(default = "one")]
    num_hidden_groups: usize,
    num_attention_heads: usize,
    intermediate_size: usize,
    #[serde(default = "one")]
    inner_group_num: usize,
    #[serde(default = "gelu_new")]
    hidden_act: String,
    #[serde(default)]
    hidden_dropout_prob: f64,
    #[serde(default)]
    attention_probs_dropout_prob: f64,
    max_position_embeddings: usize,
    #[serde(default = "two")]
    type_vocab_size: usize,
    #[serde(default = "fiftieth")]
    initializer_range: f64,
    #[serde(default = "tiny")]
    layer_norm_eps: f64,
    #[serde(default = "zero")]
    pad_token_id: Option<usize>,
}

fn one() -> usize {
    1
}

fn gelu_new() -> String {
    "gelu_new".into()
}

pub(super) fn read(keys: Map<String, Value>) -> Result<AlbertConfig, WeightsError> {
    let keys: Keys = keys_of(keys)?;
    Ok(AlbertConfig {
        vocab_size: keys.vocab_size,
        embedding_size: keys.embedding_size,
        hidden_size: keys.hidden_size,
        num_hidden_layers: keys.num_hidden_layers,
        num_hidden_groups: keys.num_hidden_groups,
        num_attention_heads: keys.num_attention_heads,
        intermediate_size: keys.intermediate_size,
        inner_group_num: keys.inner_group_num,
        hidden_act: activation("hidden_act", &keys.hidden_act)?,
        hidden_dropout_prob: keys.hidden_dropout_prob,
        attention_probs_dropout_prob: keys.attention_probs_dropout_prob,
        max_position_embeddings: keys.max_position_embeddings,
        type_vocab_size: keys.type_vocab_size,
        initializer_range: keys.initializer_range,
        layer_norm_eps: keys.layer_norm_eps,
        pad_token_id: keys.pad_token_id,
    })
}

pub(super) fn write(config: &AlbertConfig) -> Map<String, Value> {
    map_of(Keys {
        vocab_size: config.vocab_size,
        embedding_size: config.embedding_size,
        hidden_size: config.hidden_size,
        num_hidden_layers: config.num_hidden_layers,
        num_hidden_groups: config.num_hidden_groups,
        num_attention_heads: config.num_attention_heads,
        intermediate_size: config.intermediate_size,
        inner_group_num: config.inner_group_num,
        hidden_act: activation_name(config.hidden_act).into(),
        hidden_dropout_prob: config.hidden_dropout_prob,
        attention_probs_dropout_prob: config.attention_probs_dropout_prob,
        max_position_embeddings: config.max_position_embeddings,
        type_vocab_size: config.type_vocab_size,
        initializer_range: config.initializer_range,
        layer_norm_eps: config.layer_norm_eps,
        pad_token_id: config.pad_token_id,
    })
}

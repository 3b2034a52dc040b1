//! DistilBERT's keys.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::super::WeightsError;
use super::{activation, activation_name, fiftieth, gelu, keys_of, map_of, tenth, zero};
use crate::models::language::DistilBertConfig;

#[derive(Serialize, Deserialize)]
struct Keys {
    vocab_size: usize,
    max_position_embeddings: usize,
    #[serde(default)]
    sinusoidal_pos_embds: bool,
    n_layers: usize,
    n_heads: usize,
    dim: usize,
    hidden_dim: usize,
    #[serde(default = "tenth")]
    dropout: f64,
    #[serde(default = "tenth")]
    attention_dropout: f64,
    #[serde(default = "gelu")]
    activation: String,
    #[serde(default = "fiftieth")]
    initializer_range: f64,
    #[serde(default = "zero")]
    pad_token_id: Option<usize>,
}

pub(super) fn read(keys: Map<String, Value>) -> Result<DistilBertConfig, WeightsError> {
    let keys: Keys = keys_of(keys)?;
    Ok(DistilBertConfig {
        vocab_size: keys.vocab_size,
        max_position_embeddings: keys.max_position_embeddings,
        sinusoidal_pos_embds: keys.sinusoidal_pos_embds,
        n_layers: keys.n_layers,
        n_heads: keys.n_heads,
        dim: keys.dim,
        hidden_dim: keys.hidden_dim,
        dropout: keys.dropout,
        attention_dropout: keys.attention_dropout,
        activation: activation("activation", &keys.activation)?,
        initializer_range: keys.initializer_range,
        pad_token_id: keys.pad_token_id,
    })
}

pub(super) fn write(config: &DistilBertConfig) -> Map<String, Value> {
    map_of(Keys {
        vocab_size: config.vocab_size,
        max_position_embeddings: config.max_position_embeddings,
        sinusoidal_pos_embds: config.sinusoidal_pos_embds,
        n_layers: config.n_layers,
        n_heads: config.n_heads,
        dim: config.dim,
        hidden_dim: config.hidden_dim,
        dropout: config.dropout,
        attention_dropout: config.attention_dropout,
        activation: activation_name(config.activation).into(),
        initializer_range: config.initializer_range,
        pad_token_id: config.pad_token_id,
    })
}

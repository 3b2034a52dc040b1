//! `config.json` <-> sizes.
//!
//! The file is another program's: keys that say nothing about what is computed are let through, and
//! those that would change it are refused unless they have the one value that is built.

mod albert;
mod deberta;
mod distilbert;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::models::Activation;
use crate::models::language::{
    BertConfig, ElectraConfig, LanguageFamily, LanguageModelConfig, ROBERTA_PADDING, RobertaConfig,
};

use super::super::WeightsError;
use super::families::{family, model_type, model_types};

/// A key and the only value of it that is built.
type Fixed = (&'static str, fn() -> Value);

/// Keys that change what is computed; one that is missing has the value that is built.
const FIXED: [Fixed; 4] = [
    ("is_decoder", || json!(false)),
    ("add_cross_attention", || json!(false)),
    ("tie_word_embeddings", || json!(true)),
    ("position_embedding_type", || json!("absolute")),
];

/// Activations by the names of `transformers`.
const ACTIVATIONS: [(&str, Activation); 7] = [
    ("gelu", Activation::Gelu),
    ("gelu_new", Activation::GeluNew),
    ("gelu_pytorch_tanh", Activation::GeluNew),
    ("relu", Activation::Relu),
    ("silu", Activation::Silu),
    ("swish", Activation::Silu),
    ("tanh", Activation::Tanh),
];

/// Keys that BERT, RoBERTa and ELECTRA share.
#[derive(Serialize, Deserialize)]
struct BertKeys {
    vocab_size: usize,
    hidden_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    intermediate_size: usize,
    #[serde(default = "gelu")]
    hidden_act: String,
    #[serde(default = "tenth")]
    hidden_dropout_prob: f64,
    #[serde(default = "tenth")]
    attention_probs_dropout_prob: f64,
    max_position_embeddings: usize,
    #[serde(default = "two")]
    type_vocab_size: usize,
    #[serde(default = "fiftieth")]
    initializer_range: f64,
    #[serde(default = "tiny")]
    layer_norm_eps: f64,
}

fn gelu() -> String {
    "gelu".into()
}

fn tenth() -> f64 {
    0.1
}

fn two() -> usize {
    2
}

fn fiftieth() -> f64 {
    0.02
}

fn tiny() -> f64 {
    1e-12
}

fn zero() -> Option<usize> {
    Some(0)
}

/// Reads `config.json`; `expected` is the family that the user asked for.
///
/// # Errors
/// A text that is no configuration, one of another family, one of a model that is not built.
pub fn read_config(
    text: &str,
    expected: LanguageFamily,
) -> Result<LanguageModelConfig, WeightsError> {
    let keys: Map<String, Value> = serde_json::from_str(text).map_err(no_config)?;
    let found = keys.get("model_type").and_then(Value::as_str);
    let found = found.unwrap_or_else(|| model_type(expected)); // files of before 2020 lack it
    if family(found) != Some(expected) {
        let known = model_types().contains(&found);
        let found = if known { found.to_owned() } else { format!("{found}, which is not built") };
        return Err(WeightsError::OtherFamily { expected: model_type(expected), found });
    }
    for (key, only) in FIXED {
        let only = only();
        match keys.get(key) {
            Some(value) if *value != only && !value.is_null() => {
                return Err(unsupported(key, value, only.to_string()));
            }
            _ => {}
        }
    }
    of_keys(keys, expected)
}

fn of_keys(
    keys: Map<String, Value>,
    family: LanguageFamily,
) -> Result<LanguageModelConfig, WeightsError> {
    Ok(match family {
        LanguageFamily::Bert => LanguageModelConfig::Bert(bert(keys, 0)?),
        LanguageFamily::Roberta => {
            LanguageModelConfig::Roberta(RobertaConfig(bert(keys, ROBERTA_PADDING)?))
        }
        LanguageFamily::Electra => {
            let embedding_size = keys.get("embedding_size").and_then(Value::as_u64);
            let embedding_size = embedding_size.map_or(128, |size| size as usize);
            let encoder = bert(keys, 0)?;
            LanguageModelConfig::Electra(ElectraConfig { embedding_size, encoder })
        }
        LanguageFamily::DistilBert => LanguageModelConfig::DistilBert(distilbert::read(keys)?),
        LanguageFamily::Albert => LanguageModelConfig::Albert(albert::read(keys)?),
        LanguageFamily::Deberta => LanguageModelConfig::Deberta(deberta::read(keys)?),
    })
}

/// `usual_padding` is the number of padding in the files that do not say it.
fn bert(keys: Map<String, Value>, usual_padding: usize) -> Result<BertConfig, WeightsError> {
    let padding = keys.get("pad_token_id").map(|id| id.as_u64().map(|id| id as usize));
    let padding = padding.unwrap_or(Some(usual_padding));
    let keys: BertKeys = keys_of(keys)?;
    Ok(BertConfig {
        vocab_size: keys.vocab_size,
        hidden_size: keys.hidden_size,
        num_hidden_layers: keys.num_hidden_layers,
        num_attention_heads: keys.num_attention_heads,
        intermediate_size: keys.intermediate_size,
        hidden_act: activation("hidden_act", &keys.hidden_act)?,
        hidden_dropout_prob: keys.hidden_dropout_prob,
        attention_probs_dropout_prob: keys.attention_probs_dropout_prob,
        max_position_embeddings: keys.max_position_embeddings,
        type_vocab_size: keys.type_vocab_size,
        initializer_range: keys.initializer_range,
        layer_norm_eps: keys.layer_norm_eps,
        pad_token_id: padding,
    })
}

/// The activation of that name.
fn activation(key: &'static str, name: &str) -> Result<Activation, WeightsError> {
    let found = ACTIVATIONS.iter().find(|(known, _)| *known == name);
    found.map(|(_, activation)| *activation).ok_or_else(|| {
        let known: Vec<&str> = ACTIVATIONS.iter().map(|(known, _)| *known).collect();
        unsupported(key, &json!(name), known.join(", "))
    })
}

/// The first name of an activation.
fn activation_name(activation: Activation) -> &'static str {
    let found = ACTIVATIONS.iter().find(|(_, known)| *known == activation);
    found.expect("every activation has a name").0
}

/// The text of `config.json`, for `transformers` to read; `architecture` is a class of it.
pub fn write_config(config: &LanguageModelConfig, architecture: &str) -> String {
    let mut keys = match config {
        LanguageModelConfig::Bert(bert) | LanguageModelConfig::Roberta(RobertaConfig(bert)) => {
            bert_keys(bert)
        }
        LanguageModelConfig::Electra(electra) => {
            let mut keys = bert_keys(&electra.encoder);
            keys.insert("embedding_size".into(), json!(electra.embedding_size));
            keys
        }
        LanguageModelConfig::DistilBert(config) => distilbert::write(config),
        LanguageModelConfig::Albert(config) => albert::write(config),
        LanguageModelConfig::Deberta(config) => deberta::write(config),
    };
    keys.insert("model_type".into(), json!(model_type(config.family())));
    keys.insert("architectures".into(), json!([architecture]));
    format!("{:#}\n", Value::Object(keys))
}

fn bert_keys(config: &BertConfig) -> Map<String, Value> {
    let mut keys = map_of(BertKeys {
        vocab_size: config.vocab_size,
        hidden_size: config.hidden_size,
        num_hidden_layers: config.num_hidden_layers,
        num_attention_heads: config.num_attention_heads,
        intermediate_size: config.intermediate_size,
        hidden_act: activation_name(config.hidden_act).into(),
        hidden_dropout_prob: config.hidden_dropout_prob,
        attention_probs_dropout_prob: config.attention_probs_dropout_prob,
        max_position_embeddings: config.max_position_embeddings,
        type_vocab_size: config.type_vocab_size,
        initializer_range: config.initializer_range,
        layer_norm_eps: config.layer_norm_eps,
    });
    keys.insert("pad_token_id".into(), json!(config.pad_token_id));
    keys
}

/// The keys that a family has, of all that there are.
fn keys_of<K: DeserializeOwned>(keys: Map<String, Value>) -> Result<K, WeightsError> {
    serde_json::from_value(Value::Object(keys)).map_err(no_config)
}

fn map_of(keys: impl Serialize) -> Map<String, Value> {
    match json!(keys) {
        Value::Object(map) => map,
        _ => unreachable!("keys are fields"),
    }
}

fn no_config(source: serde_json::Error) -> WeightsError {
    WeightsError::NoConfig { reason: source.to_string() }
}

fn unsupported(key: &'static str, found: &Value, expected: String) -> WeightsError {
    WeightsError::UnsupportedKey { key, found: found.to_string(), expected }
}

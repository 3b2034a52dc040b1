//! DeBERTa's keys.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::super::super::WeightsError;
use super::{
    activation, activation_name, fiftieth, gelu, keys_of, map_of, tenth, unsupported, zero,
};
use crate::models::language::{DebertaConfig, Part};

/// Parts of scores by their names.
const PARTS: [(&str, Part); 2] =
    [("c2p", Part::ContentToPosition), ("p2c", Part::PositionToContent)];

#[derive(Serialize, Deserialize)]
struct Keys {
    vocab_size: usize,
    hidden_size: usize,
    /// Width of the embeddings: no model is built in which it is another.
    #[serde(default, skip_serializing)]
    embedding_size: Option<usize>,
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
    #[serde(default)]
    type_vocab_size: usize,
    #[serde(default = "fiftieth")]
    initializer_range: f64,
    #[serde(default = "epsilon")]
    layer_norm_eps: f64,
    #[serde(default)]
    relative_attention: bool,
    /// Less than 1 is as many as there are positions.
    #[serde(default = "below")]
    max_relative_positions: i64,
    #[serde(default = "zero")]
    pad_token_id: Option<usize>,
    #[serde(default = "yes")]
    position_biased_input: bool,
    /// A list, or a text with `|` between its items.
    #[serde(default)]
    pos_att_type: Value,
    #[serde(default, skip_serializing)]
    talking_head: bool,
    #[serde(default = "yes")]
    legacy: bool,
}

fn epsilon() -> f64 {
    1e-7
}

fn below() -> i64 {
    -1
}

fn yes() -> bool {
    true
}

pub(super) fn read(keys: Map<String, Value>) -> Result<DebertaConfig, WeightsError> {
    let keys: Keys = keys_of(keys)?;
    if let Some(other) = keys.embedding_size.filter(|size| *size != keys.hidden_size) {
        let expected = format!("{} as `hidden_size`", keys.hidden_size);
        return Err(unsupported("embedding_size", &json!(other), expected));
    }
    if keys.talking_head {
        return Err(unsupported("talking_head", &json!(true), json!(false).to_string()));
    }
    Ok(DebertaConfig {
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
        relative_attention: keys.relative_attention,
        max_relative_positions: usize::try_from(keys.max_relative_positions)
            .ok()
            .filter(|most| *most > 0),
        pad_token_id: keys.pad_token_id,
        position_biased_input: keys.position_biased_input,
        pos_att_type: parts(&keys.pos_att_type)?,
        legacy: keys.legacy,
    })
}

fn parts(value: &Value) -> Result<Vec<Part>, WeightsError> {
    let other = || unsupported("pos_att_type", value, "some of c2p, p2c".into());
    let names: Vec<String> = match value {
        Value::Null => vec![],
        Value::String(names) => {
            names.to_lowercase().split('|').map(|name| name.trim().to_owned()).collect()
        }
        names => serde_json::from_value(names.clone()).map_err(|_| other())?,
    };
    let part = |name: &String| PARTS.iter().find(|(known, _)| known == name).map(|(_, part)| *part);
    names.iter().map(|name| part(name).ok_or_else(other)).collect()
}

pub(super) fn write(config: &DebertaConfig) -> Map<String, Value> {
    let name = |part: &Part| PARTS.iter().find(|(_, known)| known == part).map(|(name, _)| *name);
    let most = config.max_relative_positions.and_then(|most| i64::try_from(most).ok());
    map_of(Keys {
        vocab_size: config.vocab_size,
        hidden_size: config.hidden_size,
        embedding_size: None,
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
        relative_attention: config.relative_attention,
        max_relative_positions: most.unwrap_or(below()),
        pad_token_id: config.pad_token_id,
        position_biased_input: config.position_biased_input,
        pos_att_type: json!(config.pos_att_type.iter().filter_map(name).collect::<Vec<_>>()),
        talking_head: false,
        legacy: config.legacy,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_a_list_or_one_text() {
        use Part::{ContentToPosition, PositionToContent};
        for (value, expected) in [
            (json!("c2p|p2c"), Some(vec![ContentToPosition, PositionToContent])),
            (json!("P2C"), Some(vec![PositionToContent])),
            (json!(["p2c", "c2p"]), Some(vec![PositionToContent, ContentToPosition])),
            (json!([]), Some(vec![])),
            (json!(null), Some(vec![])),
            (json!("c2p|p2p"), None),
            (json!(3), None),
        ] {
            assert_eq!(parts(&value).ok(), expected, "{value}");
        }
    }
}

//! The files of a tokeniser that is written: `tokenizer.json` and what `transformers` asks beside it.

use std::path::Path;

use serde_json::{Map, Value, json};

use crate::files;

use super::super::TextError;
use super::super::vocabulary::WordVocabulary;
use super::{Family, Tokeniser, build};

/// Writes `tokenizer.json`, `tokenizer_config.json` and `special_tokens_map.json`.
pub(super) fn write(tokeniser: &Tokeniser, folder: &Path) -> Result<(), TextError> {
    let file = folder.join("tokenizer.json");
    let (document, class, names) = match tokeniser {
        Tokeniser::Published(published) => {
            let document = serde_json::to_value(&*published.tokenizer).map_err(|error| {
                TextError::Tokeniser {
                    path: file.clone(),
                    what: "tokeniser that can be written",
                    reason: error.to_string(),
                }
            })?;
            let of_words = document["model"]["type"] == "WordLevel";
            let class = if of_words { GENERIC } else { published.family.class() };
            (document, class, published.names.clone())
        }
        Tokeniser::Words(words) => {
            let names =
                Family::Bert.special().map(|(role, token)| (role, token.to_owned())).to_vec();
            let document = build::word_level(ids(words), &names);
            (document.expect("it has its special tokens"), GENERIC, names)
        }
    };
    let map: Map<String, Value> =
        names.into_iter().map(|(role, token)| (role.to_owned(), token.into())).collect();
    let mut config = map.clone();
    config.insert("tokenizer_class".into(), class.into());
    config.extend(settings(&document));
    let write =
        |name: &str, json: Value| files::write_atomic(&folder.join(name), pretty(&json).as_bytes());
    files::create_dir_all(folder)?;
    write("special_tokens_map.json", map.into())?;
    write("tokenizer_config.json", config.into())?;
    Ok(files::write_atomic(&file, document.to_string().as_bytes())?)
}

/// The class that takes `tokenizer.json` as it is.
const GENERIC: &str = "PreTrainedTokenizerFast";

/// What the classes of `transformers` want to be told again, for they build their normaliser anew.
fn settings(document: &Value) -> Map<String, Value> {
    let (normaliser, cut) = (&document["normalizer"], &document["pre_tokenizer"]);
    let has = |step: &str| {
        let steps = normaliser["normalizers"].as_array();
        steps.is_some_and(|steps| steps.iter().any(|s| s["type"] == step))
    };
    let settings = match (normaliser["type"].as_str(), cut["type"].as_str()) {
        (Some("BertNormalizer"), _) => json!({
            "do_lower_case": normaliser["lowercase"],
            "strip_accents": normaliser["strip_accents"],
            "tokenize_chinese_chars": normaliser["handle_chinese_chars"],
        }),
        (_, Some("ByteLevel")) => json!({ "add_prefix_space": cut["add_prefix_space"] }),
        (Some("Sequence"), _) => json!({
            "do_lower_case": has("Lowercase"), "keep_accents": !has("StripAccents"),
        }),
        _ => json!({}),
    };
    match settings {
        Value::Object(settings) => settings,
        _ => Map::new(),
    }
}

fn ids(words: &WordVocabulary) -> Map<String, Value> {
    words.words().iter().zip(0_u32..).map(|(word, id)| (word.clone(), json!(id))).collect()
}

fn pretty(json: &Value) -> String {
    format!("{json:#}\n")
}

//! A tokeniser as `transformers` builds it of a family's vocabulary, in the form of `tokenizer.json`.
//!
//! | cut | normaliser | pre-tokeniser | model |
//! |---|---|---|---|
//! | WordPiece | `BertNormalizer` | `BertPreTokenizer` | words of up to 100 characters, parts begin with `##` |
//! | byte-level BPE | none | `ByteLevel` | merges by rank |
//! | Unigram | quotes, accents, case, SentencePiece's own table | words, each begun with `▁` | scores |
//!
//! A hyphen and other "user-defined" pieces of ALBERT are pieces like others, as for SentencePiece
//! and in the `tokenizer.json` that is published with it; `transformers` cuts texts at them when it
//! reads `spiece.model` alone, so that what follows begins with a blank that is not there.
//! Source: `transformers`' `tokenization_{bert,roberta,deberta,albert}.py`, `convert_slow_tokenizer.py`.

use serde_json::{Map, Value, json};
use tokenizers::normalizers::{
    Lowercase, NFKD, NormalizerWrapper, Precompiled, Replace, Sequence, StripAccents,
};

use super::Family;
use super::published::Names;
use super::spiece::Model;

/// What `tokenizer_config.json` decides; `None` where it says nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Options {
    lower_case: Option<bool>,
    strip_accents: Option<bool>,
    keep_accents: Option<bool>,
    chinese: Option<bool>,
    prefix_space: Option<bool>,
}

impl Options {
    pub(super) fn of(config: &Value) -> Self {
        Self {
            lower_case: config["do_lower_case"].as_bool(),
            strip_accents: config["strip_accents"].as_bool(),
            keep_accents: config["keep_accents"].as_bool(),
            chinese: config["tokenize_chinese_chars"].as_bool(),
            prefix_space: config["add_prefix_space"].as_bool(),
        }
    }

    /// Changes what a `tokenizer.json` says otherwise.
    pub(super) fn change(&self, document: &mut Value) {
        let mut set = |section: &str, kind: &str, key: &str, value: Option<bool>| {
            let section = &mut document[section];
            if let (Some(value), true) = (value, section["type"] == kind) {
                section[key] = value.into();
            }
        };
        set("normalizer", "BertNormalizer", "lowercase", self.lower_case);
        set("normalizer", "BertNormalizer", "strip_accents", self.strip_accents);
        set("normalizer", "BertNormalizer", "handle_chinese_chars", self.chinese);
        set("pre_tokenizer", "ByteLevel", "add_prefix_space", self.prefix_space);
        set("post_processor", "RobertaProcessing", "add_prefix_space", self.prefix_space);
    }
}

/// A document, or the special token that the vocabulary does not have.
type Document = Result<Value, String>;

/// BERT's tokeniser of a `vocab.txt`, one token a line.
pub(super) fn word_piece(vocabulary: &str, names: &Names, options: &Options) -> Document {
    let ids: Map<String, Value> =
        (0_u32..).zip(vocabulary.lines()).map(|(id, t)| (t.to_owned(), id.into())).collect();
    Ok(json!({
        "version": "1.0",
        "added_tokens": added_special(&ids, names, false)?,
        "normalizer": {
            "type": "BertNormalizer",
            "clean_text": true,
            "handle_chinese_chars": options.chinese.unwrap_or(true),
            "strip_accents": options.strip_accents,
            "lowercase": options.lower_case.unwrap_or(true),
        },
        "pre_tokenizer": { "type": "BertPreTokenizer" },
        "post_processor": frame(&ids, names)?,
        "decoder": { "type": "WordPiece", "prefix": "##", "cleanup": true },
        "model": {
            "type": "WordPiece",
            "unk_token": name(names, "unk_token"),
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            "vocab": ids,
        },
    }))
}

/// The tokeniser of RoBERTa and DeBERTa.
pub(super) fn byte_level(
    vocabulary: Value,
    merges: Vec<[String; 2]>,
    family: Family,
    names: &Names,
    options: &Options,
) -> Document {
    let ids = match vocabulary {
        Value::Object(ids) => ids,
        _ => Map::new(),
    };
    let prefix = options.prefix_space.unwrap_or(false);
    let byte_level = json!({
        "type": "ByteLevel", "add_prefix_space": prefix, "trim_offsets": true, "use_regex": true,
    });
    let frame = match family {
        Family::Roberta => roberta_frame(&ids, names, prefix)?,
        _ => frame(&ids, names)?,
    };
    Ok(json!({
        "version": "1.0",
        "added_tokens": added_special(&ids, names, true)?,
        "normalizer": null,
        "pre_tokenizer": byte_level,
        "post_processor": frame,
        "decoder": byte_level,
        "model": {
            "type": "BPE",
            "continuing_subword_prefix": "",
            "end_of_word_suffix": "",
            "fuse_unk": false,
            "vocab": ids,
            "merges": merges,
        },
    }))
}

/// What RoBERTa puts around a text.
fn roberta_frame(ids: &Map<String, Value>, names: &Names, prefix: bool) -> Document {
    let of = |role| token(ids, names, role).map(|(token, id)| json!([token, id]));
    Ok(json!({
        "type": "RobertaProcessing",
        "sep": of("sep_token")?,
        "cls": of("cls_token")?,
        "trim_offsets": true,
        "add_prefix_space": prefix,
    }))
}

/// The pairs of a `merges.txt`, by rank.
///
/// # Errors
/// A line that is no pair.
pub(super) fn merges(text: &str) -> Result<Vec<[String; 2]>, String> {
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.starts_with("#version"));
    let pair = |(number, line): (usize, &str)| match line.split(' ').collect::<Vec<_>>()[..] {
        [left, right] => Ok([left.to_owned(), right.to_owned()]),
        _ => Err(format!("line {number} is `{line}`, expected two tokens")),
    };
    lines.filter(|(_, line)| !line.is_empty()).map(pair).collect()
}

/// ALBERT's tokeniser, all but its normaliser.
pub(super) fn unigram(model: &Model, names: &Names) -> Document {
    let pieces = model.pieces.iter().map(|piece| piece.piece.clone().unwrap_or_default());
    let ids: Map<String, Value> =
        pieces.clone().zip(0_u32..).map(|(p, id)| (p, id.into())).collect();
    let score = |piece: &super::spiece::Piece| f64::from(piece.score.unwrap_or(0.0));
    let scored: Vec<Value> =
        pieces.zip(&model.pieces).map(|(text, piece)| json!([text, score(piece)])).collect();
    let blank = json!({ "type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true });
    Ok(json!({
        "version": "1.0",
        "added_tokens": added_special(&ids, names, true)?,
        "normalizer": null,
        "pre_tokenizer": { "type": "Sequence", "pretokenizers": [{ "type": "WhitespaceSplit" }, blank] },
        "post_processor": frame(&ids, names)?,
        "decoder": blank,
        "model": {
            "type": "Unigram", "unk_id": model.unknown(), "vocab": scored, "byte_fallback": false,
        },
    }))
}

/// ALBERT's normaliser.
///
/// # Errors
/// What is wrong with SentencePiece's table of characters.
pub(super) fn characters(model: &Model, options: &Options) -> Result<NormalizerWrapper, String> {
    let quotes = |two: &str| Replace::new(two, "\"").map_err(|error| error.to_string());
    let mut steps: Vec<NormalizerWrapper> = vec![quotes("``")?.into(), quotes("''")?.into()];
    if !options.keep_accents.unwrap_or(false) {
        steps.extend([NFKD.into(), StripAccents.into()]);
    }
    if options.lower_case.unwrap_or(true) {
        steps.push(Lowercase.into());
    }
    if let Some(table) = model.characters()? {
        steps.push(Precompiled::from(table).map_err(|error| format!("{error:?}"))?.into());
    }
    Ok(Sequence::new(steps).into())
}

/// A tokeniser that cuts at blanks.
pub(super) fn word_level(ids: Map<String, Value>, names: &Names) -> Document {
    Ok(json!({
        "version": "1.0",
        "added_tokens": added_special(&ids, names, false)?,
        "normalizer": null,
        "pre_tokenizer": { "type": "WhitespaceSplit" },
        "post_processor": frame(&ids, names)?,
        "decoder": null,
        "model": { "type": "WordLevel", "unk_token": name(names, "unk_token"), "vocab": ids },
    }))
}

/// A token that is matched as a whole before texts are cut.
pub(super) fn added(token: &str, id: &Value, takes_blank: bool) -> Value {
    json!({
        "id": id, "content": token, "single_word": false, "lstrip": takes_blank,
        "rstrip": false, "normalized": false, "special": true,
    })
}

fn added_special(
    ids: &Map<String, Value>,
    names: &Names,
    mask_takes_blank: bool,
) -> Result<Value, String> {
    let mut tokens: Vec<Value> = Vec::new();
    for (role, _) in names {
        let (token, id) = token(ids, names, role)?;
        if tokens.iter().all(|known| known["content"] != token) {
            tokens.push(added(token, id, mask_takes_blank && *role == "mask_token"));
        }
    }
    tokens.sort_by_key(|token| token["id"].as_u64());
    Ok(tokens.into())
}

/// `[CLS] text [SEP]`, for two texts `[CLS] text [SEP] text [SEP]`.
fn frame(ids: &Map<String, Value>, names: &Names) -> Document {
    let (class, class_id) = token(ids, names, "cls_token")?;
    let (separator, separator_id) = token(ids, names, "sep_token")?;
    let mark = |token: &str, of: u8| json!({ "SpecialToken": { "id": token, "type_id": of } });
    let text = |name: &str, of: u8| json!({ "Sequence": { "id": name, "type_id": of } });
    let one = [mark(class, 0), text("A", 0), mark(separator, 0)];
    let two = [&one[..], &[text("B", 1), mark(separator, 1)]].concat();
    Ok(json!({
        "type": "TemplateProcessing",
        "single": one,
        "pair": two,
        "special_tokens": {
            class: { "id": class, "ids": [class_id], "tokens": [class] },
            separator: { "id": separator, "ids": [separator_id], "tokens": [separator] },
        },
    }))
}

fn name<'a>(names: &'a Names, role: &str) -> &'a str {
    names.iter().find(|(r, _)| *r == role).map_or("", |(_, name)| name)
}

/// A special token and its id, or its spelling where the vocabulary has none.
fn token<'a>(
    ids: &'a Map<String, Value>,
    names: &'a Names,
    role: &str,
) -> Result<(&'a str, &'a Value), String> {
    let token = name(names, role);
    ids.get(token).map(|id| (token, id)).ok_or_else(|| token.to_owned())
}

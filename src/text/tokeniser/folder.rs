//! The files of a tokeniser in a folder of `transformers`, and which of them count.
//!
//! | what | comes from |
//! |---|---|
//! | tokeniser | `tokenizer.json`; where there is none, the files of the family ([`Family`]) |
//! | spelling of special tokens | `tokenizer_config.json`, `special_tokens_map.json`, the family |
//! | lower case, accents, Chinese, leading blank | `tokenizer_config.json`, then `tokenizer.json`, the family |
//! | further tokens | `added_tokens.json`, where there is no `tokenizer.json` |

use std::path::Path;

use serde_json::Value;
use tokenizers::Tokenizer;

use crate::files;

use super::super::TextError;
use super::Family;
use super::build::{self, Options};
use super::family::Cut;
use super::published::{Names, Published};
use super::spiece::Model;

/// Reads the tokeniser of a folder.
pub(super) fn open(folder: &Path, family: Family) -> Result<Published, TextError> {
    let config = json_if_there(&folder.join("tokenizer_config.json"))?.unwrap_or_default();
    let map = json_if_there(&folder.join("special_tokens_map.json"))?.unwrap_or_default();
    let names = names(family, &[&config, &map]);
    let options = Options::of(&config);
    let file = folder.join("tokenizer.json");
    let tokenizer = match json_if_there(&file)? {
        Some(document) => of_document(&file, document, family, &options)?,
        None => of_files(folder, family, &names, &options)?,
    };
    Published::new(tokenizer, family, names).map_err(|(role, token)| TextError::SpecialToken {
        folder: folder.to_owned(),
        role,
        token,
    })
}

/// A tokeniser that has a file of its own.
fn of_document(
    path: &Path,
    mut document: Value,
    family: Family,
    options: &Options,
) -> Result<Tokenizer, TextError> {
    let expected = match family.cut() {
        Cut::WordPiece => "WordPiece",
        Cut::ByteLevel => "BPE",
        Cut::Unigram => "Unigram",
    };
    // old files do not say; a vocabulary of words is what this program itself writes
    match document["model"]["type"].as_str() {
        Some(kind) if kind != expected && kind != "WordLevel" => {
            let name = family.name();
            return Err(refuse(path, format!("its model is {kind}, {name} has {expected}")));
        }
        _ => options.change(&mut document),
    }
    tokenizer(path, &document)
}

fn of_files(
    folder: &Path,
    family: Family,
    names: &Names,
    options: &Options,
) -> Result<Tokenizer, TextError> {
    let need = |file: &'static str| {
        let path = folder.join(file);
        let (folder, family) = (folder.to_owned(), family.name());
        match files::is_file(&path) {
            true => Ok(path),
            false => Err(TextError::NoTokeniser { folder, family, missing: file }),
        }
    };
    let (path, document) = match family.cut() {
        Cut::WordPiece => {
            let path = need("vocab.txt")?;
            let text = files::read_to_string(&path)?;
            (path, build::word_piece(&text, names, options))
        }
        Cut::ByteLevel => {
            let (path, merges) = (need("vocab.json")?, need("merges.txt")?);
            let vocabulary = json_if_there(&path)?.unwrap_or_default();
            let pairs = build::merges(&files::read_to_string(&merges)?)
                .map_err(|reason| refuse(&merges, reason))?;
            (path, build::byte_level(vocabulary, pairs, family, names, options))
        }
        Cut::Unigram => {
            let path = need("spiece.model")?;
            return of_pieces(&path, names, options);
        }
    };
    let mut document = document.map_err(|token| special(folder, names, token))?;
    add_tokens(&folder.join("added_tokens.json"), &mut document)?;
    tokenizer(&path, &document)
}

fn of_pieces(path: &Path, names: &Names, options: &Options) -> Result<Tokenizer, TextError> {
    let model = Model::read(path)?;
    let folder = path.parent().unwrap_or(path);
    let document = build::unigram(&model, names).map_err(|token| special(folder, names, token))?;
    let mut tokenizer = tokenizer(path, &document)?;
    let normaliser = build::characters(&model, options).map_err(|reason| refuse(path, reason))?;
    tokenizer.with_normalizer(Some(normaliser)).map_err(|e| refuse(path, e.to_string()))?;
    Ok(tokenizer)
}

/// Further tokens with their ids, which follow those of the vocabulary.
fn add_tokens(path: &Path, document: &mut Value) -> Result<(), TextError> {
    let Some(Value::Object(added)) = json_if_there(path)? else { return Ok(()) };
    let tokens = document["added_tokens"].as_array_mut();
    let tokens = tokens.expect("a document that was built has a list of them");
    for (token, id) in added {
        if tokens.iter().all(|known| known["content"] != token.as_str()) {
            tokens.push(build::added(&token, &id, false));
        }
    }
    tokens.sort_by_key(|token| token["id"].as_u64());
    Ok(())
}

fn tokenizer(path: &Path, document: &Value) -> Result<Tokenizer, TextError> {
    Tokenizer::from_bytes(document.to_string()).map_err(|error| refuse(path, error.to_string()))
}

fn refuse(path: &Path, reason: String) -> TextError {
    TextError::Tokeniser { path: path.to_owned(), what: "tokeniser", reason }
}

fn special(folder: &Path, names: &Names, token: String) -> TextError {
    let role = names.iter().find(|(_, name)| *name == token).map_or("special token", |(r, _)| r);
    TextError::SpecialToken { folder: folder.to_owned(), role, token }
}

/// The spelling of special tokens: what the first file says, else the family's.
fn names(family: Family, files: &[&Value]) -> Names {
    let spelling = |file: &&Value, role: &str| {
        let value = &file[role];
        value.as_str().or_else(|| value["content"].as_str()).map(str::to_owned)
    };
    let name = |(role, default): (&'static str, &str)| {
        let said = files.iter().find_map(|file| spelling(file, role));
        (role, said.unwrap_or_else(|| default.to_owned()))
    };
    family.special().into_iter().map(name).collect()
}

fn json_if_there(path: &Path) -> Result<Option<Value>, TextError> {
    if !files::is_file(path) {
        return Ok(None);
    }
    let text = files::read_to_string(path)?;
    serde_json::from_str(&text).map(Some).map_err(|error| TextError::Tokeniser {
        path: path.to_owned(),
        what: "JSON file",
        reason: error.to_string(),
    })
}

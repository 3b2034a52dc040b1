//! What is read of an element: Recipe1M's recipes, the original's extractions.
//!
//! An element becomes one [`Row`]: whose recipe it is and its actions. Rows with a missing value
//! have no actions, as pandas' `dropna` would have it; one of another form is an error.

use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use super::elements::Element;
use super::error::{Place, RecipesError};
use super::extractor;
use super::filter::{self, Extracted, VerbsRemoved};

/// A recipe or a sentence of one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Row {
    /// The recipe.
    pub id: String,
    /// Which sentence of it; a row that is a whole recipe has none.
    pub sentence: Option<i64>,
    /// Actions, joined; empty without any.
    pub actions: String,
    /// Where it begins.
    pub byte: u64,
    /// Where it begins.
    pub line: u64,
}

/// What the elements of an array are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Recipes with instructions, whose actions are looked for here.
    Layer1,
    /// Sentences with the verbs and objects in them.
    Extracted,
}

#[derive(Deserialize)]
struct Recipe {
    id: String,
    instructions: Option<Vec<Instruction>>,
}

#[derive(Deserialize)]
struct Instruction {
    text: String,
}

#[derive(Deserialize)]
struct Sentence {
    #[serde(deserialize_with = "value_or_null")]
    id: Option<String>,
    #[serde(rename = "sentence", deserialize_with = "value_or_null")]
    text: Option<String>,
    #[serde(deserialize_with = "value_or_null")]
    s_no: Option<i64>,
    ie_op: Vec<Extracted>,
}

/// Serde takes an `Option` that is not there for `None`; pandas has a column or has not.
fn value_or_null<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer)
}

impl Form {
    /// Reads one element of the file `path`.
    pub fn row(
        self,
        element: &Element,
        removed: VerbsRemoved,
        path: &Path,
    ) -> Result<Row, RecipesError> {
        let (byte, line) = (element.byte, element.line);
        match self {
            Form::Layer1 => {
                let recipe: Recipe = parse(element, "a recipe", path)?;
                let Some(instructions) = recipe.instructions else {
                    let place = Place::new(path, byte, line);
                    return Err(RecipesError::NoInstructions { place, id: recipe.id });
                };
                let texts = instructions.iter().map(|instruction| instruction.text.as_str());
                let actions = of_texts(texts, removed);
                Ok(Row { id: recipe.id, sentence: None, actions, byte, line })
            }
            Form::Extracted => {
                let read: Sentence = parse(element, "a sentence's extraction", path)?;
                let row = Row { byte, line, sentence: read.s_no, ..Row::default() };
                let (Some(id), Some(_), Some(_)) = (read.id, read.text, read.s_no) else {
                    return Ok(row);
                };
                Ok(Row { id, actions: filter::sequence(&read.ie_op, removed), ..row })
            }
        }
    }
}

/// The actions of a recipe's instructions.
fn of_texts<'a>(texts: impl Iterator<Item = &'a str>, removed: VerbsRemoved) -> String {
    let actions: Vec<extractor::Action> = texts.flat_map(extractor::actions).collect();
    let pairs = actions.iter().map(|action| (action.verb.as_str(), action.object.as_str()));
    filter::joined(pairs.filter(|(verb, _)| !removed.contains(verb)))
}

fn parse<T: DeserializeOwned>(
    element: &Element,
    what: &'static str,
    path: &Path,
) -> Result<T, RecipesError> {
    let wrong = |offset: usize, message: String| {
        let before = &element.text[..offset.min(element.text.len())];
        let lines = before.iter().filter(|b| **b == b'\n').count() as u64;
        let place = Place::new(path, element.byte + before.len() as u64, element.line + lines);
        RecipesError::Element { place, what, message }
    };
    let text = std::str::from_utf8(&element.text)
        .map_err(|e| wrong(e.valid_up_to(), "the text is not UTF-8".to_owned()))?;
    serde_json::from_str(text).map_err(|e| {
        let said = e.to_string();
        let message = said.split(" at line ").next().unwrap_or_default().to_owned();
        wrong(offset(&element.text, e.line(), e.column()), message)
    })
}

/// The byte that a reader of JSON means by a line and a column, both one-based.
fn offset(text: &[u8], line: usize, column: usize) -> usize {
    let before: usize =
        text.split_inclusive(|b| *b == b'\n').take(line.saturating_sub(1)).map(<[u8]>::len).sum();
    before + column.saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(form: Form, text: &[u8]) -> Result<Row, String> {
        let element = Element { text: text.to_vec(), byte: 100, line: 7 };
        form.row(&element, VerbsRemoved::Sound, Path::new("f")).map_err(|e| e.to_string())
    }

    #[test]
    fn recipes() {
        let text =
            br#"{"id":"a","title":"t","instructions":[{"text":"Add salt."},{"text":"Eat."}]}"#;
        let row = read(Form::Layer1, text).unwrap();
        assert_eq!((row.id.as_str(), row.actions.as_str()), ("a", "add <v> salt"));
        let empty = read(Form::Layer1, br#"{"id":"a","instructions":[]}"#).unwrap();
        assert_eq!(empty.actions, "");
    }

    #[test]
    fn sentences() {
        let row = |sentence: &str| {
            let text = format!(
                r#"{{"id":"a","sentence":{sentence},"s_no":3,"ie_op":[[["add"],["salt","x"]]]}}"#
            );
            read(Form::Extracted, text.as_bytes()).unwrap()
        };
        let whole = row("\"add salt\"");
        assert_eq!((whole.sentence, whole.actions.as_str()), (Some(3), "add <v> salt"));
        assert_eq!(row("null").actions, "");
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let (layer1, extracted) = (Form::Layer1, Form::Extracted);
        for (form, text, expected) in [
            (layer1, &b"{\"id\":\"a\"}"[..], "`f`, line 7, byte 100: the recipe `a` has no `inst"),
            (layer1, b"{\"id\":\"a\",\"instructions\":null}", "`f`, line 7, byte 100: the recipe"),
            (
                layer1,
                b"{\"id\":\n\n5}",
                "`f`, line 9, byte 108: a recipe is not as expected: invalid type: integer `5`, expected a string",
            ),
            (
                layer1,
                b"{\"id\":\"\xff\"}",
                "`f`, line 7, byte 107: a recipe is not as expected: the text is not UTF-8",
            ),
            (
                layer1,
                b"{\"instructions\":[]}",
                "`f`, line 7, byte 118: a recipe is not as expected: missing field `id`",
            ),
            (
                extracted,
                b"{\"id\":\"a\",\"s_no\":1,\"ie_op\":[]}",
                "`f`, line 7, byte 129: a sentence's extraction is not as expected: missing field `sentence`",
            ),
            (
                extracted,
                b"{\"id\":\"a\",\"sentence\":\"b\",\"s_no\":1,\"ie_op\":[[[\"a\"]]]}",
                "`f`, line 7, byte 149: a sentence's extraction is not as expected: invalid length 1",
            ),
        ] {
            let said = read(form, text).unwrap_err();
            assert!(said.starts_with(expected), "{said}");
        }
    }
}

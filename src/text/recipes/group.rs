//! The line of a recipe: the actions of its rows, in their order.
//!
//! A recipe of `layer1.json` is one row; of extractions each sentence is, and none may be there
//! twice: the original would join it twice, in silence.

use std::collections::HashMap;
use std::path::Path;

use crate::text::verbalise::NEXT_ACTION;

use super::LONGEST;
use super::error::{Place, RecipesError};
use super::rows::{Form, Row};

/// The rows of one recipe.
pub(super) struct Group {
    first: Row,
    line: String,
    /// Where each sentence stands.
    sentences: HashMap<i64, (u64, u64)>,
}

/// What is written for a recipe.
pub(super) struct Line {
    pub text: String,
    pub actions: u64,
}

impl Group {
    /// A recipe that begins with `row`.
    pub fn of(row: Row) -> Self {
        let sentences = row.sentence.map(|sentence| (sentence, (row.byte, row.line)));
        Self { line: row.actions.clone(), sentences: sentences.into_iter().collect(), first: row }
    }

    /// Which recipe.
    pub fn id(&self) -> &str {
        &self.first.id
    }

    /// Adds a further row of the recipe.
    pub fn add(&mut self, row: Row, form: Form, path: &Path) -> Result<(), RecipesError> {
        let here = (row.byte, row.line);
        let first = match (form, row.sentence) {
            (Form::Layer1, _) => Some((self.first.byte, self.first.line)),
            (Form::Extracted, Some(sentence)) => self.sentences.insert(sentence, here),
            (Form::Extracted, None) => None,
        };
        if let Some((byte, line)) = first {
            let what = match row.sentence {
                Some(sentence) => format!("sentence {sentence} of the recipe `{}`", row.id),
                None => format!("the recipe `{}`", row.id),
            };
            let first = Place::new(path, byte, line);
            return Err(RecipesError::Twice {
                place: Place::new(path, here.0, here.1),
                first,
                what,
            });
        }
        // Beyond the limit nothing is kept: the line is refused anyway.
        if self.line.len() <= LONGEST {
            self.line.push_str(NEXT_ACTION);
            self.line.push_str(&row.actions);
        }
        Ok(())
    }

    /// The recipe's line; `None` when it has no action.
    pub fn line(self, path: &Path) -> Result<Option<Line>, RecipesError> {
        if self.line.len() > LONGEST {
            let place = Place::new(path, self.first.byte, self.first.line);
            let what = format!("the line of the recipe `{}`", self.first.id);
            return Err(RecipesError::TooLong { place, what });
        }
        let actions = self.line.matches(NEXT_ACTION).count() as u64 + 1;
        Ok((!self.line.is_empty()).then_some(Line { text: self.line, actions }))
    }
}

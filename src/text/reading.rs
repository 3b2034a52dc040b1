//! What a model reads of a history: class numbers, or the tokens of a sentence.
//!
//! | truncate | of `[CLS] a b c [SEP]`, three tokens kept |
//! |---|---|
//! | oldest | `[CLS] c [SEP]`: the oldest words go |
//! | first | `b c [SEP]`: the first tokens go, `[CLS]` with them, and the feature of the first token is that of whichever word is first; `ids[-max_len:]` of the original |

use std::sync::Arc;

use super::tokeniser::Tokeniser;
use super::verbalise::Phrases;
use super::{HistoryRow, TextError};

/// How a history is read.
#[derive(Clone, Debug)]
pub enum Reading {
    /// As numbers of classes.
    Actions {
        /// How many there are.
        classes: usize,
    },
    /// As a sentence.
    Text(TextReading),
}

/// How a history is read as a sentence.
#[derive(Clone, Debug)]
pub struct TextReading {
    /// Makes tokens of words.
    pub tokeniser: Arc<Tokeniser>,
    /// The words of every action.
    pub phrases: Phrases,
    /// Tokens at most.
    pub max_tokens: usize,
    /// Which tokens go when there are more.
    pub truncate: Truncate,
}

/// Which tokens go when there are too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truncate {
    /// The oldest after the one that starts the sentence.
    Oldest,
    /// The first, that one with them: the original.
    First,
}

impl Truncate {
    /// Cuts down to `most`; what stays keeps its order.
    pub fn cut<T>(self, tokens: &mut Vec<T>, most: usize) {
        let surplus = tokens.len().saturating_sub(most);
        let kept = match self {
            Truncate::Oldest => most.min(1),
            Truncate::First => 0,
        };
        tokens.drain(kept..kept + surplus);
    }
}

/// A history as numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Numbers {
    /// Classes or token ids.
    pub(super) ids: Vec<i64>,
    /// Which action of the history each belongs to, `NOBODY` for what belongs to none.
    pub(super) owners: Vec<u32>,
}

/// The owner of tokens that stand between words.
pub(super) const NOBODY: u32 = u32::MAX;

impl Reading {
    /// Fills up short rows.
    pub(super) fn pad_id(&self) -> i64 {
        match self {
            Reading::Actions { classes } => *classes as i64,
            Reading::Text(text) => text.tokeniser.pad_id(),
        }
    }

    /// Stands for what is hidden.
    pub(super) fn hidden_id(&self) -> i64 {
        match self {
            Reading::Actions { classes } => *classes as i64 + 1,
            Reading::Text(text) => text.tokeniser.mask_id(),
        }
    }

    /// The numbers of a history.
    pub(super) fn read(&self, row: &HistoryRow) -> Result<Numbers, TextError> {
        let classes = match self {
            Reading::Actions { classes } => *classes,
            Reading::Text(text) => text.phrases.len(),
        };
        if let Some(action) = row.past.iter().find(|action| **action >= classes) {
            let (uid, action) = (row.uid.clone(), *action as i64);
            return Err(TextError::UnknownAction { uid, action, classes });
        }
        match self {
            Reading::Actions { .. } => Ok(Numbers {
                ids: row.past.iter().map(|action| *action as i64).collect(),
                owners: (0..row.past.len() as u32).collect(),
            }),
            Reading::Text(text) => text.read(&row.past),
        }
    }
}

impl TextReading {
    fn read(&self, past: &[usize]) -> Result<Numbers, TextError> {
        let sentence = self.phrases.sentence(past);
        let encoded = self.tokeniser.encode_with_bytes(&sentence.text)?;
        let owner = |token: &std::ops::Range<usize>| {
            let meets = |words: &std::ops::Range<usize>| {
                token.start.max(words.start) < token.end.min(words.end)
            };
            let found = sentence.words.iter().find(|(_, words)| meets(words));
            found.map_or(NOBODY, |(action, _)| *action as u32)
        };
        let mut owners: Vec<u32> = encoded.bytes.iter().map(owner).collect();
        let mut ids = encoded.ids;
        self.truncate.cut(&mut ids, self.max_tokens);
        self.truncate.cut(&mut owners, self.max_tokens);
        Ok(Numbers { ids, owners })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Labels;
    use crate::text::{Style, Wording};

    #[test]
    fn cuts() {
        for (id, which, most, expected) in [
            ("nothing to cut", Truncate::Oldest, 5, &[0, 1, 2, 3, 4][..]),
            ("oldest", Truncate::Oldest, 3, &[0, 3, 4]),
            ("oldest to one", Truncate::Oldest, 1, &[0]),
            ("first", Truncate::First, 3, &[2, 3, 4]),
            ("first to one", Truncate::First, 1, &[4]),
        ] {
            let mut tokens = vec![0, 1, 2, 3, 4];
            which.cut(&mut tokens, most);
            assert_eq!(tokens, expected, "{id}");
        }
    }

    #[test]
    fn tokens_belong_to_actions() {
        let phrases = Wording::of(Style::Epic).phrases(&["take_pan".into(), "open_door".into()]);
        let sentence = phrases.sentence(&[1, 0]).text;
        let reading = Reading::Text(TextReading {
            tokeniser: Arc::new(Tokeniser::words([sentence.as_str()])),
            phrases,
            max_tokens: 8,
            truncate: Truncate::Oldest,
        });
        let row = |past: &[usize]| HistoryRow {
            idx: 0,
            uid: 7.into(),
            labels: Labels::NONE,
            past: past.to_vec(),
        };
        // [CLS] (open) <v> door <a> take <v> pan [SEP]: nine tokens, one goes
        let read = reading.read(&row(&[1, 0])).unwrap();
        let [n, of] = [NOBODY, 0];
        assert_eq!(read.owners, [n, n, of, n, 1, n, 1, n]);
        assert_eq!(reading.read(&row(&[])).unwrap().ids, [2, 3], "nothing came before");
        let error = reading.read(&row(&[2])).unwrap_err().to_string();
        assert_eq!(error, "segment 7: action 2 in its past is none of the 2 classes");
    }
}

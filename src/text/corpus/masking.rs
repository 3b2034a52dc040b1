//! Which tokens of a text are asked for, and what is shown in their place.
//!
//! As `DataCollatorForLanguageModeling` draws it: every token that is not special is asked for with
//! the same probability; of those asked for, a share is shown as the mask, a share as a token drawn
//! from the whole vocabulary, special ones included, and the rest as it is.

use crate::data::noise::Stream;

use super::super::{TextError, Tokeniser};

/// What share of tokens is asked for, and of these what is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Masking {
    /// Share of the tokens that are asked for.
    pub probability: f64,
    /// Share of those that are shown as the mask.
    pub mask: f64,
    /// Share of those that are shown as another token.
    pub random: f64,
}

impl Default for Masking {
    /// BERT's: 15 of 100; 8, 1 and 1 of ten.
    fn default() -> Self {
        Self { probability: 0.15, mask: 0.8, random: 0.1 }
    }
}

/// A text with tokens hidden.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Masked {
    pub(super) shown: Vec<i64>,
    /// Positions and what truly stands there.
    pub(super) asked: Vec<(usize, i64)>,
}

impl Masking {
    /// Refuses shares that are none, and a model that would learn nothing.
    pub(super) fn check(&self) -> Result<(), TextError> {
        let refuse = |setting, value: f64, reason| {
            Err(TextError::Setting { setting, value: value.to_string(), reason })
        };
        let share = 0.0..=1.0;
        match self {
            Self { probability, .. } if !(*probability > 0.0 && *probability <= 1.0) => {
                refuse("mlm.probability", *probability, "a share above 0, at most 1")
            }
            Self { mask, .. } if !share.contains(mask) => {
                refuse("mlm.mask", *mask, "a share from 0 to 1")
            }
            Self { random, mask, .. } if !share.contains(random) || mask + random > 1.0 + 1e-9 => {
                refuse("mlm.random", *random, "a share from 0 to 1, with `mlm.mask` at most 1")
            }
            _ => Ok(()),
        }
    }

    /// Hides tokens of a text.
    pub(super) fn hide(&self, ids: &[i64], tokeniser: &Tokeniser, stream: &mut Stream) -> Masked {
        let mut masked = Masked { shown: ids.to_vec(), asked: Vec::new() };
        for (position, id) in ids.iter().enumerate() {
            if !tokeniser.is_special(*id) && stream.unit() < self.probability {
                masked.asked.push((position, *id));
                masked.shown[position] = self.show(*id, tokeniser, stream);
            }
        }
        masked
    }

    /// Asks for one token of a text of which none came up; for none where all are special.
    pub(super) fn hide_one(
        &self,
        ids: &[i64],
        tokeniser: &Tokeniser,
        stream: &mut Stream,
    ) -> Masked {
        let words: Vec<usize> =
            (0..ids.len()).filter(|at| !tokeniser.is_special(ids[*at])).collect();
        let mut masked = Masked { shown: ids.to_vec(), asked: Vec::new() };
        if !words.is_empty() {
            let position = words[stream.below(words.len() as u64) as usize];
            masked.asked.push((position, ids[position]));
            masked.shown[position] = self.show(ids[position], tokeniser, stream);
        }
        masked
    }

    fn show(&self, id: i64, tokeniser: &Tokeniser, stream: &mut Stream) -> i64 {
        match stream.unit() {
            drawn if drawn < self.mask => tokeniser.mask_id(),
            drawn if drawn < self.mask + self.random => stream.below(tokeniser.len() as u64) as i64,
            _ => id,
        }
    }
}

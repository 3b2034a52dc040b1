//! A tokeniser of published files at work.

use std::sync::Arc;

use tokenizers::Tokenizer;

use super::super::TextError;
use super::{Encoded, Family};

/// The tokeniser of a language model.
#[derive(Clone, Debug)]
pub struct Published {
    pub(super) tokenizer: Arc<Tokenizer>,
    pub(super) family: Family,
    pub(super) names: Names,
    special: SpecialIds,
    /// One more than the highest id.
    tokens: usize,
}

/// The spellings of special tokens by role, `cls_token` and so on.
pub(super) type Names = Vec<(&'static str, String)>;

/// The ids of special tokens.
#[derive(Clone, Debug)]
pub(super) struct SpecialIds {
    pub(super) pad: i64,
    pub(super) mask: i64,
    all: Vec<i64>,
}

impl SpecialIds {
    pub(super) fn contains(&self, id: i64) -> bool {
        self.all.contains(&id)
    }
}

impl Published {
    /// A tokeniser and its special tokens.
    ///
    /// # Errors
    /// The role and spelling of a special token that it does not have.
    pub(super) fn new(
        mut tokenizer: Tokenizer,
        family: Family,
        names: Names,
    ) -> Result<Self, (&'static str, String)> {
        // what a file says of cutting and filling up is about another use of it
        tokenizer.with_padding(None);
        tokenizer.with_truncation(None).expect("there is nothing to cut to");
        let id = |role: &'static str| {
            let token = names.iter().find(|(r, _)| *r == role).map(|(_, token)| token.clone());
            let token = token.unwrap_or_default();
            tokenizer.token_to_id(&token).map(i64::from).ok_or((role, token))
        };
        let (pad, mask) = (id("pad_token")?, id("mask_token")?);
        let mut all = vec![pad, mask, id("unk_token")?, id("cls_token")?, id("sep_token")?];
        let added = tokenizer.get_added_tokens_decoder();
        all.extend(added.iter().filter(|(_, token)| token.special).map(|(id, _)| i64::from(*id)));
        let special = SpecialIds { pad, mask, all };
        let highest = tokenizer.get_vocab(true).into_values().max();
        let tokens = highest.map_or(0, |id| id as usize + 1);
        Ok(Self { tokenizer: Arc::new(tokenizer), family, names, special, tokens })
    }

    pub(super) fn special(&self) -> &SpecialIds {
        &self.special
    }

    pub(super) fn len(&self) -> usize {
        self.tokens
    }

    pub(super) fn encode(&self, text: &str) -> Result<Encoded, TextError> {
        let encoding = self.tokenizer.encode(text, true).map_err(|error| TextError::Encode {
            text: text.chars().take(60).collect(),
            reason: error.to_string(),
        })?;
        let ids = encoding.get_ids().iter().map(|id| i64::from(*id)).collect();
        let frame = encoding.get_special_tokens_mask();
        let bytes = |((start, end), frame): (&(usize, usize), &u32)| match frame {
            0 => *start..*end,
            _ => 0..0,
        };
        Ok(Encoded { ids, bytes: encoding.get_offsets().iter().zip(frame).map(bytes).collect() })
    }
}

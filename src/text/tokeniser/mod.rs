//! Texts as the token ids of a language model.
//!
//! | file | decides |
//! |---|---|
//! | [`Family`] | which files a tokeniser consists of, which tokens are no words |
//! | `folder` | which of the files in a folder count |
//! | `build` | normaliser, pre-tokeniser and frame of each family, as `transformers` builds them |
//! | `spiece` | SentencePiece's own file |
//! | `published` | a tokeniser of such files at work |
//! | `saved` | the files that are written |
//!
//! A vocabulary of whole words, where none is published, is [`WordVocabulary`]. Invariant: every
//! tokeniser has its special tokens, so that any text has ids.

mod build;
mod family;
mod folder;
mod published;
mod saved;
mod spiece;

#[cfg(test)]
mod tests;

use std::ops::Range;
use std::path::Path;

pub use family::Family;
pub use published::Published;

use super::TextError;
use super::vocabulary::{Special, WordVocabulary};

/// Makes ids of texts.
#[derive(Clone, Debug)]
pub enum Tokeniser {
    /// From the files of a language model.
    Published(Published),
    /// A number for each word.
    Words(WordVocabulary),
}

/// The tokens of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Encoded {
    /// Their ids, those of the frame (`[CLS]`, `[SEP]`) included.
    pub ids: Vec<i64>,
    /// The bytes of the text that each stands for; none for those of the frame.
    pub bytes: Vec<Range<usize>>,
}

impl Tokeniser {
    /// Reads the tokeniser of a folder: `tokenizer.json` where it is, else the files of the family.
    ///
    /// # Errors
    /// A file that is missing or says something else, a vocabulary without a special token.
    pub fn open(folder: &Path, family: Family) -> Result<Self, TextError> {
        Ok(Self::Published(folder::open(folder, family)?))
    }

    /// A word-level vocabulary of some sentences.
    pub fn words<'a>(sentences: impl IntoIterator<Item = &'a str>) -> Self {
        Self::Words(WordVocabulary::of(sentences))
    }

    /// The ids of a text, between those of the frame.
    ///
    /// # Errors
    /// A text that the tokeniser refuses; none is known.
    pub fn encode(&self, text: &str) -> Result<Vec<i64>, TextError> {
        Ok(self.encode_with_bytes(text)?.ids)
    }

    /// The ids of a text, and where in it they come from.
    ///
    /// # Errors
    /// As [`Tokeniser::encode`].
    pub fn encode_with_bytes(&self, text: &str) -> Result<Encoded, TextError> {
        match self {
            Tokeniser::Published(published) => published.encode(text),
            Tokeniser::Words(words) => Ok(words.encode(text)),
        }
    }

    /// Number of tokens, which ids are below.
    pub fn len(&self) -> usize {
        match self {
            Tokeniser::Published(published) => published.len(),
            Tokeniser::Words(words) => words.len(),
        }
    }

    /// Whether there is no token; never, there are special ones.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Fills up short texts.
    pub fn pad_id(&self) -> i64 {
        match self {
            Tokeniser::Published(published) => published.special().pad,
            Tokeniser::Words(_) => Special::Pad as i64,
        }
    }

    /// Hides a token.
    pub fn mask_id(&self) -> i64 {
        match self {
            Tokeniser::Published(published) => published.special().mask,
            Tokeniser::Words(_) => Special::Mask as i64,
        }
    }

    /// Whether a token is no word: pad, unknown, class, separator, mask, begin, end.
    pub fn is_special(&self, id: i64) -> bool {
        match self {
            Tokeniser::Published(published) => published.special().contains(id),
            Tokeniser::Words(_) => id <= Special::Mask as i64,
        }
    }

    /// Refuses a vocabulary that a model with `rows` embeddings cannot read.
    ///
    /// A model may have more embeddings than there are tokens, as many published ones do.
    ///
    /// # Errors
    /// More tokens than rows.
    pub fn fits(&self, rows: usize) -> Result<(), TextError> {
        match self.len() {
            tokens if tokens > rows => Err(TextError::Embedding { tokens, rows }),
            _ => Ok(()),
        }
    }

    /// Writes the tokeniser to a folder, as `transformers` reads it and [`Tokeniser::open`] does.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn save(&self, folder: &Path) -> Result<(), TextError> {
        saved::write(self, folder)
    }
}

//! Action histories -> sentences -> tokens: what a language model reads of a video.
//!
//! | file | decides |
//! |---|---|
//! | [`history`] | which past actions count for a segment |
//! | [`verbalise`] | the words of an action, the sentence of a history |
//! | [`recipes`] | a corpus of action sequences, from Recipe1M |
//! | [`vocabulary`] | word-level tokens |
//!
//! It does not know language models. Source: `teacher/code` of the distillation fork.

pub mod history;
pub mod recipes;
pub mod verbalise;
pub mod vocabulary;

pub use history::{History, Horizon, histories};
pub use recipes::RecipesError;
pub use verbalise::{Style, sentence};
pub use vocabulary::{Special, WordVocabulary};

use crate::files::FileError;

/// Why text cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TextError {
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// Recipes cannot be made a corpus.
    #[error(transparent)]
    Recipes(#[from] RecipesError),
    /// A vocabulary file whose first lines are not the special tokens.
    #[error("`{}` is no vocabulary: line {line} is `{found}`, expected `{expected}`", path.display())]
    Vocabulary {
        /// Which file.
        path: std::path::PathBuf,
        /// One-based line.
        line: usize,
        /// What stands there.
        found: String,
        /// What was expected.
        expected: String,
    },
}

//! Why text cannot be made: the error of the room.

use std::path::PathBuf;

use crate::data::{DataError, Uid};
use crate::files::FileError;

use super::recipes::RecipesError;

/// What is wrong with a tokeniser, a history or a corpus.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TextError {
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A file of the data set cannot be used.
    #[error(transparent)]
    Data(#[from] DataError),
    /// Recipes cannot be made a corpus.
    #[error(transparent)]
    Recipes(#[from] RecipesError),
    /// A folder without the files of a tokeniser.
    #[error("`{}` has no tokeniser of {family}: there is no `{missing}`, nor a `tokenizer.json`", folder.display())]
    NoTokeniser {
        /// Which folder.
        folder: PathBuf,
        /// The family that was asked for.
        family: &'static str,
        /// The file that is not there.
        missing: &'static str,
    },
    /// A file of a tokeniser that says something else than such a file does.
    #[error("`{}` is no {what}: {reason}", path.display())]
    Tokeniser {
        /// Which file.
        path: PathBuf,
        /// What it should be.
        what: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// A vocabulary without one of the tokens that are no words.
    #[error("the vocabulary of `{}` has no `{token}`, expected as {role}", folder.display())]
    SpecialToken {
        /// Where the tokeniser lies.
        folder: PathBuf,
        /// `pad_token`, `mask_token`, ...
        role: &'static str,
        /// Its spelling.
        token: String,
    },
    /// A vocabulary with more tokens than a model has embeddings.
    #[error(
        "the vocabulary has {tokens} tokens, the model embeds {rows}: they do not belong together"
    )]
    Embedding {
        /// Tokens of the vocabulary.
        tokens: usize,
        /// Rows of the embedding.
        rows: usize,
    },
    /// A text that the tokeniser refuses.
    #[error("`{text}` cannot be tokenised: {reason}")]
    Encode {
        /// How it begins.
        text: String,
        /// What the tokeniser says.
        reason: String,
    },
    /// A setting that makes no sense.
    #[error("`{setting}` is {value}: {reason}")]
    Setting {
        /// Its name.
        setting: &'static str,
        /// What it is.
        value: String,
        /// What it may be.
        reason: &'static str,
    },
    /// An action that is none of the classes.
    #[error("segment {uid}: action {action} in its past is none of the {classes} classes")]
    UnknownAction {
        /// Whose past.
        uid: Uid,
        /// Which number.
        action: i64,
        /// How many classes there are.
        classes: usize,
    },
    /// Nothing to learn from or to predict.
    #[error("there is no segment whose past could be read")]
    NoHistories,
    /// A pickle that holds no histories, or not those of the data set.
    #[error("`{}` holds no histories of this data set: {reason}", path.display())]
    Histories {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A corpus without a single line.
    #[error("`{}` is an empty corpus: expected a sequence of actions a line", path.display())]
    EmptyCorpus {
        /// Which file.
        path: PathBuf,
    },
    /// A line of a corpus that is too long to be a recipe.
    #[error("`{}`, line {line}: longer than {limit} bytes, expected a sequence of actions a line", path.display())]
    LongLine {
        /// Which file.
        path: PathBuf,
        /// One-based line.
        line: usize,
        /// Bytes at most.
        limit: usize,
    },
    /// A line of a corpus that is no text.
    #[error("`{}`, line {line}: not UTF-8 at byte {byte} of the line", path.display())]
    NoText {
        /// Which file.
        path: PathBuf,
        /// One-based line.
        line: usize,
        /// Zero-based byte.
        byte: usize,
    },
    /// A corpus that is shorter than it was when it was indexed.
    #[error("`{}`, line {line}: the file has changed since it was opened", path.display())]
    Changed {
        /// Which file.
        path: PathBuf,
        /// One-based line.
        line: usize,
    },
}

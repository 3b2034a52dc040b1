//! Action histories -> sentences -> tokens: what a language model reads of a video.
//!
//! | file | decides |
//! |---|---|
//! | [`history`] | which past actions count for a segment |
//! | [`verbalise`] | the words of an action, the sentence of a history |
//! | [`tokeniser`] | the token ids of a text, by published files |
//! | [`vocabulary`] | word-level tokens, where nothing is published |
//! | [`reading`] | what a model reads of a history: class numbers or tokens, how long |
//! | [`loader`] | batches of histories |
//! | [`withheld`] | past actions that training does not show |
//! | [`corpus`] | batches of a file of sentences, tokens hidden that are to be restored |
//! | [`batch`], [`order`] | rows side by side; which rows, when |
//! | [`class_weights`] | what a class weighs |
//! | [`recipes`] | a corpus of action sequences, from Recipe1M |
//!
//! It does not know language models: batches are plain numbers. What is drawn depends on seed, epoch
//! and row alone. Source: `teacher/code` of the distillation fork.

pub mod batch;
pub mod class_weights;
pub mod corpus;
mod error;
pub mod history;
pub mod loader;
pub mod order;
pub mod reading;
pub mod recipes;
pub mod tokeniser;
pub mod verbalise;
pub mod vocabulary;
pub mod withheld;

pub use batch::{ActionsBatch, HistoryBatch, HistoryInput, MaskedBatch, TextBatch};
pub use class_weights::balanced;
pub use corpus::{Corpus, CorpusLoader, Masking};
pub use error::TextError;
pub use history::{History, HistoryRow, Horizon, sort_by_time};
pub use loader::HistoryLoader;
pub use order::BatchOptions;
pub use reading::{Reading, TextReading, Truncate};
pub use recipes::RecipesError;
pub use tokeniser::{Encoded, Family, Tokeniser};
pub use verbalise::{Phrases, Sentence, Style, Wording};
pub use vocabulary::{Special, WordVocabulary};
pub use withheld::{Thinning, Withheld};

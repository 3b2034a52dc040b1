//! Small models of our own over past actions: what comes next.
//!
//! | file | model |
//! |---|---|
//! | `gru` | a recurrent network |
//! | `transformer` | attention from the moment of asking to the past |
//! | [`ngram`] | counts, no tensors |
//! | `embeddings`, `outputs` | what the first two share |
//!
//! A past action is the sum of the embeddings of its verb, its noun and itself; an action's logit is
//! the sum of its own, its verb's and its noun's. They start from random weights and read class
//! numbers, no words.

mod embeddings;
mod gru;
pub mod ngram;
mod outputs;
mod tokens;
mod transformer;

pub use gru::{ActionGru, ActionGruConfig, Gru};
pub use ngram::{NgramArrays, NgramConfig, NgramModel, Smoothing};
pub use tokens::{ActionClasses, ActionTokens};
pub use transformer::{ActionTransformer, ActionTransformerConfig};

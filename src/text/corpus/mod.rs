//! A file of sentences to pre-train on, one recipe a line: `<verb> <v> <object> <a> ...`.
//!
//! | file | decides |
//! |---|---|
//! | [`Corpus`] | which lines there are and where, which are kept aside |
//! | [`Masking`] | which tokens are asked for, and what is shown in their place |
//! | [`CorpusLoader`] | batches of lines |
//!
//! Every line is a text of its own, cut to so many tokens; `run_mlm` of `transformers` would join
//! lines and cut the whole into blocks unless told `--line_by_line`, and of the original's
//! pre-training no more is known than steps, batch and share of hidden tokens.

mod index;
mod loader;
mod masking;

pub use index::{Corpus, MAX_LINE};
pub use loader::CorpusLoader;
pub use masking::Masking;

#[cfg(test)]
mod tests;

//! The page of three models' errors: who is right where, and examples to read.
//!
//! Decides how segments and guesses are shown. It does not know where they come from: whoever asks
//! fills an [`ErrorPage`] with words. Invariant: the page says how many examples are left out, and
//! nothing of it needs the script but the choice of examples.

mod html;

pub use html::render_errors;

use crate::runs::DataKind;

/// What the page shows.
#[derive(Clone, Debug)]
pub struct ErrorPage {
    /// Its title.
    pub title: String,
    /// What the figures are worth.
    pub data: DataKind,
    /// A model is right when the true action is among its first `k`.
    pub k: usize,
    /// Teacher, baseline, distilled.
    pub models: [ErrorModel; 3],
    /// Segments that were looked at.
    pub segments: usize,
    /// The outcomes, most telling first.
    pub outcomes: Vec<ErrorOutcome>,
    /// What a reader should know, a sentence each.
    pub notes: Vec<String>,
    /// The command line that wrote it.
    pub command: Vec<String>,
}

/// One of the three.
#[derive(Clone, Debug)]
pub struct ErrorModel {
    /// `teacher`, `baseline` or `distilled`.
    pub role: &'static str,
    /// What it is called.
    pub name: String,
    /// Segments that it is right about.
    pub right: usize,
}

/// One way for the three to be right or wrong.
#[derive(Clone, Debug)]
pub struct ErrorOutcome {
    /// Its name in files.
    pub code: String,
    /// Its name in words.
    pub meaning: &'static str,
    /// Who is right.
    pub right: [bool; 3],
    /// How many segments.
    pub segments: usize,
    /// Some of them, or all.
    pub examples: Vec<ErrorExample>,
}

/// A segment to read.
#[derive(Clone, Debug)]
pub struct ErrorExample {
    /// Its name.
    pub uid: String,
    /// Its video.
    pub video: String,
    /// Start and end, in seconds.
    pub times: [f64; 2],
    /// What happened before, oldest first.
    pub history: Vec<String>,
    /// What happens.
    pub target: String,
    /// What the models expect.
    pub guesses: [ErrorGuesses; 3],
}

/// What one model expects.
#[derive(Clone, Debug)]
pub struct ErrorGuesses {
    /// The place of what happens in its order, from 1.
    pub rank: usize,
    /// The first ones with their probability.
    pub first: Vec<(String, f64)>,
}

//! What the EPIC-Kitchens action anticipation challenges take.
//!
//! Decides what a submission looks like and what is wrong with one. It does not know where it is
//! written. Invariant: every text that [`Submission::json`] gives has passed [`check`].
//!
//! | file | decides |
//! |---|---|
//! | `challenge` | versions, numbers of classes, levels of supervision |
//! | `document` | scores as JSON |
//! | `check` | what the organisers' evaluation would refuse, and where it stands |
//! | `segment` | the same of one segment |
//! | `archive` | the ZIP file that is uploaded |
//! | `schema.json` | the same as a JSON Schema, for other programs |
//!
//! Sources: `package_results_for_submission`, `package_results_for_submission_ek100` and
//! `get_struct_outputs_per_dataset` of the original's `notebooks/utils.py`; the rules are those of the
//! EPIC-Kitchens-55 starter kit (`submission` page) and of `evaluate_anticipation_json_ek100.py` in
//! epic-kitchens/C3-Action-Anticipation.

mod archive;
mod challenge;
mod check;
mod document;
mod error;
mod segment;

pub use archive::{archive, members};
pub use challenge::{Challenge, Supervision};
pub use check::{Checked, Problem, check};
pub use document::Submission;
pub use error::SubmissionError;

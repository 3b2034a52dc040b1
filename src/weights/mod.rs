//! Host arrays under original names <-> model parameters.
//!
//! Decides names, layouts and what a set of arrays lacks, adds or gets wrong. It does not know
//! where the arrays come from. Names and layouts are those of the original's `state_dict`:
//! `torch.nn.Linear` is (out, in), GPT-2's `Conv1D` (in, out). Running statistics are arrays too.

mod error;
mod export;
pub mod hugging_face;
mod import;
mod part;
mod published;
#[cfg(test)]
mod tests;

pub use error::WeightsError;
pub use export::{export, export_parameters};
pub use import::{ImportReport, Mismatch, import, import_parameters};
pub use part::Part;
pub use published::Source;

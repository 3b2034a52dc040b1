//! Pages over many runs: what the `report` room is told of them.
//!
//! Decides what is gathered of a sweep or a selection, and when the page of a sweep is written: at the
//! end of the command that launched it, and whenever a job of it has ended, though not all the time.
//! Invariant: runs are only read, and a page that cannot be written stops nothing.

mod compared;
mod facts;
mod keep;
mod selection;
mod sweep;
mod swept;

pub(super) use keep::{after_job, at_end};
pub(super) use selection::of_records;
pub(super) use sweep::of_sweep;

/// The page of a run or a sweep, in its directory.
pub(super) const FILE: &str = "report.html";

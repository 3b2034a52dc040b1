//! Overrides with sweeps -> the overrides of each job.
//!
//! Decides which jobs a sweep has, in which order, and how their overrides are spelt: as Hydra's
//! basic sweeper does (its texts end up in `.hydra/overrides.yaml` and in `--dry-run`). It does not
//! know how jobs are launched.

mod error;
mod expand;
mod values;

pub use error::SweepError;
pub use expand::{arguments, expand, jobs};

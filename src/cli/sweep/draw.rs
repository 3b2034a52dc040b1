//! Sweepers that draw their points one by one, as results come.
//!
//! The one place that asks a sweeper for points; the sweepers of this version have their jobs in a list.

use crate::config::{Composed, OverrideArg};
use crate::launch::{JobRecord, LaunchError};

use super::super::failure::Failure;
use super::given::Sweep;

/// What records keep of a run where the sweeper names nothing else.
const DEFAULT_METRIC: &str = "final_acc/action/top1";

/// How many points the sweeper draws; `None` where its jobs are a list.
pub(super) fn points(_sweep: &Sweep) -> Result<Option<usize>, Failure> {
    Ok(None)
}

/// The overrides of a task that is drawn now, given how the others went.
pub(super) fn draw(
    sweep: &Sweep,
    number: usize,
    _records: &[JobRecord],
) -> Result<Vec<OverrideArg>, Failure> {
    let sweeper = sweep.choice("hydra/sweeper");
    Err(LaunchError::DrawsNothing { number, sweeper }.into())
}

/// The metric that the sweeper searches by.
pub(super) fn metric(whole: &Composed) -> String {
    whole.text_at("hydra.sweeper.metric").unwrap_or_else(|_| DEFAULT_METRIC.to_owned())
}

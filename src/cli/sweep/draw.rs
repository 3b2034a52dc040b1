//! Sweepers that draw their points one by one, as results come: the one place that asks them.

use crate::config::{Composed, OverrideArg};
use crate::launch::{JobRecord, LaunchError, trials};
use crate::sweep::Sampler;

use super::super::failure::Failure;
use super::given::Sweep;

/// What records keep of a run where the sweeper names nothing else.
const DEFAULT_METRIC: &str = "final_acc/action/top1";

/// The points of a sweeper that draws.
pub(super) struct Drawn {
    /// How many there are.
    pub(super) count: usize,
    /// The first of them, which no result decides.
    pub(super) known: Vec<Vec<OverrideArg>>,
    /// Tasks in which everything occurs that may be drawn, to be checked beforehand.
    pub(super) probes: Vec<Vec<OverrideArg>>,
}

/// What is known of a sweep whose points are drawn; `None` where its jobs are a list.
pub(super) fn drawn(sweep: &Sweep) -> Result<Option<Drawn>, Failure> {
    let Some(sampler) = Sampler::new(&sweep.whole, sweep.composer())? else { return Ok(None) };
    let (known, probes) = (sampler.known()?, sampler.probes()?);
    Ok(Some(Drawn { count: sampler.trials(), known, probes }))
}

/// The overrides of a task that is drawn now, given how the others went.
pub(super) fn draw(
    sweep: &Sweep,
    number: usize,
    records: &[JobRecord],
) -> Result<Vec<OverrideArg>, Failure> {
    match Sampler::new(&sweep.whole, sweep.composer())? {
        Some(sampler) => Ok(sampler.draw(number, &trials(records))?),
        None => {
            let sweeper = sweep.choice("hydra/sweeper");
            Err(LaunchError::DrawsNothing { number, sweeper }.into())
        }
    }
}

/// The metric that the sweeper searches by.
pub(super) fn metric(whole: &Composed) -> String {
    whole.text_at("hydra.sweeper.metric").unwrap_or_else(|_| DEFAULT_METRIC.to_owned())
}

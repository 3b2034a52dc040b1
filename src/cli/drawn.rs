//! `runner -m hydra/sweeper=random|tpe`: what can be said of a sweep before its points are drawn.

use crate::config::{ConfigError, ErrorKind, OverrideArg};
use crate::sweep::{Sampler, SweepError};

/// The jobs that are known, and a word on the others.
pub(super) struct Known {
    /// The overrides of each job's task.
    pub jobs: Vec<Vec<OverrideArg>>,
    /// Why there are no more of them, for stderr.
    pub note: Option<String>,
}

/// What is known of a drawn sweep before the first result.
pub(super) fn known(sampler: &Sampler<'_>) -> Result<Known, SweepError> {
    let jobs = sampler.known()?;
    let left = sampler.trials() - jobs.len();
    let note = (left > 0).then(|| {
        let (known, all) = (jobs.len(), sampler.trials());
        format!("{known} of {all} jobs are known; the rest is drawn as results come")
    });
    Ok(Known { jobs, note })
}

/// What to write in place of Hydra's sweepers that this program has not.
pub(super) fn hint(error: &ConfigError) -> Option<String> {
    match error.kind() {
        ErrorKind::NoSuchConfig { config } if config.starts_with("hydra/sweeper/optuna") => Some(
            "`hydra/sweeper=tpe` searches as Optuna's TPE does, `hydra/sweeper=random` as its random \
             sampler, under the same keys"
                .into(),
        ),
        _ => None,
    }
}

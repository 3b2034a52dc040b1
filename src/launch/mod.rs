//! Launchers: how the jobs of a sweep are run.
//!
//! Decides the order and what a failure means for the others. It does not know what a job does:
//! the caller hands in the function that runs one. Every job was composed and checked before the
//! first is launched.

mod basic;
mod error;
mod job;
mod ledger;
mod trials;

pub use basic::Basic;
pub use error::LaunchError;
pub use job::{Job, JobOutcome, JobReport, tally};
pub use ledger::{JobRecord, JobState, Ledger, SlurmTask, SweepRecord};
pub use trials::trials;

/// Runs jobs, one report each, in the order of the jobs.
pub trait Launcher {
    /// The name by which `hydra/launcher` chooses it.
    fn name(&self) -> &'static str;

    /// Runs all jobs that the launcher's rules let run.
    fn launch(&self, jobs: Vec<Job>, run: &mut dyn FnMut(&Job) -> JobOutcome) -> Vec<JobReport>;
}

/// The names [`launcher`] knows. `serial` is `basic` with room in its config for what a job on a
/// cluster would ask for.
pub const LAUNCHERS: [&str; 2] = [Basic::NAME, "serial"];

/// What the config says of launching.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LaunchOptions {
    /// Whether a failed job keeps those after it from starting.
    pub stop_on_failure: bool,
}

/// The launcher called `name`.
pub fn launcher(name: &str, options: LaunchOptions) -> Result<Box<dyn Launcher>, LaunchError> {
    match name {
        Basic::NAME | "serial" => Ok(Box::new(Basic::new(options))),
        _ => Err(LaunchError::Unknown {
            name: name.to_owned(),
            expected: LAUNCHERS.map(str::to_owned).to_vec(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_name_is_a_launcher() {
        for name in LAUNCHERS {
            launcher(name, LaunchOptions::default()).unwrap();
        }
    }

    #[test]
    fn an_unknown_name_says_which_there_are() {
        let error = launcher("joblib", LaunchOptions::default()).err().unwrap();
        assert!(error.to_string().contains("`joblib`") && error.to_string().contains("`basic`"));
    }
}

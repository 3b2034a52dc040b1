//! Where a sweep lies: the next number below its experiment, or a directory as given.

use std::path::{Path, PathBuf};

use crate::experiment;
use crate::launch::{LaunchError, Ledger};
use crate::runs::{RunError, SweepDir};

/// The directory of a sweep before it is taken.
#[derive(Clone, Debug)]
pub(super) enum Place {
    /// `hydra.sweep.dir` ends in `NNNN`.
    Numbered {
        /// `paths.outputs`
        outputs: PathBuf,
        /// Name of the experiment.
        experiment: String,
    },
    /// Any other.
    Given(PathBuf),
}

impl Place {
    /// That of a `hydra.sweep.dir`.
    pub(super) fn of(dir: &Path) -> Self {
        match experiment::numbered(dir) {
            Some((outputs, experiment)) => Self::Numbered { outputs, experiment },
            None => Self::Given(dir.to_owned()),
        }
    }

    /// The directory below which runs of the experiment lie.
    pub(super) fn root(&self) -> PathBuf {
        match self {
            Self::Numbered { outputs, experiment } => outputs.join(experiment),
            Self::Given(dir) => dir.clone(),
        }
    }

    /// The sweep that is there.
    ///
    /// # Errors
    /// Another sweep in a directory that was given; one at all, if it is to be a `new` one.
    pub(super) fn find(&self, identity: &str, new: bool) -> Result<Option<Ledger>, LaunchError> {
        match self {
            Self::Numbered { .. } if new => Ok(None),
            Self::Numbered { .. } => Ledger::newest(&self.root(), identity),
            Self::Given(dir) if !Ledger::is_in(dir) => Ok(None),
            Self::Given(dir) if new => Err(LaunchError::Taken { path: dir.clone() }),
            Self::Given(dir) => {
                let ledger = Ledger::open(&crate::files::canonical(dir)?)?;
                match ledger.head() {
                    head if head.identity == identity => Ok(Some(ledger)),
                    head => Err(LaunchError::OtherSweep {
                        path: dir.clone(),
                        arguments: head.arguments.clone(),
                    }),
                }
            }
        }
    }

    /// Takes the directory for a new sweep.
    pub(super) fn take(&self) -> Result<SweepDir, RunError> {
        match self {
            Self::Numbered { outputs, experiment } => SweepDir::create(outputs, experiment),
            Self::Given(dir) => SweepDir::at(dir),
        }
    }
}

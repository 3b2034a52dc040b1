//! What to do about a sweep that is not launched.

use crate::config::{ConfigError, ErrorKind};
use crate::launch::LaunchError;
use crate::launch::slurm::SlurmError;

use super::super::failure::Failure;
use super::super::run;

impl From<LaunchError> for Failure {
    fn from(error: LaunchError) -> Self {
        let failure = Self::wrong_input(&error);
        match hint(&error) {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}

fn hint(error: &LaunchError) -> Option<String> {
    let removed = |lock: &str| format!("if that process is gone for certain, remove `{lock}`");
    Some(match error {
        LaunchError::Launching { lock, .. } => format!(
            "wait for it, or stop it and start again; {}",
            removed(&run::shown(lock))
        ),
        LaunchError::Busy { path, number, .. } => {
            let record = path.join(format!("ledger/{number:04}.json"));
            format!(
                "wait for it; if that process is gone for certain, set `state` in `{}` to `failed`",
                run::shown(&record)
            )
        }
        LaunchError::NoLedger { .. } => {
            "a sweep directory is `outputs/EXPERIMENT/NNNN`; arguments after `--` make a new one there"
                .into()
        }
        LaunchError::OtherSweep { .. } | LaunchError::Taken { .. } => {
            "give the new one a directory of its own; a `hydra.sweep.dir` that ends in NNNN takes the \
             next number"
                .into()
        }
        LaunchError::Slurm(error) => return of_slurm(error),
        LaunchError::Unknown { .. }
        | LaunchError::File(_)
        | LaunchError::Run(_)
        | LaunchError::Record { .. }
        | LaunchError::DrawsNothing { .. }
        | LaunchError::NoQueue { .. }
        | LaunchError::Setting { .. }
        | LaunchError::Program { .. }
        | LaunchError::Worker { .. }
        | LaunchError::Threads { .. }
        | LaunchError::NoJob { .. } => return None,
    })
}

fn of_slurm(error: &SlurmError) -> Option<String> {
    Some(match error {
        SlurmError::NoProgram { .. } => {
            "hydra/launcher=local runs jobs on this machine; hydra.launcher.submit=false only writes \
             the job file"
        }
        SlurmError::Silent { program: "sbatch", .. } => {
            "no job is noted as submitted; `squeue --me` tells whether it was accepted after all, and \
             the same command submits what does not run"
        }
        SlurmError::Refused { program: "sbatch", .. } => {
            "no job is noted as submitted; the same command submits them again"
        }
        SlurmError::NoJobFile { .. } => "hydra.launcher.job_file names another file",
        _ => return None,
    }
    .to_owned())
}

/// What to write in place of Hydra's sweepers that this program has not.
pub(in super::super) fn config_hint(error: &ConfigError) -> Option<String> {
    match error.kind() {
        ErrorKind::NoSuchConfig { config } if config.starts_with("hydra/sweeper/optuna") => Some(
            "`hydra/sweeper=tpe` searches as Optuna's TPE does, `hydra/sweeper=random` as its random \
             sampler, under the same keys"
                .into(),
        ),
        _ => None,
    }
}

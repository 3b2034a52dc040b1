//! Who works on this model: this process alone, or several ranks together.
//!
//! Decides by the task what several processes of one command are, and joins them by MPI where the
//! binary has it (feature `mpi`). It does not know what ranks tell each other. Invariant: a command
//! that was started several times never trains several models.
//!
//! | task | several processes |
//! |---|---|
//! | `train`, `teacher_pretrain`, `teacher_finetune` | train one model together |
//! | `extract_features`, data sets with `shard_per_worker` | do their share alone, without MPI |
//! | any other | refused |

#[cfg(feature = "mpi")]
mod mpi;
pub(super) mod silent;

use crate::train::{Alone, Ranks};

use super::SetupError;
use super::config::{
    CombineLosses, ExperimentConfig, FuturePredictor, OpConfig, RegCriterion, Task,
};
use super::rank::{self, Declared};
use super::work;

/// Joins the processes that work on one model.
///
/// # Errors
/// Several processes without MPI, or for a task that is the work of one.
pub(super) fn join(config: &ExperimentConfig) -> Result<Box<dyn Ranks>, SetupError> {
    let declared = rank::declared()?.filter(|declared| declared.shard.world > 1);
    let Some(declared) = declared.filter(|_| !work::is_shared(config)) else {
        return Ok(Box::new(Alone));
    };
    match alone_only(config) {
        None => by_mpi(declared),
        Some(what) => {
            let Declared { shard, by } = declared;
            Err(SetupError::OneProcess { variable: by, ranks: shard.world, what })
        }
    }
}

/// Whether this process follows another one that trains with it: it writes nothing.
///
/// # Errors
/// An environment that does not say which process this is.
pub fn follows(config: &ExperimentConfig) -> Result<bool, SetupError> {
    let declared = rank::declared()?.filter(|_| !work::is_shared(config));
    Ok(declared.is_some_and(|declared| declared.shard.rank > 0))
}

/// Refuses to do several times what `mpirun` has started several times and one process does.
///
/// # Errors
/// When it has.
pub fn refuse_mpi(what: &str) -> Result<(), SetupError> {
    match rank::declared()?.filter(|declared| declared.is_by_mpi() && declared.shard.world > 1) {
        None => Ok(()),
        Some(Declared { shard, by }) => {
            Err(SetupError::OneProcess { variable: by, ranks: shard.world, what: what.to_owned() })
        }
    }
}

/// What of a config is the work of one process.
fn alone_only(config: &ExperimentConfig) -> Option<String> {
    let outputs = config.run.test_only && config.eval.eval_fn.only_run_featext;
    match config.run.task {
        Task::Train if outputs => Some("eval.eval_fn.only_run_featext=true".to_owned()),
        Task::Train => over_the_batch(config).map(str::to_owned),
        Task::TeacherPretrain | Task::TeacherFinetune => None,
        task => Some(format!("task={}", task.name())),
    }
}

/// The key of a loss that compares all rows of a batch, which no rank has.
fn over_the_batch(config: &ExperimentConfig) -> Option<&'static str> {
    if let FuturePredictor::Avth(avth) = &config.model.future_predictor
        && avth.future_pred_loss.as_ref().is_some_and(|loss| loss.contrastive().is_some())
    {
        return Some("a contrastive model.future_predictor.future_pred_loss");
    }
    let OpConfig::PredFutureFeat(op) = &config.train_eval_op else { return None };
    match (&op.reg_criterion, &op.combine_future_losses) {
        (RegCriterion::SimclrInfoNce(_), _) => Some("a contrastive train_eval_op.reg_criterion"),
        (_, CombineLosses::Min(_) | CombineLosses::Max(_)) => {
            Some("the least or greatest loss of train_eval_op.combine_future_losses")
        }
        _ => None,
    }
}

#[cfg(feature = "mpi")]
fn by_mpi(declared: Declared) -> Result<Box<dyn Ranks>, SetupError> {
    Ok(Box::new(mpi::Mpi::join(declared)?))
}

#[cfg(not(feature = "mpi"))]
fn by_mpi(Declared { shard, by }: Declared) -> Result<Box<dyn Ranks>, SetupError> {
    Err(SetupError::NoMpi { variable: by, ranks: shard.world })
}

/// Leaves the other ranks, at the end of the process: with `failed`, its exit code, when it failed.
///
/// What failed on all of them ends on all of them; what failed on this one alone ends the others too.
pub fn leave(failed: Option<u8>) {
    #[cfg(feature = "mpi")]
    mpi::leave(failed);
    #[cfg(not(feature = "mpi"))]
    let _ = failed;
}

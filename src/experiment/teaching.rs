//! A model that learns, in its run directory: from its last checkpoint on, and what is left of it.
//!
//! Of several ranks the first one has the directory; the others learn beside it.

use std::path::PathBuf;

use crate::files::TensorFile;
use crate::models::StateDict;
use crate::runs::{CheckpointStore, ClassNames, Loaded, RunDir, RunError, RunManifest};
use crate::train::ranks::{agree, of_the_first};
use crate::train::{Criterion, Outside, Ranks};

use super::build::{Basis, Built, Finetuning, Pretraining, Tally};
use super::checkpoint::StoreSink;
use super::config::Keep;
use super::folder::{self, Card};
use super::publish::Publisher;
use super::ranks::silent::Silent;
use super::session::{Request, hash};
use super::sinks::{Length, RunSinks, Sinking, Stored};
use super::tasks::{self, Finished, Task};
use super::{ExperimentError, SetupError};

/// Where a rank works: the first one in the run directory, the others beside it.
pub(super) enum Desk<'a> {
    /// It writes all there is.
    First {
        /// The run directory.
        run: &'a RunDir,
        /// Says how it goes.
        manifest: &'a mut RunManifest,
    },
    /// It writes nothing.
    Other,
}

/// A task over a model that learns, from its last checkpoint on.
pub(super) fn teach<C: Criterion<Model: StateDict>>(
    request: &Request<'_>,
    task: Task<C>,
    built: Built<C>,
    ranks: &dyn Ranks,
    desk: &mut Desk<'_>,
) -> Result<Finished, ExperimentError> {
    let stop = request.stop;
    match desk {
        Desk::First { run, manifest } => {
            let store = CheckpointStore::new(run, &hash(request)?)?;
            let mut built = resume(built, ranks, || Ok(store.load_latest()?))?;
            let sinking = sinking(request, &built.basis, built.length());
            let mut events = RunSinks::open(run, manifest, sinking)?;
            let checkpoints = &mut StoreSink(store);
            let mut outside = Outside { checkpoints, events: &mut events, stop, ranks };
            task(&mut built, &mut outside)
        }
        Desk::Other => {
            let mut built = resume(built, ranks, || Ok(None))?;
            let (checkpoints, events) = (&mut Silent, &mut Silent);
            task(&mut built, &mut Outside { checkpoints, events, stop, ranks })
        }
    }
}

/// What is stored and shown of a run of this length.
fn sinking<'r>(request: &'r Request<'_>, basis: &Basis, length: Length) -> Sinking<'r> {
    let eval = &request.config.eval.eval_fn;
    let store = eval.store.then(|| Stored {
        prefix: eval.store_endpoint.clone(),
        classes: ClassNames::new(basis.classes.clone()),
    });
    let trains = !request.config.run.test_only;
    Sinking { length: trains.then_some(length), store, screen: request.log.screen() }
}

/// Goes on from the checkpoint that the first rank finds, if there is one: all ranks from the same.
fn resume<C: Criterion<Model: StateDict>>(
    built: Built<C>,
    ranks: &dyn Ranks,
    find: impl FnOnce() -> Result<Option<Loaded>, SetupError>,
) -> Result<Built<C>, SetupError> {
    let (path, own) = match find() {
        Ok(found) => (Ok(found.as_ref().map(|found| found.path.clone())), found),
        Err(error) => (Err(error), None),
    };
    let path = of_the_first(ranks, path)?;
    let load = |path: PathBuf| {
        let file = TensorFile::read(&path).map_err(RunError::from)?;
        Ok(Loaded { name: String::new(), path, file, refused: Vec::new() })
    };
    let loaded = match own {
        Some(own) => Ok(Some(own)),
        None => path.map(load).transpose(),
    };
    let resumed = loaded.and_then(|loaded| match loaded {
        Some(loaded) => built.resume(&loaded),
        None => Ok(built),
    });
    agree(ranks, resumed)
}

/// A teacher that learns what comes after histories; its folder is written when it has.
pub(super) fn finetune(
    request: &Request<'_>,
    finetuning: Finetuning,
    publisher: &Publisher,
    ranks: &dyn Ranks,
    mut desk: Desk<'_>,
) -> Result<Finished, ExperimentError> {
    match finetuning {
        Finetuning::Model(built, card, files) => {
            let finished = teach(request, tasks::train::run, *built, ranks, &mut desk)?;
            if let (Finished::Completed, Desk::First { run, .. }) = (finished, desk) {
                let node = request.config.language.finetune.as_ref();
                let keep = node.map_or(Keep::Last, |finetune| finetune.keep);
                let weights = || folder::weights_of_run(run.path(), keep);
                let left =
                    publisher.folder(|dir| folder::fill(dir, &card, files.as_deref(), weights()?));
                left.map_err(ExperimentError::Files)?;
            }
            Ok(finished)
        }
        Finetuning::Counts(tally, card) => match desk {
            Desk::First { run, manifest } => {
                count(request, &tally, &card, publisher, run, manifest)
            }
            Desk::Other => Ok(Finished::Completed),
        },
    }
}

/// A language model that restores hidden words; its folder is written when it has learnt.
pub(super) fn pretrain(
    request: &Request<'_>,
    Pretraining { built, files }: Pretraining,
    publisher: &Publisher,
    ranks: &dyn Ranks,
    mut desk: Desk<'_>,
) -> Result<Finished, ExperimentError> {
    let finished = teach(request, tasks::train::run, built, ranks, &mut desk)?;
    if let (Finished::Completed, Desk::First { run, .. }) = (finished, desk) {
        let weights = || folder::weights_of_run(run.path(), Keep::Last);
        let left = publisher.folder(|dir| files.fill(dir, weights()?));
        left.map_err(ExperimentError::Files)?;
    }
    Ok(finished)
}

/// A teacher that counts.
fn count(
    request: &Request<'_>,
    tally: &Tally,
    card: &Card,
    publisher: &Publisher,
    run: &RunDir,
    manifest: &mut RunManifest,
) -> Result<Finished, ExperimentError> {
    let length = Length { steps: 1, epochs: 1, batch_size: tally.histories.len(), done: 0 };
    let sinking = sinking(request, &tally.basis, length);
    let mut sinks = RunSinks::open(run, manifest, sinking)?;
    let model = tasks::count::run(tally, &mut sinks)?;
    let counts = folder::of_counts(model.arrays());
    publisher
        .folder(|dir| folder::fill(dir, card, None, counts))
        .map_err(ExperimentError::Files)?;
    Ok(Finished::Completed)
}

//! A model that learns, in its run directory: from its last checkpoint on, and what is left of it.

use crate::models::StateDict;
use crate::runs::{CheckpointStore, RunDir, RunManifest};
use crate::train::{Criterion, Outside};

use super::build::{Built, Finetuning, Pretraining, Tally};
use super::checkpoint::StoreSink;
use super::config::Keep;
use super::folder::{self, Card};
use super::publish::Publisher;
use super::session::{Request, hash};
use super::sinks::{Length, RunSinks};
use super::tasks::{self, Finished, Task};
use super::{ExperimentError, SetupError};

/// A task over a model that learns, from its last checkpoint on.
pub(super) fn teach<C: Criterion<Model: StateDict>>(
    request: &Request<'_>,
    task: Task<C>,
    built: Built<C>,
    run: &RunDir,
    manifest: &mut RunManifest,
) -> Result<Finished, ExperimentError> {
    let (mut built, store) = resume(built, run, &hash(request)?)?;
    let mut outside = Outside {
        checkpoints: &mut StoreSink(store),
        events: &mut RunSinks::open(run, manifest, built.length(), stored(request))?,
        stop: request.stop,
    };
    task(&mut built, &mut outside)
}

/// Beginnings of the names of outputs that results are stored of.
fn stored(request: &Request<'_>) -> Option<String> {
    let eval = &request.config.eval.eval_fn;
    eval.store.then(|| eval.store_endpoint.clone())
}

/// Goes on from the newest usable checkpoint of the directory, if there is one.
fn resume<C: Criterion<Model: StateDict>>(
    built: Built<C>,
    run: &RunDir,
    config_hash: &str,
) -> Result<(Built<C>, CheckpointStore), SetupError> {
    let store = CheckpointStore::new(run, config_hash)?;
    let built = match store.load_latest()? {
        Some(loaded) => built.resume(&loaded)?,
        None => built,
    };
    Ok((built, store))
}

/// A teacher that learns what comes after histories; its folder is written when it has.
pub(super) fn finetune(
    request: &Request<'_>,
    finetuning: Finetuning,
    publisher: &Publisher,
    run: &RunDir,
    manifest: &mut RunManifest,
) -> Result<Finished, ExperimentError> {
    match finetuning {
        Finetuning::Model(built, card, files) => {
            let finished = teach(request, tasks::train::run, *built, run, manifest)?;
            if finished == Finished::Completed {
                let node = request.config.language.finetune.as_ref();
                let keep = node.map_or(Keep::Last, |finetune| finetune.keep);
                let weights = || folder::weights_of_run(run.path(), keep);
                let left =
                    publisher.folder(|dir| folder::fill(dir, &card, files.as_deref(), weights()?));
                left.map_err(ExperimentError::Files)?;
            }
            Ok(finished)
        }
        Finetuning::Counts(tally, card) => count(request, &tally, &card, publisher, run, manifest),
    }
}

/// A language model that restores hidden words; its folder is written when it has learnt.
pub(super) fn pretrain(
    request: &Request<'_>,
    Pretraining { built, files }: Pretraining,
    publisher: &Publisher,
    run: &RunDir,
    manifest: &mut RunManifest,
) -> Result<Finished, ExperimentError> {
    let finished = teach(request, tasks::train::run, built, run, manifest)?;
    if finished == Finished::Completed {
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
    let length = Length { steps: 1, batch_size: tally.histories.len(), done: 0 };
    let mut sinks = RunSinks::open(run, manifest, length, stored(request))?;
    let model = tasks::count::run(tally, &mut sinks)?;
    let counts = folder::of_counts(model.arrays());
    publisher
        .folder(|dir| folder::fill(dir, card, None, counts))
        .map_err(ExperimentError::Files)?;
    Ok(Finished::Completed)
}

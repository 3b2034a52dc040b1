//! One run from its typed config to its finished directory.
//!
//! Order matters: everything is built and checked first, then the directory is claimed, then the
//! task works in it, and whatever happens the manifest says how it ended.

use std::path::{Path, PathBuf};

use crate::config::{Composed, ConfigErrors, Part, Resolved};
use crate::data::{self, Shard};
use crate::files::Appender;
use crate::report;
use crate::runs::{DataKind, HydraFiles, Manifest, RunDir, RunFacts, RunManifest, provenance_yaml};
use crate::train::ranks::{agree, of_the_first};
use crate::train::{Ranks, StopSignal};

use super::build::Basis;
use super::config::ExperimentConfig;
use super::place::{Place, is_complete, numbered, place};
use super::publish::Publisher;
use super::tasks::{self, Finished};
use super::teaching::{Desk, finetune, pretrain, teach};
use super::watchers::{self, Wanted, Watchers};
use super::work::{self, Work};
use super::{ExperimentError, FILE_ONLY, RunLog, SetupError, ranks};

/// Keys that say what stands before a run and who watches it, not what it is.
const NOT_OF_THE_RUN: &[&str] = &["pipeline", "stages", "tensorboard", "tracker"];

/// Which run a config becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Take {
    /// The newest unfinished one of this config, else a new one.
    Unfinished,
    /// A new one, whatever there is.
    New,
    /// The one whose record the config was read from: the record stays as it is.
    Recorded,
}

/// What to run and where.
pub struct Request<'a> {
    /// The composed config, for the record.
    pub composed: &'a Composed,
    /// The same, resolved.
    pub resolved: &'a Resolved,
    /// The same, typed.
    pub config: &'a ExperimentConfig,
    /// The command line, program first.
    pub command: Vec<String>,
    /// Where: a path whose last component is `NNNN` takes the next free number.
    pub dir: PathBuf,
    /// Whether a complete run of this very config and data is taken in the place of a new one, where
    /// the directory ends in `NNNN`.
    pub reuse: bool,
    /// Which run it is to be, as far as the directory leaves that open.
    pub take: Take,
    /// Told of the directory once it is taken.
    pub taken: &'a dyn Fn(&Path),
    /// Told of the manifest once the run has begun.
    pub begun: &'a dyn Fn(&Manifest),
    /// May ask to stop.
    pub stop: &'a dyn StopSignal,
    /// Follows the run into its directory.
    pub log: &'a RunLog,
}

/// Where a run lies and how it ended.
#[derive(Clone, Debug, PartialEq)]
pub struct RunReport {
    /// Its directory; what it was to make, where another process made that.
    pub dir: PathBuf,
    /// How it ended.
    pub finished: Finished,
    /// Whether this process is the one of several that says so.
    pub is_first: bool,
}

/// Runs one experiment, alone or as one of several ranks.
///
/// # Errors
/// [`ExperimentError::Setup`] when nothing was started; the others after the directory existed,
/// whose manifest then says `failed`.
pub fn run(request: &Request<'_>) -> Result<RunReport, ExperimentError> {
    refuse_unavailable(request.config, request.resolved)?;
    crate::device::keep_freed_memory();
    let ranks = ranks::join(request.config)?;
    let first = ranks.rank() == 0;
    if !first {
        request.log.show_only_warnings();
    }
    let ended = run_on(request, &*ranks);
    request.log.end();
    ended.map_err(|error| match error.is_elsewhere() && !first {
        true => ExperimentError::Elsewhere(Box::new(error)),
        false => error,
    })
}

fn run_on(request: &Request<'_>, ranks: &dyn Ranks) -> Result<RunReport, ExperimentError> {
    let shard = Shard { rank: ranks.rank(), world: ranks.size() };
    let hash = hash(request)?;
    let wanted = agree(ranks, watchers::wanted(request.config))?;
    let work = agree(ranks, build(request, &hash, shard))?;
    let place = match shard.rank {
        0 => place(request, &work, &hash).map(Some),
        _ => Ok(None),
    };
    let (place, own) = match place {
        Ok(own) => (Ok(own.as_ref().map(Place::said)), own),
        Err(error) => (Err(error), None),
    };
    let (dir, over) = of_the_first(ranks, place)?.expect("the first rank has a place");
    let finished = match own {
        Some(Place::Open(run, _making)) => run_in(request, work, wanted, ranks, &run)?,
        Some(Place::Over(..)) | None => match over {
            Some(finished) => finished,
            None => beside(request, work, ranks)?,
        },
    };
    Ok(RunReport { dir, finished, is_first: shard.rank == 0 })
}

/// Builds what is run.
fn build(request: &Request<'_>, hash: &str, shard: Shard) -> Result<Work, SetupError> {
    let is_complete = numbered(&request.dir).is_none() && is_complete(&request.dir, hash)?;
    let publisher = Publisher::new(request.config, request.resolved, is_complete)?;
    Work::new(request.config, publisher, shard)
}

/// Refuses a config that asks for what this version cannot run.
///
/// # Errors
/// Every key that asks, with its place.
pub fn refuse_unavailable(
    config: &ExperimentConfig,
    resolved: &Resolved,
) -> Result<(), SetupError> {
    let errors = ConfigErrors::from_vec(config.unavailable(resolved));
    errors.map_or(Ok(()), |errors| Err(errors.into()))
}

/// Identifies what a config runs, as the manifest of its run has it where one process does all of it.
pub fn config_hash(resolved: &Resolved) -> String {
    resolved.hash_without(NOT_OF_THE_RUN)
}

/// Whether what the task of a config leaves for others is there, made of what the config asks for; so
/// it is where it leaves nothing.
pub fn is_product_there(config: &ExperimentConfig, resolved: &Resolved) -> bool {
    match Publisher::new(config, resolved, true) {
        Ok(None) => true,
        Ok(Some(publisher)) => publisher.is_there().unwrap_or(false),
        Err(_) => false,
    }
}

pub(super) fn hash(request: &Request<'_>) -> Result<String, SetupError> {
    work::hash(request.config, config_hash(request.resolved))
}

fn run_in(
    request: &Request<'_>,
    work: Work,
    wanted: Option<Wanted>,
    ranks: &dyn Ranks,
    run: &RunDir,
) -> Result<Finished, ExperimentError> {
    let facts = facts(request, &work)?;
    let mut manifest = RunManifest::begin(run, facts).map_err(SetupError::from)?;
    (request.begun)(manifest.manifest());
    let (mut watchers, now) = (None, manifest.manifest().clone());
    let ended = prepare(request, &work, ranks, run).map_err(ExperimentError::from).and_then(|()| {
        watchers = Some(Watchers::begin(run, &now, request.config, wanted));
        do_work(request, work, ranks, run, &mut manifest)
    });
    let ended = end(run, &mut manifest, ended);
    if let Some(watchers) = watchers {
        watchers.end(&ended);
    }
    ended
}

/// Writes what the directory holds before the work begins.
fn prepare(
    request: &Request<'_>,
    work: &Work,
    ranks: &dyn Ranks,
    run: &RunDir,
) -> Result<(), SetupError> {
    start_log(request, run)?;
    tracing::info!("run directory {}", run.path().display());
    if ranks.size() > 1 {
        tracing::info!("{} ranks train one model", ranks.size());
    }
    announce(work.basis().kind);
    if request.take != Take::Recorded {
        record_config(request, run)?;
    }
    Ok(())
}

/// Everything between the first and the last word of the manifest.
fn do_work(
    request: &Request<'_>,
    work: Work,
    ranks: &dyn Ranks,
    run: &RunDir,
    manifest: &mut RunManifest,
) -> Result<Finished, ExperimentError> {
    let stop = request.stop;
    match work {
        Work::Student(task, built) => {
            teach(request, task, *built, ranks, &mut Desk::First { run, manifest })
        }
        Work::Features(extraction) => {
            tasks::extract::run(&extraction, run, manifest, request.log.screen(), stop)
        }
        Work::Ensemble(ensemble, publisher) => {
            tasks::ensemble::run(*ensemble, &publisher, run, manifest)
        }
        Work::Pretraining(pretraining, publisher) => {
            pretrain(request, *pretraining, &publisher, ranks, Desk::First { run, manifest })
        }
        Work::Finetuning(finetuning, publisher) => {
            finetune(request, *finetuning, &publisher, ranks, Desk::First { run, manifest })
        }
        Work::Prediction(prediction, publisher) => {
            let screen = request.log.screen();
            tasks::predict::run(&prediction, &publisher, run, manifest, screen, stop)
        }
    }
}

/// What a rank does while the first one works in the directory.
fn beside(
    request: &Request<'_>,
    work: Work,
    ranks: &dyn Ranks,
) -> Result<Finished, ExperimentError> {
    match work {
        Work::Student(task, built) => teach(request, task, *built, ranks, &mut Desk::Other),
        Work::Pretraining(pretraining, publisher) => {
            pretrain(request, *pretraining, &publisher, ranks, Desk::Other)
        }
        Work::Finetuning(finetuning, publisher) => {
            finetune(request, *finetuning, &publisher, ranks, Desk::Other)
        }
        // The work of one process, which has joined nobody.
        Work::Features(_) | Work::Ensemble(..) | Work::Prediction(..) => Ok(Finished::Completed),
    }
}

fn facts(request: &Request<'_>, work: &Work) -> Result<RunFacts, SetupError> {
    let Basis { spec, kind, fingerprint, eval_fingerprint, .. } = work.basis();
    Ok(RunFacts {
        experiment: request.config.run.expt_name.clone(),
        command: request.command.clone(),
        device: spec.to_string(),
        backend: spec.backend().name().to_owned(),
        seed: request.config.run.seed,
        config_hash: hash(request)?,
        data: data_kind(*kind),
        data_fingerprint: Some(fingerprint.clone()),
        eval_fingerprint: eval_fingerprint.clone(),
    })
}

fn data_kind(kind: data::DataKind) -> DataKind {
    match kind {
        data::DataKind::Real => DataKind::Real,
        data::DataKind::Simulated => DataKind::Simulated,
        data::DataKind::Synthetic => DataKind::Synthetic,
    }
}

/// Says loudly when the numbers to come mean little.
fn announce(kind: data::DataKind) {
    match kind {
        data::DataKind::Real => {}
        data::DataKind::Simulated => tracing::warn!(
            "SIMULATED: features or teacher predictions are derived from labels; \
             accuracies say nothing about video"
        ),
        data::DataKind::Synthetic => {
            tracing::warn!("SYNTHETIC: all data is generated; accuracies mean nothing");
        }
    }
}

fn start_log(request: &Request<'_>, run: &RunDir) -> Result<(), SetupError> {
    let path = run.file("runner.log");
    let file = Appender::open(&path)?;
    request.log.start(file).map_err(|e| {
        SetupError::File(crate::files::FileError::new(crate::files::Operation::Write, &path, e))
    })
}

/// Writes what was composed, beside where each value came from.
fn record_config(request: &Request<'_>, run: &RunDir) -> Result<(), SetupError> {
    let composed = request.composed;
    let origins: Vec<(String, String)> =
        composed.provenance().into_iter().map(|(key, origin)| (key, origin.to_string())).collect();
    let files = HydraFiles {
        config: composed.to_yaml(Part::Job, false, None)?,
        hydra: composed
            .hydra_yaml(&std::path::absolute(run.path()).unwrap_or_else(|_| run.path().to_owned())),
        overrides: composed.overrides_yaml(),
        provenance: provenance_yaml(&origins),
    };
    Ok(files.write(run)?)
}

/// Writes how the run ended, and its report.
fn end(
    run: &RunDir,
    manifest: &mut RunManifest,
    ended: Result<Finished, ExperimentError>,
) -> Result<Finished, ExperimentError> {
    let written = match &ended {
        Ok(Finished::Completed) => manifest.complete(),
        Ok(Finished::Stopped { .. }) => manifest.preempt(),
        Err(error) => manifest.fail(&error.to_string()),
    };
    if let Err(error) = &ended {
        tracing::error!(target: FILE_ONLY, "{error}");
    }
    written.map_err(|e| ExperimentError::Files(e.into()))?;
    // A run is worth its numbers, not its page.
    if let Err(error) = report::write_html(run.path()) {
        tracing::warn!("no report.html: {error}");
    }
    ended
}

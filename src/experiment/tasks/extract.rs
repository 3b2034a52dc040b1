//! Task `extract_features`: what a model gives for frames of videos, into a store that reads like
//! RULSTM's.
//!
//! Every process does its share of the videos, and the last to finish puts the store together. What
//! is stored is safe batch by batch; a process that is stopped goes on behind it.

use crate::data::extracted::PartWriter;
use crate::files;
use crate::runs::{RunDir, RunError, RunLock, RunManifest};
use crate::train::{FeatureRows, FeatureSink, OutsideError, StopSignal, extract};

use super::super::build::{Extraction, Footage};
use super::super::progress::ExtractionLog;
use super::super::{ExperimentError, Screen, SetupError};
use super::Finished;

/// The config's key of the store.
const STORE: &str = "extract.store";

pub(in super::super) fn run(
    extraction: &Extraction,
    run: &RunDir,
    manifest: &mut RunManifest,
    screen: &Screen,
    stop: &dyn StopSignal,
) -> Result<Finished, ExperimentError> {
    let store = &extraction.store;
    if extraction.skip_done && at_store(store.holds(&all_frames(extraction)))? {
        tracing::info!("{} has every feature already", store.dir().display());
        at_store(store.discard_part())?;
        return Ok(Finished::Completed);
    }
    files::create_dir_all(store.dir()).map_err(SetupError::from)?;
    let lock = RunLock::acquire(&store.part_lock()).map_err(SetupError::from)?;
    let mut part = at_store(store.begin())?;
    if extraction.shard.world > 1 {
        tracing::info!("process {} of {}", extraction.shard.rank, extraction.shard.world);
    }
    let mut log = ExtractionLog::open(run, manifest, extraction.share(), screen)?;
    let outcome = videos(extraction, &mut part, &mut log, stop);
    log.end()?;
    extraction.say_what_was_missing();
    match outcome {
        Ok(true) => at_store(part.complete())?,
        Ok(false) => {
            let resumable = !at_store(part.is_empty())?;
            part.close();
            return Ok(Finished::Stopped { resumable });
        }
        Err(error) => {
            part.close();
            return Err(error);
        }
    }
    drop(lock);
    assemble(extraction)
}

/// Every frame that belongs into the store, whoever's it is.
fn all_frames(extraction: &Extraction) -> Vec<(&str, &[i64])> {
    extraction.videos.iter().map(|footage| (&*footage.name, &*footage.frames)).collect()
}

/// This process's videos, one after the other; false when stopped.
fn videos(
    extraction: &Extraction,
    part: &mut PartWriter,
    log: &mut ExtractionLog<'_>,
    stop: &dyn StopSignal,
) -> Result<bool, ExperimentError> {
    for footage in extraction.share() {
        let missing = missing(extraction, footage, part)?;
        log.skip(footage, missing.len());
        if missing.is_empty() {
            continue;
        }
        let clips = extraction.clips(footage, missing)?;
        let mut sink = Stored { part, footage, log };
        let Extraction { student, endpoint, device, .. } = extraction;
        if !extract(student, &clips, endpoint, device, &mut sink, stop)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The clips of a video that are to be looked at: whole batches of those that have no feature yet.
fn missing(
    extraction: &Extraction,
    footage: &Footage,
    part: &PartWriter,
) -> Result<Vec<usize>, ExperimentError> {
    let mut missing = Vec::new();
    for (batch, frames) in footage.frames.chunks(extraction.batch_size()).enumerate() {
        let mut done = extraction.skip_done;
        for frame in frames.iter().take_while(|_| extraction.skip_done) {
            done &= at_store(part.has(&footage.name, *frame))?;
        }
        if !done {
            let first = batch * extraction.batch_size();
            missing.extend(first..first + frames.len());
        }
    }
    Ok(missing)
}

/// Puts the store together when every process is done.
fn assemble(extraction: &Extraction) -> Result<Finished, ExperimentError> {
    let (store, shard) = (&extraction.store, extraction.shard);
    if at_store(store.is_ready())? {
        let lock = match RunLock::acquire(&store.merge_lock()) {
            Ok(lock) => lock,
            Err(RunError::Locked { holder, .. }) => {
                tracing::info!("{} is put together by {holder}", store.dir().display());
                return Ok(Finished::Completed);
            }
            Err(error) => return Err(SetupError::from(error).into()),
        };
        // Looked at again under the lock: somebody may have been faster.
        if at_store(store.is_ready())? {
            let features = at_store(store.assemble())?;
            tracing::info!("{} holds {features} features", store.dir().display());
        }
        drop(lock);
    } else {
        let (rank, world) = (shard.rank, shard.world);
        tracing::info!("process {rank} of {world} is done; the last one puts the store together");
    }
    Ok(Finished::Completed)
}

fn at_store<T>(result: Result<T, crate::data::DataError>) -> Result<T, ExperimentError> {
    let key = STORE.to_owned();
    let failed = |error| SetupError::Data { key, source: Box::new(error) };
    result.map_err(|error| ExperimentError::Files(failed(error)))
}

/// Stores the features of one video.
struct Stored<'a, 'l> {
    part: &'a mut PartWriter,
    footage: &'a Footage,
    log: &'a mut ExtractionLog<'l>,
}

impl FeatureSink for Stored<'_, '_> {
    fn store(&mut self, rows: &FeatureRows) -> Result<(), OutsideError> {
        let frames: Vec<i64> = rows.idx.iter().map(|idx| self.footage.frames[*idx]).collect();
        self.part.put(&self.footage.name, &frames, rows.width, &rows.values)?;
        Ok(self.log.stored(frames.len())?)
    }
}

impl From<RunError> for ExperimentError {
    fn from(error: RunError) -> Self {
        Self::Files(error.into())
    }
}

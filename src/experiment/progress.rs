//! How far an extraction has come: lines for the person who waits, records for `metrics.jsonl`.

use std::time::{Duration, Instant};

use serde_json::{Map, Value};

use crate::runs::{MetricsLog, RunDir, RunError, RunManifest};

use super::build::Footage;

/// Lines and records appear at most this often.
const EVERY: Duration = Duration::from_secs(2);

/// Counts frames as they are stored.
pub(super) struct ExtractionLog<'a> {
    metrics: MetricsLog,
    manifest: &'a mut RunManifest,
    /// Frames of this process.
    all: u64,
    /// Those that have a feature.
    done: u64,
    /// Those that got it in this attempt.
    stored: u64,
    started: Instant,
    shown: Option<Instant>,
}

impl<'a> ExtractionLog<'a> {
    /// Opens the run's records behind those of earlier attempts.
    pub(super) fn open(
        run: &RunDir,
        manifest: &'a mut RunManifest,
        share: &[Footage],
    ) -> Result<Self, RunError> {
        let all = share.iter().map(|footage| footage.frames.len() as u64).sum();
        tracing::info!("{all} frames of {} videos", share.len());
        let metrics = MetricsLog::open(run)?;
        let started = Instant::now();
        Ok(Self { metrics, manifest, all, done: 0, stored: 0, started, shown: None })
    }

    /// A video is begun of which so many frames are missing.
    pub(super) fn skip(&mut self, footage: &Footage, missing: usize) {
        self.done += (footage.frames.len() - missing) as u64;
    }

    /// Some frames were stored.
    pub(super) fn stored(&mut self, frames: usize) -> Result<(), RunError> {
        self.done += frames as u64;
        self.stored += frames as u64;
        match self.shown {
            Some(at) if at.elapsed() < EVERY => Ok(()),
            _ => self.show(),
        }
    }

    /// The last record, also kept in the manifest.
    pub(super) fn end(&mut self) -> Result<(), RunError> {
        self.show()?;
        let record = self.record();
        self.manifest.record_last(&record)
    }

    fn show(&mut self) -> Result<(), RunError> {
        self.shown = Some(Instant::now());
        let (all, done, rate) = (self.all, self.done, self.rate());
        let left = match rate > 0.0 {
            true => format!(", {:.0} s left", (all - done) as f64 / rate),
            false => String::new(),
        };
        tracing::info!("{done}/{all} frames, {rate:.0} frames/s{left}");
        let record = self.record();
        self.metrics.append(&record)
    }

    /// Frames a second in this attempt.
    fn rate(&self) -> f64 {
        self.stored as f64 / self.started.elapsed().as_secs_f64().max(1e-9)
    }

    fn record(&self) -> Map<String, Value> {
        let mut record = Map::new();
        record.insert("split".into(), "extract".into());
        record.insert("epoch".into(), (self.done as f64 / self.all.max(1) as f64).into());
        record.insert("step".into(), self.done.into());
        record.insert("frames".into(), self.all.into());
        record.insert("frames_per_second".into(), self.rate().into());
        record
    }
}

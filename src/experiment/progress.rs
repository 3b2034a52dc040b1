//! How far an extraction has come: a drawing or lines for the person who waits, records for `metrics.jsonl`.

use std::time::{Duration, Instant};

use serde_json::{Map, Value};

use crate::runs::{MetricsLog, RunDir, RunError, RunManifest};

use super::build::Footage;
use super::screen::{Count, Drawn, Picture};
use super::{FILE_ONLY, Screen};

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
    drawn: Option<Drawn>,
}

impl<'a> ExtractionLog<'a> {
    /// Opens the run's records behind those of earlier attempts.
    pub(super) fn open(
        run: &RunDir,
        manifest: &'a mut RunManifest,
        share: &[Footage],
        screen: &Screen,
    ) -> Result<Self, RunError> {
        let all = share.iter().map(|footage| footage.frames.len() as u64).sum();
        tracing::info!("{all} frames of {} videos", share.len());
        let metrics = MetricsLog::open(run)?;
        let started = Instant::now();
        let work = Some(Count::new("frame", 0, all));
        let drawn = screen.draw(Picture { work, ..Picture::default() });
        Ok(Self { metrics, manifest, all, done: 0, stored: 0, started, shown: None, drawn })
    }

    /// A video is begun of which so many frames are missing.
    pub(super) fn skip(&mut self, footage: &Footage, missing: usize) {
        let done = (footage.frames.len() - missing) as u64;
        self.done += done;
        self.draw(|work| work.skip(done));
    }

    /// Some frames were stored.
    pub(super) fn stored(&mut self, frames: usize) -> Result<(), RunError> {
        self.done += frames as u64;
        self.stored += frames as u64;
        let done = self.done;
        self.draw(|work| work.reach(done));
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
        let line = format!("{done}/{all} frames, {rate:.0} frames/s{left}");
        match &self.drawn {
            Some(drawn) => {
                drawn.change(|picture| picture.words = vec![format!("{rate:.0} frames/s")]);
                tracing::info!(target: FILE_ONLY, "{line}");
            }
            None => tracing::info!("{line}"),
        }
        let record = self.record();
        self.metrics.append(&record)
    }

    fn draw(&self, change: impl FnOnce(&mut Count)) {
        if let Some(drawn) = &self.drawn {
            drawn.change(|picture| {
                if let Some(work) = &mut picture.work {
                    change(work);
                }
            });
        }
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

//! Tells a tracker of a run as it goes, from a thread of its own.
//!
//! | the tracker | what happens |
//! |---|---|
//! | takes everything | a record arrives about a second after it was written |
//! | does not answer | one warning; tried again after 2, 4, 8, .. 60 s; nothing is lost |
//! | refuses | one warning, and it is not asked again |
//! | is still behind when the run ends | waited for a little, then what is left is counted |
//!
//! Invariant: records are sent in order, and noted in `tracking.json` once they have arrived.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value};

use super::note::{Note, of_file, unsent};
use super::{End, Introduction, Point, Tracker, TrackerError};
use crate::files::{self, Follow};
use crate::runs::MetricsLog;

/// How often `metrics.jsonl` is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// The longest pause after a failure.
const LONGEST: Duration = Duration::from_secs(60);
/// How long the end of a run waits for the tracker.
const PATIENCE: Duration = Duration::from_secs(20);
/// Points that are sent together.
const TOGETHER: usize = 1000;
/// Files of a run that a tracker may keep: where they lie and what they are called there.
const KEPT: [(&str, &str); 4] = [
    (".hydra/config.yaml", "config.yaml"),
    (".hydra/overrides.yaml", "overrides.yaml"),
    ("provenance.yaml", "provenance.yaml"),
    ("report.html", "report.html"),
];

/// What came of telling a tracker.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// It knows everything; files may not have been taken, for that reason.
    All {
        /// Why files were not taken.
        files: Option<TrackerError>,
    },
    /// It does not know everything.
    Left {
        /// Records that it has not.
        records: usize,
        /// Why.
        reason: TrackerError,
    },
}

/// A tracker that is told of a run.
pub struct Following {
    dir: PathBuf,
    name: &'static str,
    place: String,
    ends: Sender<End>,
    told: Receiver<Told>,
}

impl Following {
    /// Starts to tell of the run in `dir`; with `keep_files` of config and report as well.
    ///
    /// # Errors
    /// No thread can be started.
    pub fn start(
        dir: &Path,
        tracker: Box<dyn Tracker>,
        run: Introduction,
        keep_files: bool,
    ) -> Result<Self, TrackerError> {
        let (ends, orders) = channel();
        let (says, told) = channel();
        let (name, place) = (tracker.name(), tracker.place());
        let teller = Teller::new(dir, tracker, run, keep_files);
        let work = move || {
            // Nobody listens any more when the run did not want to wait longer.
            let _ = says.send(teller.follow(&orders));
        };
        thread::Builder::new()
            .name("tracker".into())
            .spawn(work)
            .map_err(|error| TrackerError::File(format!("no thread for {name}: {error}")))?;
        Ok(Self { dir: dir.to_owned(), name, place, ends, told })
    }

    /// Tells how the run ended and what came of it all; waits for that some seconds at most.
    pub fn end(self, end: End) -> Told {
        let reason = match self.ends.send(end).map(|()| self.told.recv_timeout(PATIENCE)) {
            Ok(Ok(told)) => return told,
            Ok(Err(RecvTimeoutError::Timeout)) => "it takes too long",
            Ok(Err(RecvTimeoutError::Disconnected)) | Err(_) => "its thread has ended",
        };
        let reason = TrackerError::Away { place: self.place.clone(), reason: reason.into() };
        left(&self.dir, self.name, &self.place, reason)
    }

    /// What the tracker is called.
    pub fn name(&self) -> &'static str {
        self.name
    }
}

/// Tells all of a run that has ended.
pub fn tell_all(
    dir: &Path,
    tracker: Box<dyn Tracker>,
    run: Introduction,
    keep_files: bool,
    end: End,
) -> Told {
    let mut teller = Teller::new(dir, tracker, run, keep_files);
    let told = teller.finish(end);
    teller.outcome(told)
}

fn left(dir: &Path, name: &str, place: &str, reason: TrackerError) -> Told {
    match unsent(dir, name, place) {
        Ok(records) => Told::Left { records, reason },
        Err(reason) => Told::Left { records: 0, reason },
    }
}

/// What the thread has.
struct Teller {
    dir: PathBuf,
    tracker: Box<dyn Tracker>,
    run: Introduction,
    keep_files: bool,
    records: Follow,
    /// The beginning of a line that is not written to its end.
    torn: Vec<u8>,
    /// Records, and when they were read: a batch that is sent again is the same one.
    waiting: VecDeque<(Map<String, Value>, i64)>,
    /// There once the tracker has taken the run up.
    note: Option<Note>,
}

impl Teller {
    fn new(dir: &Path, tracker: Box<dyn Tracker>, run: Introduction, keep_files: bool) -> Self {
        let records = Follow::from_start(&dir.join(MetricsLog::FILE));
        let (torn, waiting) = (Vec::new(), VecDeque::new());
        Self { dir: dir.to_owned(), tracker, run, keep_files, records, torn, waiting, note: None }
    }

    /// Tells until the end is told, or cannot be.
    fn follow(mut self, ends: &Receiver<End>) -> Told {
        let (mut pause, mut refused) = (Duration::ZERO, None);
        loop {
            match ends.recv_timeout(pause) {
                Ok(end) => {
                    let told = refused.map_or_else(|| self.finish(end), Err);
                    return self.outcome(told);
                }
                Err(RecvTimeoutError::Disconnected) => return self.outcome(Ok(None)),
                Err(RecvTimeoutError::Timeout) if refused.is_some() => pause = LONGEST,
                Err(RecvTimeoutError::Timeout) => match self.attempt(pause) {
                    Ok(next) => pause = next,
                    Err(error) => refused = Some(error),
                },
            }
        }
    }

    /// Sends what is new, after a pause; returns the next pause, or what is not tried again.
    fn attempt(&mut self, pause: Duration) -> Result<Duration, TrackerError> {
        let name = self.tracker.name();
        match self.tell() {
            Ok(()) => {
                if pause > LOOK {
                    tracing::info!("{name}: {} answers again", self.tracker.place());
                }
                Ok(LOOK)
            }
            Err(error) if error.is_passing() => {
                if pause <= LOOK {
                    tracing::warn!("{name}: {error}; the run goes on");
                }
                Ok((pause * 2).clamp(LOOK * 2, LONGEST))
            }
            Err(error) => {
                tracing::warn!("{name}: {error}; the run goes on without");
                Err(error)
            }
        }
    }

    /// Sends what is new.
    fn tell(&mut self) -> Result<(), TrackerError> {
        self.begin()?;
        if self.waiting.is_empty() {
            self.read()?;
        }
        while !self.waiting.is_empty() {
            self.send_some()?;
        }
        Ok(())
    }

    fn begin(&mut self) -> Result<(), TrackerError> {
        if self.note.is_some() {
            return Ok(());
        }
        let (name, place) = (self.tracker.name(), self.tracker.place());
        let before = Note::read(&self.dir, name, &place);
        let known = self.tracker.begin(&self.run, before.as_ref().map(|note| note.run.as_str()))?;
        let note = match before {
            Some(mut note) if note.run == known.run => {
                note.ended = false;
                note
            }
            // None, or the server has that run no more: the new one knows nothing.
            _ => Note::new(name, &known),
        };
        note.write(&self.dir)?;
        self.note = Some(note);
        Ok(())
    }

    /// Reads whole records that were written since the last time and are not noted as sent.
    fn read(&mut self) -> Result<(), TrackerError> {
        self.torn.extend(self.records.more().map_err(of_file)?);
        let whole = self.torn.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let lines: Vec<u8> = self.torn.drain(..whole).collect();
        let records = lines.split(|byte| *byte == b'\n');
        let records = records.filter_map(|line| serde_json::from_slice(line).ok());
        let note = self.note.as_ref();
        let is_new = |record: &Map<_, _>| !note.is_some_and(|note| note.has(record));
        let time = now();
        self.waiting.extend(records.filter(is_new).map(|record| (record, time)));
        Ok(())
    }

    /// Sends the first records that wait, and notes it.
    fn send_some(&mut self) -> Result<(), TrackerError> {
        let (mut points, mut records) = (Vec::new(), 0);
        for (record, time) in &self.waiting {
            let more = points_of(record, *time);
            if records > 0 && points.len() + more.len() > TOGETHER {
                break;
            }
            points.extend(more);
            records += 1;
        }
        self.tracker.log(&points)?;
        let Some(note) = &mut self.note else { return Ok(()) };
        self.waiting.drain(..records).for_each(|(record, _)| note.add(&record));
        note.write(&self.dir)
    }

    /// Sends what is left, files, and how the run ended; says why files were not taken.
    fn finish(&mut self, end: End) -> Result<Option<TrackerError>, TrackerError> {
        self.tell()?;
        self.tell()?;
        let kept = if self.keep_files { self.keep() } else { Ok(()) };
        let files = match kept {
            Err(error) if error.is_passing() => return Err(error),
            kept => kept.err(),
        };
        self.tracker.end(end)?;
        if let Some(note) = &mut self.note {
            note.ended = true;
            note.write(&self.dir)?;
        }
        Ok(files)
    }

    fn keep(&mut self) -> Result<(), TrackerError> {
        for (path, name) in KEPT {
            let path = self.dir.join(path);
            if files::is_file(&path) {
                self.tracker.keep(name, &files::read(&path).map_err(of_file)?)?;
            }
        }
        Ok(())
    }

    fn outcome(&self, told: Result<Option<TrackerError>, TrackerError>) -> Told {
        match told {
            Ok(files) => Told::All { files },
            Err(reason) => left(&self.dir, self.tracker.name(), &self.tracker.place(), reason),
        }
    }
}

/// The finite numbers of a record: `<split>/<name>`.
fn points_of(record: &Map<String, Value>, time: i64) -> Vec<Point> {
    let split = record.get("split").and_then(Value::as_str).unwrap_or_default();
    let step = record.get("step").and_then(Value::as_u64).unwrap_or_default();
    let numbers = record.iter().filter(|(name, _)| *name != "step");
    let point = |(name, value): (&String, &Value)| {
        Some(Point { name: format!("{split}/{name}"), value: value.as_f64()?, step, time })
    };
    numbers.filter_map(point).collect()
}

/// Milliseconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;

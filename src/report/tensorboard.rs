//! Scalars and histograms for TensorBoard, and the files that they and hyper-parameters lie in.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use super::ReportError;
use super::events::{
    Event, HistogramProto, SessionLog, SessionStatus, Summary, SummaryValue, What, frame,
};
use crate::files::{self, Appender};

/// How often numbers of a kind occur.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    /// Name in TensorBoard.
    pub tag: String,
    /// The smallest number.
    pub min: f64,
    /// The largest one.
    pub max: f64,
    /// Sum of all.
    pub sum: f64,
    /// Sum of their squares.
    pub sum_squares: f64,
    /// How many lie in each of so many equal parts from smallest to largest.
    pub counts: Vec<u64>,
}

/// An event file of its own in a run directory; TensorBoard joins all files of a directory.
#[derive(Debug)]
pub struct TensorBoard {
    file: Appender,
}

impl TensorBoard {
    /// Starts a new event file in `dir`; earlier ones stay.
    pub fn create(dir: &Path) -> Result<Self, ReportError> {
        Self::create_ending(dir, "")
    }

    /// Starts a new event file for a run that continues: readers drop what earlier files have
    /// from `step` on.
    pub fn resume(dir: &Path, step: u64) -> Result<Self, ReportError> {
        let mut board = Self::create(dir)?;
        let status = SessionStatus::Start.into();
        // The first one of a run stands for its beginning, and the server drops nothing for it.
        for _ in 0..2 {
            board.write(whole(step), What::SessionLog(SessionLog { status }))?;
        }
        Ok(board)
    }

    /// Adds one number. TensorBoard keeps 32 bits of it.
    pub fn scalar(&mut self, tag: &str, value: f64, step: u64) -> Result<(), ReportError> {
        self.scalars(&[(tag, value)], step)
    }

    /// Adds several numbers of one step in one write.
    pub fn scalars(&mut self, values: &[(&str, f64)], step: u64) -> Result<(), ReportError> {
        let value = values.iter().map(|(tag, value)| SummaryValue::scalar(tag, *value)).collect();
        self.write(whole(step), What::Summary(Summary { value }))
    }

    /// Adds histograms of one step in one write.
    pub fn histograms(&mut self, histograms: &[Histogram], step: u64) -> Result<(), ReportError> {
        let value = histograms.iter().map(Histogram::summary).collect();
        self.write(whole(step), What::Summary(Summary { value }))
    }

    /// Adds values that are of no step, and stay when steps are dropped.
    pub(super) fn summary(&mut self, value: Vec<SummaryValue>) -> Result<(), ReportError> {
        self.write(-1, What::Summary(Summary { value }))
    }

    /// Starts a new event file with that ending to its name.
    pub(super) fn create_ending(dir: &Path, ending: &str) -> Result<Self, ReportError> {
        files::create_dir_all(dir)?;
        let mut board = Self { file: Appender::open(&dir.join(file_name() + ending))? };
        board.write(0, What::FileVersion("brain.Event:2".into()))?;
        Ok(board)
    }

    fn write(&mut self, step: i64, what: What) -> Result<(), ReportError> {
        let event = Event { wall_time: seconds(), step, what: Some(what) };
        Ok(self.file.append(&frame(&event))?)
    }
}

impl Histogram {
    fn summary(&self) -> SummaryValue {
        let width = (self.max - self.min) / self.counts.len().max(1) as f64;
        let last = self.counts.len().saturating_sub(1);
        let limit = |i| if i == last { self.max } else { self.min + width * (i + 1) as f64 };
        let histo = HistogramProto {
            min: self.min,
            max: self.max,
            num: self.counts.iter().sum::<u64>() as f64,
            sum: self.sum,
            sum_squares: self.sum_squares,
            bucket_limit: (0..self.counts.len()).map(limit).collect(),
            bucket: self.counts.iter().map(|count| *count as f64).collect(),
        };
        SummaryValue { tag: self.tag.clone(), histo: Some(histo), ..SummaryValue::default() }
    }
}

/// `events.out.tfevents.<seconds>.<host>.<pid>.<count>`: readers sort by it, and no two writers share one.
fn file_name() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let now = seconds() as u64;
    format!("events.out.tfevents.{now:010}.{host}.{}.{count}", std::process::id())
}

fn whole(step: u64) -> i64 {
    i64::try_from(step).unwrap_or(i64::MAX)
}

pub(super) fn seconds() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |d| d.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_writer_has_its_own_file() {
        let dir = tempfile::tempdir().unwrap();
        TensorBoard::create(dir.path()).unwrap().scalar("loss", 1.0, 1).unwrap();
        TensorBoard::resume(dir.path(), 1).unwrap().scalar("loss", 0.5, 1).unwrap();
        let names: Vec<String> =
            files::list(dir.path()).unwrap().into_iter().map(|e| e.name).collect();
        assert_eq!(names.len(), 2);
        assert!(names.iter().all(|n| n.starts_with("events.out.tfevents.")), "{names:?}");
    }
}

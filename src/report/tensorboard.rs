//! Scalars for TensorBoard.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use super::ReportError;
use super::events::{Event, SessionLog, SessionStatus, Summary, SummaryValue, What, frame};
use crate::files::{self, Appender};

/// An event file of its own in a run directory; TensorBoard joins all files of a directory.
#[derive(Debug)]
pub struct TensorBoard {
    file: Appender,
}

impl TensorBoard {
    /// Starts a new event file in `dir`; earlier ones stay.
    pub fn create(dir: &Path) -> Result<Self, ReportError> {
        files::create_dir_all(dir)?;
        let mut board = Self { file: Appender::open(&dir.join(file_name()))? };
        board.write(0, What::FileVersion("brain.Event:2".into()))?;
        Ok(board)
    }

    /// Starts a new event file for a run that continues: readers drop what earlier files have
    /// from `step` on.
    pub fn resume(dir: &Path, step: u64) -> Result<Self, ReportError> {
        let mut board = Self::create(dir)?;
        let status = SessionStatus::Start.into();
        board.write(step, What::SessionLog(SessionLog { status }))?;
        Ok(board)
    }

    /// Adds one number. TensorBoard keeps 32 bits of it.
    pub fn scalar(&mut self, tag: &str, value: f64, step: u64) -> Result<(), ReportError> {
        self.scalars(&[(tag, value)], step)
    }

    /// Adds several numbers of one step in one write.
    pub fn scalars(&mut self, values: &[(&str, f64)], step: u64) -> Result<(), ReportError> {
        let value = values
            .iter()
            .map(|(tag, value)| SummaryValue {
                tag: (*tag).to_owned(),
                simple_value: Some(*value as f32),
            })
            .collect();
        self.write(step, What::Summary(Summary { value }))
    }

    fn write(&mut self, step: u64, what: What) -> Result<(), ReportError> {
        let step = i64::try_from(step).unwrap_or(i64::MAX);
        let event = Event { wall_time: seconds(), step, what: Some(what) };
        Ok(self.file.append(&frame(&event))?)
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

fn seconds() -> f64 {
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

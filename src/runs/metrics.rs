//! `metrics.jsonl`: one JSON object a line, appended while the run lives.
//!
//! Each record is one write. A crash can tear only the last line: reading leaves a torn last line
//! out, opening for writing cuts it off.

use std::path::Path;

use serde_json::{Map, Value};

use super::{RunDir, RunError};
use crate::files::{self, Appender};

/// One logged step or evaluation.
pub type Record = Map<String, Value>;

/// An open log.
#[derive(Debug)]
pub struct MetricsLog {
    file: Appender,
}

/// The records of a log.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReadMetrics {
    /// Whole records, in the order written.
    pub records: Vec<Record>,
    /// Whether a torn last line was left out.
    pub torn: bool,
}

impl MetricsLog {
    /// File name in a run directory.
    pub const FILE: &str = "metrics.jsonl";

    /// Opens the run's log behind its last whole record.
    pub fn open(run: &RunDir) -> Result<Self, RunError> {
        let path = run.file(Self::FILE);
        if files::is_file(&path) {
            cut_torn_tail(&path)?;
        }
        Ok(Self { file: Appender::open(&path)? })
    }

    /// Opens the run's log with the records that `keep` holds for done: a run that continues from
    /// a checkpoint drops what was logged after it, and writes it anew.
    pub fn resume(run: &RunDir, keep: impl Fn(&Record) -> bool) -> Result<Self, RunError> {
        let path = run.file(Self::FILE);
        if files::is_file(&path) {
            let read = read_metrics(&path)?;
            let kept: Vec<&Record> = read.records.iter().filter(|r| keep(r)).collect();
            if kept.len() < read.records.len() {
                let kept = kept.into_iter();
                files::write_atomic(&path, &kept.flat_map(line).collect::<Vec<u8>>())?;
            }
        }
        Self::open(run)
    }

    /// Appends one record. Numbers that JSON does not know (NaN, infinities) are `null` already.
    pub fn append(&mut self, record: &Record) -> Result<(), RunError> {
        Ok(self.file.append(&line(record))?)
    }
}

/// Reads a log, leaving out a torn last line.
pub fn read_metrics(path: &Path) -> Result<ReadMetrics, RunError> {
    let bytes = files::read(path)?;
    let whole = whole_lines(&bytes);
    let mut records = Vec::new();
    for (i, text) in bytes[..whole].split(|b| *b == b'\n').enumerate() {
        if text.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        records.push(serde_json::from_slice(text).map_err(|e| RunError::Record {
            path: path.to_owned(),
            line: i + 1,
            reason: e.to_string(),
        })?);
    }
    Ok(ReadMetrics { records, torn: whole < bytes.len() })
}

fn line(record: &Record) -> Vec<u8> {
    let mut line = serde_json::to_vec(record).expect("a JSON object with string keys");
    line.push(b'\n');
    line
}

fn cut_torn_tail(path: &Path) -> Result<(), RunError> {
    let bytes = files::read(path)?;
    let whole = whole_lines(&bytes);
    if whole < bytes.len() {
        files::write_atomic(path, &bytes[..whole])?;
    }
    Ok(())
}

/// Length of the part that ends with a line break.
fn whole_lines(bytes: &[u8]) -> usize {
    bytes.iter().rposition(|b| *b == b'\n').map_or(0, |i| i + 1)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn record(step: u64) -> Record {
        json!({"split": "train", "step": step, "loss": 0.5}).as_object().unwrap().clone()
    }

    fn steps(run: &RunDir) -> Vec<u64> {
        let read = read_metrics(&run.file(MetricsLog::FILE)).unwrap();
        read.records.iter().map(|r| r["step"].as_u64().unwrap()).collect()
    }

    #[test]
    fn a_torn_end_is_left_out_and_then_cut() {
        let dir = tempfile::tempdir().unwrap();
        let run = RunDir::at(dir.path()).unwrap();
        let mut log = MetricsLog::open(&run).unwrap();
        log.append(&record(1)).unwrap();
        log.append(&record(2)).unwrap();
        let path = run.file(MetricsLog::FILE);
        let whole = files::read(&path).unwrap();
        let first = whole.iter().position(|b| *b == b'\n').unwrap() + 1;
        for cut in 0..whole.len() {
            files::write_atomic(&path, &whole[..cut]).unwrap();
            let read = read_metrics(&path).unwrap();
            assert_eq!(read.records.len(), usize::from(cut >= first), "cut at {cut}");
            assert_eq!(read.torn, cut != 0 && cut != first);
        }
        MetricsLog::open(&run).unwrap().append(&record(3)).unwrap();
        assert_eq!(steps(&run), [1, 3]);
    }

    #[test]
    fn a_resumed_log_forgets_what_came_after_the_checkpoint() {
        let dir = tempfile::tempdir().unwrap();
        let run = RunDir::at(dir.path()).unwrap();
        let mut log = MetricsLog::open(&run).unwrap();
        for step in 1..=5 {
            log.append(&record(step)).unwrap();
        }
        drop(log);
        MetricsLog::resume(&run, |r| r["step"].as_u64() <= Some(3))
            .unwrap()
            .append(&record(4))
            .unwrap();
        assert_eq!(steps(&run), [1, 2, 3, 4]);
    }

    #[test]
    fn a_broken_middle_is_an_error_with_its_line() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("m.jsonl");
        files::write_atomic(&path, b"{}\n\n[1]\n{}\n").unwrap();
        assert!(matches!(read_metrics(&path), Err(RunError::Record { line: 3, .. })));
    }
}

//! The sweep ledger: what became of every job, on disk at every moment.
//!
//! `<sweep directory>/ledger/` holds `sweep.json` and one `<number>.json` a job, each replaced as a
//! whole, and beside each the job's config as it was when the sweep was started. Decides how records
//! are found, read and changed, and what a worker may take (`take`). Invariant: a record is changed by
//! one process at a time, which holds the record's lock, so that a worker and somebody who cancels it
//! cannot undo each other's word.

mod find;
mod locks;
mod record;
mod state;
mod take;

use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::LaunchError;
use crate::files;
use crate::runs::now;

use locks::lock;

pub use find::identity;
pub use record::{JobRecord, SlurmTask, SweepRecord};
pub use state::JobState;
pub use take::{Ending, Taken};

/// The folder of a sweep directory that holds its ledger.
const FOLDER: &str = "ledger";
const SWEEP: &str = "sweep.json";

/// The ledger of one sweep.
#[derive(Clone, Debug)]
pub struct Ledger {
    /// The sweep directory.
    sweep: PathBuf,
    head: SweepRecord,
}

impl Ledger {
    /// Whether a sweep directory has one.
    pub fn is_in(sweep: &Path) -> bool {
        files::is_file(&sweep.join(FOLDER).join(SWEEP))
    }

    /// Whether a sweep directory has one, or the beginnings of one that was never finished.
    pub fn was_begun_in(sweep: &Path) -> bool {
        files::is_dir(&sweep.join(FOLDER))
    }

    /// Writes the ledger of a new sweep, jobs first: one that can be opened is whole.
    ///
    /// # Errors
    /// Where a ledger is already, and what the file system says.
    pub fn create(
        sweep: &Path,
        head: SweepRecord,
        jobs: &[JobRecord],
    ) -> Result<Self, LaunchError> {
        let ledger = Self { sweep: sweep.to_owned(), head };
        files::create_dir_all(&ledger.folder())?;
        for job in jobs {
            files::write_atomic(&ledger.file(job.number), &encode(job))?;
        }
        files::create_new(&ledger.folder().join(SWEEP), &encode(&ledger.head))?;
        Ok(ledger)
    }

    /// Opens the ledger of a sweep directory.
    ///
    /// # Errors
    /// Where there is none, or one that cannot be read or that a newer program wrote.
    pub fn open(sweep: &Path) -> Result<Self, LaunchError> {
        if !Self::is_in(sweep) {
            return Err(LaunchError::NoLedger { path: sweep.to_owned() });
        }
        let head = read(&sweep.join(FOLDER).join(SWEEP), SweepRecord::SCHEMA)?;
        Ok(Self { sweep: sweep.to_owned(), head })
    }

    /// The sweep directory.
    pub fn sweep(&self) -> &Path {
        &self.sweep
    }

    /// What was asked for.
    pub fn head(&self) -> &SweepRecord {
        &self.head
    }

    /// One job.
    ///
    /// # Errors
    /// A number that no job has, a record that cannot be read.
    pub fn job(&self, number: usize) -> Result<JobRecord, LaunchError> {
        if number >= self.head.jobs {
            let (path, jobs) = (self.sweep.clone(), self.head.jobs);
            return Err(LaunchError::NoJob { path, number, jobs });
        }
        read(&self.file(number), JobRecord::SCHEMA)
    }

    /// All jobs, by number.
    pub fn jobs(&self) -> Result<Vec<JobRecord>, LaunchError> {
        (0..self.head.jobs).map(|number| self.job(number)).collect()
    }

    /// Changes one job, alone, and gives what is then on disk.
    ///
    /// # Errors
    /// What the file system says, and that somebody else has held the record for a minute.
    pub fn update(
        &self,
        number: usize,
        change: impl FnOnce(&mut JobRecord),
    ) -> Result<JobRecord, LaunchError> {
        let changed = |job: &mut JobRecord| {
            change(job);
            Ok(())
        };
        Ok(self.update_if(number, changed)?.0)
    }

    /// The same, where the change may be refused; nothing is written where nothing was changed.
    ///
    /// # Errors
    /// As [`Ledger::update`], and why it is refused.
    pub fn update_if<T>(
        &self,
        number: usize,
        change: impl FnOnce(&mut JobRecord) -> Result<T, LaunchError>,
    ) -> Result<(JobRecord, T), LaunchError> {
        let path = self.file(number);
        let _lock = lock(&path.with_extension("lock"))?;
        let before = self.job(number)?;
        let mut job = before.clone();
        let answer = change(&mut job)?;
        if job != before {
            job.updated = now();
            files::write_atomic(&path, &encode(&job))?;
        }
        Ok((job, answer))
    }

    /// Keeps the config of a job as it is now.
    ///
    /// # Errors
    /// What the file system says.
    pub fn keep_config(&self, number: usize, yaml: &str) -> Result<(), LaunchError> {
        Ok(files::write_atomic(&self.config(number), yaml.as_bytes())?)
    }

    /// The file with the config of a job as it was when the sweep was started.
    pub fn config(&self, number: usize) -> PathBuf {
        self.file(number).with_extension("yaml")
    }

    /// Changes what is remembered of the sweep itself; the launching process alone does so.
    pub fn update_head(
        &mut self,
        change: impl FnOnce(&mut SweepRecord),
    ) -> Result<(), LaunchError> {
        change(&mut self.head);
        Ok(files::write_atomic(&self.folder().join(SWEEP), &encode(&self.head))?)
    }

    /// Where job `number` keeps what it prints.
    pub fn log(&self, number: usize) -> PathBuf {
        self.folder().join(format!("{number:04}.log"))
    }

    /// The folder with the records.
    pub fn folder(&self) -> PathBuf {
        self.sweep.join(FOLDER)
    }

    fn file(&self, number: usize) -> PathBuf {
        self.folder().join(format!("{number:04}.json"))
    }
}

fn encode(record: &impl Serialize) -> Vec<u8> {
    let mut text = serde_json::to_vec_pretty(record).expect("records have string keys");
    text.push(b'\n');
    text
}

fn read<T: DeserializeOwned>(path: &Path, known: u64) -> Result<T, LaunchError> {
    let wrong = |reason: String| LaunchError::Record { path: path.to_owned(), reason };
    let value: Value =
        serde_json::from_slice(&files::read(path)?).map_err(|e| wrong(e.to_string()))?;
    match value.get("schema").and_then(Value::as_u64) {
        Some(found) if found > known => {
            Err(wrong(format!("its schema is {found}, this program knows up to {known}")))
        }
        _ => serde_json::from_value(value).map_err(|e| wrong(e.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    pub(super) fn ledger(dir: &Path, jobs: usize) -> Ledger {
        let head = SweepRecord::example("e", jobs);
        let record =
            |n: usize| JobRecord::queued(n, Some(vec![format!("a={n}")]), dir.join(n.to_string()));
        Ledger::create(dir, head, &(0..jobs).map(record).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn what_is_written_is_read_back() {
        let dir = tempfile::tempdir().unwrap();
        assert!(!Ledger::is_in(dir.path()));
        let written = ledger(dir.path(), 3);
        let opened = Ledger::open(dir.path()).unwrap();
        assert_eq!(written.head(), opened.head());
        assert_eq!(opened.jobs().unwrap().len(), 3);
        let job = opened.update(1, |job| job.state = JobState::Running).unwrap();
        assert_eq!((job.state, job.number), (JobState::Running, 1));
        assert_eq!(opened.job(1).unwrap(), job);
    }

    #[test]
    fn what_changes_nothing_writes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let ledger = ledger(dir.path(), 1);
        ledger.update(0, |job| job.updated = "then".into()).unwrap();
        let written = ledger.job(0).unwrap();
        assert_eq!(ledger.update(0, |_| ()).unwrap(), written);
        let refuse = |job: &mut JobRecord| {
            job.attempts = 7;
            Err::<(), _>(LaunchError::NoLedger { path: "x".into() })
        };
        assert!(ledger.update_if(0, refuse).is_err());
        assert_eq!(ledger.job(0).unwrap(), written);
    }

    #[test]
    fn numbers_beyond_the_last_and_other_directories_are_told() {
        let dir = tempfile::tempdir().unwrap();
        let error = Ledger::open(dir.path()).unwrap_err();
        assert!(matches!(error, LaunchError::NoLedger { .. }), "{error}");
        let ledger = ledger(dir.path(), 2);
        for error in [ledger.job(2).unwrap_err(), ledger.update(2, |_| ()).unwrap_err()] {
            assert!(error.to_string().ends_with("it has jobs 0 to 1"), "{error}");
        }
    }

    #[test]
    fn a_second_ledger_in_one_place_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let first = ledger(dir.path(), 1);
        assert!(Ledger::create(dir.path(), first.head().clone(), &[]).is_err());
    }

    #[test]
    fn changes_at_the_same_time_are_all_kept() {
        let dir = tempfile::tempdir().unwrap();
        let ledger = ledger(dir.path(), 1);
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..8 {
                        ledger.update(0, |job| job.attempts += 1).unwrap();
                    }
                });
            }
        });
        assert_eq!(ledger.job(0).unwrap().attempts, 64);
        let left: Vec<_> = files::list(&ledger.folder()).unwrap();
        assert!(left.iter().all(|entry| !entry.name.contains("lock")), "{left:?}");
    }

    #[test]
    fn records_that_are_none_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        assert!(Ledger::open(dir.path()).is_err());
        let ledger = ledger(dir.path(), 1);
        for text in ["", "{}", r#"{"schema": 2, "new": 1}"#] {
            files::write_atomic(&ledger.folder().join("0000.json"), text.as_bytes()).unwrap();
            let error = ledger.job(0).unwrap_err().to_string();
            assert!(error.contains("0000.json"), "{error}");
        }
    }
}

//! A worker of a few shell lines, and a ledger for it.

use std::ffi::OsStr;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tempfile::TempDir;

use super::super::*;
use crate::launch::{JobRecord, SweepRecord};
use crate::runs::now;

/// A sweep in a directory of its own.
pub(super) struct Sweep {
    pub(super) dir: TempDir,
    pub(super) ledger: Ledger,
    program: PathBuf,
    machine: Machine,
}

impl Sweep {
    /// Its worker is a script with this body, started as `worker jobs run DIR N`.
    pub(super) fn new(jobs: usize, body: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let program = script(dir.path(), body);
        let head = SweepRecord {
            schema: SweepRecord::SCHEMA,
            experiment: "e".into(),
            identity: "i".into(),
            arguments: vec![],
            cwd: dir.path().to_owned(),
            sweeper: "basic".into(),
            launcher: "local".into(),
            jobs,
            job_file: None,
            created: now(),
        };
        let job = |n: usize| {
            JobRecord::queued(n, Some(vec![format!("x={n}")]), dir.path().join(n.to_string()))
        };
        let jobs: Vec<_> = (0..jobs).map(job).collect();
        let ledger = Ledger::create(&dir.path().join("sweep"), head, &jobs).unwrap();
        let machine = Machine { cores: 8, gpus: Vec::new() };
        Self { dir, ledger, program, machine }
    }

    pub(super) fn with_gpus(mut self, count: usize) -> Self {
        self.machine.gpus = (0..count).map(|n| n.to_string()).collect();
        self
    }

    pub(super) fn with_program(mut self, program: &str) -> Self {
        self.program = program.into();
        self
    }

    pub(super) fn launch(&self, settings: &LocalSettings) -> Vec<JobOutcome> {
        self.launch_until(settings, &|| false)
    }

    /// Stops once a file of that name is there.
    pub(super) fn launch_until_file(
        &self,
        settings: &LocalSettings,
        name: &str,
    ) -> Vec<JobOutcome> {
        let (path, seen) = (self.dir.path().join(name), AtomicBool::new(false));
        self.launch_until(settings, &|| {
            let is_there = seen.load(Ordering::Relaxed) || files::is_file(&path);
            seen.store(is_there, Ordering::Relaxed);
            is_there
        })
    }

    fn launch_until(
        &self,
        settings: &LocalSettings,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Vec<JobOutcome> {
        let job = |record: JobRecord| Job {
            number: record.number,
            overrides: record.overrides.unwrap(),
            directory: record.directory,
        };
        let jobs: Vec<_> = self.ledger.jobs().unwrap().into_iter().map(job).collect();
        let numbers: Vec<_> = jobs.iter().map(|job| job.number).collect();
        let reports =
            launch_as(&self.program, &self.machine, settings, &self.ledger, jobs, stop).unwrap();
        assert_eq!(reports.iter().map(|report| report.job.number).collect::<Vec<_>>(), numbers);
        reports.into_iter().map(|report| report.outcome).collect()
    }

    pub(super) fn states(&self) -> Vec<String> {
        let jobs = self.ledger.jobs().unwrap();
        jobs.iter().map(|job| job.state.to_string()).collect()
    }

    /// The lines of a file that workers wrote.
    pub(super) fn lines(&self, name: &str) -> Vec<String> {
        let text = files::read_to_string(&self.dir.path().join(name)).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

/// A child process writes it: were this one to, a test that forks at the same moment would inherit
/// the open file, and executing the script would fail as busy.
fn script(dir: &Path, body: &str) -> PathBuf {
    let path = dir.join("worker");
    let write = r##"printf '#!/bin/sh\nN=$4\n%s\n' "$2" > "$1" && chmod +x "$1""##;
    let arguments = [OsStr::new("-c"), OsStr::new(write), OsStr::new("sh"), path.as_os_str()];
    assert!(Command::new("sh").args(arguments).arg(body).status().unwrap().success());
    path
}

/// So many jobs at a time on the CPU, an hour each.
pub(super) fn at_once(jobs: usize) -> LocalSettings {
    LocalSettings {
        n_jobs: NonZeroUsize::new(jobs),
        gpus: None,
        share_gpus: false,
        gpus_per_job: Some(1),
        cores_per_job: None,
        time: TimeLimit {
            limit: Duration::from_secs(3600),
            notice: Duration::from_secs(30),
            restarts: 0,
        },
        uses: vec![DeviceUse::Auto],
        notes: Vec::new(),
    }
}

/// The same with a time limit and its notice, in milliseconds.
pub(super) fn limited(jobs: usize, limit: u64, notice: u64, restarts: u64) -> LocalSettings {
    let [limit, notice] = [limit, notice].map(Duration::from_millis);
    LocalSettings { time: TimeLimit { limit, notice, restarts }, ..at_once(jobs) }
}

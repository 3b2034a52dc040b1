//! Looking: which runs and sweeps there are, and how each of them stands.
//!
//! | asked for | what is looked at |
//! |---|---|
//! | nothing | runs that run, and sweeps with jobs that run or wait in a queue; once seen, one stays |
//! | a sweep | all its jobs |
//! | a run, or a job | that one |
//!
//! Directories are listed every few seconds, files of what runs are read at every look.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::launch::{FoundSweep, JobState, Ledger, Standing, Standings, directory, sweeps};
use crate::runs::{Live, RunEntry, RunState, Status, Usage, find_run, list_runs_with};

use super::super::failure::Failure;
use super::super::jobs::{of_sweep, select, words};
use super::gpu::Gpus;
use super::seen::Seen;
use super::seldom::{Seldom, Word};

/// Between two listings of the directories.
const LIST_EVERY: Duration = Duration::from_secs(2);
/// Records of a run that are read at first; fewer of each where there are many runs.
const LINES: (usize, usize) = (4000, 40);
const MANY: usize = 50;

/// Everything at one moment.
#[derive(Clone, Debug, Default)]
pub(super) struct Board {
    /// The sweep or run that was asked for; `None` when all that runs was.
    pub target: Option<String>,
    pub sweeps: Vec<SweepSeen>,
    pub runs: Vec<Seen>,
    /// Why part of it could not be looked at.
    pub problem: Option<String>,
}

/// A sweep at one moment.
#[derive(Clone, Debug, Default)]
pub(super) struct SweepSeen {
    pub name: String,
    pub launcher: String,
    /// How many of its jobs are in which state, those of no job left out.
    pub counts: Vec<(JobState, usize)>,
    pub jobs: Vec<JobSeen>,
}

/// A job at one moment.
#[derive(Clone, Debug)]
pub(super) struct JobSeen {
    pub number: usize,
    pub state: Option<JobState>,
    /// The overrides that make it another than its neighbours.
    pub overrides: String,
    pub seen: Seen,
}

enum Target {
    All,
    Sweep(String, Box<Ledger>),
    Run(String, PathBuf),
}

/// Looks, and remembers what it needs to look again.
pub(super) struct Source {
    outputs: PathBuf,
    target: Target,
    listed: Option<Instant>,
    /// Runs of no sweep.
    runs: Vec<(String, PathBuf)>,
    sweeps: Vec<(String, Ledger, Standings)>,
    followed: BTreeMap<PathBuf, Followed>,
    is_many: bool,
    queue: Seldom,
    word: Word,
    gpus: Gpus,
    problem: Option<String>,
}

struct Followed {
    live: Live,
    usage: Option<Usage>,
}

impl Source {
    /// Finds what is to be looked at.
    ///
    /// # Errors
    /// A name that nothing has.
    pub(super) fn new(outputs: &Path, name: Option<&str>) -> Result<Self, Failure> {
        let target = name.map_or(Ok(Target::All), |name| target(outputs, name))?;
        Ok(Self {
            outputs: outputs.to_owned(),
            target,
            listed: None,
            runs: Vec::new(),
            sweeps: Vec::new(),
            followed: BTreeMap::new(),
            is_many: false,
            queue: Seldom::default(),
            word: Word::new(),
            gpus: Gpus::default(),
            problem: None,
        })
    }

    /// Looks at everything.
    ///
    /// # Errors
    /// Outputs that cannot be listed.
    pub(super) fn look(&mut self) -> Result<Board, Failure> {
        if self.listed.is_none_or(|at| at.elapsed() >= LIST_EVERY) {
            self.list()?;
            self.listed = Some(Instant::now());
        }
        let runs = self.runs.clone();
        let sweeps = std::mem::take(&mut self.sweeps);
        let jobs: usize = sweeps.iter().map(|(_, ledger, _)| ledger.head().jobs).sum();
        self.is_many = runs.len() + jobs > MANY;
        let board = Board {
            target: match &self.target {
                Target::All => None,
                Target::Sweep(name, _) | Target::Run(name, _) => Some(name.clone()),
            },
            sweeps: sweeps.iter().map(|(name, l, jobs)| self.sweep(name, l, jobs)).collect(),
            runs: runs.into_iter().map(|(name, path)| self.seen(name, &path)).collect(),
            problem: self.problem.clone(),
        };
        self.sweeps = sweeps;
        Ok(board)
    }

    fn list(&mut self) -> Result<(), Failure> {
        self.problem = None;
        match &self.target {
            Target::Run(name, path) => self.runs = vec![(name.clone(), path.clone())],
            Target::Sweep(name, ledger) => {
                self.sweeps = self.standing(vec![(name.clone(), (**ledger).clone())]);
            }
            Target::All => {
                let known = |sweep: FoundSweep| Some((sweep.name, sweep.ledger.ok()?));
                let found = sweeps(&self.outputs)?.into_iter().filter_map(known).collect();
                let before: Vec<String> =
                    self.sweeps.iter().map(|(name, ..)| name.clone()).collect();
                let mut all = self.standing(found);
                all.retain(|(name, _, jobs)| before.contains(name) || is_going_on(jobs));
                self.sweeps = all;
                self.list_runs()?;
            }
        }
        Ok(())
    }

    /// Runs that run outside the sweeps that are shown, beside those that did.
    fn list_runs(&mut self) -> Result<(), Failure> {
        let in_sweep =
            |path: &Path| self.sweeps.iter().any(|(_, ledger, _)| path.starts_with(ledger.sweep()));
        let runs = list_runs_with(&self.outputs, self.word.get())?;
        let is_known = |path: &Path| self.runs.iter().any(|(_, known)| known == path);
        let runs_now = |run: &RunEntry| run.state == RunState::Known(Status::Running);
        self.runs = runs
            .into_iter()
            .filter(|run| (runs_now(run) || is_known(&run.path)) && !in_sweep(&run.path))
            .map(|run| (run.id(), run.path))
            .collect();
        Ok(())
    }

    fn standing(&mut self, found: Vec<(String, Ledger)>) -> Vec<(String, Ledger, Standings)> {
        let asked: Vec<(&Ledger, Vec<usize>)> =
            found.iter().map(|(_, ledger)| (ledger, (0..ledger.head().jobs).collect())).collect();
        let (jobs, silent) = Standings::of_sweeps(&asked, &self.queue);
        self.problem = silent.map(|error| error.to_string());
        found.into_iter().zip(jobs).map(|((name, ledger), jobs)| (name, ledger, jobs)).collect()
    }

    fn sweep(&mut self, name: &str, ledger: &Ledger, jobs: &Standings) -> SweepSeen {
        let shared = of_sweep::shared_overrides(jobs.known());
        let count = |state| jobs.known().filter(|job| job.settled.state == state).count();
        let counts = JobState::ALL.map(|state| (state, count(state)));
        let seen = jobs.jobs.iter().map(|(number, job)| match job {
            Ok(job) => self.job(name, ledger, job, &shared),
            Err(error) => {
                let (name, state) = (format!("{name}/{number}"), "broken".to_owned());
                let error = Some(error.to_string());
                let seen = Seen { name, state, error, ..Seen::default() };
                JobSeen { number: *number, state: None, overrides: String::new(), seen }
            }
        });
        SweepSeen {
            name: name.to_owned(),
            launcher: ledger.head().launcher.clone(),
            jobs: seen.collect(),
            counts: counts.into_iter().filter(|(_, count)| *count > 0).collect(),
        }
    }

    fn job(&mut self, name: &str, ledger: &Ledger, job: &Standing, shared: &[String]) -> JobSeen {
        let number = job.record.number;
        let name = format!("{name}/{number}");
        let state = job.settled.state;
        let path = directory(ledger, &job.record);
        // Of the one sweep that is watched, curves of jobs that are over are worth a look, too.
        let is_alone = matches!(self.target, Target::Sweep(..)) && ledger.head().jobs <= MANY;
        let is_near = is_alone && job.run.manifest.is_some();
        // What does not run any more is looked at where it was.
        let is_followed = is_near || self.followed.contains_key(&path);
        let mut seen = match state == JobState::Running || is_followed {
            true => self.seen(name, &path),
            false => Seen::of(name, &job.run),
        };
        seen.state = state.as_str().to_owned();
        seen.error = job.error();
        let overrides = of_sweep::overrides(job, shared);
        JobSeen { number, state: Some(state), overrides, seen }
    }

    /// A run that is followed.
    fn seen(&mut self, name: String, path: &Path) -> Seen {
        let lines = match &self.target {
            Target::Run(..) => usize::MAX,
            _ if self.is_many => LINES.1,
            _ => LINES.0,
        };
        let open = || Followed { live: Live::open(path, lines), usage: None };
        let one = self.followed.entry(path.to_owned()).or_insert_with(open);
        one.live.look(self.word.get());
        let mut seen = Seen::live(name, &one.live);
        let running = one.live.entry.manifest.as_ref().filter(|_| seen.state == "running");
        if let Some(manifest) = running
            && let Some(usage) = Usage::of(&manifest.process)
        {
            seen.cores = usage.cores(one.usage.as_ref());
            seen.resident_bytes = Some(usage.resident_bytes);
            if manifest.device.contains("cuda") {
                self.gpus.look();
            }
            seen.gpu = self.gpus.of(&manifest.device, manifest.process.pid).cloned();
            one.usage = Some(usage);
        }
        seen
    }
}

fn is_going_on(jobs: &Standings) -> bool {
    let goes_on = |state| matches!(state, JobState::Running | JobState::Submitted);
    jobs.known().any(|job| goes_on(job.settled.state))
}

/// What a name stands for.
fn target(outputs: &Path, name: &str) -> Result<Target, Failure> {
    let is_of_sweep =
        |path: &Path| Ledger::was_begun_in(path) || path.parent().is_some_and(Ledger::was_begun_in);
    let numbered = crate::runs::numbered(name);
    let paths = [PathBuf::from(name), outputs.join(name), outputs.join(&numbered)];
    match paths.iter().find(|path| is_of_sweep(path)) {
        Some(path) => {
            let found = select::select(&path.to_string_lossy(), outputs)?;
            Ok(match (found.is_one_job, found.numbers.first()) {
                (true, Some(number)) => {
                    let path = directory(&found.ledger, &found.ledger.job(*number)?);
                    Target::Run(found.job_name(*number), path)
                }
                _ => Target::Sweep(found.name, Box::new(found.ledger)),
            })
        }
        None => {
            let path = find_run(outputs, name)?;
            let id = crate::runs::read_run(&path).id();
            Ok(Target::Run(words::one_line(&id), path))
        }
    }
}

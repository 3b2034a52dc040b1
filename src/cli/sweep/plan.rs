//! What becomes of each job, before the sweep's directory is taken and then for good.

use std::path::PathBuf;

use crate::config::Part;
use crate::launch::slurm::Cluster;
use crate::launch::{
    Found, JobRecord, JobState, Ledger, Results, Standings, SweepRecord, Verdict, judge, value,
};
use crate::runs::{RunLock, now};

use super::super::failure::Failure;
use super::given::Sweep;
use super::place::Place;
use super::point;

/// A job as the sweeper gives it.
#[derive(Clone, Debug)]
pub(super) struct Point {
    /// Overrides of its task; `None` where they are drawn when it starts.
    pub(super) overrides: Option<Vec<String>>,
    /// Identifies its config, where it is known.
    pub(super) hash: Option<String>,
    /// Whether what it leaves for others is there, where it leaves something.
    pub(super) is_product_there: bool,
}

/// A sweep whose jobs are known.
pub(super) struct Asked<'s> {
    pub(super) sweep: &'s Sweep,
    pub(super) identity: String,
    pub(super) place: Place,
    /// By their order in the command.
    pub(super) points: Vec<Point>,
    /// Where completed runs of its configs may lie.
    pub(super) experiments: Vec<PathBuf>,
}

/// What becomes of the jobs, by their order in the command.
pub(super) struct Plan {
    /// The sweep that goes on.
    pub(super) ledger: Option<Ledger>,
    pub(super) jobs: Vec<Planned>,
}

/// What becomes of a job.
pub(super) struct Planned {
    pub(super) record: JobRecord,
    pub(super) verdict: Verdict,
    found: Option<Found>,
}

/// A sweep whose jobs this process launches.
pub(super) struct Claimed {
    pub(super) ledger: Ledger,
    pub(super) plan: Plan,
    _lock: RunLock,
}

impl Asked<'_> {
    /// Says what becomes of the jobs; nothing is written.
    pub(super) fn look(&self) -> Result<Plan, Failure> {
        let ledger = self.place.find(&self.identity, self.sweep.force)?;
        let records = match &ledger {
            Some(ledger) => in_order(as_they_stand(ledger)?, &self.points),
            None => self.points.iter().enumerate().map(queued).collect(),
        };
        let results = match self.sweep.force {
            true => Results::default(),
            false => Results::below(&self.experiments)?,
        };
        let planned = |(record, point): (JobRecord, &Point)| {
            let found = found(&results, &record).filter(|_| point.is_product_there);
            let verdict = judge(&record, found.as_ref().map(|found| &*found.directory));
            Planned { record, verdict, found }
        };
        Ok(Plan { ledger, jobs: records.into_iter().zip(&self.points).map(planned).collect() })
    }

    /// Takes the sweep: the one that goes on, or a directory of its own.
    pub(super) fn claim(&self) -> Result<Claimed, Failure> {
        let _choosing = Ledger::choosing(&self.place.root())?;
        let mut plan = self.look()?;
        let (ledger, lock) = match plan.ledger.take() {
            Some(mut ledger) => {
                let lock = ledger.launching()?;
                // Looked at again: until now another process may have launched its jobs.
                plan = self.look()?;
                plan.keep(&ledger, &self.sweep.metric())?;
                self.renew(&mut ledger)?;
                (ledger, lock)
            }
            None => {
                let ledger = self.create(&mut plan)?;
                let lock = ledger.launching()?;
                (ledger, lock)
            }
        };
        Ok(Claimed { ledger, plan, _lock: lock })
    }

    /// The ledger of the sweep in a directory that was given; written if there is none.
    pub(super) fn open_or_create(&self) -> Result<Ledger, Failure> {
        let _choosing = Ledger::choosing(&self.place.root())?;
        match self.place.find(&self.identity, false)? {
            Some(ledger) => Ok(ledger),
            None => self.create(&mut self.look()?),
        }
    }

    fn create(&self, plan: &mut Plan) -> Result<Ledger, Failure> {
        let dir = self.place.take()?;
        let metric = self.sweep.metric();
        for Planned { record, verdict, found } in &mut plan.jobs {
            let own = dir.job(record.number);
            settle(record, verdict, found.as_ref(), own, &metric);
        }
        let records: Vec<JobRecord> = plan.jobs.iter().map(|job| job.record.clone()).collect();
        let ledger = Ledger::create(dir.path(), self.head(records.len())?, &records)?;
        dir.write_multirun(&self.sweep.whole.to_yaml(Part::All, false, None)?)?;
        for record in records.iter().filter(|record| !record.state.is_ended()) {
            if let Some(task) = &record.overrides {
                let all = self.sweep.remembered(task);
                let composed = self.sweep.composer().job(record.number, all)?;
                point::keep(&ledger, record.number, &composed)?;
            }
        }
        Ok(ledger)
    }

    /// Remembers how the sweep is launched this time; its records say what its jobs are.
    fn renew(&self, ledger: &mut Ledger) -> Result<(), Failure> {
        let mut head = self.head(ledger.head().jobs)?;
        head.job_file.clone_from(&ledger.head().job_file);
        head.created.clone_from(&ledger.head().created);
        if head != *ledger.head() {
            ledger.update_head(|there| *there = head)?;
        }
        Ok(())
    }

    fn head(&self, jobs: usize) -> Result<SweepRecord, Failure> {
        let root = self.experiments.first().cloned().unwrap_or_else(|| self.place.root());
        let experiment = root.file_name().map(|name| name.to_string_lossy().into_owned());
        Ok(SweepRecord {
            schema: SweepRecord::SCHEMA,
            experiment: experiment.unwrap_or_default(),
            identity: self.identity.clone(),
            arguments: self.sweep.arguments.clone(),
            cwd: self.sweep.cwd.clone(),
            sweeper: self.sweep.choice("hydra/sweeper"),
            launcher: self.sweep.choice("hydra/launcher"),
            jobs,
            job_file: None,
            created: now(),
        })
    }
}

impl Plan {
    /// The jobs that are run, with their places in the command.
    pub(super) fn running(&self) -> impl Iterator<Item = (usize, &Planned)> {
        self.jobs.iter().enumerate().filter(|(_, job)| job.verdict.runs())
    }

    /// Whether a job is run, by its place in the command.
    pub(super) fn runs(&self, place: usize) -> bool {
        self.jobs.get(place).is_some_and(|job| job.verdict.runs())
    }

    /// Brings the records of a sweep that goes on to where its jobs stand.
    fn keep(&mut self, ledger: &Ledger, metric: &str) -> Result<(), Failure> {
        for Planned { record, verdict, found } in &mut self.jobs {
            let own = ledger.sweep().join(record.number.to_string());
            *record = ledger.update(record.number, |job| {
                settle(job, verdict, found.as_ref(), own, metric);
            })?;
        }
        Ok(())
    }
}

/// The records of a sweep, those that a cluster has as its queue tells them: a job that it has lost, or
/// whose node died, is nobody's.
fn as_they_stand(ledger: &Ledger) -> Result<Vec<JobRecord>, Failure> {
    let mut records = ledger.jobs()?;
    let is_there = |record: &&JobRecord| record.slurm.is_some() && !record.state.is_ended();
    let numbers: Vec<usize> = records.iter().filter(is_there).map(|job| job.number).collect();
    let (standings, _) = Standings::read(ledger, &numbers, &Cluster);
    for job in standings.known() {
        let state = job.settled.state;
        if state.is_ended() && state != JobState::Completed {
            records[job.record.number].state = state;
        }
    }
    Ok(records)
}

fn queued((number, point): (usize, &Point)) -> JobRecord {
    let mut record = JobRecord::queued(number, point.overrides.clone(), PathBuf::new());
    record.config_hash.clone_from(&point.hash);
    record
}

/// The records of the jobs, in the order of the command.
fn in_order(records: Vec<JobRecord>, points: &[Point]) -> Vec<JobRecord> {
    let mut left: Vec<Option<JobRecord>> = records.into_iter().map(Some).collect();
    let take = |(number, point): (usize, &Point)| {
        let is_its = |record: &Option<JobRecord>| match (record, &point.hash) {
            (Some(record), Some(_)) => record.config_hash == point.hash,
            (Some(record), None) => record.number == number,
            (None, _) => false,
        };
        let place = left.iter().position(is_its)?;
        left[place].take()
    };
    points.iter().enumerate().filter_map(take).collect()
}

/// A completed run of a job's config. Where several processes shared the work of a job, its manifest
/// tells of one of them, and the record alone knows.
fn found(results: &Results, record: &JobRecord) -> Option<Found> {
    let of_config = record.config_hash.as_deref().and_then(|hash| results.of(hash)).cloned();
    let own =
        || (record.state == JobState::Completed).then(|| Found::at(&record.directory)).flatten();
    of_config.or_else(own)
}

/// Brings a record to where its job stands; `own` is the job's own directory.
fn settle(
    record: &mut JobRecord,
    verdict: &Verdict,
    found: Option<&Found>,
    own: PathBuf,
    metric: &str,
) {
    match verdict {
        Verdict::Left(_) => {}
        Verdict::Done { directory } => {
            if record.state != JobState::Completed || record.directory != *directory {
                record.value = found.and_then(|found| value(&found.metrics, metric));
            }
            record.state = JobState::Completed;
            record.reused = *directory != own;
            record.directory.clone_from(directory);
            record.error = None;
        }
        Verdict::Run | Verdict::Again(_) => {
            record.state = JobState::Queued;
            (record.directory, record.reused) = (own, false);
            (record.value, record.slurm) = (None, None);
        }
    }
}

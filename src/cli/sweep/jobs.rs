//! The jobs of a sweep: a list, or so many that are drawn one by one.

use crate::config::OverrideArg;
use crate::launch::identity;
use crate::sweep;

use super::super::failure::Failure;
use super::checked::{Checked, texts};
use super::draw::{self, Drawn};
use super::given::{Sweep, SweepJob};
use super::plan::Point;

/// The jobs of a sweep before the first is started.
pub(super) struct Jobs {
    /// What is composed and checked: the jobs of a list; otherwise jobs in which everything that may be
    /// drawn occurs.
    pub(super) to_check: Vec<SweepJob>,
    /// Of a sweeper that draws.
    drawn: Option<Drawn>,
}

impl Jobs {
    pub(super) fn of(sweep: &Sweep) -> Result<Self, Failure> {
        Ok(match draw::drawn(sweep)? {
            None => Self { to_check: sweep::jobs(&sweep.whole, sweep.composer())?, drawn: None },
            Some(drawn) => {
                let probes = drawn.probes.iter();
                let to_check = probes.map(|task| sweep.job(task.clone())).collect();
                Self { to_check, drawn: Some(drawn) }
            }
        })
    }

    /// The jobs as the command spelt them; none that are drawn.
    pub(super) fn listed(&self) -> &[SweepJob] {
        match self.drawn {
            None => &self.to_check,
            Some(_) => &[],
        }
    }

    /// The tasks of the jobs that are known now.
    pub(super) fn known(&self) -> Vec<&[OverrideArg]> {
        match &self.drawn {
            None => self.to_check.iter().map(|(_, task)| &**task).collect(),
            Some(drawn) => drawn.known.iter().map(|task| &**task).collect(),
        }
    }

    /// The overrides of each job's task; `None` for those that are drawn when they start.
    pub(super) fn tasks(&self) -> Vec<Option<Vec<String>>> {
        let mut tasks: Vec<_> = self.known().into_iter().map(|task| Some(texts(task))).collect();
        tasks.resize(self.count(), None);
        tasks
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.drawn.as_ref().map_or(self.to_check.len(), |drawn| drawn.count)
    }

    /// The jobs as the plan wants them.
    pub(super) fn points(&self, checked: &[Checked]) -> Vec<Point> {
        let drawn = Point { overrides: None, hash: None, is_product_there: true };
        if let Some(Drawn { count, .. }) = self.drawn {
            return vec![drawn; count];
        }
        let listed = self.to_check.iter().zip(checked).map(|((_, task), checked)| Point {
            overrides: Some(texts(task)),
            hash: Some(checked.hash.clone()),
            is_product_there: checked.is_product_there,
        });
        listed.collect()
    }

    /// What two commands for the same sweep share; of a study all that its points depend on.
    pub(super) fn identity(&self, sweep: &Sweep, checked: &[Checked]) -> Result<String, Failure> {
        let study = match &self.drawn {
            None => Vec::new(),
            Some(_) => sweep.study()?,
        };
        let hashes = checked.iter().map(|job| &*job.hash);
        Ok(identity(&sweep.cwd, hashes.chain(study.iter().map(String::as_str))))
    }

    /// The jobs to check whose needs are made first, of those that run.
    pub(super) fn chains<'j>(
        &'j self,
        checked: &'j [Checked],
        runs: &'j dyn Fn(usize) -> bool,
    ) -> impl Iterator<Item = (usize, &'j SweepJob)> {
        let all = self.to_check.iter().zip(checked).enumerate();
        let chains = all.filter(move |(number, (_, one))| one.is_chain && self.runs(*number, runs));
        chains.map(|(number, (job, _))| (number, job))
    }

    /// Whether a job to check stands for one that runs.
    pub(super) fn runs(&self, number: usize, runs: &dyn Fn(usize) -> bool) -> bool {
        match &self.drawn {
            None => runs(number),
            Some(drawn) => (0..drawn.count).any(runs),
        }
    }
}

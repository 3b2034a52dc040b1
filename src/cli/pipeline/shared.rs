//! What the jobs of a sweep need and is not there: made once, before the first of them.

use std::ffi::OsString;
use std::process::ExitCode;
use std::rc::Rc;

use crate::data::check::Finding;
use crate::device::DeviceSpec;
use crate::experiment::pipeline::Planned;
use crate::experiment::{RunLog, StopFlag};

use super::super::args::ComposeArgs;
use super::super::compose::Prepared;
use super::super::failure::Failure;
use super::super::{run, say};
use super::chain::Chain;
use super::{check, plan, told};

/// What the jobs of a sweep need and is not there, each stage once.
#[derive(Default)]
pub(in super::super) struct Shared {
    stages: Vec<Planned>,
    missing: Vec<Finding>,
}

impl Shared {
    /// Adds what a job needs.
    ///
    /// # Errors
    /// A product that another job asks for otherwise.
    pub(in super::super) fn add(
        &mut self,
        number: usize,
        prepared: Prepared,
        args: &ComposeArgs,
    ) -> Result<(), Failure> {
        let plan = plan(&Rc::new(prepared), args)?;
        for finding in plan.missing()? {
            if !self.missing.iter().any(|other| other.item.path == finding.item.path) {
                self.missing.push(finding);
            }
        }
        let before =
            plan.stages.into_iter().filter(|planned| planned.stage.id.experiment.is_some());
        for planned in before.filter(|planned| planned.verdict.runs()) {
            let place = |other: &&Planned| other.stage.product == planned.stage.product;
            let Some(other) = self.stages.iter().find(place) else {
                self.stages.push(planned);
                continue;
            };
            if other.made_of != planned.made_of {
                let product = planned.stage.product.as_deref().map_or(String::new(), run::shown);
                return Err(Failure::wrong_input(format_args!(
                    "job {number} asks for `{product}`, which an earlier job has made of something \
                     else; give each its own, or sweep over keys that are not passed on to stages"
                )));
            }
        }
        Ok(())
    }

    /// The devices of the stages.
    pub(in super::super) fn devices(&self) -> impl Iterator<Item = DeviceSpec> {
        self.stages.iter().map(|planned| planned.recipe.config.run.device)
    }

    /// Prints the stages, for a dry run whose stdout has the jobs.
    pub(in super::super) fn tell(&self) {
        say::text(told::table(&self.stages));
        if !self.missing.is_empty() {
            say!("warning: {}", told::missing(&self.missing));
        }
    }

    /// Refuses what cannot be run, before anything is started.
    pub(in super::super) fn check(&self) -> Result<(), Failure> {
        check(&self.stages.iter().collect::<Vec<_>>(), self.missing.clone())
    }

    /// Runs the stages; how the command ends, where it ends with one of them.
    pub(in super::super) fn run(
        &self,
        argv: &[OsString],
        stop: &StopFlag,
        log: &RunLog,
    ) -> Result<Option<ExitCode>, Failure> {
        let mut chain = Chain::new(argv, stop, log, self.stages.len());
        for planned in &self.stages {
            let report = chain.run(planned)?;
            if let Some(code) = chain.ended(&report) {
                return Ok(Some(code));
            }
        }
        Ok(None)
    }
}

//! `pipeline=full`: what a run needs and is not there is made first, each stage as a run of its own.
//!
//! Everything is composed, checked and looked for before the first stage starts, and all stages run in
//! this process. A stage that is stopped, or fails, ends the chain; the same command goes on there,
//! since what is done is found done.

mod book;
mod passed;

use std::cell::RefCell;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;

use crate::data::check::{Finding, Report};
use crate::device::DeviceSpec;
use crate::experiment::config::{ExperimentConfig, Pipeline};
use crate::experiment::pipeline::{Plan, Planned, Recipe, StageId, Verdict};
use crate::experiment::{self, Finished, Request, RunLog, RunReport, StopFlag};
use crate::train::StopSignal;

use super::args::{Args, ComposeArgs};
use super::compose::{self, Prepared};
use super::delegate::delegate_if_needed;
use super::failure::{Failure, exit};
use super::{logging, out, run};

use book::Book;
pub(super) use passed::completed;

/// Whether a config asks for what it needs to be made.
pub(super) fn is_asked(config: &ExperimentConfig) -> bool {
    config.run.pipeline != Pipeline::None
}

/// The stages of a command.
pub(super) fn plan(own: &Rc<Recipe>, args: &ComposeArgs) -> Result<Plan, Failure> {
    let known = own.composed.group_options("experiment");
    if let Some(stage) = own.config.run.stages.keys().find(|stage| !known.contains(stage)) {
        let key = format!("stages.{stage}");
        return Err(own.resolved.error_at(&key, "names no experiment", known).into());
    }
    let book = Book::new(args, Rc::clone(own));
    Plan::new(book.last(), &book)
}

/// Runs a command with all that it needs.
pub(super) fn start(
    prepared: Prepared,
    args: &Args,
    argv: &[OsString],
) -> Result<ExitCode, Failure> {
    let own = Rc::new(prepared);
    let plan = plan(&own, &args.compose)?;
    let missing = plan.missing()?;
    if args.dry_run {
        for planned in plan.stages.iter().filter(|planned| planned.verdict.runs()) {
            let recipe = &planned.recipe;
            let warnings = compose::unavailable(&recipe.config, &recipe.resolved);
            warnings.iter().for_each(|warning| eprintln!("{warning}"));
        }
        out::write(table(&plan.stages))?;
        if !missing.is_empty() {
            eprintln!("warning: {}", told(&missing));
        }
        return Ok(ExitCode::SUCCESS);
    }
    let mut stages: Vec<&Planned> = plan.stages.iter().collect();
    say_foreign(&stages);
    stages.retain(|planned| planned.verdict.runs());
    let Some(last) = plan.stages.last().filter(|last| last.verdict.runs()) else {
        return there_already(&plan);
    };
    check(&stages, missing)?;
    for planned in &stages {
        delegate_if_needed(&planned.recipe.config.run.device, &argv[1..])?;
    }
    let stop = StopFlag::install().map_err(Failure::failed)?;
    let log = logging::install();
    let mut chain = Chain { argv, stop: &stop, log: &log, done: 0, of: stages.len() };
    for planned in stages {
        let is_last = planned.stage.id == last.stage.id;
        let report = chain.run(planned, is_last)?;
        if let Some(code) = chain.ended(&report) {
            return Ok(code);
        }
        if is_last {
            out::line(run::shown(&report.dir))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Says that the command's own product is there.
fn there_already(plan: &Plan) -> Result<ExitCode, Failure> {
    let product = plan.stages.last().and_then(|last| last.stage.product.as_deref());
    let product = run::shown(product.unwrap_or(Path::new("")));
    eprintln!("`{product}` is there, made of what this config asks for");
    out::line(product)?;
    Ok(ExitCode::SUCCESS)
}

/// Refuses what cannot be run, or lacks a file, before anything is started.
fn check(stages: &[&Planned], missing: Vec<Finding>) -> Result<(), Failure> {
    if !missing.is_empty() {
        return Err(Failure::wrong_input(told(&missing)));
    }
    for planned in stages {
        let refused = compose::refuse_unavailable(&planned.recipe);
        refused.map_err(|failure| failure.of_stage(&planned.stage.id, None))?;
    }
    Ok(())
}

/// What is not there, and where to get it.
fn told(missing: &[Finding]) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let text = Report { findings: missing.to_vec() }.text(&here);
    format!("the stages read what is not there:\n{}", text.trim_end())
}

/// A line a stage: what becomes of it, its name, and what it makes.
fn table(stages: &[Planned]) -> String {
    let name = |planned: &Planned| shown_id(planned);
    let width = stages.iter().map(|planned| name(planned).chars().count()).max().unwrap_or(0);
    let line = |planned: &Planned| {
        let product = planned.stage.product.as_deref().map_or(String::new(), run::shown);
        let (word, why) = match &planned.verdict {
            Verdict::Run => ("run", String::new()),
            Verdict::Remake(differences) => ("remake", format!("  {}", differences.join("; "))),
            Verdict::Done => ("done", String::new()),
            Verdict::Foreign => ("as it is", String::new()),
            Verdict::Unneeded => ("not read", String::new()),
        };
        let line = format!("{word:<8}  {:<width$}  {product}{why}", name(planned));
        format!("{}\n", line.trim_end())
    };
    stages.iter().map(line).collect()
}

/// The name of a stage; the command's own is called after its experiment.
fn shown_id(planned: &Planned) -> String {
    let StageId { experiment, task } = &planned.stage.id;
    let name = experiment.as_deref().unwrap_or(&planned.recipe.config.run.expt_name);
    format!("{name}/{}", task.name())
}

/// Says which products are used though nobody knows what they were made of.
fn say_foreign(stages: &[&Planned]) {
    for planned in stages.iter().filter(|planned| planned.verdict == Verdict::Foreign) {
        if let Some(product) = &planned.stage.product {
            let product = run::shown(product);
            eprintln!("note: `{product}` does not say what it was made of; it is used as it is");
        }
    }
}

/// The stages that run, one after the other.
struct Chain<'a> {
    argv: &'a [OsString],
    stop: &'a StopFlag,
    log: &'a RunLog,
    done: usize,
    of: usize,
}

impl Chain<'_> {
    /// Runs a stage; the command's own may be found complete.
    fn run(&mut self, planned: &Planned, is_last: bool) -> Result<RunReport, Failure> {
        let id = &planned.stage.id;
        tracing::info!("stage {} of {}: {}", self.done + 1, self.of, shown_id(planned));
        let recipe = &*planned.recipe;
        compose::warn_late(&recipe.composed);
        let dir = PathBuf::from(recipe.composed.text_at("hydra.run.dir")?);
        let taken: RefCell<Option<PathBuf>> = RefCell::default();
        let taking = |dir: &Path| *taken.borrow_mut() = Some(dir.to_owned());
        let request = run::experiment_request(recipe, self.argv, dir, self.stop, self.log);
        let request = Request { reuse: is_last, taken: &taking, ..request };
        let report = experiment::run(&request).map_err(|error| {
            let failure = Failure::from(error).of_stage(id, taken.borrow().as_deref());
            if self.done == 0 { failure } else { failure.after_a_start() }
        })?;
        if report.finished == Finished::Completed {
            self.done += 1;
        }
        Ok(report)
    }

    /// How the command ends, where it ends with this stage.
    fn ended(&self, report: &RunReport) -> Option<ExitCode> {
        let resumable = match report.finished {
            Finished::Completed if self.done < self.of && self.stop.stop_requested() => true,
            Finished::Completed => return None,
            Finished::Stopped { resumable } => resumable || self.done > 0,
        };
        match resumable {
            true => {
                eprintln!(
                    "stopped after {} of {} stages; the same command goes on from there",
                    self.done, self.of
                );
                Some(ExitCode::from(exit::PREEMPTED))
            }
            false => {
                eprintln!("stopped before the first checkpoint");
                Some(ExitCode::from(exit::INTERRUPTED))
            }
        }
    }
}

/// What the jobs of a sweep need and is not there, each stage once.
#[derive(Default)]
pub(super) struct Shared {
    stages: Vec<Planned>,
    missing: Vec<Finding>,
}

impl Shared {
    /// Adds what a job needs.
    ///
    /// # Errors
    /// A product that another job asks for otherwise.
    pub(super) fn add(
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
    pub(super) fn devices(&self) -> impl Iterator<Item = DeviceSpec> {
        self.stages.iter().map(|planned| planned.recipe.config.run.device)
    }

    /// Prints the stages, for a dry run whose stdout has the jobs.
    pub(super) fn tell(&self) {
        eprint!("{}", table(&self.stages));
        if !self.missing.is_empty() {
            eprintln!("warning: {}", told(&self.missing));
        }
    }

    /// Refuses what cannot be run, before anything is started.
    pub(super) fn check(&self) -> Result<(), Failure> {
        check(&self.stages.iter().collect::<Vec<_>>(), self.missing.clone())
    }

    /// Runs the stages; how the command ends, where it ends with one of them.
    pub(super) fn run(
        &self,
        argv: &[OsString],
        stop: &StopFlag,
        log: &RunLog,
    ) -> Result<Option<ExitCode>, Failure> {
        let mut chain = Chain { argv, stop, log, done: 0, of: self.stages.len() };
        for planned in &self.stages {
            let report = chain.run(planned, false)?;
            if let Some(code) = chain.ended(&report) {
                return Ok(Some(code));
            }
        }
        Ok(None)
    }
}

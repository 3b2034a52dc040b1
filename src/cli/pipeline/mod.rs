//! `pipeline=full`: what a run needs and is not there is made first, each stage as a run of its own.
//!
//! Everything is composed, checked and looked for before the first stage starts, and all stages run in
//! this process. A stage that is stopped, or fails, ends the chain; the same command goes on there,
//! since what is done is found done.

mod book;
mod chain;
mod hint;
mod passed;
mod shared;
mod told;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;
use std::rc::Rc;

use crate::data::check::Finding;
use crate::experiment::StopFlag;
use crate::experiment::config::{ExperimentConfig, Pipeline};
use crate::experiment::pipeline::{Plan, Planned, Recipe};

use super::args::{Args, ComposeArgs};
use super::compose::{self, Prepared};
use super::delegate::delegate_if_needed;
use super::failure::Failure;
use super::{logging, out, run};

use book::Book;
use chain::Chain;
pub(super) use hint::hint;
pub(super) use passed::completed;
pub(super) use shared::Shared;

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
        return tell(&plan, &missing);
    }
    told::foreign(&plan.stages);
    let stages: Vec<_> = plan.stages.iter().filter(|planned| planned.verdict.runs()).collect();
    let Some(last) = plan.stages.last().filter(|last| last.verdict.runs()) else {
        return there_already(&plan);
    };
    check(&stages, missing)?;
    for planned in &stages {
        delegate_if_needed(&planned.recipe.config.run.device, &argv[1..])?;
    }
    let stop = StopFlag::install().map_err(Failure::failed)?;
    let log = logging::install();
    let mut chain = Chain::new(argv, &stop, &log, stages.len());
    for planned in stages {
        let is_last = planned.stage.id == last.stage.id;
        let report = chain.run(planned)?;
        if let Some(code) = chain.ended(&report) {
            return Ok(code);
        }
        if is_last && report.is_first {
            out::line(run::shown(&report.dir))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What a dry run says: the stages on stdout, what keeps them from running on stderr.
fn tell(plan: &Plan, missing: &[Finding]) -> Result<ExitCode, Failure> {
    for Planned { recipe, .. } in plan.stages.iter().filter(|planned| planned.verdict.runs()) {
        let warnings = compose::unavailable(&recipe.config, &recipe.resolved);
        warnings.iter().for_each(|warning| say!("{warning}"));
    }
    out::write(told::table(&plan.stages))?;
    if !missing.is_empty() {
        say!("warning: {}", told::missing(missing));
    }
    Ok(ExitCode::SUCCESS)
}

/// Says that the command's own product is there.
fn there_already(plan: &Plan) -> Result<ExitCode, Failure> {
    let product = plan.stages.last().and_then(|last| last.stage.product.as_deref());
    let product = run::shown(product.unwrap_or(Path::new("")));
    say!("`{product}` is there, made of what this config asks for");
    out::line(product)?;
    Ok(ExitCode::SUCCESS)
}

/// Refuses what cannot be run, or lacks a file, before anything is started.
fn check(stages: &[&Planned], missing: Vec<Finding>) -> Result<(), Failure> {
    if !missing.is_empty() {
        return Err(Failure::wrong_input(told::missing(&missing)));
    }
    for planned in stages {
        let refused = compose::refuse_unavailable(&planned.recipe);
        refused.map_err(|failure| failure.of_stage(&planned.stage.id, None))?;
    }
    Ok(())
}

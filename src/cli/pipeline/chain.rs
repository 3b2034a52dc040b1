//! The stages that run, one after the other, and how the command ends with one of them.

use std::cell::RefCell;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::experiment::pipeline::Planned;
use crate::experiment::{self, Finished, Request, RunLog, RunReport, StopFlag};
use crate::train::StopSignal;

use super::super::compose;
use super::super::failure::{Failure, exit};
use super::super::run;
use super::told;

/// The stages that run, one after the other.
pub(super) struct Chain<'a> {
    argv: &'a [OsString],
    stop: &'a StopFlag,
    log: &'a RunLog,
    done: usize,
    of: usize,
}

impl<'a> Chain<'a> {
    pub(super) fn new(
        argv: &'a [OsString],
        stop: &'a StopFlag,
        log: &'a RunLog,
        of: usize,
    ) -> Self {
        Self { argv, stop, log, done: 0, of }
    }

    /// Runs a stage; one may be found complete, made by another process since it was planned.
    pub(super) fn run(&mut self, planned: &Planned) -> Result<RunReport, Failure> {
        let id = &planned.stage.id;
        let stage = format!("stage {} of {}", self.done + 1, self.of);
        tracing::info!("{stage}: {}", told::name(planned));
        self.log.screen().entitle(Some(format!("{stage}: {}", told::name(planned))));
        let recipe = &*planned.recipe;
        compose::warn_late(&recipe.composed);
        let dir = PathBuf::from(recipe.composed.text_at("hydra.run.dir")?);
        let taken: RefCell<Option<PathBuf>> = RefCell::default();
        let taking = |dir: &Path| *taken.borrow_mut() = Some(dir.to_owned());
        let request = run::experiment_request(recipe, self.argv, dir, self.stop, self.log);
        let request = Request { reuse: true, taken: &taking, ..request };
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
    pub(super) fn ended(&self, report: &RunReport) -> Option<ExitCode> {
        let resumable = match report.finished {
            Finished::Completed if self.done < self.of && self.stop.stop_requested() => true,
            Finished::Completed => return None,
            Finished::Stopped { resumable } => resumable || self.done > 0,
        };
        match resumable {
            true => {
                say!(
                    "stopped after {} of {} stages; the same command goes on from there",
                    self.done,
                    self.of
                );
                Some(ExitCode::from(exit::PREEMPTED))
            }
            false => {
                say!("stopped before the first checkpoint");
                Some(ExitCode::from(exit::INTERRUPTED))
            }
        }
    }
}

//! `runner -m OVERRIDE...`: a sweep, every job composed and checked before the first one starts.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use rayon::iter::Either;
use rayon::prelude::*;

use crate::config::{OverrideArg, RunMode};
use crate::experiment::{self, Finished, RunLog, StopFlag};
use crate::launch::{Job, JobOutcome, LaunchOptions, launcher, tally};
use crate::runs::SweepDir;
use crate::sweep;

use super::args::Args;
use super::compose::{self, Prepared};
use super::delegate::delegate_if_needed;
use super::failure::{Failure, exit};
use super::{logging, run};

/// All overrides of a job, and those of its task alone.
type SweepJob = (Vec<OverrideArg>, Vec<OverrideArg>);

pub(super) fn run(args: &Args, argv: &[OsString]) -> Result<ExitCode, Failure> {
    let overrides = compose::overrides(&args.compose)?;
    let whole = compose::request(&args.compose, overrides, Some(RunMode::Multirun))?;
    let jobs = sweep::jobs(&compose::composed(&whole)?)?;
    let prepared = prepare_all(args, &jobs)?;
    if args.dry_run {
        // Jobs ask for much the same; one of them speaks for all.
        prepared.first().inspect(|job| job.warn_unavailable());
        for (_, task) in &jobs {
            println!("{}", serde_json::Value::from(texts(task)));
        }
        return Ok(ExitCode::SUCCESS);
    }
    let Some(first) = prepared.first() else { return Ok(ExitCode::SUCCESS) };
    let launcher = launcher(&launcher_name(first), LaunchOptions::default())?;
    for job in &prepared {
        delegate_if_needed(&job.config.run.device, &argv[1..])?;
    }
    let stop = StopFlag::install().map_err(Failure::failed)?;
    let log = logging::install();
    let dir = sweep_dir(Path::new(&first.composed.text_at("hydra.sweep.dir")?))?;
    let jobs = jobs.iter().enumerate().map(|(number, (_, task))| Job {
        number,
        overrides: texts(task),
        directory: dir.job(number),
    });
    let reports = launcher.launch(jobs.collect(), &mut |job| {
        tracing::info!("job {} of {}: {}", job.number, prepared.len(), job.overrides.join(" "));
        run_job(&prepared[job.number], job, argv, &stop, &log)
    });
    println!("{}", run::shown(dir.path()));
    Ok(match tally(&reports) {
        JobOutcome::Completed | JobOutcome::Skipped { .. } => ExitCode::SUCCESS,
        JobOutcome::Preempted => ExitCode::from(exit::PREEMPTED),
        JobOutcome::Failed { message } => return Err(Failure::failed(message)),
    })
}

/// Composes, resolves and checks every job; what is wrong is told of all jobs at once.
fn prepare_all(args: &Args, jobs: &[SweepJob]) -> Result<Vec<Prepared>, Failure> {
    let prepare = |(number, (all, task)): (usize, &SweepJob)| {
        let mut request = compose::request(&args.compose, all.clone(), Some(RunMode::Multirun))?;
        request.runtime.job_num = Some(number);
        let prepared = compose::prepare(&request)?;
        if !args.dry_run {
            prepared.refuse_unavailable()?;
        }
        Ok(prepared)
    };
    let (prepared, failures): (Vec<_>, Vec<_>) =
        jobs.par_iter().enumerate().partition_map(|job| match prepare(job) {
            Ok(prepared) => Either::Left(prepared),
            Err(failure) => Either::Right((job.0, texts(&job.1.1), failure)),
        });
    Failure::of_jobs(failures, jobs.len()).map_or(Ok(prepared), Err)
}

fn texts(job: &[OverrideArg]) -> Vec<String> {
    job.iter().map(|arg| arg.text.clone()).collect()
}

fn launcher_name(job: &Prepared) -> String {
    job.composed.choices().get("hydra/launcher").cloned().flatten().unwrap_or_default()
}

/// Takes the next number, or the directory as given.
fn sweep_dir(dir: &Path) -> Result<SweepDir, Failure> {
    Ok(match experiment::numbered(dir) {
        Some((outputs, experiment)) => SweepDir::create(&outputs, &experiment)?,
        None => SweepDir::at(dir)?,
    })
}

fn run_job(
    prepared: &Prepared,
    job: &Job,
    argv: &[OsString],
    stop: &StopFlag,
    log: &RunLog,
) -> JobOutcome {
    let dir: PathBuf = job.directory.clone();
    let request = run::experiment_request(prepared, argv, dir, stop, log);
    match experiment::run(&request).map(|report| report.finished) {
        Ok(Finished::Completed) => JobOutcome::Completed,
        Ok(Finished::Stopped { .. }) => JobOutcome::Preempted,
        Err(error) => {
            let failure = Failure::from(error);
            eprintln!("{failure}");
            JobOutcome::Failed { message: failure.to_string() }
        }
    }
}

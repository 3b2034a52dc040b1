//! `runner -m OVERRIDE...`: a sweep, every job composed and checked before the first one starts.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use rayon::iter::Either;
use rayon::prelude::*;

use crate::config::{Composed, Composer, OverrideArg, RunMode};
use crate::device::DeviceSpec;
use crate::experiment::{self, Finished, RunLog, StopFlag};
use crate::launch::{Job, JobOutcome, LaunchOptions, launcher, tally};
use crate::runs::SweepDir;
use crate::sweep::{self, Sampler};

use super::args::Args;
use super::compose::{self, Prepared};
use super::delegate::delegate_if_needed;
use super::drawn;
use super::failure::{Failure, exit};
use super::out;
use super::pipeline::{self, Shared};
use super::{logging, run};

/// All overrides of a job, and those of its task alone.
type SweepJob = (Vec<OverrideArg>, Vec<OverrideArg>);

pub(super) fn run(args: &Args, argv: &[OsString]) -> Result<ExitCode, Failure> {
    let overrides = compose::overrides(&args.compose)?;
    let whole = compose::request(&args.compose, overrides, Some(RunMode::Multirun))?;
    let composer = Composer::new(whole);
    let whole = compose::composed_by(&composer)?;
    let (jobs, note) = match Sampler::new(&whole, &composer)? {
        None => (sweep::jobs(&whole, &composer)?, None),
        Some(sampler) => drawn(&sampler, &whole)?,
    };
    let checked = check_all(&composer, &jobs, args.dry_run)?;
    let shared = shared(&composer, &jobs, &checked, args)?;
    if args.dry_run {
        shared.tell();
        let warnings: BTreeSet<_> = checked.iter().flat_map(|job| &job.unavailable).collect();
        warnings.into_iter().chain(&note).for_each(|text| eprintln!("{text}"));
        return print(&jobs);
    }
    if let Some(note) = note {
        let problem = "this launcher runs what is known before it starts";
        return Err(Failure::wrong_input(format_args!(
            "failed to start the sweep: {note}; {problem}"
        )));
    }
    shared.check()?;
    let Some((overrides, _)) = jobs.first() else { return Ok(ExitCode::SUCCESS) };
    let first = composer.job(0, overrides.clone())?;
    let launcher = launcher(&launcher_name(&first), LaunchOptions::default())?;
    let mut devices: Vec<_> = checked.into_iter().map(|job| job.device).collect();
    devices.extend(shared.devices());
    devices.dedup();
    for device in &devices {
        delegate_if_needed(device, &argv[1..])?;
    }
    let stop = StopFlag::install().map_err(Failure::failed)?;
    let log = logging::install();
    if let Some(code) = shared.run(argv, &stop, &log)? {
        return Ok(code);
    }
    let dir = sweep_dir(Path::new(&first.text_at("hydra.sweep.dir")?))?;
    let waiting = jobs.iter().enumerate().map(|(number, (_, task))| Job {
        number,
        overrides: texts(task),
        directory: dir.job(number),
    });
    let reports = launcher.launch(waiting.collect(), &mut |job| {
        tracing::info!("job {} of {}: {}", job.number, jobs.len(), job.overrides.join(" "));
        let prepared = prepare(&composer, job.number, &jobs[job.number]);
        run_job(prepared, job, argv, &stop, &log)
    });
    out::line(run::shown(dir.path()))?;
    Ok(match tally(&reports) {
        JobOutcome::Completed | JobOutcome::Skipped { .. } => ExitCode::SUCCESS,
        JobOutcome::Preempted => ExitCode::from(exit::PREEMPTED),
        JobOutcome::Failed { message } => return Err(Failure::failed(message)),
    })
}

/// The jobs of a drawn sweep that are known before its first result, and a word on the others.
fn drawn(
    sampler: &Sampler<'_>,
    whole: &Composed,
) -> Result<(Vec<SweepJob>, Option<String>), Failure> {
    let known = drawn::known(sampler)?;
    let hydra = whole.hydra_overrides();
    let job = |task: Vec<OverrideArg>| (hydra.iter().chain(&task).cloned().collect(), task);
    Ok((known.jobs.into_iter().map(job).collect(), known.note))
}

/// What is kept of a job that is right: a sweep may have very many, and each is composed again,
/// from the same files, when it starts.
struct Checked {
    device: DeviceSpec,
    /// Whether what it needs is made first.
    is_chain: bool,
    /// What it asks for that cannot be run: only a dry run goes on then.
    unavailable: Vec<String>,
}

/// Composes, resolves and checks every job; what is wrong is told of all jobs at once.
fn check_all(
    composer: &Composer,
    jobs: &[SweepJob],
    dry_run: bool,
) -> Result<Vec<Checked>, Failure> {
    let check = |(number, job): (usize, &SweepJob)| -> Result<Checked, Failure> {
        let (resolved, config) = compose::check_with(composer, (number, job.0.clone()))?;
        let unavailable = match dry_run {
            true => compose::unavailable(&config, &resolved),
            false => {
                experiment::refuse_unavailable(&config, &resolved)?;
                Vec::new()
            }
        };
        let is_chain = pipeline::is_asked(&config);
        Ok(Checked { device: config.run.device, is_chain, unavailable })
    };
    let (checked, failures): (Vec<_>, Vec<_>) =
        jobs.par_iter().enumerate().partition_map(|job| match check(job) {
            Ok(checked) => Either::Left(checked),
            Err(failure) => Either::Right((job.0, texts(&job.1.1), failure)),
        });
    Failure::of_jobs(failures, jobs.len()).map_or(Ok(checked), Err)
}

/// What the jobs need that is not there, which is made once, before the first of them.
fn shared(
    composer: &Composer,
    jobs: &[SweepJob],
    checked: &[Checked],
    args: &Args,
) -> Result<Shared, Failure> {
    let mut shared = Shared::default();
    let chains = jobs.iter().zip(checked).enumerate().filter(|(_, (_, one))| one.is_chain);
    for (number, (job, _)) in chains {
        shared.add(number, prepare(composer, number, job)?, &args.compose)?;
    }
    Ok(shared)
}

fn prepare(composer: &Composer, number: usize, job: &SweepJob) -> Result<Prepared, Failure> {
    compose::prepare_with(composer, Some((number, job.0.clone())))
}

/// One JSON array a line. That nobody reads on is no failure.
fn print(jobs: &[SweepJob]) -> Result<ExitCode, Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut lines = jobs.iter().map(|(_, task)| serde_json::Value::from(texts(task)));
    let written = lines.try_for_each(|line| writeln!(out, "{line}")).and_then(|()| out.flush());
    out::settle(written)?;
    Ok(ExitCode::SUCCESS)
}

fn texts(job: &[OverrideArg]) -> Vec<String> {
    job.iter().map(|arg| arg.text.clone()).collect()
}

fn launcher_name(job: &Composed) -> String {
    job.choices().get("hydra/launcher").cloned().flatten().unwrap_or_default()
}

/// Takes the next number, or the directory as given.
fn sweep_dir(dir: &Path) -> Result<SweepDir, Failure> {
    Ok(match experiment::numbered(dir) {
        Some((outputs, experiment)) => SweepDir::create(&outputs, &experiment)?,
        None => SweepDir::at(dir)?,
    })
}

fn run_job(
    prepared: Result<Prepared, Failure>,
    job: &Job,
    argv: &[OsString],
    stop: &StopFlag,
    log: &RunLog,
) -> JobOutcome {
    let dir: PathBuf = job.directory.clone();
    let finished = prepared.and_then(|prepared| {
        let request = run::experiment_request(&prepared, argv, dir, stop, log);
        Ok(experiment::run(&request)?.finished)
    });
    match finished {
        Ok(Finished::Completed) => JobOutcome::Completed,
        Ok(Finished::Stopped { .. }) => JobOutcome::Preempted,
        Err(failure) => {
            eprintln!("{failure}");
            JobOutcome::Failed { message: failure.to_string() }
        }
    }
}

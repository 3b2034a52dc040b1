//! `runner -m OVERRIDE...`: a sweep, every job composed and checked before the first one starts.
//!
//! The same command again goes on with the same sweep, and runs what has no completed result. Decides
//! the order of the steps and what is said; `plan` decides what becomes of each job, `worker` runs one,
//! and the ledger remembers. Invariant: nothing is written before everything is known to be right.

mod checked;
mod draw;
mod errors;
mod given;
mod hint;
mod jobs;
mod launch;
mod local;
mod place;
mod plan;
mod point;
mod slurm;
mod told;
mod worker;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use crate::config::OverrideArg;
use crate::device::DeviceSpec;
use crate::experiment::StopFlag;
use crate::launch::{JobOutcome, JobReport, Ledger, tally};
use crate::runs::SweepDir;

use super::args::Args;
use super::delegate::delegate_if_needed;
use super::failure::{Failure, exit};
use super::pipeline::Shared;
use super::{logging, out, page, run, say};

use checked::{Checked, check_all, texts};
pub(super) use errors::{BadJob, render};
pub(super) use given::{Sweep, go_to, is_of, parsed};
pub(super) use hint::config_hint;
use jobs::Jobs;
use launch::Launcher;
pub(super) use local::settings_of as local_settings_of;
use place::Place;
use plan::{Asked, Claimed, Plan};
pub(super) use point::prepared;
pub(super) use worker::{Ended, Worker};

pub(super) fn run(args: &Args, argv: &[OsString]) -> Result<ExitCode, Failure> {
    let sweep = Sweep::new(args)?;
    let jobs = Jobs::of(&sweep)?;
    let checked = check_all(&sweep, &jobs.to_check, args.dry_run)?;
    let Some(asked) = asked(&sweep, &jobs, &checked)? else {
        return Ok(ExitCode::SUCCESS);
    };
    let plan = asked.look()?;
    let of_jobs = devices(&jobs, &checked, &plan);
    let launcher = Launcher::of(&sweep, &jobs.to_check[0], &of_jobs)?;
    let shared = shared(&sweep, &jobs, &checked, &plan, args)?;
    if args.dry_run {
        shared.tell();
        return tell(&plan, &jobs, &checked);
    }
    shared.check()?;
    let here = of_jobs.into_iter().filter(|_| launcher.runs_here());
    let first = shared.devices().filter(|_| launcher.makes_stages());
    for device in here.chain(first) {
        delegate_if_needed(&device, &argv[1..])?;
    }
    if launcher.only_writes(&sweep, &asked.place, &jobs)? {
        return Ok(ExitCode::SUCCESS);
    }
    let stop = StopFlag::install().map_err(Failure::failed)?;
    let log = logging::install();
    if launcher.makes_stages()
        && let Some(code) = shared.run(argv, &stop, &log)?
    {
        return Ok(code);
    }
    let claimed = asked.claim()?;
    announce(&claimed);
    let worker = Worker { ledger: &claimed.ledger, argv, stop: &stop, log: &log };
    let reports = launcher.launch(&worker, &sweep, &claimed.plan, jobs.listed())?;
    page::at_end(&claimed.ledger);
    out::line(run::shown(claimed.ledger.sweep()))?;
    ended(&reports)
}

/// The sweep as it is looked for; `None` without jobs.
fn asked<'s>(
    sweep: &'s Sweep,
    jobs: &Jobs,
    checked: &[Checked],
) -> Result<Option<Asked<'s>>, Failure> {
    let Some((overrides, _)) = jobs.to_check.first() else { return Ok(None) };
    let first = sweep.composer().job(0, overrides.clone())?;
    let place = Place::of(Path::new(&first.text_at("hydra.sweep.dir")?));
    let experiments = checked.iter().filter_map(|job| job.experiment.clone());
    let experiments: BTreeSet<_> = experiments.chain([place.root()]).collect();
    Ok(Some(Asked {
        sweep,
        identity: jobs.identity(sweep, checked)?,
        place,
        points: jobs.points(checked),
        experiments: experiments.into_iter().collect(),
    }))
}

/// What the jobs that run need that is not there, which is made once, before the first of them.
fn shared(
    sweep: &Sweep,
    jobs: &Jobs,
    checked: &[Checked],
    plan: &Plan,
    args: &Args,
) -> Result<Shared, Failure> {
    let mut shared = Shared::default();
    for (number, job) in jobs.chains(checked, &|number| plan.runs(number)) {
        shared.add(number, sweep.prepare(number, &job.0)?, &args.compose)?;
    }
    Ok(shared)
}

/// The devices that the jobs compute on.
fn devices(jobs: &Jobs, checked: &[Checked], plan: &Plan) -> Vec<DeviceSpec> {
    let runs = |number| jobs.runs(number, &|number| plan.runs(number));
    let checked = checked.iter().enumerate().filter(|(number, _)| runs(*number));
    let mut devices: Vec<DeviceSpec> = checked.map(|(_, job)| job.device).collect();
    devices.dedup();
    devices
}

/// What a dry run says: the jobs on stdout, what would become of them on stderr.
fn tell(plan: &Plan, jobs: &Jobs, checked: &[Checked]) -> Result<ExitCode, Failure> {
    let warnings: BTreeSet<_> = checked.iter().flat_map(|job| &job.unavailable).collect();
    warnings.iter().for_each(|warning| say!("{warning}"));
    if let Some(ledger) = &plan.ledger {
        say!("{}", told::goes_on(ledger));
    }
    say::text(told::jobs(plan));
    if let Some(summary) = told::summary(plan) {
        say!("{summary}");
    }
    let (known, count) = (jobs.known(), jobs.count());
    if known.len() < count {
        say!("{} of {count} jobs are known; the rest is drawn as results come", known.len());
    }
    print(&known)
}

/// One JSON array a line. That nobody reads on is no failure.
fn print(tasks: &[&[OverrideArg]]) -> Result<ExitCode, Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut lines = tasks.iter().map(|task| serde_json::Value::from(texts(task)));
    let written = lines.try_for_each(|line| writeln!(out, "{line}")).and_then(|()| out.flush());
    out::settle(written)?;
    Ok(ExitCode::SUCCESS)
}

/// Says what becomes of the jobs where that is not that all are run.
fn announce(Claimed { plan, ledger, .. }: &Claimed) {
    if plan.ledger.is_some() {
        say!("{}", told::goes_on(ledger));
    }
    if let Some(summary) = told::summary(plan) {
        say!("{summary}");
    }
    say::text(told::left(plan));
}

/// How the command ends.
fn ended(reports: &[JobReport]) -> Result<ExitCode, Failure> {
    say::text(told::failed(reports));
    match tally(reports) {
        JobOutcome::Completed | JobOutcome::Skipped { .. } | JobOutcome::Cancelled => {
            Ok(ExitCode::SUCCESS)
        }
        JobOutcome::Preempted => {
            say!("{}", told::stopped(reports));
            Ok(ExitCode::from(exit::PREEMPTED))
        }
        JobOutcome::Failed { message } => Err(Failure::failed(message)),
    }
}

/// The ledger of the sweep that arguments compose, in a directory as given; written where there is none.
///
/// # Errors
/// What is wrong with the sweep; another one in that directory.
pub(super) fn ledger_in(dir: &Path, sweep: &Sweep) -> Result<Ledger, Failure> {
    let jobs = Jobs::of(sweep)?;
    let checked = check_all(sweep, &jobs.to_check, false)?;
    let Some(asked) = asked(sweep, &jobs, &checked)? else {
        return Err(Failure::wrong_input("failed to make a ledger: the sweep has no jobs"));
    };
    let place = match Place::of(dir) {
        Place::Given(dir) => Place::Given(SweepDir::at(&dir)?.path().to_owned()),
        numbered @ Place::Numbered { .. } => numbered,
    };
    Asked { place, ..asked }.open_or_create()
}

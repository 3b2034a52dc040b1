//! What is told of a sweep, from its ledger and the runs of its jobs.

use crate::analysis::{Record, load};
use crate::files;
use crate::launch::{JobState, LaunchError, Ledger, Queue, Standing, Standings};
use crate::report::{Made, SweepJob, SweepPage};

use super::super::runs::Saves;
use super::compared::{complete, metrics, states, without_results};
use super::swept::Swept;

/// What a search is judged by where its config cannot be read.
const METRIC: &str = "final_acc/action/top1";

/// The page of a sweep; a job whose record cannot be read is one broken job among the others.
pub(in crate::cli) fn of_sweep(ledger: &Ledger, queue: &dyn Queue) -> SweepPage {
    let numbers: Vec<usize> = (0..ledger.head().jobs).collect();
    let (standings, _) = Standings::read(ledger, &numbers, queue);
    let given: Vec<_> = standings
        .jobs
        .iter()
        .map(|(_, job)| job.as_ref().ok().and_then(|job| job.record.overrides.clone()))
        .collect();
    let swept = Swept::of(&given);
    let told = standings.jobs.iter().zip(swept.values).map(|((number, standing), values)| {
        SweepJob { name: number.to_string(), values, ..job(standing) }
    });
    let records = records(&standings);
    let searched = search(ledger);
    let all: Vec<&Record> = records.iter().map(|(_, record)| record).collect();
    let mut page = SweepPage {
        title: title(ledger),
        keys: swept.keys,
        metrics: metrics(&all, Some((&searched.0, searched.1))),
        jobs: told.collect(),
        is_drawn: matches!(&*ledger.head().sweeper, "random" | "tpe"),
        made: made(ledger, &swept.shared),
        ..SweepPage::default()
    };
    complete(&mut page, records);
    without_results(&mut page);
    page.about = about(ledger, &page);
    page
}

/// How a job stands.
fn job(standing: &Result<Standing, LaunchError>) -> SweepJob {
    match standing {
        Ok(standing) => SweepJob {
            state: standing.settled.state.as_str().to_owned(),
            directory: standing.run.path.clone(),
            error: standing.error(),
            ..SweepJob::default()
        },
        Err(error) => SweepJob {
            state: "broken".to_owned(),
            error: Some(error.to_string()),
            ..SweepJob::default()
        },
    }
}

/// The runs that were begun, with the places of their jobs.
fn records(standings: &Standings) -> Vec<(usize, Record)> {
    let begun = standings.jobs.iter().enumerate().filter_map(|(at, (_, job))| {
        let job = job.as_ref().ok()?;
        let is_there = job.run.manifest.is_some() && job.settled.state != JobState::Queued;
        is_there.then(|| (at, job.run.clone()))
    });
    let (at, runs): (Vec<usize>, Vec<_>) = begun.unzip();
    at.into_iter().zip(load(runs, &Saves)).collect()
}

/// `ek55_ensemble 0003`.
fn title(ledger: &Ledger) -> String {
    let name = ledger.sweep().file_name().map(|name| name.to_string_lossy().into_owned());
    format!("{} {}", ledger.head().experiment, name.unwrap_or_default()).trim().to_owned()
}

fn about(ledger: &Ledger, page: &SweepPage) -> String {
    let head = ledger.head();
    let keys = match page.keys.is_empty() {
        true => "repetitions of one setting".to_owned(),
        false => format!("over {}", page.keys.join(", ")),
    };
    format!(
        "A sweep of {} jobs {keys}: {}. Started {}, sweeper {}, launcher {}.",
        head.jobs,
        states(&page.jobs),
        head.created,
        head.sweeper,
        head.launcher
    )
}

fn made(ledger: &Ledger, shared: &[String]) -> Made {
    let head = ledger.head();
    let command = ["runner", "-m"].map(str::to_owned).into_iter();
    let mut facts = vec![
        ("given in".to_owned(), head.cwd.display().to_string()),
        ("in all jobs".to_owned(), shared.join(" ")),
    ];
    facts.retain(|(_, value)| !value.is_empty());
    Made {
        command: command.chain(head.arguments.iter().cloned()).collect(),
        facts,
        ..Made::default()
    }
}

/// The metric that the sweeper searches by and whether less of it is better, from the sweep's own record.
fn search(ledger: &Ledger) -> (String, bool) {
    let text = files::read_to_string(&ledger.sweep().join("multirun.yaml")).unwrap_or_default();
    let whole: serde_json::Value = serde_yaml::from_str(&text).unwrap_or_default();
    let word = |key: &str| whole.pointer(&format!("/hydra/sweeper/{key}"))?.as_str();
    let metric = word("metric").unwrap_or(METRIC).to_owned();
    let is_cost = match word("direction") {
        Some(direction) => direction == "minimize",
        None => metric.starts_with("loss"),
    };
    (metric, is_cost)
}

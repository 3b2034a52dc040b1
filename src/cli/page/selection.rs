//! What is told of any runs: those of a selection, in place of the jobs of a sweep.

use crate::analysis::{REPEATS, Record, differing, shown_first};
use crate::report::{SweepJob, SweepPage};
use crate::runs::RunState;

use super::super::runs::Saves;
use super::compared::{complete, metrics, states, without_results};

/// Keys that get a column and an axis.
const MOST_KEYS: usize = 6;

/// The page of some runs; the keys are those that tell them apart, overridden ones first.
pub(in crate::cli) fn of_records(title: &str, records: Vec<Record>) -> SweepPage {
    let differing: Vec<String> =
        differing(&records).into_iter().filter(|key| !REPEATS.contains(&key.as_str())).collect();
    let mut keys = shown_first(&differing, &records, MOST_KEYS);
    let experiments: std::collections::BTreeSet<&String> =
        records.iter().map(|record| &record.run.experiment).collect();
    let has_experiments = experiments.len() > 1;
    if has_experiments {
        keys.insert(0, "experiment".to_owned());
    }
    let value = |record: &Record, key: &String| match key.as_str() {
        "experiment" if has_experiments => Some(record.run.experiment.clone().into()),
        key => record.setting(key, &Saves),
    };
    let job = |record: &Record| SweepJob {
        name: record.run.id(),
        state: record.run.state.as_str().to_owned(),
        values: keys.iter().map(|key| value(record, key)).collect(),
        directory: record.run.path.clone(),
        error: error(record),
        ..SweepJob::default()
    };
    let all: Vec<&Record> = records.iter().collect();
    let mut page = SweepPage {
        title: title.to_owned(),
        metrics: metrics(&all, None),
        jobs: records.iter().map(job).collect(),
        keys,
        ..SweepPage::default()
    };
    let hidden = differing.len().saturating_sub(page.keys.len());
    complete(&mut page, records.into_iter().enumerate().collect());
    without_results(&mut page);
    page.about = about(&page, hidden);
    page
}

fn error(record: &Record) -> Option<String> {
    match &record.run.state {
        RunState::Broken { reason } => Some(reason.clone()),
        RunState::Stale => Some("its process is gone".to_owned()),
        RunState::Incomplete => Some("it has no manifest".to_owned()),
        RunState::Known(_) => {
            let error = record.run.manifest.as_ref().and_then(|manifest| manifest.error.clone());
            error.or_else(|| record.problems.first().cloned())
        }
    }
}

fn about(page: &SweepPage, hidden: usize) -> String {
    let more = match hidden {
        0 => String::new(),
        n => format!(" {n} more config keys differ; they are listed at the end."),
    };
    let keys = match page.keys.is_empty() {
        true => "Their configs differ in no key but those of repetitions.".to_owned(),
        false => format!("They differ in {}.", page.keys.join(", ")),
    };
    format!("{} runs: {}. {keys}{more}", page.jobs.len(), states(&page.jobs))
}

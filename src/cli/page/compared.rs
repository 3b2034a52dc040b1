//! Runs against each other: settings with their repetitions, metrics, doubts.

use std::collections::HashMap;

use crate::analysis::{Comparison, ComparisonOptions, Record, Summary, main_metrics};
use crate::report::{Measured, Metric, Setting, SweepJob, SweepPage};

use super::super::runs::Saves;
use super::facts;

/// Metrics that a page shows.
const MOST_METRICS: usize = 4;
/// What a comparison says of runs that take no part; the page says so in its own section.
const LEFT_OUT: &str = "left out:";

/// Metrics of some runs, the one that decides first.
pub(super) fn metrics(records: &[&Record], decides: Option<(&str, bool)>) -> Vec<Metric> {
    let of_name = |name: String| Metric { is_cost: name.starts_with("loss"), name };
    let mut found: Vec<Metric> = main_metrics(records).into_iter().map(of_name).collect();
    let has = |name: &str| records.iter().any(|record| record.metric(name).is_some());
    if let Some((name, is_cost)) = decides.filter(|(name, _)| has(name)) {
        found.retain(|metric| metric.name != name);
        found.insert(0, Metric { name: name.to_owned(), is_cost });
    }
    found.truncate(MOST_METRICS);
    found
}

/// Completes a page whose jobs are told: results, repetitions, settings, environment. Each record comes
/// with the place of its job.
pub(super) fn complete(page: &mut SweepPage, records: Vec<(usize, Record)>) {
    let mut places: HashMap<String, Vec<usize>> = HashMap::new();
    let (at, records): (Vec<usize>, Vec<Record>) = records.into_iter().unzip();
    for (at, record) in at.iter().zip(&records) {
        let metric = |metric: &Metric| record.metric(&metric.name);
        page.jobs[*at].results = page.metrics.iter().map(metric).collect();
        places.entry(record.run.id()).or_default().push(*at);
        if let Some(manifest) = &record.run.manifest
            && !page.kinds.contains(&manifest.data)
        {
            page.kinds.push(manifest.data);
        }
    }
    repetitions(page, &at, &records);
    page.made.facts.extend(facts::environment(&records));
    page.made.differing = facts::further(&records, &page.keys);
    let options = ComparisonOptions {
        metrics: page.metrics.iter().map(|metric| metric.name.clone()).collect(),
        ..ComparisonOptions::default()
    };
    if records.is_empty() {
        return;
    }
    // That nothing is there to compare yet is seen in the page.
    let Ok(compared) = Comparison::new(records, &options, &Saves) else { return };
    let warnings = compared.warnings.into_iter();
    page.warnings.extend(warnings.filter(|warning| !warning.starts_with(LEFT_OUT)));
    for row in compared.rows {
        let job = |id: &String| {
            places.get_mut(id).filter(|jobs| !jobs.is_empty()).map(|jobs| jobs.remove(0))
        };
        let jobs: Vec<usize> = row.runs.iter().filter_map(job).collect();
        let Some(first) = jobs.first() else { continue };
        let values = page.jobs[*first].values.clone();
        let results = row.summaries.iter().map(|summary| summary.as_ref().map(measured)).collect();
        page.settings.push(Setting { values, jobs, results });
    }
}

fn measured(summary: &Summary) -> Measured {
    Measured { mean: summary.mean, deviation: summary.deviation, n: summary.n }
}

/// What tells repetitions apart, where runs differ in it.
fn repetitions(page: &mut SweepPage, at: &[usize], records: &[Record]) {
    let run_id =
        |record: &Record| record.setting("run_id", &Saves).map(|id| format!("run_id {id}"));
    let seed = |record: &Record| record.run.manifest.as_ref().map(|m| format!("seed {}", m.seed));
    let mut parts: Vec<Vec<String>> = vec![Vec::new(); records.len()];
    for get in [&run_id as &dyn Fn(&Record) -> Option<String>, &seed] {
        let found: Vec<Option<String>> = records.iter().map(get).collect();
        if found.iter().any(|one| *one != found[0]) {
            for (parts, one) in parts.iter_mut().zip(found) {
                parts.extend(one);
            }
        }
    }
    for (at, parts) in at.iter().zip(parts) {
        page.jobs[*at].repetition = parts.join(", ");
    }
}

/// A job without results, as long as the page's metrics.
pub(super) fn without_results(page: &mut SweepPage) {
    let n = page.metrics.len();
    for job in &mut page.jobs {
        job.results.resize(n, None);
    }
}

/// `10 completed, 1 failed`, the most first.
pub(super) fn states(jobs: &[SweepJob]) -> String {
    let mut counts: indexmap::IndexMap<&str, usize> = indexmap::IndexMap::new();
    for job in jobs {
        *counts.entry(&job.state).or_default() += 1;
    }
    counts.sort_by(|_, a, _, b| b.cmp(a));
    let said: Vec<String> = counts.iter().map(|(state, n)| format!("{n} {state}")).collect();
    said.join(", ")
}

//! Task `teacher_ensemble`: one teacher of several.

use serde_json::{Map, Value, json};

use crate::runs::{MetricsLog, RunDir, RunManifest};
use crate::train::{Counting, final_values};

use super::super::ExperimentError;
use super::super::build::{Ensemble, Judged};
use super::super::publish::Publisher;
use super::Finished;

pub(in super::super) fn run(
    ensemble: Ensemble,
    publisher: &Publisher,
    run: &RunDir,
    manifest: &mut RunManifest,
) -> Result<Finished, ExperimentError> {
    let Ensemble { store, members, sets, counting, .. } = ensemble;
    tracing::info!("{members} members, {} segments", store.len());
    let mut metrics = MetricsLog::open(run)?;
    let made = record("ensemble", [("members", json!(members)), ("segments", json!(store.len()))]);
    metrics.append(&made)?;
    manifest.record_last(&made)?;
    for set in &sets {
        if set.rows.idx.is_empty() {
            tracing::warn!("{}: no member says anything of its segments", set.split);
            continue;
        }
        let judged = judge(set, counting);
        metrics.append(&judged)?;
        if set.split == "eval" {
            manifest.record_last(&judged)?;
        }
    }
    publisher.store(store).map_err(ExperimentError::Files)?;
    Ok(Finished::Completed)
}

/// How well a set is predicted.
fn judge(set: &Judged, counting: Counting) -> Map<String, Value> {
    let samples = set.rows.idx.len();
    let mut record = record(&set.split, [("samples", json!(samples))]);
    let values = final_values(&set.annotations, &set.rows, counting.unlabelled);
    record.extend(values.into_iter().map(|(name, value)| (name, value.into())));
    let shown = |name: &str| record.get(name).and_then(Value::as_f64).unwrap_or(f64::NAN);
    tracing::info!(
        "{}: {samples} segments, top1 {:.2}, top5 {:.2}",
        set.split,
        shown("final_acc/action/top1"),
        shown("final_acc/action/top5"),
    );
    record
}

fn record<const N: usize>(split: &str, values: [(&str, Value); N]) -> Map<String, Value> {
    let first = [("split", json!(split)), ("epoch", json!(0.0)), ("step", json!(0))];
    let all = first.into_iter().chain(values);
    all.map(|(name, value)| (name.to_owned(), value)).collect()
}

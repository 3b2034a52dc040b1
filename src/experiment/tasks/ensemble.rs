//! Task `teacher_ensemble`: one teacher of several.

use serde_json::json;

use crate::runs::{MetricsLog, RunDir, RunManifest};

use super::super::ExperimentError;
use super::super::build::Ensemble;
use super::super::publish::Publisher;
use super::Finished;

pub(in super::super) fn run(
    ensemble: Ensemble,
    publisher: &Publisher,
    run: &RunDir,
    manifest: &mut RunManifest,
) -> Result<Finished, ExperimentError> {
    let Ensemble { store, members, .. } = ensemble;
    tracing::info!("{members} members, {} segments", store.len());
    let record = json!({
        "split": "ensemble",
        "epoch": 0.0,
        "step": 0,
        "members": members,
        "segments": store.len(),
    });
    publisher.store(store).map_err(ExperimentError::Files)?;
    let record = record.as_object().cloned().unwrap_or_default();
    MetricsLog::open(run)?.append(&record)?;
    manifest.record_last(&record)?;
    Ok(Finished::Completed)
}

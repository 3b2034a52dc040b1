//! `tracker`: an address that can be used and holds no secret.

use crate::report::trackers::{Address, AddressError};

use super::super::{ExperimentConfig, TrackerConfig};
use super::Findings;

pub(super) fn check(config: &ExperimentConfig, found: &mut Findings) {
    let TrackerConfig::Mlflow(mlflow) = &config.tracker else { return };
    if mlflow.experiment.trim().is_empty() {
        found.add("tracker.experiment", "an experiment has a name");
    }
    match mlflow.uri.as_deref().map(Address::new) {
        Some(Err(error)) => found.add("tracker.uri", error.to_string()),
        // The config is written beside the run, for everybody to read.
        Some(Ok(address)) if address.has_login() => {
            found.add("tracker.uri", AddressError::Login.to_string());
        }
        Some(Ok(_)) | None => {}
    }
}

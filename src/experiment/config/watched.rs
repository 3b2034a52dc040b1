//! `tensorboard`, `tracker`: who sees how a run goes. Nothing here changes what is computed.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::target::{NoKeys, by_target};

/// `tensorboard`
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TensorBoardConfig {
    /// Histograms of parameters and gradients every so many epochs; 0 none.
    pub histograms: usize,
}

by_target! {
    /// `tracker`
    pub enum TrackerConfig {
        "trackers.Nobody" => Nobody(NoKeys),
        "trackers.Mlflow" => Mlflow(MlflowConfig),
    }
}

impl Default for TrackerConfig {
    fn default() -> Self {
        Self::Nobody(NoKeys {})
    }
}

/// `tracker`, an MLflow server
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MlflowConfig {
    /// Where it listens; `None` takes `MLFLOW_TRACKING_URI`.
    pub uri: Option<String>,
    /// The experiment on the server.
    pub experiment: String,
    /// What the run is called there; `None` as its directory.
    pub run_name: Option<String>,
    /// Further tags.
    pub tags: BTreeMap<String, String>,
    /// Whether config and report are left on the server.
    pub artifacts: bool,
}

//! The top-level keys that say what is done, where, under which name.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::device::DeviceSpec;

/// Top-level scalars.
#[derive(Clone, Debug, PartialEq, JsonSchema)]
pub struct RunConfig {
    /// `task`
    pub task: Task,
    /// `device`, as the room `device` reads it.
    pub device: DeviceSpec,
    /// `expt_name`: names the directory under `paths.outputs`.
    pub expt_name: String,
    /// `run_id`: tells repetitions apart.
    pub run_id: u64,
    /// `seed`
    pub seed: u64,
    /// `cwd`: where the command was started.
    pub cwd: PathBuf,
    /// `test_only`: evaluate once, train nothing.
    pub test_only: bool,
    /// `debug`, set by `+debug=...`.
    pub debug: Option<Debug>,
}

/// `task`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Train a student, or evaluate it with `test_only`.
    Train,
}

/// `debug`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Debug {
    /// Real data, small model, few steps.
    Tiny,
    /// Everything generated.
    Synthetic,
}

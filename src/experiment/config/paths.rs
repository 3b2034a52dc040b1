//! `paths`: where things lie.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

/// `paths`; relative paths start where the command was started.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PathsConfig {
    /// What the next two are under.
    pub root: PathBuf,
    /// Annotation files.
    pub external: PathBuf,
    /// Feature stores, teacher predictions, checkpoints.
    pub data: PathBuf,
    /// Teachers that tasks make for others.
    pub made: PathBuf,
    /// Run directories.
    pub outputs: PathBuf,
}

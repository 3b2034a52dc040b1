//! What is predicted, and which part of what can be observed is taken.

use schemars::JsonSchema;
use serde::Deserialize;

/// One of `dataset_*.label_type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LabelType {
    /// What is done to what.
    Action,
    /// What is done.
    Verb,
    /// To what.
    Noun,
}

impl LabelType {
    /// The name in configs, results and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Action => "action",
            Self::Verb => "verb",
            Self::Noun => "noun",
        }
    }
}

/// `dataset_*.sample_strategy`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SampleStrategy {
    /// Anywhere in what can be observed, drawn anew each time.
    RandomClip,
    /// Its middle.
    CenterClip,
    /// Its end.
    LastClip,
    /// Its start.
    FirstClip,
}

impl SampleStrategy {
    /// The name in configs.
    pub fn name(self) -> &'static str {
        match self {
            Self::RandomClip => "random_clip",
            Self::CenterClip => "center_clip",
            Self::LastClip => "last_clip",
            Self::FirstClip => "first_clip",
        }
    }
}

//! The top-level keys that say what is done, where, under which name.

use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value as Json;

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
    /// `pipeline`: whether what the task needs and is not there is made first.
    pub pipeline: Pipeline,
    /// `stages`: values of keys for stages of the pipeline, by the experiment.
    pub stages: BTreeMap<String, BTreeMap<String, Json>>,
    /// `debug`, set by `+debug=...`.
    pub debug: Option<Debug>,
}

/// `task`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Train a student, or evaluate it with `test_only`.
    Train,
    /// Store what a backbone gives for videos.
    ExtractFeatures,
    /// Train a language model on a corpus of actions, some of which are hidden.
    TeacherPretrain,
    /// Train a language model to say what comes after a history of actions.
    TeacherFinetune,
    /// Store what a language model says after the history of every segment.
    TeacherPredict,
    /// Make one teacher's predictions of several.
    TeacherEnsemble,
}

impl Task {
    /// The name in configs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::ExtractFeatures => "extract_features",
            Self::TeacherPretrain => "teacher_pretrain",
            Self::TeacherFinetune => "teacher_finetune",
            Self::TeacherPredict => "teacher_predict",
            Self::TeacherEnsemble => "teacher_ensemble",
        }
    }

    /// Whether it runs a student over frames, or over features in their place.
    pub fn reads_frames(self) -> bool {
        match self {
            Self::Train | Self::ExtractFeatures => true,
            Self::TeacherPretrain
            | Self::TeacherFinetune
            | Self::TeacherPredict
            | Self::TeacherEnsemble => false,
        }
    }
}

/// `pipeline`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Pipeline {
    /// The task alone.
    None,
    /// Teachers that are missing are trained and asked first.
    Full,
    /// The same, and what was made of something else is made again in its place.
    Remake,
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

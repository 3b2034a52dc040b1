//! `dataset_train*` and `dataset_eval*`: which segments, with which labels, read by what.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

use super::reader::ReaderConfig;
use super::synthetic::SyntheticDataset;
use super::target::{OneOrMany, by_target, one_or_many, only_target};

by_target! {
    /// One `dataset_*` node.
    pub enum DatasetConfig {
        "datasets.epic_kitchens.EPICKitchens" => EpicKitchens(EpicKitchens),
        "datasets.synthetic.Kitchens" => Synthetic(SyntheticDataset),
    }
}

impl DatasetConfig {
    /// The label types, in order; the first is what the model's mappings start from.
    pub fn label_types(&self) -> &[LabelType] {
        match self {
            Self::EpicKitchens(set) => &set.label_type,
            Self::Synthetic(set) => &set.label_type,
        }
    }

    /// What reads features; `None` stands for AVT's video reader.
    pub fn reader(&self) -> Option<&ReaderConfig> {
        match self {
            Self::EpicKitchens(set) => set.reader_fn.as_ref(),
            Self::Synthetic(set) => Some(&set.reader_fn),
        }
    }

    /// Which part of what can be observed is taken.
    pub fn sample_strategy(&self) -> SampleStrategy {
        match self {
            Self::EpicKitchens(set) => set.sample_strategy,
            Self::Synthetic(set) => set.sample_strategy,
        }
    }

    /// How far ahead of the action, and how much, is observed.
    pub fn anticipation(&self) -> &Anticipation {
        match self {
            Self::EpicKitchens(set) => &set.conv_to_anticipate_fn,
            Self::Synthetic(set) => &set.conv_to_anticipate_fn,
        }
    }
}

/// EPIC-Kitchens-55, -100 and EGTEA Gaze+, told apart by `version`.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EpicKitchens {
    /// 0.1: EK55, the default of the original; 0.2: EK100; -1: EGTEA.
    #[serde(default = "EpicKitchens::ek55")]
    pub version: f64,
    /// Directories of videos.
    #[serde(deserialize_with = "one_or_many", default)]
    #[schemars(with = "OneOrMany<PathBuf>")]
    pub root: Vec<PathBuf>,
    /// Annotation files, one after the other.
    pub annotation_path: Vec<PathBuf>,
    /// Where class lists are; `None` stands for the first annotation file's directory.
    #[serde(default)]
    pub annotation_dir: Option<PathBuf>,
    /// Where RULSTM's lists are.
    #[serde(default)]
    pub rulstm_annotation_dir: Option<PathBuf>,
    /// What is predicted.
    #[serde(deserialize_with = "one_or_many")]
    #[schemars(with = "OneOrMany<LabelType>")]
    pub label_type: Vec<LabelType>,
    /// Which part of what can be observed is taken.
    pub sample_strategy: SampleStrategy,
    /// Range of participants to keep, as `1-25`.
    #[serde(default)]
    pub only_keep_persons: Option<String>,
    /// File that lists the videos to keep.
    #[serde(default)]
    pub only_keep_videos: Option<PathBuf>,
    /// RULSTM's list of actions; without it every pair of verb and noun is one.
    #[serde(default)]
    pub action_labels_fpath: Option<PathBuf>,
    /// How far ahead of the action, and how much, is observed.
    pub conv_to_anticipate_fn: Anticipation,
    /// What reads frames; `None` stands for AVT's video reader.
    #[serde(default)]
    pub reader_fn: Option<ReaderConfig>,
}

impl EpicKitchens {
    fn ek55() -> f64 {
        0.1
    }
}

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

only_target!(AnticipationTarget, "datasets.base_video_dataset.convert_to_anticipation");

/// `dataset_*.conv_to_anticipate_fn`
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Anticipation {
    /// What the node configures.
    #[serde(rename = "_target_")]
    pub target: AnticipationTarget,
    /// Seconds from the end of what is observed to the start of the action; -999 observes the action.
    pub tau_a: f64,
    /// Seconds observed.
    pub tau_o: f64,
    /// Which segments have too little before them to be used.
    #[serde(default)]
    pub drop_style: DropStyle,
}

/// `dataset_*.conv_to_anticipate_fn.drop_style`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DropStyle {
    /// Those without a single frame.
    #[default]
    Correct,
    /// Those that start before the video does.
    FullContextIn,
    /// Those that end in the first two seconds.
    ActionBanks,
}

impl DropStyle {
    /// The name in configs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Correct => "correct",
            Self::FullContextIn => "full_context_in",
            Self::ActionBanks => "action_banks",
        }
    }
}

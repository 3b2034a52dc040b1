//! 50-Salads and Breakfast, in folds, with two styles of annotation.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::target::{NoKeys, OneOrMany, by_target, one_or_many};
use super::LabelType;
use super::video::video_dataset;

video_dataset! {
    /// 50-Salads and Breakfast, told apart by `which`.
    pub struct BreakfastSalads {
        /// Which of the two.
        pub which: SaladsOrBreakfast,
        /// Where the lists of the folds' videos are: `train.split1.bundle`, `test.split1.bundle`, ...
        pub splits_dir: PathBuf,
        /// File that numbers the actions.
        pub classes_fpath: PathBuf,
        /// Whether the fold's training videos are taken, not its test videos.
        #[serde(default = "BreakfastSalads::trains")]
        pub is_train: bool,
        /// Which fold, counted from 1: five for 50-Salads, four for Breakfast.
        #[serde(default = "BreakfastSalads::first_fold")]
        pub fold: usize,
        /// How annotations are written down.
        pub annot_reader_fn: AnnotationReader,
        /// How finely times are kept.
        #[serde(default)]
        pub time_precision: TimePrecision,
        /// What is predicted; there are actions only.
        #[serde(deserialize_with = "one_or_many", default = "BreakfastSalads::actions")]
        #[schemars(with = "OneOrMany<LabelType>")]
        pub label_type: Vec<LabelType>,
    }
}

impl BreakfastSalads {
    fn trains() -> bool {
        true
    }

    fn first_fold() -> usize {
        1
    }

    fn actions() -> Vec<LabelType> {
        vec![LabelType::Action]
    }

    /// Folds that there are.
    pub fn folds(&self) -> usize {
        match self.which {
            SaladsOrBreakfast::Salads => 5,
            SaladsOrBreakfast::Breakfast => 4,
        }
    }
}

/// `dataset_*.which`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum SaladsOrBreakfast {
    /// `50Salads`
    #[serde(rename = "50Salads")]
    Salads,
    /// `Breakfast`
    Breakfast,
}

/// `dataset_*.time_precision`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TimePrecision {
    /// As they are.
    #[default]
    Full,
    /// Rounded to half precision, in every step of a calculation.
    Half,
}

by_target! {
    /// `dataset_*.annot_reader_fn`
    pub enum AnnotationReader {
        "datasets.breakfast_50salads.read_orig_50salads_annotations" => OrigSalads(OrigSalads),
        "datasets.breakfast_50salads.read_orig_breakfast_annotations" => OrigBreakfast(NoKeys),
        "datasets.breakfast_50salads.read_abu_farha_annotations" => AbuFarha(AbuFarha),
    }
}

/// Keys of the annotations that 50-Salads came with: times by the clock of the camera.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrigSalads {
    /// Annotation files.
    pub annots_dir: PathBuf,
    /// The time of each frame.
    pub timestamps_dir: PathBuf,
}

/// Keys of Abu Farha's annotations: one action a line, one line a frame.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AbuFarha {
    /// Annotation files.
    pub annots_dir: PathBuf,
    /// How a video is named after its line in the fold's list.
    pub bundle_entry_to_vname_fn: BundleEntry,
    /// Frames per second; `None` asks the video.
    #[serde(default)]
    pub frame_rate: Option<f64>,
}

by_target! {
    /// `dataset_*.annot_reader_fn.bundle_entry_to_vname_fn`
    pub enum BundleEntry {
        "datasets.breakfast_50salads.bundle_entry_to_video_fname_50salads" => Salads(NoKeys),
        "datasets.breakfast_50salads.bundle_entry_to_video_fname_breakfast" => Breakfast(NoKeys),
    }
}

//! EPIC-Kitchens-55, -100 and EGTEA Gaze+.

use std::path::PathBuf;

use super::super::target::{OneOrMany, one_or_many};
use super::LabelType;
use super::video::video_dataset;

video_dataset! {
    /// EPIC-Kitchens-55, -100 and EGTEA Gaze+, told apart by `version`.
    pub struct EpicKitchens {
        /// 0.1: EK55, the default of the original; 0.2: EK100; -1: EGTEA.
        #[serde(default = "EpicKitchens::ek55")]
        pub version: f64,
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
        /// Range of participants to keep, as `1-25`.
        #[serde(default)]
        pub only_keep_persons: Option<String>,
        /// File that lists the videos to keep.
        #[serde(default)]
        pub only_keep_videos: Option<PathBuf>,
        /// RULSTM's list of actions; without it every pair of verb and noun is one.
        #[serde(default)]
        pub action_labels_fpath: Option<PathBuf>,
    }
}

impl EpicKitchens {
    fn ek55() -> f64 {
        0.1
    }
}

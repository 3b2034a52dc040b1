//! `dataset_*.reader_fn`: where frames or their features come from.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

use super::target::{NoKeys, OneOrMany, by_target, one_or_many};

by_target! {
    /// `dataset_*.reader_fn`
    pub enum ReaderConfig {
        "datasets.epic_kitchens.EpicRULSTMFeatsReader" => Rulstm(RulstmReader),
        "datasets.simulated.LabelFeatures" => Simulated(SimulatedReader),
        "datasets.simulated.LabelPictures" => Painted(PaintedReader),
        "datasets.reader_fns.DefaultReader" => Video(NoKeys),
        "datasets.reader_fns.VideoAsLabelOnehotReader" => LabelOneHot(LabelOneHot),
        "datasets.breakfast_50salads.SenerFeatsReader" => Sener(SenerReader),
    }
}

/// Stores in RULSTM's format: an LMDB from frame name to `float32`.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RulstmReader {
    /// The stores; features of several are put side by side.
    #[serde(deserialize_with = "one_or_many")]
    #[schemars(with = "OneOrMany<PathBuf>")]
    pub lmdb_path: Vec<PathBuf>,
    /// Which frames.
    #[serde(default)]
    pub read_type: ReadType,
    /// Whether it is logged that an earlier frame stands in for one that is not stored.
    #[serde(default = "RulstmReader::warns")]
    pub warn_if_using_closeby_frame: bool,
}

impl RulstmReader {
    fn warns() -> bool {
        true
    }
}

/// `dataset_*.reader_fn.read_type`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReadType {
    /// 11 frames every quarter of a second up to the end.
    #[default]
    ExactRulstm,
    /// Every frame from start to end.
    Normal,
}

impl ReadType {
    /// The name in configs.
    pub fn name(self) -> &'static str {
        match self {
            Self::ExactRulstm => "exact_rulstm",
            Self::Normal => "normal",
        }
    }
}

/// Labels as features: 1 at the class of the action that goes on.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LabelOneHot {
    /// Width, at least the number of actions, which is what `None` stands for.
    #[serde(default)]
    pub num_classes: Option<usize>,
}

/// Features made up from the label at their time, plus noise.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SimulatedReader {
    /// Width.
    pub dim: usize,
    /// Standard deviation of the noise in each component; the label's part has length 1 in all.
    pub noise: f64,
    /// Decides the labels' parts and the noise.
    pub seed: u64,
}

/// Pictures made up from the label at their time, plus noise.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PaintedReader {
    /// Pixels along a side, before they are scaled and cropped.
    pub size: usize,
    /// Standard deviation of the noise in each colour of a square, on the scale of
    /// [`SimulatedReader::noise`].
    pub noise: f64,
    /// Decides the labels' patterns and the noise.
    pub seed: u64,
}

/// Sener's features: one file for each video of 50-Salads or Breakfast.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SenerReader {
    /// Where the files are.
    pub feat_dir: PathBuf,
    /// How they are written.
    pub format_reader: FeatureFormat,
    /// Frames per second of the features; `None` asks the videos.
    #[serde(default)]
    pub frame_rate: Option<f64>,
}

by_target! {
    /// `dataset_*.reader_fn.format_reader`
    pub enum FeatureFormat {
        "datasets.breakfast_50salads.GZFormatReader" => Gz(NoKeys),
        "datasets.breakfast_50salads.NPYFormatReader" => Npy(NoKeys),
    }
}

//! `datasets.synthetic.Kitchens`: a generated world.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::reader::ReaderConfig;
use super::super::target::{OneOrMany, one_or_many};
use super::{Anticipation, DenseClips, LabelType, SampleStrategy};

/// One of the two sets of a generated world.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SyntheticDataset {
    /// Which set.
    pub split: Split,
    /// The world, `dataset.synthetic.world`.
    pub world: SyntheticWorld,
    /// What is predicted.
    #[serde(deserialize_with = "one_or_many")]
    #[schemars(with = "OneOrMany<LabelType>")]
    pub label_type: Vec<LabelType>,
    /// Which part of what can be observed is taken.
    pub sample_strategy: SampleStrategy,
    /// How far ahead of the action, and how much, is observed.
    pub conv_to_anticipate_fn: Anticipation,
    /// What reads frames.
    pub reader_fn: ReaderConfig,
    /// Whether clips of the future come along, one for each of `future_clip_ratios`.
    #[serde(default)]
    pub return_future_clips_too: bool,
    /// Which part of a future clip is taken.
    #[serde(default = "super::video::first_clip")]
    pub sample_strategy_future: SampleStrategy,
    /// Whether clips without label are added all along the videos, as by an empty
    /// `sample_clips_densely_fn`.
    #[serde(default)]
    pub sample_clips_densely: bool,
    /// How those clips are cut.
    #[serde(default)]
    pub sample_clips_densely_fn: Option<DenseClips>,
}

/// `dataset_*.split`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Split {
    /// Videos to learn from.
    Train,
    /// Videos to evaluate on.
    Val,
}

/// `dataset.synthetic.world`
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SyntheticWorld {
    /// Decides everything.
    pub seed: u64,
    /// Videos to learn from.
    pub train_videos: usize,
    /// Videos to evaluate on.
    pub val_videos: usize,
    /// Segments in each.
    pub segments_per_video: usize,
    /// Verbs.
    pub verbs: usize,
    /// Nouns.
    pub nouns: usize,
    /// Actions, at most `verbs * nouns`.
    pub actions: usize,
    /// Width of a feature.
    pub dim: usize,
    /// Standard deviation of what covers the label in each component of a feature.
    pub feature_noise: f64,
    /// Standard deviation of each teacher's logits around the truth.
    pub teacher_noise: f64,
    /// Factor on the truth's log-probabilities.
    pub teacher_scale: f64,
    /// Width of a teacher's feature.
    pub teacher_dim: usize,
}

//! The keys of AVT's `BaseVideoDataset`, which every data set of videos has beside its own.

use std::path::PathBuf;

use super::super::reader::ReaderConfig;
use super::{Anticipation, DenseClips, SampleStrategy, SegmentUid};

/// Declares a data set of videos: its own keys, then the shared ones. A macro because a struct in
/// a struct would need serde's `flatten`, which accepts unknown keys.
macro_rules! video_dataset {
    ($(#[$doc:meta])* pub struct $name:ident { $($own:tt)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, serde::Deserialize, schemars::JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($own)*
            /// Directories of videos.
            #[serde(deserialize_with = "super::super::target::one_or_many", default)]
            #[schemars(with = "super::super::target::OneOrMany<std::path::PathBuf>")]
            pub root: Vec<std::path::PathBuf>,
            /// Which part of what can be observed is taken.
            pub sample_strategy: super::SampleStrategy,
            /// How far ahead of the action, and how much, is observed; `None` observes the action.
            #[serde(default)]
            pub conv_to_anticipate_fn: Option<super::Anticipation>,
            /// Another place for the same; all segments are converted when the set is opened.
            #[serde(default)]
            pub conv_to_anticipate_fn_runtime: Option<super::Anticipation>,
            /// Nothing: no function of AVT's can be called here.
            #[serde(default)]
            pub process_df_before_read_fn: Option<super::NoFunction>,
            /// What reads frames; `None` stands for AVT's video reader.
            #[serde(default)]
            pub reader_fn: Option<super::super::reader::ReaderConfig>,
            /// Whether clips of the future come along, one for each of `future_clip_ratios`.
            #[serde(default)]
            pub return_future_clips_too: bool,
            /// Which part of a future clip is taken.
            #[serde(default = "super::video::first_clip")]
            pub sample_strategy_future: super::SampleStrategy,
            /// Labels of so many times behind the clip, which an evaluation stores; 0 for none.
            #[serde(default)]
            pub load_long_term_future_labels: usize,
            /// Whether clips without label are added all along the videos, as by an empty
            /// `sample_clips_densely_fn`.
            #[serde(default)]
            pub sample_clips_densely: bool,
            /// How those clips are cut.
            #[serde(default)]
            pub sample_clips_densely_fn: Option<super::DenseClips>,
            /// Decides what is drawn, such as the clip of `random_clip`; `None` leaves it to `seed`.
            #[serde(default)]
            pub random_seed: Option<u64>,
            /// How often a segment comes up in an epoch; below 1 so many of them are drawn.
            #[serde(default = "super::video::once")]
            pub repeat_data_times: f64,
            /// The label of segments without a column of that label; none are without, so that it
            /// has no effect.
            #[serde(default = "super::video::no_label")]
            pub dummy_label: i64,
            /// Whether every class is drawn equally often.
            #[serde(default)]
            pub class_balanced_sampling: bool,
            /// Whether the clip comes along as it was before frames were picked, which nothing reads.
            #[serde(default)]
            pub return_unsampled_video: bool,
            /// The segments kept, in this order; `None` keeps all.
            #[serde(default)]
            pub uid_subset: Option<Vec<super::SegmentUid>>,
        }

        impl $name {
            /// The keys shared with the other data sets of videos.
            pub fn videos(&self) -> super::VideoKeys<'_> {
                super::VideoKeys {
                    root: &self.root,
                    conv_to_anticipate_fn: self.conv_to_anticipate_fn.as_ref(),
                    conv_to_anticipate_fn_runtime: self.conv_to_anticipate_fn_runtime.as_ref(),
                    reader_fn: self.reader_fn.as_ref(),
                    return_future_clips_too: self.return_future_clips_too,
                    sample_strategy_future: self.sample_strategy_future,
                    load_long_term_future_labels: self.load_long_term_future_labels,
                    sample_clips_densely: self.sample_clips_densely,
                    sample_clips_densely_fn: self.sample_clips_densely_fn.as_ref(),
                    random_seed: self.random_seed,
                    repeat_data_times: self.repeat_data_times,
                    dummy_label: self.dummy_label,
                    class_balanced_sampling: self.class_balanced_sampling,
                    return_unsampled_video: self.return_unsampled_video,
                    uid_subset: self.uid_subset.as_deref(),
                }
            }
        }
    };
}
pub(super) use video_dataset;

/// The shared keys of a data set of videos, whichever it is.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)] // said above, where they are declared
pub struct VideoKeys<'a> {
    pub root: &'a [PathBuf],
    pub conv_to_anticipate_fn: Option<&'a Anticipation>,
    pub conv_to_anticipate_fn_runtime: Option<&'a Anticipation>,
    pub reader_fn: Option<&'a ReaderConfig>,
    pub return_future_clips_too: bool,
    pub sample_strategy_future: SampleStrategy,
    pub load_long_term_future_labels: usize,
    pub sample_clips_densely: bool,
    pub sample_clips_densely_fn: Option<&'a DenseClips>,
    pub random_seed: Option<u64>,
    pub repeat_data_times: f64,
    pub dummy_label: i64,
    pub class_balanced_sampling: bool,
    pub return_unsampled_video: bool,
    pub uid_subset: Option<&'a [SegmentUid]>,
}

pub(super) fn first_clip() -> SampleStrategy {
    SampleStrategy::FirstClip
}

pub(super) fn once() -> f64 {
    1.0
}

pub(super) fn no_label() -> i64 {
    -1
}

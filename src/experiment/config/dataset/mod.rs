//! `dataset_train*` and `dataset_eval*`: which segments, with which labels, read by what.
//!
//! | file | what |
//! |---|---|
//! | `epic`, `breakfast` | AVT's data sets, each with the keys of `video` |
//! | `synthetic` | the generated world |
//! | `label`, `anticipation`, `dense`, `uid`, `no_function` | parts of them |

mod anticipation;
mod breakfast;
mod dense;
mod epic;
mod label;
mod no_function;
mod synthetic;
mod uid;
mod video;

pub use anticipation::{Anticipation, DropStyle};
pub use breakfast::{
    AbuFarha, AnnotationReader, BreakfastSalads, BundleEntry, OrigSalads, SaladsOrBreakfast,
    TimePrecision,
};
pub use dense::{ClipLength, DenseClips};
pub use epic::EpicKitchens;
pub use label::{LabelType, SampleStrategy};
pub use no_function::NoFunction;
pub use synthetic::{Split, SyntheticDataset, SyntheticWorld};
pub use uid::SegmentUid;
pub use video::VideoKeys;

use std::path::PathBuf;

use super::reader::ReaderConfig;
use super::target::by_target;

by_target! {
    /// One `dataset_*` node.
    pub enum DatasetConfig {
        "datasets.epic_kitchens.EPICKitchens" => EpicKitchens(EpicKitchens),
        "datasets.breakfast_50salads.Breakfast50Salads" => BreakfastSalads(BreakfastSalads),
        "datasets.synthetic.Kitchens" => Synthetic(SyntheticDataset),
    }
}

impl DatasetConfig {
    /// The label types, in order; the first is what the model's mappings start from.
    pub fn label_types(&self) -> &[LabelType] {
        match self {
            Self::EpicKitchens(set) => &set.label_type,
            Self::BreakfastSalads(set) => &set.label_type,
            Self::Synthetic(set) => &set.label_type,
        }
    }

    /// What reads frames; `None` stands for AVT's video reader.
    pub fn reader(&self) -> Option<&ReaderConfig> {
        match self {
            Self::Synthetic(set) => Some(&set.reader_fn),
            Self::EpicKitchens(_) | Self::BreakfastSalads(_) => self.videos()?.reader_fn,
        }
    }

    /// Whether what reads frames gives pictures, not features.
    pub fn reads_pictures(&self) -> bool {
        match self.reader() {
            None | Some(ReaderConfig::Video(_) | ReaderConfig::Painted(_)) => true,
            Some(
                ReaderConfig::Rulstm(_)
                | ReaderConfig::Simulated(_)
                | ReaderConfig::LabelOneHot(_)
                | ReaderConfig::Sener(_),
            ) => false,
        }
    }

    /// Which part of what can be observed is taken.
    pub fn sample_strategy(&self) -> SampleStrategy {
        match self {
            Self::EpicKitchens(set) => set.sample_strategy,
            Self::BreakfastSalads(set) => set.sample_strategy,
            Self::Synthetic(set) => set.sample_strategy,
        }
    }

    /// How far ahead of the action, and how much, is observed; `None` observes the action.
    pub fn anticipation(&self) -> Option<&Anticipation> {
        match self {
            Self::Synthetic(set) => Some(&set.conv_to_anticipate_fn),
            Self::EpicKitchens(_) | Self::BreakfastSalads(_) => {
                let videos = self.videos()?;
                videos.conv_to_anticipate_fn.or(videos.conv_to_anticipate_fn_runtime)
            }
        }
    }

    /// The name of the key that says so.
    pub fn anticipation_key(&self) -> &'static str {
        let runtime = |videos: VideoKeys<'_>| videos.conv_to_anticipate_fn_runtime.is_some();
        match self.videos().is_some_and(runtime) {
            true => "conv_to_anticipate_fn_runtime",
            false => "conv_to_anticipate_fn",
        }
    }

    /// Which part of a clip of the future is taken; `None` without such clips.
    pub fn sample_strategy_future(&self) -> Option<SampleStrategy> {
        let (asked, strategy) = match self {
            Self::EpicKitchens(set) => (set.return_future_clips_too, set.sample_strategy_future),
            Self::BreakfastSalads(set) => (set.return_future_clips_too, set.sample_strategy_future),
            Self::Synthetic(set) => (set.return_future_clips_too, set.sample_strategy_future),
        };
        asked.then_some(strategy)
    }

    /// Directories of videos.
    pub fn root(&self) -> &[PathBuf] {
        self.videos().map_or(&[], |videos| videos.root)
    }

    /// How clips are cut all along the videos; `None` cuts none.
    pub fn dense_clips(&self) -> Option<DenseClips> {
        let (asked, how) = match self {
            Self::Synthetic(set) => {
                (set.sample_clips_densely, set.sample_clips_densely_fn.as_ref())
            }
            Self::EpicKitchens(_) | Self::BreakfastSalads(_) => {
                let videos = self.videos()?;
                (videos.sample_clips_densely, videos.sample_clips_densely_fn)
            }
        };
        how.cloned().or_else(|| asked.then(DenseClips::default))
    }

    /// The keys of a data set of videos; `None` for a generated one.
    pub fn videos(&self) -> Option<VideoKeys<'_>> {
        match self {
            Self::EpicKitchens(set) => Some(set.videos()),
            Self::BreakfastSalads(set) => Some(set.videos()),
            Self::Synthetic(_) => None,
        }
    }
}

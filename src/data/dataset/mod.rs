//! A data set: annotations, clip rule, reader and teacher joined to numbered samples.
//!
//! Invariant: every sample can be addressed by its position, a sample depends on the position and
//! the seed it is asked with and on nothing else, and the segments that were dropped are counted.

mod ahead;
mod config;
mod dense;
mod fingerprint;
mod futures;
mod joined;
mod lists;
mod long_term;
mod look;
mod sample;
mod selection;
mod taught;
mod whole;

use std::sync::Arc;

use super::DataKind;
use super::annotations::{Annotations, Segment};
use super::anticipation::Span;
use super::clip::ClipConfig;
use super::dense::DenseClips;
use super::error::DataError;
use super::reader::{self, Input, ReadStats, ReaderConfig};
use super::teacher::{MissingPrediction, Teacher};
use super::vocabulary::ClassMapping;

pub use config::{DatasetConfig, LabelType, Source};
pub use futures::FutureClips;
pub use joined::Joined;
pub use lists::EvalLists;
pub use sample::Sample;
pub use selection::Selection;

/// A segment that is kept, and what is observed of it.
#[derive(Clone, Debug)]
struct Item {
    segment: usize,
    observed: Span,
}

/// Numbered samples.
#[derive(Debug)]
pub struct Dataset {
    annotations: Annotations,
    items: Vec<Item>,
    /// Kept segments of each video, in file order.
    by_video: Vec<Vec<Segment>>,
    labels: Vec<LabelType>,
    config: DatasetConfig,
    clip: ClipConfig,
    input: Input,
    teacher: Option<(Arc<Teacher>, MissingPrediction)>,
    futures: Option<FutureClips>,
    /// Times behind every clip whose labels come along.
    long_term: usize,
    lists: Option<EvalLists>,
    selection: Selection,
    /// Positions of the segments of each class, where classes are balanced.
    classes: Option<Vec<Vec<usize>>>,
    discarded: usize,
}

impl Dataset {
    /// Reads the annotations and opens what is seen of the videos.
    ///
    /// # Errors
    /// Anything wrong with the files or settings, and a segment without a readable frame.
    pub fn open(
        config: &DatasetConfig,
        reader: &ReaderConfig,
        clip: &ClipConfig,
    ) -> Result<Self, DataError> {
        Self::open_with(config, reader, clip, None)
    }

    /// The same, with clips cut all along the videos where asked to.
    ///
    /// # Errors
    /// As [`Dataset::open`]; clips that cannot be cut, a video of unknown length.
    pub fn open_with(
        config: &DatasetConfig,
        reader: &ReaderConfig,
        clip: &ClipConfig,
        clips: Option<&DenseClips>,
    ) -> Result<Self, DataError> {
        let annotations = config.source.annotations()?;
        let input = reader::open(reader, &annotations)?;
        let set = match clips {
            Some(clips) => Self::with_clips(config, annotations, input, clip, clips)?,
            None => Self::new(config, annotations, input, clip)?,
        };
        let (samples, discarded) = (set.len(), set.discarded());
        tracing::info!(samples, discarded, kind = %set.kind(), "data set ready");
        Ok(set)
    }

    /// Joins annotations and what is seen of the videos.
    pub fn new(
        config: &DatasetConfig,
        annotations: Annotations,
        input: impl Into<Input>,
        clip: &ClipConfig,
    ) -> Result<Self, DataError> {
        clip.check()?;
        config.anticipation.map_or(Ok(()), |a| a.check())?;
        let labels = config::label_types(&config.label_type, &annotations)?;
        let items = kept(config, &annotations);
        let by_video = segments_by_video(&annotations, items.iter());
        let before = annotations.segments.len();
        let discarded = before - items.len();
        if items.is_empty() {
            return Err(DataError::NothingLeft { before, step: "the anticipation filter".into() });
        }
        let (config, clip) = (config.clone(), *clip);
        let dataset = Self {
            annotations,
            items,
            by_video,
            labels,
            config,
            clip,
            input: input.into(),
            teacher: None,
            futures: None,
            long_term: 0,
            lists: None,
            selection: Selection::default(),
            classes: None,
            discarded,
        };
        dataset.check_frames()?;
        Ok(dataset)
    }

    /// Whether there is none; never, an empty data set is refused.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Segments that were dropped for lack of context.
    pub fn discarded(&self) -> usize {
        self.discarded
    }

    /// What is predicted.
    pub fn classes(&self) -> &[LabelType] {
        &self.labels
    }

    /// The annotations behind the samples.
    pub fn annotations(&self) -> &Annotations {
        &self.annotations
    }

    /// Elements of a feature vector, or the three colours of a picture.
    pub fn channels(&self) -> usize {
        self.input.channels()
    }

    /// Sub-clips of a sample, channels, frames of a sub-clip.
    pub fn sample_shape(&self) -> [usize; 3] {
        [self.clip.subclips(), self.channels(), self.clip.frames_per_subclip()]
    }

    /// The many-shot classes of a label type; `None` where all classes count.
    pub fn many_shot(&self, label: &str) -> Option<&[usize]> {
        self.annotations.vocabulary.many_shot.as_ref()?.of(label)
    }

    /// The mappings from action to verb and noun.
    pub fn class_mappings(&self) -> Vec<ClassMapping> {
        self.annotations.vocabulary.class_mappings()
    }

    /// The metric that decides which checkpoint is best.
    pub fn primary_metric(&self) -> &'static str {
        self.annotations.collection.primary_metric()
    }

    /// What numbers from this data set are worth: the least real of its parts.
    pub fn kind(&self) -> DataKind {
        let annotations =
            if self.annotations.synthetic { DataKind::Synthetic } else { DataKind::Real };
        let teacher = self.teacher.as_ref().map_or(DataKind::Real, |(t, _)| t.kind());
        annotations.max(self.input.kind()).max(teacher)
    }

    /// Samples of each class of a label type; those without label are in none.
    pub fn class_counts(&self, label: &LabelType) -> Vec<usize> {
        let mut counts = vec![0; label.classes.len()];
        for item in &self.items {
            let class = self.annotations.segments[item.segment].labels.get(&label.name);
            if let Some(count) = usize::try_from(class).ok().and_then(|c| counts.get_mut(c)) {
                *count += 1;
            }
        }
        counts
    }

    /// How often the reader had to make do so far.
    pub fn read_stats(&self) -> ReadStats {
        self.input.stats()
    }

    /// A kept segment.
    ///
    /// # Panics
    /// When there is none at that position.
    pub fn segment(&self, idx: usize) -> &Segment {
        &self.annotations.segments[self.items[idx].segment]
    }

    /// What is observed of a kept segment.
    ///
    /// # Panics
    /// When there is none at that position.
    pub fn observed(&self, idx: usize) -> Span {
        self.items[idx].observed
    }

    /// Finds a segment without a frame now rather than in the middle of an epoch.
    fn check_frames(&self) -> Result<(), DataError> {
        self.items.iter().try_for_each(|item| {
            let segment = &self.annotations.segments[item.segment];
            self.check_clip(segment, self.observation(item, 0))
        })
    }
}

/// The segments of items by video, in file order.
fn segments_by_video<'a>(
    annotations: &Annotations,
    items: impl Iterator<Item = &'a Item>,
) -> Vec<Vec<Segment>> {
    let mut by_video = vec![Vec::new(); annotations.videos.len()];
    for item in items {
        let segment = &annotations.segments[item.segment];
        by_video[segment.video].push(segment.clone());
    }
    by_video
}

/// The segments with enough context, and what is observed before them.
fn kept(config: &DatasetConfig, annotations: &Annotations) -> Vec<Item> {
    let mut items = Vec::with_capacity(annotations.segments.len());
    let precision = annotations.precision;
    for (index, segment) in annotations.segments.iter().enumerate() {
        let action = Span { start: segment.start, end: segment.end };
        let observed = config.anticipation.map_or(action, |a| a.observe(action, precision));
        if config.anticipation.is_none_or(|a| a.keeps(observed, precision)) {
            items.push(Item { segment: index, observed });
        }
    }
    items
}

//! A data set: annotations, clip rule, reader and teacher joined to numbered samples.
//!
//! Invariant: every sample can be addressed by its position, a sample depends on the position and
//! the seed it is asked with and on nothing else, and the segments that were dropped are counted.

mod config;
mod sample;

use std::sync::Arc;

use crate::files::sha256_bytes;

use super::annotations::{Annotations, Segment};
use super::anticipation::Span;
use super::clip::ClipConfig;
use super::error::DataError;
use super::reader::{self, ReadStats, Reader, ReaderConfig};
use super::synth::World;
use super::teacher::{Coverage, MissingPrediction, Teacher};
use super::vocabulary::ClassMapping;
use super::{DataKind, Uid};

pub use config::{DatasetConfig, LabelType, Source};
pub use sample::Sample;

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
    reader: Arc<dyn Reader>,
    teacher: Option<(Arc<Teacher>, MissingPrediction)>,
    discarded: usize,
}

impl Dataset {
    /// Reads the annotations and opens the features.
    ///
    /// # Errors
    /// Anything wrong with the files or settings, and a segment without a readable frame.
    pub fn open(
        config: &DatasetConfig,
        reader: &ReaderConfig,
        clip: &ClipConfig,
    ) -> Result<Self, DataError> {
        let annotations = match &config.source {
            Source::Files(files) => Annotations::read(files)?,
            Source::Synthetic(synth, split) => World::generate(synth)?.annotations(*split),
        };
        let reader = reader::open(reader, &annotations)?;
        Self::new(config, annotations, reader, clip)
    }

    /// Joins annotations and features.
    pub fn new(
        config: &DatasetConfig,
        annotations: Annotations,
        reader: Arc<dyn Reader>,
        clip: &ClipConfig,
    ) -> Result<Self, DataError> {
        clip.check()?;
        config.anticipation.map_or(Ok(()), |a| a.check())?;
        let labels = config::label_types(&config.label_type, &annotations)?;
        let items = kept(config, &annotations);
        let mut by_video = vec![Vec::new(); annotations.videos.len()];
        for item in &items {
            let segment = &annotations.segments[item.segment];
            by_video[segment.video].push(segment.clone());
        }
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
            reader,
            teacher: None,
            discarded,
        };
        dataset.check_frames()?;
        tracing::info!(samples = dataset.len(), discarded, kind = %dataset.kind(), "data set ready");
        Ok(dataset)
    }

    /// Adds a teacher, after checking its classes and coverage.
    pub fn with_teacher(
        mut self,
        teacher: Arc<Teacher>,
        missing: MissingPrediction,
    ) -> Result<Self, DataError> {
        teacher.check_classes(&self.annotations.class_names("action"))?;
        let uncovered: Vec<&Uid> = (0..self.len())
            .map(|idx| &self.segment(idx).uid)
            .filter(|uid| !teacher.covers(uid))
            .collect();
        let (name, count, of) = (teacher.name(), uncovered.len(), self.len());
        tracing::info!(teacher = name, missing = count, of, rule = ?missing, "teacher coverage");
        if let (MissingPrediction::Error, Some(first)) = (missing, uncovered.first()) {
            return Err(DataError::TeacherCoverage {
                teacher: name.into(),
                missing: count,
                of,
                first: (*first).clone(),
            });
        }
        self.teacher = Some((teacher, missing));
        Ok(self)
    }

    /// Number of samples.
    pub fn len(&self) -> usize {
        self.items.len()
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

    /// Elements of a feature vector.
    pub fn feature_dim(&self) -> usize {
        self.reader.dim()
    }

    /// Sub-clips of a sample, elements of a feature, frames of a sub-clip.
    pub fn sample_shape(&self) -> [usize; 3] {
        [self.clip.subclips(), self.reader.dim(), self.clip.frames_per_subclip()]
    }

    /// The many-shot classes of a label type; `None` where all classes count.
    pub fn many_shot(&self, label: &str) -> Option<&[usize]> {
        let lists = self.annotations.vocabulary.many_shot.as_ref()?;
        match label {
            "verb" => Some(&lists.verbs),
            "noun" => Some(&lists.nouns),
            "action" => Some(&lists.actions),
            _ => None,
        }
    }

    /// The mappings from action to verb and noun.
    pub fn class_mappings(&self) -> Vec<ClassMapping> {
        self.annotations.vocabulary.class_mappings()
    }

    /// The metric that decides which checkpoint is best.
    pub fn primary_metric(&self) -> &'static str {
        self.annotations.version.primary_metric()
    }

    /// What numbers from this data set are worth: the least real of its parts.
    pub fn kind(&self) -> DataKind {
        let annotations =
            if self.annotations.synthetic { DataKind::Synthetic } else { DataKind::Real };
        let teacher = self.teacher.as_ref().map_or(DataKind::Real, |(t, _)| t.kind());
        annotations.max(self.reader.kind()).max(teacher)
    }

    /// Who teaches, if anyone.
    pub fn teacher(&self) -> Option<&Teacher> {
        self.teacher.as_ref().map(|(teacher, _)| teacher.as_ref())
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

    /// How much the teacher covers.
    pub fn coverage(&self) -> Option<Coverage> {
        let (teacher, _) = self.teacher.as_ref()?;
        let of = self.len();
        let present = (0..of).filter(|idx| teacher.covers(&self.segment(*idx).uid)).count();
        Some(Coverage { present, of })
    }

    /// How often the reader had to make do so far.
    pub fn read_stats(&self) -> ReadStats {
        self.reader.stats()
    }

    /// SHA-256 over annotations, classes, settings, reader and teacher; paths do not count.
    pub fn fingerprint(&self) -> String {
        let mut text = format!(
            "{:?} {:?} {:?} {:?} {:?}\n{}\n",
            self.config.label_type,
            self.config.sample_strategy,
            self.config.anticipation,
            self.config.overlap,
            self.clip,
            self.reader.describe(),
        );
        if let Some((teacher, missing)) = &self.teacher {
            text.push_str(&format!("{} {missing:?}\n", teacher.fingerprint()));
        }
        for label in &self.labels {
            text.push_str(&format!("{}\n", label.classes.join("\u{1f}")));
        }
        for item in &self.items {
            let Segment { uid, video, start, end, labels } =
                &self.annotations.segments[item.segment];
            let video = &self.annotations.videos[*video];
            text.push_str(&format!("{uid} {video} {start} {end} {labels:?} {:?}\n", item.observed));
        }
        sha256_bytes(text.as_bytes())
    }

    /// The segment of a sample.
    ///
    /// # Panics
    /// When there is no such sample.
    pub fn segment(&self, idx: usize) -> &Segment {
        &self.annotations.segments[self.items[idx].segment]
    }

    /// What is observed of a sample.
    ///
    /// # Panics
    /// When there is no such sample.
    pub fn observed(&self, idx: usize) -> Span {
        self.items[idx].observed
    }

    /// Finds a segment without a frame now rather than in the middle of an epoch.
    fn check_frames(&self) -> Result<(), DataError> {
        self.items.iter().try_for_each(|item| self.plan(item, 0).map(drop))
    }
}

/// The segments with enough context, and what is observed before them.
fn kept(config: &DatasetConfig, annotations: &Annotations) -> Vec<Item> {
    let mut items = Vec::with_capacity(annotations.segments.len());
    for (index, segment) in annotations.segments.iter().enumerate() {
        let action = Span { start: segment.start, end: segment.end };
        let observed = config.anticipation.map_or(action, |a| a.observe(action));
        if config.anticipation.is_none_or(|a| a.keeps(observed)) {
            items.push(Item { segment: index, observed });
        }
    }
    items
}

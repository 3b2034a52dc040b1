//! Features derived from the labels: no video, no download, any annotations.
//!
//! The vector of a frame is the prototype of its action (verb part plus noun part, both fixed by
//! the seed and of equal length; one part where there are no verbs and nouns) plus noise that
//! belongs to (seed, video, frame), scaled so that its elements have a root mean square near 1. A
//! frame without label is noise alone. It is honest about itself: [`DataKind::Simulated`], or
//! synthetic when the annotations are.

use super::rulstm::ReadType;
use super::{Reader, Request};
use crate::data::annotations::{Annotations, Labels, Segment};
use crate::data::error::DataError;
use crate::data::noise::{Stream, key_of};
use crate::data::precision::TimePrecision;
use crate::data::segmentation::OverlapRule;
use crate::data::vocabulary::Vocabulary;
use crate::data::{DataKind, RULSTM_FPS};

/// What simulated features look like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SimulatedConfig {
    /// Elements of a vector.
    pub dim: usize,
    /// Standard deviation of each element's noise, against prototypes of length 1: two actions
    /// with nothing in common are `1.4 / noise` deviations apart, whatever `dim`.
    pub noise: f32,
    /// Fixes prototypes and noise.
    pub seed: u64,
}

/// A reader without a store.
#[derive(Debug)]
pub struct SimulatedReader {
    config: SimulatedConfig,
    kind: DataKind,
    /// Prototypes by label type.
    parts: Vec<(&'static str, Vec<f32>)>,
    timelines: Vec<Timeline>,
}

/// The labelled segments of a video, by start.
#[derive(Debug)]
struct Timeline {
    name: String,
    key: u64,
    segments: Vec<Segment>,
}

impl SimulatedReader {
    /// Prepares prototypes for the classes and timelines for the videos of `annotations`.
    pub fn new(config: &SimulatedConfig, annotations: &Annotations) -> Result<Self, DataError> {
        if config.dim == 0 || !(config.noise.is_finite() && config.noise >= 0.0) {
            return Err(DataError::Setting {
                setting: "reader_fn",
                value: format!("dim {}, noise {}", config.dim, config.noise),
                reason: "simulated features need at least one element and noise of at least 0"
                    .into(),
            });
        }
        let mut timelines: Vec<Timeline> = annotations
            .videos
            .iter()
            .map(|v| Timeline { name: v.clone(), key: key_of(v), segments: Vec::new() })
            .collect();
        for segment in &annotations.segments {
            timelines[segment.video].segments.push(segment.clone());
        }
        for timeline in &mut timelines {
            timeline.segments.sort_by(|a, b| a.start.total_cmp(&b.start));
        }
        Ok(Self {
            config: *config,
            kind: if annotations.synthetic { DataKind::Synthetic } else { DataKind::Simulated },
            parts: parts(config, &annotations.vocabulary),
            timelines,
        })
    }

    /// The vector of a frame (numbered from 1) of a video.
    pub fn feature(&self, video: usize, frame: i64, out: &mut [f32]) {
        let timeline = &self.timelines[video];
        let labels = timeline.labels_at(frame as f64 / RULSTM_FPS).unwrap_or(Labels::NONE);
        let SimulatedConfig { dim, noise, seed } = self.config;
        let gain = (1.0 / dim as f32 + noise * noise).sqrt().recip();
        let mut stream = Stream::of(&[seed, timeline.key, frame as u64]);
        out.iter_mut().for_each(|v| *v = gain * noise * stream.bell());
        for (label, prototypes) in &self.parts {
            if let Ok(class) = usize::try_from(labels.get(label)) {
                let prototype = &prototypes[class * dim..(class + 1) * dim];
                out.iter_mut().zip(prototype).for_each(|(v, p)| *v += gain * p);
            }
        }
    }
}

impl Timeline {
    fn labels_at(&self, time: f64) -> Option<Labels> {
        let started = self.segments.partition_point(|s| s.start <= time);
        OverlapRule::Centre.labels_at(self.segments[..started].iter(), time, TimePrecision::Full)
    }
}

/// What makes up a prototype of length 1.
fn parts(config: &SimulatedConfig, vocabulary: &Vocabulary) -> Vec<(&'static str, Vec<f32>)> {
    use std::f32::consts::FRAC_1_SQRT_2;
    if vocabulary.triples.is_empty() {
        let actions = prototypes(config, 2, vocabulary.actions.len(), 1.0);
        return vec![("action", actions)];
    }
    let verbs = prototypes(config, 0, vocabulary.verb_count(), FRAC_1_SQRT_2);
    let nouns = prototypes(config, 1, vocabulary.noun_count(), FRAC_1_SQRT_2);
    vec![("verb", verbs), ("noun", nouns)]
}

/// `count` vectors of a length, row-major.
fn prototypes(config: &SimulatedConfig, part: u64, count: usize, reach: f32) -> Vec<f32> {
    let mut all = Vec::with_capacity(count * config.dim);
    for class in 0..count {
        let mut stream = Stream::of(&[config.seed, part, class as u64]);
        let vector: Vec<f32> = (0..config.dim).map(|_| stream.bell()).collect();
        let length = vector.iter().map(|v| v * v).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
        all.extend(vector.iter().map(|v| v / length * reach));
    }
    all
}

impl Reader for SimulatedReader {
    fn frame_rate(&self, _video: usize) -> f64 {
        RULSTM_FPS
    }

    fn dim(&self) -> usize {
        self.config.dim
    }

    fn kind(&self) -> DataKind {
        self.kind
    }

    fn seconds(&self, video: usize) -> Result<f64, DataError> {
        Ok(self.timelines[video].segments.iter().map(|s| s.end).fold(0.0, f64::max))
    }

    fn describe(&self) -> String {
        let SimulatedConfig { dim, noise, seed } = self.config;
        format!("simulated dim {dim} noise {noise} seed {seed}")
    }

    fn plan(&self, request: Request<'_>) -> Result<Vec<i64>, DataError> {
        let (start, end) = (request.window.start, request.window.end);
        ReadType::Normal.frames(start, end, RULSTM_FPS).ok_or_else(|| DataError::NoFrames {
            uid: request.uid.clone(),
            video: self.timelines[request.video].name.clone(),
            start,
            end,
            reason: "the clip lies before the first frame".into(),
        })
    }

    fn fetch(
        &self,
        request: Request<'_>,
        plan: &[i64],
        kept: &[usize],
        out: &mut [f32],
    ) -> Result<(), DataError> {
        for (row, index) in out.chunks_mut(self.config.dim).zip(kept) {
            self.feature(request.video, plan[*index], row);
        }
        Ok(())
    }
}

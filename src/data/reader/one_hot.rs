//! Labels as features: the vector of a frame is 1 at the class of the action that goes on, and
//! zeros where none does.
//!
//! An upper bound for what features can say of the past. Source: `VideoAsLabelOnehotReader` of the
//! original, which does not run: it has no frame rate, and takes labels from a column that nothing
//! makes. Here frames are those of RULSTM's features, and all segments of the annotations label
//! them, those too that the anticipation drops. It says what it is worth: [`DataKind::Simulated`].

use super::rulstm::ReadType;
use super::{Reader, Request};
use crate::data::annotations::{Annotations, Segment};
use crate::data::error::DataError;
use crate::data::segmentation::OverlapRule;
use crate::data::{DataKind, RULSTM_FPS, TimePrecision};

/// How wide the vectors are and what labels a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OneHotConfig {
    /// Elements of a vector; the number of actions when `None`.
    pub num_classes: Option<usize>,
    /// Which of several simultaneous actions labels a frame.
    pub overlap: OverlapRule,
}

/// A reader of labels.
#[derive(Debug)]
pub struct OneHotReader {
    classes: usize,
    overlap: OverlapRule,
    precision: TimePrecision,
    kind: DataKind,
    videos: Vec<(String, Vec<Segment>)>,
}

impl OneHotReader {
    /// A reader for the videos of `annotations`.
    ///
    /// # Errors
    /// When the vectors are too short for the actions.
    pub fn new(config: OneHotConfig, annotations: &Annotations) -> Result<Self, DataError> {
        let actions = annotations.vocabulary.actions.len();
        let classes = config.num_classes.unwrap_or(actions);
        if classes < actions {
            return Err(DataError::Setting {
                setting: "reader_fn.num_classes",
                value: classes.to_string(),
                reason: format!("there are {actions} actions, leave it out or write at least that"),
            });
        }
        let named = |name: &String| (name.clone(), Vec::new());
        let mut videos: Vec<_> = annotations.videos.iter().map(named).collect();
        for segment in &annotations.segments {
            videos[segment.video].1.push(segment.clone());
        }
        let kind = if annotations.synthetic { DataKind::Synthetic } else { DataKind::Simulated };
        let (overlap, precision) = (config.overlap, annotations.precision);
        Ok(Self { classes, overlap, precision, kind, videos })
    }
}

impl Reader for OneHotReader {
    fn frame_rate(&self, _video: usize) -> f64 {
        RULSTM_FPS
    }

    fn dim(&self) -> usize {
        self.classes
    }

    fn kind(&self) -> DataKind {
        self.kind
    }

    fn seconds(&self, video: usize) -> Result<f64, DataError> {
        Ok(self.videos[video].1.iter().map(|s| s.end).fold(0.0, f64::max))
    }

    fn describe(&self) -> String {
        format!("labels of {} classes, {:?}", self.classes, self.overlap)
    }

    fn plan(&self, request: Request<'_>) -> Result<Vec<i64>, DataError> {
        let (start, end) = (request.window.start, request.window.end);
        ReadType::Normal.frames(start, end, RULSTM_FPS).ok_or_else(|| DataError::NoFrames {
            uid: request.uid.clone(),
            video: self.videos[request.video].0.clone(),
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
        let segments = &self.videos[request.video].1;
        for (vector, index) in out.chunks_mut(self.classes).zip(kept) {
            let time = plan[*index] as f64 / RULSTM_FPS;
            let labels = self.overlap.labels_at(segments.iter(), time, self.precision);
            vector.fill(0.0);
            if let Some(Ok(class)) = labels.map(|labels| usize::try_from(labels.action)) {
                vector[class] = 1.0;
            }
        }
        Ok(())
    }
}

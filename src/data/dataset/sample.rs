//! One example: frames picked and read, cut to sub-clips, labelled, with what the teacher says and
//! with clips of the future where they are asked for.

use crate::data::Uid;
use crate::data::annotations::{Labels, Segment};
use crate::data::anticipation::Span;
use crate::data::clip::{self, Pick, SampleStrategy};
use crate::data::error::DataError;
use crate::data::noise::Stream;
use crate::data::reader::Request;
use crate::data::teacher::TeacherRow;

use super::{Dataset, Item};

/// One example.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Position among the kept segments, which is where the sample stands unless segments are
    /// repeated or drawn.
    pub idx: usize,
    /// Name of the segment.
    pub uid: Uid,
    /// Features, `clips * C * T`.
    pub features: Vec<f32>,
    /// Times of the frames in seconds, `clips * T`.
    pub times: Vec<f32>,
    /// Class of each label type; -1 where there is none.
    pub targets: Vec<i64>,
    /// Class of each label type at each frame, `clips * T` each, if asked for.
    pub subclips: Option<Vec<Vec<i64>>>,
    /// What the teacher says.
    pub teacher: Option<TeacherRow>,
    /// Features of each clip of the future, laid out as `features`.
    pub futures: Vec<Vec<f32>>,
}

/// A clip to be read of a segment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    /// Where in the video it may lie.
    pub(super) span: Span,
    /// Which part of that is taken.
    pub(super) strategy: SampleStrategy,
    /// Fixes what is drawn.
    pub(super) seed: u64,
}

impl Dataset {
    /// Reads a sample; `seed` fixes what is drawn for it.
    pub fn sample(&self, idx: usize, seed: u64) -> Result<Sample, DataError> {
        if idx >= self.len() {
            return Err(DataError::Index { index: idx, len: self.len() });
        }
        let idx = self.position(idx, seed);
        let item = &self.items[idx];
        let segment = &self.annotations.segments[item.segment];
        let (features, picks) = self.read(segment, self.observation(item, seed))?;
        let futures = self.future_clips(item, seed);
        let futures = futures.map(|wanted| Ok(self.read(segment, wanted)?.0));
        let times = self.cut(|frame| picks[frame].time);
        let subclips = self.clip.load_seg_labels.then(|| self.frame_labels(segment.video, &times));
        let teacher = self.teacher.as_ref();
        Ok(Sample {
            idx,
            uid: segment.uid.clone(),
            features,
            times,
            targets: self.labels.iter().map(|l| segment.labels.get(&l.name)).collect(),
            subclips,
            teacher: teacher.map(|(t, missing)| t.row(&segment.uid, segment.labels, *missing)),
            futures: futures.collect::<Result<_, DataError>>()?,
        })
    }

    /// The clip that is observed.
    pub(super) fn observation(&self, item: &Item, seed: u64) -> Wanted {
        Wanted { span: item.observed, strategy: self.config.sample_strategy, seed }
    }

    /// Features of a clip, `clips * C * T`, and which of the frames read they are.
    fn read(&self, segment: &Segment, wanted: Wanted) -> Result<(Vec<f32>, Vec<Pick>), DataError> {
        let (window, plan) = self.plan(segment, wanted)?;
        let fps = self.reader.frame_rate();
        let picks = clip::pick(&self.clip, wanted.strategy, fps, window, plan.len());
        let kept: Vec<usize> = picks.iter().map(|p| p.index).collect();
        let dim = self.reader.dim();
        let mut frames = vec![0.0; kept.len() * dim];
        let request = Request { uid: &segment.uid, video: segment.video, window };
        self.reader.fetch(request, &plan, &kept, &mut frames)?;
        Ok((self.cut_features(&frames, dim), picks))
    }

    /// What is read for a clip: the window, and the frames the reader has for it.
    pub(super) fn plan(
        &self,
        segment: &Segment,
        wanted: Wanted,
    ) -> Result<(Span, Vec<i64>), DataError> {
        let mut stream = Stream::of(&[wanted.seed]);
        let window = clip::window(
            &self.clip,
            wanted.strategy,
            self.reader.frame_rate(),
            wanted.span,
            &mut |n| stream.below(n),
        );
        let request = Request { uid: &segment.uid, video: segment.video, window };
        Ok((window, self.reader.plan(request)?))
    }

    /// Values of the frames of all sub-clips, `clips * T`.
    fn cut<T>(&self, at: impl Fn(usize) -> T) -> Vec<T> {
        let (clips, frames) = (self.clip.subclips(), self.clip.frames_per_subclip());
        (0..clips * frames).map(|i| at(self.clip.frame_of(i / frames, i % frames))).collect()
    }

    /// `num_frames * C` to `clips * C * T`.
    fn cut_features(&self, frames: &[f32], dim: usize) -> Vec<f32> {
        let (clips, per_clip) = (self.clip.subclips(), self.clip.frames_per_subclip());
        let mut features = vec![0.0; clips * dim * per_clip];
        for clip in 0..clips {
            for frame in 0..per_clip {
                let from = self.clip.frame_of(clip, frame) * dim;
                for c in 0..dim {
                    features[(clip * dim + c) * per_clip + frame] = frames[from + c];
                }
            }
        }
        features
    }

    fn frame_labels(&self, video: usize, times: &[f32]) -> Vec<Vec<i64>> {
        let at: Vec<Labels> = times
            .iter()
            .map(|t| {
                let segments = self.by_video[video].iter();
                self.config.overlap.labels_at(segments, f64::from(*t)).unwrap_or(Labels::NONE)
            })
            .collect();
        self.labels.iter().map(|l| at.iter().map(|labels| labels.get(&l.name)).collect()).collect()
    }
}

//! What is seen of a stretch of a video: frames picked and read, cut to sub-clips.

use crate::data::RULSTM_FPS;
use crate::data::annotations::Segment;
use crate::data::anticipation::Span;
use crate::data::clip::{self, Pick, SampleStrategy};
use crate::data::error::DataError;
use crate::data::noise::Stream;
use crate::data::reader::{Choose, Input, Reader, Request, View};

use super::{Dataset, Item};

/// The time of a frame that there is none of.
const NEVER: f32 = -1.0;

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

/// How a clip was read.
pub(super) struct Look {
    /// Views of one clip.
    pub(super) crops: usize,
    /// H, W; 1, 1 for features.
    pub(super) size: [usize; 2],
    /// Seconds of each frame of the clip before it is cut; -1 where there is none.
    pub(super) times: Vec<f32>,
}

impl Dataset {
    /// The clip that is observed.
    pub(super) fn observation(&self, item: &Item, seed: u64) -> Wanted {
        Wanted { span: item.observed, strategy: self.config.sample_strategy, seed }
    }

    /// Reads a clip; puts crops * clips * C * T * H * W numbers behind `values`.
    pub(super) fn look(
        &self,
        segment: &Segment,
        wanted: Wanted,
        values: &mut Vec<f32>,
    ) -> Result<Look, DataError> {
        let fps = self.frame_rate(segment.video)?;
        let window = self.window(fps, wanted);
        let request = Request { uid: &segment.uid, video: segment.video, window };
        let mut picks: Vec<Pick> = Vec::new();
        let mut choose = |read: usize| {
            picks = clip::pick(&self.clip, wanted.strategy, fps, window, read);
            picks.iter().map(|pick| pick.index).collect()
        };
        let frames = self.clip.num_frames;
        let (crops, size) = match &self.input {
            Input::Features(reader) if self.clip.frames_per_subclip() == 1 => {
                self.read_frames(&**reader, request, &mut choose, values)?;
                (1, [1, 1])
            }
            input => {
                let views = input.views(request, frames, &mut choose, wanted.seed)?;
                self.cut_views(&views, values);
                (views.len(), views[0].size)
            }
        };
        let time = |frame: usize| picks.get(frame).map_or(NEVER, |pick| pick.time);
        Ok(Look { crops, size, times: (0..frames).map(time).collect() })
    }

    /// Reads sub-clips of one frame: vectors one after the other, so each goes where it belongs.
    fn read_frames(
        &self,
        reader: &dyn Reader,
        request: Request<'_>,
        choose: Choose<'_>,
        values: &mut Vec<f32>,
    ) -> Result<(), DataError> {
        let plan = reader.plan(request)?;
        let chosen = choose(plan.len());
        let kept: Vec<usize> =
            (0..self.clip.subclips()).map(|at| chosen[self.clip.frame_of(at, 0)]).collect();
        let before = values.len();
        values.resize(before + kept.len() * reader.dim(), 0.0);
        reader.fetch(request, &plan, &kept, &mut values[before..])
    }

    /// Finds a segment that lies before the first feature.
    pub(super) fn check_clip(&self, segment: &Segment, wanted: Wanted) -> Result<(), DataError> {
        // A video without a picture is shown black.
        let Input::Features(reader) = &self.input else { return Ok(()) };
        let window = self.window(reader.frame_rate(segment.video), wanted);
        reader.plan(Request { uid: &segment.uid, video: segment.video, window }).map(drop)
    }

    /// Looks for a feature of a segment in the stores; where the clip is drawn, anywhere it may be.
    fn find_feature(&self, segment: &Segment, wanted: Wanted) -> Result<(), DataError> {
        let Input::Features(reader) = &self.input else { return Ok(()) };
        let Span { start, end } = wanted.span;
        let window = match wanted.strategy {
            SampleStrategy::Random => Span { start: start.max(0.0), end: end.max(0.0) },
            _ => self.window(reader.frame_rate(segment.video), wanted),
        };
        reader.check(Request { uid: &segment.uid, video: segment.video, window })
    }

    /// Finds a segment of which nothing is stored, as of a video that ends early, now rather than
    /// in the middle of an epoch. Comes last: segments left out by a selection are not looked for.
    ///
    /// # Errors
    /// [`DataError::NoFrames`], of the first such segment.
    pub fn checked(self) -> Result<Self, DataError> {
        let find = |item: &Item| {
            let segment = &self.annotations.segments[item.segment];
            self.find_feature(segment, self.observation(item, 0)).err()
        };
        let mut failed = self.items.iter().filter_map(find);
        let Some(mut first) = failed.next() else {
            drop(failed);
            return Ok(self);
        };
        if let DataError::NoFrames { reason, .. } = &mut first {
            let count = failed.count() + 1;
            reason
                .push_str(&format!("; of {count} of {} segments there is none", self.items.len()));
        }
        Err(first)
    }

    /// Frames per second; where there is nothing to read, those of the clip.
    pub(super) fn frame_rate(&self, video: usize) -> Result<f64, DataError> {
        let fallback = self.clip.frame_rate.unwrap_or(RULSTM_FPS);
        Ok(self.input.frame_rate(video)?.unwrap_or(fallback))
    }

    pub(super) fn window(&self, fps: f64, wanted: Wanted) -> Span {
        let mut stream = Stream::of(&[wanted.seed]);
        let draw = &mut |n| stream.below(n);
        let precision = self.annotations.precision;
        clip::window(&self.clip, wanted.strategy, fps, wanted.span, precision, draw)
    }

    /// Views of a whole clip, cut: crops, clips, C, T, H, W numbers behind `values`.
    fn cut_views(&self, views: &[View], values: &mut Vec<f32>) {
        let (clips, per_clip) = (self.clip.subclips(), self.clip.frames_per_subclip());
        let channels = self.channels();
        let plane: usize = views[0].size.iter().product();
        let size = clips * channels * per_clip * plane;
        let before = values.len();
        values.resize(before + views.len() * size, 0.0);
        for (view, values) in views.iter().zip(values[before..].chunks_exact_mut(size)) {
            for (at, t) in (0..clips).flat_map(|at| (0..per_clip).map(move |t| (at, t))) {
                let frame = &view.values[self.clip.frame_of(at, t) * view.frame..];
                let clip = &mut values[at * channels * per_clip * plane..];
                let places = clip.chunks_mut(plane).skip(t).step_by(per_clip);
                let planes = frame.chunks(view.channel).take(channels);
                places.zip(planes).for_each(|(to, from)| to.copy_from_slice(&from[..plane]));
            }
        }
    }
}

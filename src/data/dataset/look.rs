//! What is seen of a stretch of a video: frames picked and read, cut to sub-clips.

use crate::data::RULSTM_FPS;
use crate::data::annotations::Segment;
use crate::data::anticipation::Span;
use crate::data::clip::{self, Pick, SampleStrategy};
use crate::data::error::DataError;
use crate::data::noise::Stream;
use crate::data::reader::{Input, Request, View};

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

/// A clip as it was read.
pub(super) struct Look {
    /// crops * clips * C * T * H * W
    pub(super) values: Vec<f32>,
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

    /// Reads a clip.
    pub(super) fn look(&self, segment: &Segment, wanted: Wanted) -> Result<Look, DataError> {
        let fps = self.frame_rate(segment.video)?;
        let window = self.window(fps, wanted);
        let request = Request { uid: &segment.uid, video: segment.video, window };
        let mut picks: Vec<Pick> = Vec::new();
        let mut choose = |read: usize| {
            picks = clip::pick(&self.clip, wanted.strategy, fps, window, read);
            picks.iter().map(|pick| pick.index).collect()
        };
        let frames = self.clip.num_frames;
        let views = self.input.views(request, frames, &mut choose, wanted.seed)?;
        let time = |frame: usize| picks.get(frame).map_or(NEVER, |pick| pick.time);
        Ok(Look {
            crops: views.len(),
            size: views[0].size,
            times: (0..frames).map(time).collect(),
            values: self.cut_views(&views),
        })
    }

    /// Finds a segment that lies before the first feature.
    pub(super) fn check_clip(&self, segment: &Segment, wanted: Wanted) -> Result<(), DataError> {
        // A video without a picture is shown black.
        let Input::Features(reader) = &self.input else { return Ok(()) };
        let window = self.window(reader.frame_rate(), wanted);
        reader.plan(Request { uid: &segment.uid, video: segment.video, window }).map(drop)
    }

    /// Looks for a feature of a segment in the stores; where the clip is drawn, anywhere it may be.
    fn find_feature(&self, segment: &Segment, wanted: Wanted) -> Result<(), DataError> {
        let Input::Features(reader) = &self.input else { return Ok(()) };
        let Span { start, end } = wanted.span;
        let window = match wanted.strategy {
            SampleStrategy::Random => Span { start: start.max(0.0), end: end.max(0.0) },
            _ => self.window(reader.frame_rate(), wanted),
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
        clip::window(&self.clip, wanted.strategy, fps, wanted.span, draw)
    }

    /// Views of a whole clip, cut: crops, clips, C, T, H, W.
    fn cut_views(&self, views: &[View]) -> Vec<f32> {
        let (clips, per_clip) = (self.clip.subclips(), self.clip.frames_per_subclip());
        let channels = self.channels();
        let plane: usize = views[0].size.iter().product();
        let size = clips * channels * per_clip * plane;
        let mut values = vec![0.0; views.len() * size];
        for (view, values) in views.iter().zip(values.chunks_exact_mut(size)) {
            for (at, t) in (0..clips).flat_map(|at| (0..per_clip).map(move |t| (at, t))) {
                let frame = self.clip.frame_of(at, t) * view.frame;
                for c in 0..channels {
                    let from = frame + c * view.channel;
                    let to = ((at * channels + c) * per_clip + t) * plane;
                    match plane {
                        1 => values[to] = view.values[from],
                        _ => {
                            values[to..to + plane].copy_from_slice(&view.values[from..from + plane])
                        }
                    }
                }
            }
        }
        values
    }
}

//! Which frames of an observation make the clip, and at which times.
//!
//! Pure arithmetic, in three steps as in `BaseVideoDataset._sample` of the original: a [`window`]
//! within the observation, the frames a reader yields for it (their number is the reader's), and
//! the [`pick`] of `frames_per_clip` among those. Rounding is Python's: `int` truncates, `round`
//! takes halves to even, times are single-precision `torch.linspace`.

use super::anticipation::Span;
use super::error::DataError;
use super::precision::TimePrecision;

/// Length and rate of a clip and how it is cut into sub-clips.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClipConfig {
    /// Frames of a clip.
    pub num_frames: usize,
    /// Frames per second; the rate of the video when `None`.
    pub frame_rate: Option<f64>,
    /// Frames of a sub-clip.
    pub subclip_frames: usize,
    /// Frames between the starts of two sub-clips.
    pub subclip_stride: usize,
    /// Whether every frame gets the label of its time.
    pub load_seg_labels: bool,
}

/// Where in the observation the clip lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SampleStrategy {
    /// Anywhere, drawn anew each time.
    Random,
    /// In the middle.
    Center,
    /// At the end; strides from the back, pads at the front.
    Last,
    /// At the start.
    First,
}

impl SampleStrategy {
    /// Reads the `sample_strategy` key.
    pub fn from_key(key: &str) -> Result<Self, DataError> {
        Ok(match key {
            "random_clip" => Self::Random,
            "center_clip" => Self::Center,
            "last_clip" => Self::Last,
            "first_clip" => Self::First,
            _ => {
                return Err(DataError::UnknownValue {
                    setting: "sample_strategy",
                    value: key.into(),
                    expected: ["random_clip", "center_clip", "last_clip", "first_clip"]
                        .map(String::from)
                        .into(),
                });
            }
        })
    }
}

/// A frame of a clip: its position among the frames read, and its time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pick {
    /// Index into the frames that were read.
    pub index: usize,
    /// Time in seconds.
    pub time: f32,
}

impl ClipConfig {
    /// Refuses lengths and rates that no clip can have.
    pub fn check(&self) -> Result<(), DataError> {
        let refuse = |setting, value: String, reason: &str| {
            Err(DataError::Setting { setting, value, reason: reason.into() })
        };
        if self.num_frames == 0 {
            return refuse("num_frames", "0".into(), "a clip has at least one frame");
        }
        if let Some(rate) = self.frame_rate
            && !(rate.is_finite() && rate > 0.0)
        {
            return refuse("frame_rate", rate.to_string(), "a rate is positive, or null");
        }
        if self.subclip_frames == 0 || self.subclip_stride == 0 {
            return refuse("subclips", "0".into(), "frames and stride are at least 1");
        }
        let frames = self.frames_per_subclip();
        let last = (self.subclips() - 1) * self.subclip_stride;
        if last + frames > self.num_frames {
            let value = format!("{} frames every {}", self.subclip_frames, self.subclip_stride);
            let reason = format!(
                "the last sub-clip of {} frames would have {} frames",
                self.num_frames,
                self.num_frames - last
            );
            return refuse("subclips", value, &reason);
        }
        Ok(())
    }

    /// How many sub-clips a clip has.
    pub fn subclips(&self) -> usize {
        self.num_frames.div_ceil(self.subclip_stride)
    }

    /// How many frames each has.
    pub fn frames_per_subclip(&self) -> usize {
        self.subclip_frames.min(self.num_frames)
    }

    /// The clip frame at a frame of a sub-clip.
    pub fn frame_of(&self, subclip: usize, frame: usize) -> usize {
        subclip * self.subclip_stride + frame
    }

    /// Frames of the video per frame of the clip, at least 1.
    fn stride(&self, fps: f64) -> usize {
        let requested = self.frame_rate.unwrap_or(fps);
        ((fps / requested).round_ties_even() as usize).max(1)
    }
}

/// The part of an observation that is read: never outside the observation or the video.
///
/// Only the length of what is observed is counted in the precision of the data set's times.
/// `draw(n)` returns a number below `n`; called for [`SampleStrategy::Random`] only.
pub fn window(
    clip: &ClipConfig,
    strategy: SampleStrategy,
    fps: f64,
    observed: Span,
    precision: TimePrecision,
    draw: &mut dyn FnMut(u64) -> u64,
) -> Span {
    let start = observed.start.max(0.0);
    let end = observed.end.max(0.0);
    let requested = clip.frame_rate.unwrap_or(fps);
    let available = (fps * precision.round(end - start)) as i64;
    let wanted = (clip.num_frames as f64 * (fps / requested)).round_ties_even() as i64;
    let spare = available - wanted;
    let first = match strategy {
        SampleStrategy::Random if spare > 0 => draw(spare as u64) as i64,
        SampleStrategy::Random | SampleStrategy::First => 0,
        SampleStrategy::Center => spare.div_euclid(2).max(0),
        SampleStrategy::Last => spare.max(0),
    };
    let from = start + (first as f64 / fps).max(0.0);
    let to = start + ((first + wanted) as f64 / fps).max(0.0);
    let to = end.min(to).max(0.0);
    Span { start: from.max(0.0).min(to), end: to }
}

/// The `num_frames` frames of the clip among `read` frames that cover `window`, in time order.
///
/// Too few are padded: with the first for [`SampleStrategy::Last`], else with the last. Empty when
/// nothing was read.
pub fn pick(
    clip: &ClipConfig,
    strategy: SampleStrategy,
    fps: f64,
    window: Span,
    read: usize,
) -> Vec<Pick> {
    if read == 0 {
        return Vec::new();
    }
    let stride = clip.stride(fps);
    let from_back = strategy == SampleStrategy::Last;
    let offset = if from_back { (read - 1) % stride } else { 0 };
    let kept: Vec<Pick> = (offset..read)
        .step_by(stride)
        .map(|index| Pick { index, time: time_at(window, index, read) })
        .collect();
    let (n, have) = (clip.num_frames, kept.len());
    (0..n)
        .map(|i| if from_back { kept[(i + have).saturating_sub(n)] } else { kept[i.min(have - 1)] })
        .collect()
}

/// Element `index` of `torch.linspace(start, end, n)` in single precision: counted from the start
/// in the first half, from the end in the second.
fn time_at(window: Span, index: usize, n: usize) -> f32 {
    let (start, end) = (window.start as f32, window.end as f32);
    if window.start >= window.end || n == 1 {
        return start;
    }
    let step = (end - start) / (n - 1) as f32;
    if index < n / 2 { start + step * index as f32 } else { end - step * (n - index - 1) as f32 }
}

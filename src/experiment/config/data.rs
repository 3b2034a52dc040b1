//! `data_train` and `data_eval`: how a clip is cut out of a video.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

/// `data_train`, `data_eval`
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DataConfig {
    /// Frames in a clip.
    pub num_frames: usize,
    /// Frames per second; `None` keeps the source's.
    pub frame_rate: Option<f64>,
    /// The clip as a row of shorter ones.
    pub subclips: Subclips,
    /// Whether frames are labelled with the action at their time.
    pub load_seg_labels: bool,
    /// Which action, where several overlap.
    pub seg_label_overlap: SegLabelOverlap,
    /// Threads that read ahead.
    pub workers: usize,
    /// Video only: what colours are converted by.
    pub color_matrix: ColorMatrix,
    /// Unused in AVT.
    pub train_bs_multiplier: usize,
    /// Unused in AVT.
    pub val_clips_per_video: usize,
    /// Video only: height after scaling.
    pub scale_h: ScaleSide,
    /// Video only: width after scaling; -1 keeps the aspect.
    pub scale_w: ScaleSide,
    /// Video only: side of the crop; `None` crops nothing.
    pub crop_size: Option<usize>,
    /// Video only: mean of each colour.
    pub mean: [f64; 3],
    /// Video only: standard deviation of each colour.
    pub std: [f64; 3],
    /// Video only: probability of a mirrored clip in training.
    pub flip_p: f64,
    /// Video only: factor on pixel values.
    pub scale_pix_val: f64,
    /// Video only: blue first.
    pub reverse_channels: bool,
    /// Video only.
    pub color_jitter_brightness: f64,
    /// Video only.
    pub color_jitter_contrast: f64,
    /// Video only.
    pub color_jitter_saturation: f64,
    /// Video only.
    pub color_jitter_hue: f64,
    /// Whether several processes share an epoch.
    pub use_dist_sampler: bool,
    /// Video only: crops in an evaluation.
    pub eval_num_crops: usize,
    /// Video only: whether each crop is also seen mirrored.
    pub eval_flip_crops: bool,
}

impl DataConfig {
    /// Sub-clips in a clip, as the original cuts them: one starts every `stride` frames.
    pub fn clips(&self) -> usize {
        self.num_frames.div_ceil(self.subclips.stride.max(1))
    }

    /// Frames in a sub-clip.
    pub fn frames_per_clip(&self) -> usize {
        self.subclips.num_frames.min(self.num_frames)
    }
}

/// `data_*.subclips`
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Subclips {
    /// Frames in each.
    pub num_frames: usize,
    /// Frames from one start to the next.
    pub stride: usize,
}

/// `data_*.seg_label_overlap` (student.md 30)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SegLabelOverlap {
    /// The action whose middle is closest to the frame's time.
    Centre,
    /// The action half of whose duration is closest to the frame's time: the original.
    HalfDuration,
}

/// `data_*.color_matrix`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ColorMatrix {
    /// What the file names.
    File,
    /// That of BT.601, whatever the file names: the original.
    Bt601,
}

impl ScaleSide {
    /// The fewest pixels it may come to; `None` follows the other side.
    pub fn least(self) -> Option<usize> {
        match self {
            Self::Fixed(pixels) | Self::Range(pixels, _) => usize::try_from(pixels).ok(),
        }
    }
}

/// `data_*.scale_h`, `data_*.scale_w`: pixels, or a range `248-280` from which each clip draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScaleSide {
    /// So many pixels; -1 follows the other side.
    Fixed(i64),
    /// From the first to the second.
    Range(i64, i64),
}

impl JsonSchema for ScaleSide {
    fn schema_name() -> Cow<'static, str> {
        "ScaleSide".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "title": "a number of pixels or a range like 248-280",
            "anyOf": [
                {"type": "integer"},
                {"type": "string", "pattern": r"^\s*[+-]?[0-9]+\s*-\s*[+-]?[0-9]+\s*$"},
            ],
        })
    }
}

impl<'de> Deserialize<'de> for ScaleSide {
    fn deserialize<D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        struct Side;

        impl Visitor<'_> for Side {
            type Value = ScaleSide;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of pixels or a range like 248-280")
            }

            fn visit_i64<E: Error>(self, pixels: i64) -> Result<ScaleSide, E> {
                Ok(ScaleSide::Fixed(pixels))
            }

            fn visit_u64<E: Error>(self, pixels: u64) -> Result<ScaleSide, E> {
                i64::try_from(pixels).map(ScaleSide::Fixed).map_err(E::custom)
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<ScaleSide, E> {
                let side = |part: &str| part.trim().parse::<i64>().ok();
                text.split_once('-')
                    .and_then(|(low, high)| Some(ScaleSide::Range(side(low)?, side(high)?)))
                    .ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(text), &self))
            }
        }

        value.deserialize_any(Side)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_side_is_a_number_or_a_range() {
        let read = |text: &str| serde_yaml::from_str::<ScaleSide>(text);
        assert_eq!(read("248").unwrap(), ScaleSide::Fixed(248));
        assert_eq!(read("-1").unwrap(), ScaleSide::Fixed(-1));
        assert_eq!(read("248-280").unwrap(), ScaleSide::Range(248, 280));
        for text in ["wide", "248-", "[1]", "1.5"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}

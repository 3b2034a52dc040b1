//! `sample_clips_densely_fn`: clips without label all along the videos, for feature extraction.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

use super::super::target::only_target;

only_target!(DenseTarget, "datasets.base_video_dataset.dense_clip_sampler");

/// `dataset_*.sample_clips_densely_fn`
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DenseClips {
    /// What the node configures.
    #[serde(rename = "_target_")]
    pub target: DenseTarget,
    /// Seconds of a clip, or `mean_action_len`.
    #[serde(default)]
    pub clip_len: ClipLength,
    /// Seconds from one clip's end to the next.
    #[serde(default = "DenseClips::one_second")]
    pub stride: f64,
    /// Whether each process cuts its share of the videos only.
    #[serde(default)]
    pub shard_per_worker: bool,
    /// Whether the annotated segments stay.
    #[serde(default = "DenseClips::kept")]
    pub keep_orig_clips: bool,
    /// Whether clips whose features are stored already are left out.
    #[serde(default)]
    pub featext_skip_done: bool,
}

impl Default for DenseClips {
    /// What `sample_clips_densely: true` alone stands for.
    fn default() -> Self {
        Self {
            target: DenseTarget::Only,
            clip_len: ClipLength::default(),
            stride: Self::one_second(),
            shard_per_worker: false,
            keep_orig_clips: Self::kept(),
            featext_skip_done: false,
        }
    }
}

impl DenseClips {
    fn one_second() -> f64 {
        1.0
    }

    fn kept() -> bool {
        true
    }
}

/// `dataset_*.sample_clips_densely_fn.clip_len`
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum ClipLength {
    /// `mean_action_len`: as long as an action is on average.
    #[default]
    MeanAction,
    /// So many seconds.
    Seconds(f64),
}

const MEAN_ACTION: &str = "mean_action_len";

impl JsonSchema for ClipLength {
    fn schema_name() -> Cow<'static, str> {
        "ClipLength".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [{"type": "number"}, {"const": MEAN_ACTION}] })
    }
}

impl<'de> Deserialize<'de> for ClipLength {
    fn deserialize<D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        struct Length;

        impl Visitor<'_> for Length {
            type Value = ClipLength;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a number of seconds or {MEAN_ACTION}")
            }

            fn visit_f64<E: Error>(self, seconds: f64) -> Result<ClipLength, E> {
                Ok(ClipLength::Seconds(seconds))
            }

            fn visit_i64<E: Error>(self, seconds: i64) -> Result<ClipLength, E> {
                Ok(ClipLength::Seconds(seconds as f64))
            }

            fn visit_u64<E: Error>(self, seconds: u64) -> Result<ClipLength, E> {
                Ok(ClipLength::Seconds(seconds as f64))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<ClipLength, E> {
                match text {
                    MEAN_ACTION => Ok(ClipLength::MeanAction),
                    _ => Err(E::invalid_value(serde::de::Unexpected::Str(text), &self)),
                }
            }
        }

        value.deserialize_any(Length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_a_number_or_the_mean() {
        let read = |text: &str| serde_yaml::from_str::<ClipLength>(text);
        assert_eq!(read("2").unwrap(), ClipLength::Seconds(2.0));
        assert_eq!(read("0.5").unwrap(), ClipLength::Seconds(0.5));
        assert_eq!(read("mean_action_len").unwrap(), ClipLength::MeanAction);
        for text in ["mean", "[1]", "null"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}

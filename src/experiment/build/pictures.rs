//! What is done to pictures, from a `data_*` node.

use crate::data::pixels::{Jitter, Side, TransformConfig, Use};

use super::super::config::{DataConfig, ScaleSide};

/// What a data set's samples are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Training,
    Evaluation,
}

pub(super) fn transform(data: &DataConfig, purpose: Purpose) -> TransformConfig {
    TransformConfig {
        // The config's checks leave pixels, or for the width what follows the height.
        scale_h: side(data.scale_h).unwrap_or(Side::Fixed(0)),
        scale_w: side(data.scale_w),
        crop_size: data.crop_size,
        mean: data.mean,
        std: data.std,
        scale_pix_val: data.scale_pix_val,
        reverse_channels: data.reverse_channels,
        purpose: match purpose {
            Purpose::Training => Use::Train {
                flip_p: data.flip_p,
                jitter: Jitter {
                    brightness: data.color_jitter_brightness,
                    contrast: data.color_jitter_contrast,
                    saturation: data.color_jitter_saturation,
                    hue: data.color_jitter_hue,
                },
            },
            Purpose::Evaluation => {
                Use::Eval { crops: data.eval_num_crops, flips: data.eval_flip_crops }
            }
        },
    }
}

/// Pixels; `None` for -1.
fn side(side: ScaleSide) -> Option<Side> {
    let pixels = |value: i64| usize::try_from(value).ok();
    match side {
        ScaleSide::Fixed(value) => pixels(value).map(Side::Fixed),
        ScaleSide::Range(low, high) => Some(Side::Range(pixels(low)?, pixels(high)?)),
    }
}

//! Clips all along the videos, from `dataset_*.sample_clips_densely_fn`.

use crate::data::{DenseClips, Shard};

use super::super::config::{ClipLength, DatasetConfig};
use super::super::{SetupError, rank};

/// How a data set's clips are cut; `None` when none are.
pub(super) fn clips(node: &DatasetConfig) -> Result<Option<DenseClips>, SetupError> {
    let Some(clips) = node.dense_clips() else { return Ok(None) };
    Ok(Some(DenseClips {
        length: match clips.clip_len {
            ClipLength::MeanAction => None,
            ClipLength::Seconds(seconds) => Some(seconds),
        },
        stride: clips.stride,
        shard: if clips.shard_per_worker { rank::shard()? } else { Shard::WHOLE },
        keep: clips.keep_orig_clips,
    }))
}

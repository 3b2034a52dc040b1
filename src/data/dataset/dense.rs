//! A data set with clips cut all along its videos.
//!
//! The clips label no frame, and readers that make up what they show do so from the annotated
//! segments alone.

use crate::data::annotations::Annotations;
use crate::data::clip::ClipConfig;
use crate::data::dense::DenseClips;
use crate::data::error::DataError;
use crate::data::reader::Input;

use super::{Dataset, DatasetConfig, segments_by_video};

impl Dataset {
    /// Joins annotations, clips and what is seen of the videos.
    pub(super) fn with_clips(
        config: &DatasetConfig,
        mut annotations: Annotations,
        input: Input,
        clip: &ClipConfig,
        clips: &DenseClips,
    ) -> Result<Self, DataError> {
        let annotated = if clips.keep { annotations.segments.len() } else { 0 };
        clips.cut(&mut annotations, |video| input.seconds(video))?;
        let mut set = Self::new(config, annotations, input, clip)?;
        let items = set.items.iter().filter(|item| item.segment < annotated);
        set.by_video = segments_by_video(&set.annotations, items);
        Ok(set)
    }
}

//! Where segments lie, without their classes: what can be read when no class file is there.

use super::{AnnotationConfig, Annotations, check_extent, selected};
use crate::data::error::DataError;
use crate::data::{Span, Uid};

/// The segments of a data set by name and place.
#[derive(Clone, Debug, PartialEq)]
pub struct Extents {
    /// Video ids, in order of first appearance.
    pub videos: Vec<String>,
    /// Segments in file order.
    pub segments: Vec<Extent>,
}

/// One segment.
#[derive(Clone, Debug, PartialEq)]
pub struct Extent {
    /// Its unique name.
    pub uid: Uid,
    /// Index into [`Extents::videos`].
    pub video: usize,
    /// The action.
    pub span: Span,
}

impl Extents {
    /// Reads and selects the segments of a data set.
    ///
    /// # Errors
    /// As [`Annotations::read`], but for what is wrong with classes.
    pub fn read(config: &AnnotationConfig) -> Result<Self, DataError> {
        let mut extents = Self { videos: Vec::new(), segments: Vec::new() };
        let mut index = std::collections::HashMap::new();
        for record in selected(config)? {
            check_extent(&record)?;
            let video = *index.entry(record.video).or_insert_with_key(|name: &String| {
                extents.videos.push(name.clone());
                extents.videos.len() - 1
            });
            let span = Span { start: record.start, end: record.end };
            extents.segments.push(Extent { uid: record.uid, video, span });
        }
        Ok(extents)
    }
}

impl From<&Annotations> for Extents {
    fn from(annotations: &Annotations) -> Self {
        let segments = annotations.segments.iter().map(|segment| Extent {
            uid: segment.uid.clone(),
            video: segment.video,
            span: Span { start: segment.start, end: segment.end },
        });
        Self { videos: annotations.videos.clone(), segments: segments.collect() }
    }
}

//! Clips of the future that come with a sample: what is seen after the observation has ended.
//!
//! Source: `future_clip_ratios` of `convert_to_anticipation` and `return_future_clips_too` of
//! `BaseVideoDataset`. They are cut and read as the observation is, and change neither which
//! segments are kept nor what is drawn for the observation.

use crate::data::anticipation::{OBSERVED, Span};
use crate::data::clip::SampleStrategy;
use crate::data::error::DataError;
use crate::data::noise::Stream;

use super::look::Wanted;
use super::{Dataset, Item};

/// Which clips of the future a sample has.
#[derive(Clone, Debug, PartialEq)]
pub struct FutureClips {
    /// One clip each: where it starts, see
    /// [`Anticipation::future`](crate::data::Anticipation::future).
    pub ratios: Vec<f64>,
    /// Which part of it is taken.
    pub strategy: SampleStrategy,
}

impl FutureClips {
    /// Ratios lie between -10 and 10, both excluded, or are [`OBSERVED`]: the original's bounds.
    fn check(&self) -> Result<(), DataError> {
        let refuse = |value: String, reason: &str| {
            let setting = "future_clip_ratios";
            Err(DataError::Setting { setting, value, reason: reason.into() })
        };
        if self.ratios.is_empty() {
            return refuse("[]".into(), "there is no clip of the future to read");
        }
        match self.ratios.iter().find(|r| **r != OBSERVED && !(**r > -10.0 && **r < 10.0)) {
            Some(ratio) => refuse(ratio.to_string(), "a ratio lies between -10 and 10, or is -999"),
            None => Ok(()),
        }
    }
}

impl Dataset {
    /// Adds clips of the future to every sample.
    ///
    /// # Errors
    /// Ratios out of bounds, a data set that observes the actions themselves, a clip that lies
    /// before the first frame of its video.
    pub fn with_futures(mut self, futures: FutureClips) -> Result<Self, DataError> {
        futures.check()?;
        if self.config.anticipation.is_none() {
            return Err(DataError::Setting {
                setting: "return_future_clips_too",
                value: "true".into(),
                reason: "clips of the future need conv_to_anticipate_fn".into(),
            });
        }
        self.futures = Some(futures);
        for item in &self.items {
            let segment = &self.annotations.segments[item.segment];
            self.future_clips(item, 0).try_for_each(|c| self.check_clip(segment, c))?;
        }
        Ok(self)
    }

    /// How many clips of the future a sample has.
    pub fn future_count(&self) -> usize {
        self.futures.as_ref().map_or(0, |f| f.ratios.len())
    }

    /// The clips of the future of an item; what is drawn for each is its own.
    pub(super) fn future_clips(&self, item: &Item, seed: u64) -> impl Iterator<Item = Wanted> {
        let segment = &self.annotations.segments[item.segment];
        let action = Span { start: segment.start, end: segment.end };
        let (anticipation, precision) = (self.config.anticipation, self.annotations.precision);
        self.futures.iter().zip(anticipation).flat_map(move |(futures, anticipation)| {
            (1..).zip(&futures.ratios).map(move |(i, ratio)| Wanted {
                span: anticipation.future(action, *ratio, precision),
                strategy: futures.strategy,
                seed: Stream::of(&[seed, i]).bits(),
            })
        })
    }
}

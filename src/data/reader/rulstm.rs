//! RULSTM's features: one vector a frame, 30 frames a second, some frames missing.
//!
//! Source: `EpicRULSTMFeatsReader` of the original (`datasets/epic_kitchens.py`).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::frames::{BACKWARD, Frames};
use super::lmdb::FeatureStore;
use super::{ReadStats, Reader, Request};
use crate::data::annotations::Annotations;
use crate::data::anticipation::Span;
use crate::data::error::DataError;
use crate::data::{DataKind, RULSTM_FPS};

/// Which frames of a stretch are read.
///
/// | type | frames |
/// |---|---|
/// | `normal` | all from `floor(30 start) + 1` to `floor(30 end)` |
/// | `exact_rulstm` | eleven, a quarter of a second apart, the last at the end; the start is ignored |
///
/// Frames before the first are replaced by the smallest that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadType {
    /// Every frame.
    Normal,
    /// RULSTM's own eleven.
    ExactRulstm,
}

impl ReadType {
    /// Reads the `read_type` key.
    pub fn from_key(key: &str) -> Result<Self, DataError> {
        match key {
            "normal" => Ok(Self::Normal),
            "exact_rulstm" => Ok(Self::ExactRulstm),
            _ => Err(DataError::UnknownValue {
                setting: "read_type",
                value: key.into(),
                expected: vec!["normal".into(), "exact_rulstm".into()],
            }),
        }
    }

    /// The frame numbers read between two times; `None` when all lie before the first frame.
    pub fn frames(self, start: f64, end: f64, fps: f64) -> Option<Vec<i64>> {
        let mut frames: Vec<i64> = match self {
            ReadType::Normal => {
                ((start * fps).floor() as i64 + 1..=(end * fps).floor() as i64).collect()
            }
            ReadType::ExactRulstm => {
                (0..11).rev().map(|i| ((end - 0.25 * f64::from(i)) * fps).floor() as i64).collect()
            }
        };
        let smallest = *frames.iter().filter(|f| **f >= 1).min()?;
        frames.iter_mut().for_each(|f| *f = if *f < 1 { smallest } else { *f });
        Some(frames)
    }
}

/// Reads one or several stores side by side.
#[derive(Debug)]
pub struct RulstmReader {
    stores: Vec<Arc<FeatureStore>>,
    read_type: ReadType,
    warn: bool,
    videos: Vec<String>,
    closeby: AtomicU64,
    missing: AtomicU64,
}

impl RulstmReader {
    /// A reader of `stores` for the videos of `annotations`.
    ///
    /// # Errors
    /// When there is no store, or a store has no frame of some video that has segments.
    pub fn new(
        stores: Vec<Arc<FeatureStore>>,
        read_type: ReadType,
        warn: bool,
        annotations: &Annotations,
    ) -> Result<Self, DataError> {
        if stores.is_empty() {
            return Err(DataError::Setting {
                setting: "lmdb_path",
                value: "empty".into(),
                reason: "at least one feature store is needed".into(),
            });
        }
        for store in &stores {
            store.check_videos(&annotations.videos)?;
        }
        let videos = annotations.videos.clone();
        let (closeby, missing) = (AtomicU64::new(0), AtomicU64::new(0));
        Ok(Self { stores, read_type, warn, videos, closeby, missing })
    }

    /// Fills one store's columns of the kept frames.
    fn fetch_store(
        &self,
        store: &FeatureStore,
        (request, plan, kept): (Request<'_>, &[i64], &[usize]),
        column: usize,
        out: &mut [f32],
    ) -> Result<(), DataError> {
        let session = store.session()?;
        let video = &self.videos[request.video];
        let mut frames = Frames::of(&session, video);
        let mut found = 0;
        for (row, index) in out.chunks_mut(self.dim()).zip(kept) {
            let target = &mut row[column..column + store.dim()];
            match frames.nearest(plan[*index], target)? {
                Some(0) => found += 1,
                Some(back) => {
                    found += 1;
                    self.note_closeby(video, plan[*index], back);
                }
                None => {
                    target.fill(0.0);
                    self.note_missing(video, plan[*index]);
                }
            }
        }
        match found {
            0 => self.check_store(store, request, plan),
            _ => Ok(()),
        }
    }

    /// Refuses a clip of which a store has no frame.
    fn check_store(
        &self,
        store: &FeatureStore,
        request: Request<'_>,
        plan: &[i64],
    ) -> Result<(), DataError> {
        // Backward searches from frames that are 8 apart at most cover all between first and last.
        let low = plan.iter().min().map_or(0, |frame| frame - BACKWARD);
        let high = plan.iter().max().copied().unwrap_or(-1);
        match store.session()?.any_between(&self.videos[request.video], low, high)? {
            true => Ok(()),
            false => {
                let reason = format!("no frame of the clip is in `{}`", store.path().display());
                Err(self.no_frames(request, &reason))
            }
        }
    }

    fn no_frames(&self, request: Request<'_>, reason: &str) -> DataError {
        DataError::NoFrames {
            uid: request.uid.clone(),
            video: self.videos[request.video].clone(),
            start: request.window.start,
            end: request.window.end,
            reason: reason.into(),
        }
    }

    fn note_closeby(&self, video: &str, frame: i64, back: i64) {
        if self.closeby.fetch_add(1, Ordering::Relaxed) == 0 && self.warn {
            tracing::warn!(
                video,
                frame,
                used = frame - back,
                "a missing frame was replaced by an earlier one; further ones are counted"
            );
        }
    }

    fn note_missing(&self, video: &str, frame: i64) {
        if self.missing.fetch_add(1, Ordering::Relaxed) == 0 {
            tracing::warn!(
                video,
                frame,
                "a missing frame was replaced by zeros; further ones are counted"
            );
        }
    }
}

impl Reader for RulstmReader {
    fn frame_rate(&self, _video: usize) -> f64 {
        RULSTM_FPS
    }

    fn dim(&self) -> usize {
        self.stores.iter().map(|s| s.dim()).sum()
    }

    fn kind(&self) -> DataKind {
        self.stores.iter().map(|s| s.kind()).max().unwrap_or(DataKind::Real)
    }

    /// Up to the last frame that every store has.
    fn seconds(&self, video: usize) -> Result<f64, DataError> {
        let last = |store: &Arc<FeatureStore>| store.session()?.last_frame(&self.videos[video]);
        let last = self.stores.iter().map(last).collect::<Result<Vec<_>, _>>()?;
        let last = last.into_iter().map(|frame| frame.unwrap_or(0)).min().unwrap_or(0);
        Ok(last as f64 / RULSTM_FPS)
    }

    fn describe(&self) -> String {
        let stores: Vec<String> = self.stores.iter().map(|s| s.describe()).collect();
        format!("rulstm {:?} [{}]", self.read_type, stores.join(", "))
    }

    fn plan(&self, request: Request<'_>) -> Result<Vec<i64>, DataError> {
        let Span { start, end } = request.window;
        self.read_type
            .frames(start, end, RULSTM_FPS)
            .ok_or_else(|| self.no_frames(request, "the clip lies before the first frame"))
    }

    fn check(&self, request: Request<'_>) -> Result<(), DataError> {
        let plan = self.plan(request)?;
        self.stores.iter().try_for_each(|store| self.check_store(store, request, &plan))
    }

    fn fetch(
        &self,
        request: Request<'_>,
        plan: &[i64],
        kept: &[usize],
        out: &mut [f32],
    ) -> Result<(), DataError> {
        let mut column = 0;
        for store in &self.stores {
            self.fetch_store(store, (request, plan, kept), column, out)?;
            column += store.dim();
        }
        Ok(())
    }

    fn stats(&self) -> ReadStats {
        ReadStats {
            closeby: self.closeby.load(Ordering::Relaxed),
            missing: self.missing.load(Ordering::Relaxed),
            ..ReadStats::default()
        }
    }
}

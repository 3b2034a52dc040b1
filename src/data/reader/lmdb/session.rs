//! One view of a store: vectors of frames, and which frames there are.

use heed::{RoTxn, WithoutTls};

use crate::data::error::DataError;

use super::store::{FeatureStore, unusable};
use super::{frame_key, frame_of, frame_prefix};

/// A consistent view of a store.
pub struct Session<'a> {
    pub(super) store: &'a FeatureStore,
    pub(super) transaction: RoTxn<'a, WithoutTls>,
}

impl Session<'_> {
    /// Copies the vector of a frame to `out`; `false` when there is none.
    pub fn read(&self, video: &str, frame: i64, out: &mut [f32]) -> Result<bool, DataError> {
        self.read_key(&frame_key(video, frame), (self.video(video), frame), out)
    }

    /// The number by which [`Session::read_known`] knows a video.
    pub(in crate::data::reader) fn video(&self, name: &str) -> u32 {
        self.store.places.video(name)
    }

    /// Copies the vector of a frame to `out`, if it was found before; `false` says nothing.
    pub(in crate::data::reader) fn read_known(
        &self,
        (video, frame): (u32, i64),
        out: &mut [f32],
    ) -> bool {
        let known = self.store.places.get(video, frame);
        known.inspect(|value| copy(value, out)).is_some()
    }

    /// Copies the vector of a key, which is that of a frame, to `out`; `false` when there is none.
    pub(in crate::data::reader) fn read_key(
        &self,
        key: &str,
        (video, frame): (u32, i64),
        out: &mut [f32],
    ) -> Result<bool, DataError> {
        let Some(value) = self.value(key)? else { return Ok(false) };
        self.store.check(key, value)?;
        copy(value, out);
        // Without a way out of the loop, several elements are looked at in one instruction.
        if !out.iter().fold(true, |finite, v| finite & v.is_finite()) {
            let bad = out.iter().find(|v| !v.is_finite()).copied().unwrap_or(f32::NAN);
            return Err(self.store.bad_entry(key.to_owned(), format!("it contains {bad}")));
        }
        self.store.places.remember(video, frame, value);
        Ok(true)
    }

    /// Whether a frame has an entry.
    pub fn contains(&self, video: &str, frame: i64) -> Result<bool, DataError> {
        Ok(self.value(&frame_key(video, frame))?.is_some())
    }

    /// The last frame of a video.
    pub fn last_frame(&self, video: &str) -> Result<Option<i64>, DataError> {
        let prefix = frame_prefix(video);
        let behind = format!("{prefix}:"); // the character after the digits
        let last = self.store.table.get_lower_than(&self.transaction, behind.as_bytes());
        let last = last.map_err(|e| self.store.bad_entry(prefix.clone(), e.to_string()))?;
        let last = last.map(|(key, _)| String::from_utf8_lossy(key).into_owned());
        Ok(last.and_then(|key| frame_of(key.strip_prefix(&prefix)?)))
    }

    fn value(&self, key: &str) -> Result<Option<&[u8]>, DataError> {
        let value = self.store.table.get(&self.transaction, key.as_bytes());
        value.map_err(|e| self.store.bad_entry(key.to_owned(), e.to_string()))
    }

    /// All videos with their first and last frame, found by jumping from one to the next.
    pub fn videos(&self) -> Result<Vec<(String, i64, i64)>, DataError> {
        const FRAME: &str = "_frame_";
        const AFTER_DIGITS: &str = ":";
        let failed = |e: heed::Error| unusable(&self.store.path, &e.to_string());
        let (table, transaction) = (&self.store.table, &self.transaction);
        let mut videos = Vec::new();
        let mut next = table.first(transaction).map_err(failed)?;
        while let Some((key, _)) = next {
            let key = String::from_utf8_lossy(key).into_owned();
            let parts = key.rsplit_once(FRAME).and_then(|(v, frame)| Some((v, frame_of(frame)?)));
            let Some((video, first)) = parts else {
                return Err(self
                    .store
                    .bad_entry(key, "it is no `<video>_frame_<number>.jpg`".into()));
            };
            let end = format!("{video}{FRAME}{AFTER_DIGITS}");
            let last = table.get_lower_than(transaction, end.as_bytes()).map_err(failed)?;
            let last = last.map(|(key, _)| String::from_utf8_lossy(key).into_owned());
            let last = last.and_then(|key| frame_of(key.rsplit_once(FRAME)?.1)).unwrap_or(first);
            videos.push((video.to_owned(), first, last));
            next = table.get_greater_than(transaction, end.as_bytes()).map_err(failed)?;
        }
        Ok(videos)
    }

    /// Whether any frame from `low` to `high`, both included, has an entry.
    pub(in crate::data::reader) fn any_between(
        &self,
        video: &str,
        low: i64,
        high: i64,
    ) -> Result<bool, DataError> {
        let (low, high) = (frame_key(video, low.max(0)), frame_key(video, high.max(0)));
        Ok(self.first_from(&low)?.is_some_and(|key| key <= high.as_bytes()))
    }

    pub(super) fn has_video(&self, video: &str) -> Result<bool, DataError> {
        let prefix = frame_prefix(video);
        Ok(self.first_from(&prefix)?.is_some_and(|key| key.starts_with(prefix.as_bytes())))
    }

    /// The first key that is not before another.
    fn first_from(&self, key: &str) -> Result<Option<&[u8]>, DataError> {
        let found =
            self.store.table.get_greater_than_or_equal_to(&self.transaction, key.as_bytes());
        let found = found.map_err(|e| self.store.bad_entry(key.to_owned(), e.to_string()))?;
        Ok(found.map(|(key, _)| key))
    }
}

/// Copies a vector.
fn copy(value: &[u8], out: &mut [f32]) {
    for (element, bytes) in out.iter_mut().zip(value.as_chunks::<4>().0) {
        *element = f32::from_le_bytes(*bytes);
    }
}

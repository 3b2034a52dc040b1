//! Where vectors lie in the map of a store, remembered once they were found.
//!
//! A look-up goes down a tree that no processor's cache holds once a store has gigabytes, and then
//! takes three times as long as in a small one. Epochs see the same frames again: from the second
//! time on a hash table says where they are. Invariant: what is remembered is what the tree says,
//! since nobody writes to an open store.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Tables, so that workers seldom wait for one another.
const TABLES: usize = 32;
/// Places that are remembered, of some 40 bytes each: frames beyond are looked up every time.
const MOST: usize = 1 << 21;

/// A frame: the number that its video has here, and its own.
type Frame = (u32, i64);

/// The vectors that were found so far.
#[derive(Debug, Default)]
pub(super) struct Places {
    videos: RwLock<HashMap<String, u32>>,
    tables: [RwLock<HashMap<Frame, Place>>; TABLES],
    remembered: AtomicUsize,
}

/// Bytes of the map.
#[derive(Clone, Copy, Debug)]
struct Place(&'static [u8]);

impl Places {
    /// The number of a video.
    pub(super) fn video(&self, name: &str) -> u32 {
        if let Some(number) = read(&self.videos).get(name) {
            return *number;
        }
        let mut videos = write(&self.videos);
        let next = u32::try_from(videos.len()).expect("a store has not as many videos");
        *videos.entry(name.to_owned()).or_insert(next)
    }

    /// The bytes of a frame, if they were found before.
    pub(super) fn get(&self, video: u32, frame: i64) -> Option<&[u8]> {
        read(self.table(video, frame)).get(&(video, frame)).map(|place| place.0)
    }

    /// Remembers where a frame was found.
    #[allow(unsafe_code)]
    pub(super) fn remember(&self, video: u32, frame: i64, bytes: &[u8]) {
        if self.remembered.fetch_add(1, Ordering::Relaxed) >= MOST {
            self.remembered.store(MOST, Ordering::Relaxed);
            return;
        }
        // SAFETY: the bytes are of the map of the environment that the store owns beside these
        // places: it stays where it is while the environment is open, and the environment is
        // read-only and its file not written to, as `FeatureStore` demands. They leave by `get`
        // alone, which lends them no longer than the store lives.
        let bytes = unsafe { std::slice::from_raw_parts(bytes.as_ptr(), bytes.len()) };
        write(self.table(video, frame)).insert((video, frame), Place(bytes));
    }

    fn table(&self, video: u32, frame: i64) -> &RwLock<HashMap<Frame, Place>> {
        // Frames of a clip are a fixed number of frames apart.
        let mixed = (frame as u64 ^ u64::from(video) << 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        &self.tables[(mixed >> 59) as usize % TABLES]
    }
}

fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_found_again() {
        static BYTES: [u8; 3] = [1, 2, 3];
        let places = Places::default();
        let (first, second) = (places.video("P01_01"), places.video("P01_02"));
        assert_eq!((places.video("P01_01"), first == second), (first, false));
        assert_eq!(places.get(first, 7), None);
        places.remember(first, 7, &BYTES);
        assert_eq!(places.get(first, 7), Some(&BYTES[..]));
        assert_eq!((places.get(first, 8), places.get(second, 7)), (None, None));
    }
}

//! One LMDB store of feature vectors, as RULSTM and Python's `lmdb` write it.
//!
//! A directory with `data.mdb`; keys `<video>_frame_<10 digits>.jpg`, values little-endian single
//! floats, all of one width. Read without locks: a store on a read-only disk can be used and no
//! lock file appears. The store must not be written to while it is open.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use heed::types::Bytes;
use heed::{CommitOrAbort, Database, Env, EnvFlags, EnvOpenOptions, RoTxn, WithoutTls};

use crate::files;

use crate::data::error::DataError;
use crate::data::{DataKind, SIMULATED_MARKER, SYNTHETIC_MARKER};

type Table = Database<'static, Bytes, Bytes>;

/// The key of a frame of a video.
pub fn frame_key(video: &str, frame: i64) -> String {
    format!("{}{frame:010}.jpg", frame_prefix(video))
}

/// What the keys of all frames of a video begin with.
pub(super) fn frame_prefix(video: &str) -> String {
    format!("{video}_frame_")
}

/// An open store, shared by all readers of its path in this process.
#[derive(Debug)]
pub struct FeatureStore {
    path: PathBuf,
    env: Env<WithoutTls>,
    table: Table,
    dim: usize,
    entries: u64,
    synthetic: bool,
}

/// LMDB allows one environment per path and process.
static OPEN: Mutex<Option<HashMap<PathBuf, Weak<FeatureStore>>>> = Mutex::new(None);

impl FeatureStore {
    /// Opens the store in a directory, or returns it if it is open already.
    ///
    /// # Errors
    /// When it is absent, truncated, empty, or its first entry is no feature vector.
    pub fn open(path: &Path) -> Result<Arc<Self>, DataError> {
        let data = path.join("data.mdb");
        if !files::is_file(&data) {
            return Err(unusable(path, "it is no directory with a `data.mdb`"));
        }
        let key = files::canonical(path)?;
        let mut guard = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        let open = guard.get_or_insert_default();
        if let Some(store) = open.get(&key).and_then(Weak::upgrade) {
            return Ok(store);
        }
        let store = Arc::new(Self::open_new(path, &data)?);
        open.insert(key, Arc::downgrade(&store));
        Ok(store)
    }

    fn open_new(path: &Path, data: &Path) -> Result<Self, DataError> {
        let failed = |e: heed::Error| unusable(path, &e.to_string());
        if files::size(data)? == 0 {
            return Err(unusable(path, "`data.mdb` is an empty file"));
        }
        let env = open_environment(path).map_err(failed)?;
        let pages = env.info().last_page_number as u64 + 1;
        let expected = pages * u64::from(env.unnamed_database_stat().page_size);
        let found = files::size(data)?;
        if found < expected {
            let reason = format!("`data.mdb` is truncated: {found} bytes of {expected}");
            return Err(unusable(path, &reason));
        }
        let transaction = env.read_txn().map_err(failed)?;
        let table: Table = env
            .open_databases_and_commit(transaction, |open, transaction| {
                open.open_database(transaction, None).map(CommitOrAbort::<_, ()>::Commit)
            })
            .map_err(failed)?
            .unwrap_commit()
            .ok_or_else(|| unusable(path, "it has no main table"))?;
        let transaction = env.read_txn().map_err(failed)?;
        let (first, value) = table
            .first(&transaction)
            .map_err(failed)?
            .ok_or_else(|| unusable(path, "it is empty"))?;
        let dim = value.len() / size_of::<f32>();
        check_width(path, &String::from_utf8_lossy(first), value, dim)?;
        let entries = table.len(&transaction).map_err(failed)?;
        drop(transaction);
        let synthetic = files::is_file(&path.join(SYNTHETIC_MARKER));
        Ok(Self { path: path.to_owned(), env, table, dim, entries, synthetic })
    }

    /// Where it lies.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Elements of a vector.
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// Number of vectors.
    pub fn entries(&self) -> u64 {
        self.entries
    }

    /// What its features are worth, as the marker beside them says.
    pub(super) fn kind(&self) -> DataKind {
        if self.synthetic {
            DataKind::Synthetic
        } else if files::is_file(&self.path.join(SIMULATED_MARKER)) {
            DataKind::Simulated
        } else {
            DataKind::Real
        }
    }

    /// What identifies the content without reading it.
    pub(super) fn describe(&self) -> String {
        format!("{} x {}", self.entries, self.dim)
    }

    /// Refuses a store that has no frame of some of the videos.
    pub(super) fn check_videos(&self, videos: &[String]) -> Result<(), DataError> {
        let session = self.session()?;
        let mut missing = Vec::new();
        for video in videos {
            if !session.has_video(video)? {
                missing.push(video.clone());
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        let path = self.path.clone();
        Err(DataError::StoreLacksVideos { path, missing, of: videos.len() })
    }

    /// Starts reading; cheap.
    pub fn session(&self) -> Result<Session<'_>, DataError> {
        let transaction = self.env.read_txn().map_err(|e| unusable(&self.path, &e.to_string()))?;
        Ok(Session { store: self, transaction })
    }
}

/// A consistent view of a store.
pub struct Session<'a> {
    store: &'a FeatureStore,
    transaction: RoTxn<'a, WithoutTls>,
}

impl Session<'_> {
    /// Copies the vector of a frame to `out`; `false` when there is none.
    pub fn read(&self, video: &str, frame: i64, out: &mut [f32]) -> Result<bool, DataError> {
        self.read_key(&frame_key(video, frame), out)
    }

    /// Copies the vector of a key to `out`; `false` when there is none.
    pub(super) fn read_key(&self, key: &str, out: &mut [f32]) -> Result<bool, DataError> {
        let Some(value) = self.value(key)? else { return Ok(false) };
        check_width(&self.store.path, key, value, self.store.dim)?;
        for (element, bytes) in out.iter_mut().zip(value.as_chunks::<4>().0) {
            *element = f32::from_le_bytes(*bytes);
        }
        // Without a way out of the loop, several elements are looked at in one instruction.
        if !out.iter().fold(true, |finite, v| finite & v.is_finite()) {
            let bad = out.iter().find(|v| !v.is_finite()).copied().unwrap_or(f32::NAN);
            return Err(self.store.bad_entry(key.to_owned(), format!("it contains {bad}")));
        }
        Ok(true)
    }

    /// Whether a frame has an entry.
    pub fn contains(&self, video: &str, frame: i64) -> Result<bool, DataError> {
        Ok(self.value(&frame_key(video, frame))?.is_some())
    }

    /// The last frame of a video.
    pub fn last_frame(&self, video: &str) -> Result<Option<i64>, DataError> {
        let prefix = format!("{video}_frame_");
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
    pub(super) fn any_between(&self, video: &str, low: i64, high: i64) -> Result<bool, DataError> {
        let (low, high) = (frame_key(video, low.max(0)), frame_key(video, high.max(0)));
        Ok(self.first_from(&low)?.is_some_and(|key| key <= high.as_bytes()))
    }

    fn has_video(&self, video: &str) -> Result<bool, DataError> {
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

impl FeatureStore {
    fn bad_entry(&self, key: String, reason: String) -> DataError {
        DataError::Feature { path: self.path.clone(), key, reason }
    }
}

/// The number in `0000000012.jpg`.
fn frame_of(text: &str) -> Option<i64> {
    text.strip_suffix(".jpg")?.parse().ok()
}

fn check_width(path: &Path, key: &str, value: &[u8], dim: usize) -> Result<(), DataError> {
    let width = size_of::<f32>();
    let reason = if value.is_empty() || !value.len().is_multiple_of(width) {
        format!("its length of {} bytes is no positive multiple of 4", value.len())
    } else if value.len() != dim * width {
        format!("it has {} elements, the first entry of the store has {dim}", value.len() / width)
    } else {
        return Ok(());
    };
    Err(DataError::Feature { path: path.to_owned(), key: key.into(), reason })
}

fn unusable(path: &Path, reason: &str) -> DataError {
    DataError::Store { path: path.to_owned(), reason: reason.into() }
}

/// Opens for reading without locks, waiting for an environment that is just being closed.
#[allow(unsafe_code)]
fn open_environment(path: &Path) -> heed::Result<Env<WithoutTls>> {
    const ATTEMPTS: usize = 200;
    let mut options = EnvOpenOptions::new().read_txn_without_tls();
    // Frames of a clip lie a second apart, farther than what a disk reads ahead: that would be 25
    // times the bytes of what is asked for, and push other pages out of memory.
    let flags = EnvFlags::READ_ONLY | EnvFlags::NO_LOCK | EnvFlags::NO_READ_AHEAD;
    // SAFETY: without locks, nobody may write to the store meanwhile: it is documented as such,
    // and this program writes a store under another name only (`FeatureWriter`).
    unsafe { options.flags(flags) };
    let mut attempt = 0;
    loop {
        // SAFETY: the file is mapped read-only and is not truncated while mapped, see above.
        match unsafe { options.open(path) } {
            Err(heed::Error::EnvAlreadyOpened) if attempt < ATTEMPTS => {
                attempt += 1;
                std::thread::sleep(Duration::from_millis(5));
            }
            result => return result,
        }
    }
}

/// Writes a new store.
pub struct FeatureWriter {
    path: PathBuf,
    env: Env,
    table: Table,
}

impl FeatureWriter {
    /// Creates a store of at most `capacity` bytes in `path`, a directory without a store.
    #[allow(unsafe_code)]
    pub fn create(path: &Path, capacity: usize) -> Result<Self, DataError> {
        files::create_dir_all(path)?;
        if files::is_file(&path.join("data.mdb")) {
            return Err(unusable(path, "there is a store already"));
        }
        let failed = |e: heed::Error| unusable(path, &e.to_string());
        const PAGE: usize = 1 << 16;
        let mut options = EnvOpenOptions::new();
        options.map_size(capacity.div_ceil(PAGE) * PAGE);
        // SAFETY: the store is new, nobody else has it open.
        let env = unsafe { options.open(path) }.map_err(failed)?;
        let transaction = env.write_txn().map_err(failed)?;
        let table = env
            .create_databases_and_commit(transaction, |create, transaction| {
                create.create_database(transaction, None).map(CommitOrAbort::<_, ()>::Commit)
            })
            .map_err(failed)?
            .unwrap_commit();
        Ok(Self { path: path.to_owned(), env, table })
    }

    /// Adds the frames `1, 2, ...` of a video in one transaction; `features` yields their vectors.
    pub fn put_video(
        &self,
        video: &str,
        features: impl Iterator<Item = Vec<f32>>,
    ) -> Result<(), DataError> {
        self.put_all((1..).zip(features).map(|(frame, values)| {
            let bytes = values.iter().flat_map(|v| v.to_le_bytes()).collect();
            (frame_key(video, frame), bytes)
        }))
    }

    /// Adds entries as they are in one transaction; an entry of the same key is replaced.
    pub fn put_all(
        &self,
        entries: impl Iterator<Item = (String, Vec<u8>)>,
    ) -> Result<(), DataError> {
        let failed = |e: heed::Error| unusable(&self.path, &e.to_string());
        let mut transaction = self.env.write_txn().map_err(failed)?;
        for (key, value) in entries {
            self.table.put(&mut transaction, key.as_bytes(), &value).map_err(failed)?;
        }
        transaction.commit().map_err(failed)
    }

    /// Closes the store, so that readers of this process can open it.
    pub fn finish(self) {
        self.env.prepare_for_closing().wait();
    }
}

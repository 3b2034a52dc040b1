//! An open store: what it holds in all, and where reading begins.
//!
//! Read without locks: a store on a read-only disk can be used and no lock file appears. The store
//! must not be written to while it is open. LMDB allows one environment a path and process, so
//! readers of one path share it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use heed::{CommitOrAbort, Env, EnvFlags, EnvOpenOptions, WithoutTls};

use crate::files;

use crate::data::error::DataError;
use crate::data::mdb::Table;
use crate::data::{DataKind, SIMULATED_MARKER, SYNTHETIC_MARKER};

use super::places::Places;
use super::session::Session;

/// An open store, shared by all readers of its path in this process.
#[derive(Debug)]
pub struct FeatureStore {
    pub(super) path: PathBuf,
    /// Of `env`, which is closed with them.
    pub(super) places: Places,
    env: Env<WithoutTls>,
    pub(super) table: Table,
    dim: usize,
    entries: u64,
    synthetic: bool,
}

/// Every store that is open.
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
        let places = Places::default();
        Ok(Self { path: path.to_owned(), places, env, table, dim, entries, synthetic })
    }

    /// Where it lies.
    pub(in crate::data::reader) fn path(&self) -> &Path {
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
    pub(in crate::data::reader) fn kind(&self) -> DataKind {
        if self.synthetic {
            DataKind::Synthetic
        } else if files::is_file(&self.path.join(SIMULATED_MARKER)) {
            DataKind::Simulated
        } else {
            DataKind::Real
        }
    }

    /// What identifies the content without reading it.
    pub(in crate::data::reader) fn describe(&self) -> String {
        format!("{} x {}", self.entries, self.dim)
    }

    /// Refuses a store that has no frame of some of the videos.
    pub(in crate::data::reader) fn check_videos(&self, videos: &[String]) -> Result<(), DataError> {
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

    /// Refuses a value that is no vector of this store.
    pub(super) fn check(&self, key: &str, value: &[u8]) -> Result<(), DataError> {
        check_width(&self.path, key, value, self.dim)
    }

    pub(super) fn bad_entry(&self, key: String, reason: String) -> DataError {
        DataError::Feature { path: self.path.clone(), key, reason }
    }
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

pub(super) fn unusable(path: &Path, reason: &str) -> DataError {
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

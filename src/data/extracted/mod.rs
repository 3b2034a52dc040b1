//! Stores of features that this program extracts, in the format that RULSTM's reader reads.
//!
//! Decides where such a store is written, what belongs into it and when it can be read. It knows
//! neither models nor videos: features come frame by frame. Invariant: `data.mdb` is there only
//! when every process has done its part, holds its entries in order, and is the same to the byte
//! however often and by how many processes it was worked on.
//!
//! | file of a store | what |
//! |---|---|
//! | `data.mdb` | the features, `<video>_frame_<10 digits>.jpg` -> little-endian single floats |
//! | `extract.json` | what they were made of, see [`StoreManifest`] |
//! | `SYNTHETIC`, `SIMULATED` | that they are |
//! | `part-0000-of-0002.mdb`, `.mdb-lock`, `.json` | what one of two processes has stored so far |
//!
//! A process writes its own part, batch by batch, so that nothing is lost when it is killed. The
//! last one to finish merges the parts, and what was there before, into a new `data.mdb`, which
//! then takes its place: who reads the old one goes on doing so.

mod manifest;
mod merge;
mod part;

use std::path::{Path, PathBuf};

use crate::data::error::DataError;
use crate::data::mdb::{GrowingFile, StoredFile};
use crate::data::reader::frame_key;
use crate::data::shard::Shard;
use crate::data::{DataKind, SIMULATED_MARKER, SYNTHETIC_MARKER};
use crate::files;

pub use manifest::{Origin, StoreManifest};
pub use part::PartWriter;

const DATA: &str = "data.mdb";
/// The new `data.mdb` until it is whole.
const INCOMING: &str = "data.mdb.incoming";
/// What LMDB appends to a file's name for its lock.
const LOCK: &str = "-lock";

/// A store that is to be written, or gone on with.
#[derive(Clone, Debug)]
pub struct ExtractedStore {
    dir: PathBuf,
    origin: Origin,
    shard: Shard,
}

impl ExtractedStore {
    /// Looks at what lies in `dir`; writes nothing.
    ///
    /// # Errors
    /// A store of features of another origin, a store that no extraction wrote, parts of another
    /// number of processes.
    pub fn new(dir: &Path, origin: Origin, shard: Shard) -> Result<Self, DataError> {
        let store = Self { dir: dir.to_owned(), origin, shard };
        if files::is_file(&store.file(DATA)) {
            store.read_manifest(&store.file(StoreManifest::FILE))?;
        }
        let entries = if files::is_dir(dir) { files::list(dir)? } else { Vec::new() };
        for name in entries.iter().filter_map(|entry| entry.name.strip_suffix(".json")) {
            if let Some(world) = part_of(name) {
                store.check_part(name, world)?;
            }
        }
        Ok(store)
    }

    fn check_part(&self, name: &str, world: usize) -> Result<(), DataError> {
        if world != self.shard.world {
            return Err(self.unusable(format!(
                "{world} processes have begun it, and this is one of {}: start {world}, or remove \
                 its files that begin with `part-`",
                self.shard.world
            )));
        }
        self.read_manifest(&self.file(&format!("{name}.json"))).map(drop)
    }

    /// The directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Whether the whole store has the features of all these frames.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn holds(&self, videos: &[(&str, &[i64])]) -> Result<bool, DataError> {
        let path = self.file(DATA);
        if !files::is_file(&path) {
            return Ok(false);
        }
        let whole = StoredFile::open(&path)?;
        for (video, frames) in videos {
            for frame in *frames {
                if !whole.contains(frame_key(video, *frame).as_bytes())? {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// Opens this process's part, new or as it was left; nobody else may have it open.
    ///
    /// # Errors
    /// When a file cannot be written or is damaged.
    pub fn begin(&self) -> Result<PartWriter, DataError> {
        files::create_dir_all(&self.dir)?;
        let whole = self.file(DATA);
        let whole = files::is_file(&whole).then(|| StoredFile::open(&whole)).transpose()?;
        PartWriter::open(&self.part(self.shard.rank, "mdb"), self.part_manifest(), whole)
    }

    fn part_manifest(&self) -> (PathBuf, StoreManifest) {
        (self.part(self.shard.rank, "json"), StoreManifest::of(self.origin.clone()))
    }

    /// Whether every process has done its part.
    ///
    /// # Errors
    /// A part that cannot be read, or is of another origin.
    pub fn is_ready(&self) -> Result<bool, DataError> {
        for rank in 0..self.shard.world {
            let path = self.part(rank, "json");
            if !files::is_file(&path) || !self.read_manifest(&path)?.complete {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Puts the parts, and what was there before, together; one process at a time may do so.
    /// Returns how many features there are.
    ///
    /// # Errors
    /// When a file cannot be read or written.
    pub fn assemble(&self) -> Result<u64, DataError> {
        let parts = || (0..self.shard.world).map(|rank| self.part(rank, "mdb"));
        let before = Some(self.file(DATA)).filter(|path| files::is_file(path));
        let sources = before.into_iter().chain(parts());
        let sources = sources.map(|path| StoredFile::open(&path)).collect::<Result<Vec<_>, _>>()?;
        let incoming = self.file(INCOMING);
        self.remove(INCOMING)?;
        let mut target = GrowingFile::open(&incoming)?;
        let merged = merge::merge(&sources, &mut target)?;
        target.close();
        drop(sources);
        let manifest = StoreManifest {
            complete: true,
            frames: merged.entries,
            width: merged.width,
            ..StoreManifest::of(self.origin.clone())
        };
        self.mark()?;
        manifest.write(&self.file(StoreManifest::FILE))?;
        files::rename(&incoming, &self.file(DATA))?;
        self.remove(&format!("{INCOMING}{LOCK}"))?;
        for rank in 0..self.shard.world {
            self.remove_part(rank)?;
        }
        Ok(merged.entries)
    }

    /// Says beside the features what they are worth.
    fn mark(&self) -> Result<(), DataError> {
        let marker = match DataKind::from_name(&self.origin.data) {
            Some(DataKind::Synthetic) => Some((SYNTHETIC_MARKER, "generated, not recorded\n")),
            Some(DataKind::Simulated) => Some((SIMULATED_MARKER, "derived from labels\n")),
            Some(DataKind::Real) | None => None,
        };
        if let Some((name, text)) = marker {
            files::write_atomic(&self.file(name), text.as_bytes())?;
        }
        Ok(())
    }

    /// Removes this process's part, where the whole store has all that is in it.
    ///
    /// # Errors
    /// When a file cannot be removed.
    pub fn discard_part(&self) -> Result<(), DataError> {
        self.remove_part(self.shard.rank)
    }

    fn remove_part(&self, rank: usize) -> Result<(), DataError> {
        // The manifest first: without it there is no part.
        for ending in ["json", "mdb", &format!("mdb{LOCK}")] {
            self.remove(&self.part_name(rank, ending))?;
        }
        Ok(())
    }

    fn remove(&self, name: &str) -> Result<(), DataError> {
        let path = self.file(name);
        if files::is_file(&path) {
            files::remove_file(&path)?;
        }
        Ok(())
    }

    fn read_manifest(&self, path: &Path) -> Result<StoreManifest, DataError> {
        if !files::is_file(path) {
            let reason = "it was not extracted by this program: give another `extract.store`";
            return Err(self.unusable(reason.into()));
        }
        let manifest = StoreManifest::read(path)?;
        match manifest.of.difference(&self.origin) {
            None => Ok(manifest),
            Some(what) => Err(self.unusable(format!(
                "features of another config lie there: {what}; give another `extract.store`"
            ))),
        }
    }

    fn unusable(&self, reason: String) -> DataError {
        DataError::Extracted { path: self.dir.clone(), reason }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    fn part(&self, rank: usize, ending: &str) -> PathBuf {
        self.file(&self.part_name(rank, ending))
    }

    fn part_name(&self, rank: usize, ending: &str) -> String {
        format!("part-{rank:04}-of-{:04}.{ending}", self.shard.world)
    }

    /// The file that says which process works on this part.
    pub fn part_lock(&self) -> PathBuf {
        self.part(self.shard.rank, "lock")
    }

    /// The file that says which process puts the parts together.
    pub fn merge_lock(&self) -> PathBuf {
        self.file("merge.lock")
    }
}

/// The number of processes in `part-0000-of-0002`.
fn part_of(name: &str) -> Option<usize> {
    let (rank, world) = name.strip_prefix("part-")?.split_once("-of-")?;
    rank.parse::<usize>().ok()?;
    world.parse().ok()
}

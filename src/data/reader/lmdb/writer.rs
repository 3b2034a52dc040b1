//! A new store, written in one go.

use std::path::{Path, PathBuf};

use crate::data::error::DataError;
use crate::data::mdb::GrowingFile;
use crate::files;

use super::frame_key;
use super::store::unusable;

/// Writes a new store.
pub struct FeatureWriter {
    file: GrowingFile,
    lock: PathBuf,
}

impl FeatureWriter {
    /// Creates a store in `path`, a directory without one.
    ///
    /// # Errors
    /// When there is a store already.
    pub fn create(path: &Path) -> Result<Self, DataError> {
        files::create_dir_all(path)?;
        let data = path.join("data.mdb");
        if files::is_file(&data) {
            return Err(unusable(path, "there is a store already"));
        }
        Ok(Self { file: GrowingFile::open(&data)?, lock: path.join("data.mdb-lock") })
    }

    /// Adds the frames `1, 2, ...` of a video in one transaction; `features` yields their vectors.
    pub fn put_video(
        &mut self,
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
        &mut self,
        entries: impl Iterator<Item = (String, Vec<u8>)>,
    ) -> Result<(), DataError> {
        let entries: Vec<_> = entries.map(|(key, value)| (key.into_bytes(), value)).collect();
        self.file.put(&entries)
    }

    /// Closes the store, so that readers of this process can open it.
    pub fn finish(self) -> Result<(), DataError> {
        self.file.close();
        Ok(files::remove_file(&self.lock)?)
    }
}

//! What one process stores.

use std::path::{Path, PathBuf};

use crate::data::error::DataError;
use crate::data::reader::frame_key;

use super::manifest::StoreManifest;
use crate::data::mdb::{GrowingFile, StoredFile};

/// This process's part of a store, open for writing.
pub struct PartWriter {
    file: GrowingFile,
    path: PathBuf,
    /// The store as it was before.
    whole: Option<StoredFile>,
    manifest: StoreManifest,
    manifest_path: PathBuf,
    width: Option<usize>,
}

impl PartWriter {
    pub(super) fn open(
        path: &Path,
        (manifest_path, manifest): (PathBuf, StoreManifest),
        whole: Option<StoredFile>,
    ) -> Result<Self, DataError> {
        // Before the features: a part without it would be taken for one of any origin.
        manifest.write(&manifest_path)?;
        let file = GrowingFile::open(path)?;
        let (entries, bytes) = file.size()?;
        let width = (entries > 0).then_some(bytes / size_of::<f32>());
        Ok(Self { file, path: path.to_owned(), whole, manifest, manifest_path, width })
    }

    /// Whether a frame has its feature, here or in the store as it was before.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn has(&self, video: &str, frame: i64) -> Result<bool, DataError> {
        let key = frame_key(video, frame);
        let before = self.whole.as_ref().map_or(Ok(false), |whole| whole.contains(key.as_bytes()));
        Ok(before? || self.file.contains(key.as_bytes())?)
    }

    /// How many features are in this part.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn len(&self) -> Result<u64, DataError> {
        Ok(self.file.size()?.0)
    }

    /// Whether there are none.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn is_empty(&self) -> Result<bool, DataError> {
        Ok(self.len()? == 0)
    }

    /// Stores features of frames of a video, `width` elements each; all are safe on disk when the
    /// call returns, or none.
    ///
    /// # Errors
    /// A feature that is no number or of another width than those before it; a full disk.
    pub fn put(
        &mut self,
        video: &str,
        frames: &[i64],
        width: usize,
        values: &[f32],
    ) -> Result<(), DataError> {
        let expected = *self.width.get_or_insert(width);
        let mut entries = Vec::with_capacity(frames.len());
        for (frame, feature) in frames.iter().zip(values.chunks_exact(width.max(1))) {
            let key = frame_key(video, *frame);
            let refuse = |reason: String| {
                let (path, key) = (self.path.clone(), key.clone());
                Err(DataError::Feature { path, key, reason })
            };
            if width != expected || width == 0 {
                let reason = format!("it has {width} elements, those before it {expected}");
                return refuse(reason);
            }
            if let Some(bad) = feature.iter().find(|value| !value.is_finite()) {
                return refuse(format!("it contains {bad}"));
            }
            let bytes = feature.iter().flat_map(|value| value.to_le_bytes()).collect();
            entries.push((key.into_bytes(), bytes));
        }
        self.file.put(&entries)
    }

    /// Says that this part is done, and closes it.
    ///
    /// # Errors
    /// When that cannot be written.
    pub fn complete(self) -> Result<(), DataError> {
        let (frames, bytes) = self.file.size()?;
        let width = bytes / size_of::<f32>();
        self.file.close();
        let manifest = StoreManifest { complete: true, frames, width, ..self.manifest };
        manifest.write(&self.manifest_path)
    }

    /// Closes what is not done.
    pub fn close(self) {
        self.file.close();
    }
}

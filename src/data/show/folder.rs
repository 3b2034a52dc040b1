//! Directories: a feature store, or a collection of safetensors files.

use std::path::Path;

use crate::data::error::DataError;
use crate::files::{self, Entry, TensorIndex};

use super::{Shown, stores, unknown};

/// Where a run keeps its checkpoints.
const CHECKPOINTS: &str = "checkpoints";

/// A store, or else the safetensors files of a directory or of the run in it.
pub(super) fn show(path: &Path) -> Result<Shown, DataError> {
    if files::is_file(&path.join("data.mdb")) {
        return stores::lmdb(path);
    }
    let entries = files::list(path)?;
    let below = path.join(CHECKPOINTS);
    let arrays = |entry: &Entry| entry.name.ends_with(".safetensors");
    match entries.iter().any(arrays) {
        true => listing(&entries, arrays),
        false if files::is_dir(&below) => listing(&files::list(&below)?, arrays),
        false => {
            let names: Vec<String> = entries.into_iter().map(|entry| entry.name).collect();
            let holds = match names.as_slice() {
                [] => "nothing".to_owned(),
                names => crate::data::error::first_few(names),
            };
            let what =
                format!("a directory without a `data.mdb` or safetensors files, it holds {holds}");
            Err(unknown(path, &what))
        }
    }
}

/// The files with what their metadata says; one that is damaged says so.
fn listing(entries: &[Entry], wanted: impl Fn(&Entry) -> bool) -> Result<Shown, DataError> {
    let mut shown = Shown::new("directory", ["file", "bytes", "tensors", "says"]);
    for entry in entries.iter().filter(|entry| wanted(entry)) {
        let (tensors, says) = match TensorIndex::read(&entry.path) {
            Ok(index) => (index.tensors.len().to_string(), short(&index)),
            Err(error) => (String::new(), error.to_string()),
        };
        let bytes = files::size(&entry.path)?;
        shown.rows.push(vec![entry.name.clone(), bytes.to_string(), tensors, says]);
    }
    shown.fact("files", shown.rows.len());
    Ok(shown)
}

/// The metadata that fit on a line.
fn short(index: &TensorIndex) -> String {
    const LONGEST: usize = 20;
    let fits = index.metadata.iter().filter(|(_, value)| value.len() <= LONGEST);
    fits.map(|(key, value)| format!("{key} {value}")).collect::<Vec<_>>().join(", ")
}

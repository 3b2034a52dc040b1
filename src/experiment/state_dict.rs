//! The arrays of a model in a file, whoever wrote it; nothing in it is executed.
//!
//! | file | its arrays |
//! |---|---|
//! | safetensors, a checkpoint of a run | the weights that were evaluated, without optimizer |
//! | safetensors of others | all of them |
//! | pickle, `torch.save` of either format | those of the first of [`PLACES`] that is there, else the file's own |
//!
//! What a file is, its first bytes say, not its ending. Source: `init_model` of the original's
//! `func/train.py`.

use std::path::Path;

use crate::data::DataError;
use crate::data::pickle::{Document, PickleFile, Value};
use crate::files::{self, HostTensor, TensorFile};

use super::checkpoint::{evaluated, is_checkpoint, is_weight};

/// Where checkpoints keep a state dict: the original's, RULSTM's and TSN's, VISSL's.
const PLACES: [&[&str]; 3] =
    [&["model"], &["state_dict"], &["classy_state_dict", "base_model", "model", "trunk"]];

/// Named arrays in the order of their file.
pub(super) struct StateDict {
    pub arrays: Vec<(String, HostTensor)>,
    /// Names of what is not an array.
    pub others: Vec<String>,
}

/// Reads a file.
///
/// # Errors
/// A file that is truncated, or holds something else; a pickle that would call anything but what
/// makes up tensors.
pub(super) fn read(path: &Path) -> Result<StateDict, DataError> {
    if is_safetensors(path)? {
        let file = TensorFile::read_some(path, |metadata, name| {
            !is_checkpoint(metadata) || is_weight(name)
        })?;
        return Ok(of_tensor_file(file));
    }
    let file = PickleFile::open(path)?;
    of_pickle(&file.parse()?)
}

/// Safetensors begin with the length of a JSON object, and that object.
fn is_safetensors(path: &Path) -> Result<bool, DataError> {
    /// No header is longer.
    const LONGEST: u64 = 100_000_000;
    if path.extension().is_some_and(|ending| ending == "safetensors") {
        return Ok(true);
    }
    let head = files::read_head(path, 9)?;
    Ok(match head.split_first_chunk::<8>() {
        Some((length, b"{")) => u64::from_le_bytes(*length) <= LONGEST,
        _ => false,
    })
}

fn of_tensor_file(file: TensorFile) -> StateDict {
    let ours = is_checkpoint(&file.metadata);
    let arrays = if ours { evaluated(file.tensors) } else { file.tensors };
    StateDict { arrays: arrays.into_iter().collect(), others: Vec::new() }
}

fn of_pickle(document: &Document<'_>) -> Result<StateDict, DataError> {
    const EXPECTED: &str = "a state dict";
    let state = state_dict(document.root());
    let entries = state.as_dict().ok_or_else(|| document.unexpected(state, EXPECTED))?;
    let mut found = StateDict { arrays: Vec::with_capacity(entries.len()), others: Vec::new() };
    for (key, value) in entries {
        let name = key.as_str().ok_or_else(|| document.unexpected(key, "the name of an array"))?;
        if document.is_tensor(value) {
            found.arrays.push((name.to_owned(), document.tensor(value)?));
        } else if value.call().is_none() || value.as_dict().is_some() {
            found.others.push(name.to_owned());
        } else {
            return Err(document.unexpected(value, "an array"));
        }
    }
    if found.arrays.is_empty() {
        let what = format!("a dict without a tensor, of {}", found.others.join(", "));
        return Err(document.error(state.inconsistent(what)));
    }
    Ok(found)
}

/// The value at the first place that is there, else all of it.
fn state_dict(root: Value<'_>) -> Value<'_> {
    let at = |place: &[&str]| place.iter().try_fold(root, |value, key| value.get(key));
    PLACES.iter().find_map(|place| at(place)).unwrap_or(root)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixture(name: &str) -> std::path::PathBuf {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pickle");
        folder.join(name)
    }

    fn told(name: &str) -> String {
        read(&fixture(name)).err().expect("refused").to_string()
    }

    #[test]
    fn what_is_no_state_dict_is_refused_and_named() {
        let said = told("hostile-system.pkl");
        assert!(said.contains("`posix.system` is not read and was not called"), "{said}");
        let said = told("hostile-torch.pt");
        assert!(said.contains("not called"), "{said}");
        let said = told("torch-script.pt");
        assert!(said.contains("TorchScript"), "{said}");
        let said = told("teacher-list.pkl");
        assert!(
            said.contains("expected a state dict") || said.contains("a state dict was expected"),
            "{said}"
        );
    }

    #[test]
    fn a_file_is_what_it_begins_with() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("weights.bin");
        let mut file = TensorFile::default();
        file.tensors.insert("model.w".into(), HostTensor::f32([1], vec![1.0]));
        file.write(&path).unwrap();
        let names = |state: StateDict| state.arrays.into_iter().map(|(n, _)| n).collect::<Vec<_>>();
        assert_eq!(names(read(&path).unwrap()), ["model.w"], "no checkpoint of ours");
        file.tensors.insert("optimizer.w/exp_avg".into(), HostTensor::f32([1], vec![1.0]));
        file.metadata.insert("progress".into(), "{}".into());
        file.write(&path).unwrap();
        assert_eq!(names(read(&path).unwrap()), ["w"]);
        files::write_atomic(&path, b"").unwrap();
        assert!(read(&path).is_err());
    }
}

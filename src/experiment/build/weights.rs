//! Weights to start from: `train.init_from_model`.

use std::collections::BTreeMap;
use std::path::Path;

use crate::files::{HostTensor, TensorFile};
use crate::models::Student;
use crate::weights::import;

use super::super::SetupError;
use super::super::checkpoint::model_weights;

/// Loads the weights that the config names; one file for the whole model.
pub(super) fn initialise(
    student: Student,
    entries: Option<&[Vec<String>]>,
) -> Result<Student, SetupError> {
    let mut student = student;
    for entry in entries.unwrap_or_default() {
        // The config's checks leave entries of one path.
        for path in entry {
            student = load(student, Path::new(path))?;
        }
    }
    Ok(student)
}

fn load(student: Student, path: &Path) -> Result<Student, SetupError> {
    let failed =
        |reason: String| SetupError::InitialWeights { path: path.display().to_string(), reason };
    let arrays = read(path)?;
    let (student, report) = import(student, &arrays, false).map_err(|e| failed(e.to_string()))?;
    if report.loaded.is_empty() {
        return Err(failed("no array of it fits this model".into()));
    }
    tracing::info!("{}: {report}", path.display());
    Ok(student)
}

/// The weights in a safetensors file: a checkpoint of this program, or bare arrays by name.
fn read(path: &Path) -> Result<BTreeMap<String, HostTensor>, SetupError> {
    let file = TensorFile::read(path).map_err(|e| SetupError::InitialWeights {
        path: path.display().to_string(),
        reason: e.to_string(),
    })?;
    let of_checkpoint = model_weights(&file);
    Ok(if of_checkpoint.is_empty() { file.tensors } else { of_checkpoint })
}

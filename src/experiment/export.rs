//! A run's weights as a file for the Python original.
//!
//! Checkpoints hold the original's names and layouts already; what is written is the model's part
//! alone, class maps included: what `load_state_dict` takes.

use std::path::{Path, PathBuf};

use crate::files::{TensorData, TensorFile};
use crate::runs::{CheckpointName, checkpoint_file};

use super::SetupError;
use super::checkpoint::{evaluated, is_checkpoint, is_weight, progress};

/// What was exported.
#[derive(Clone, Debug, PartialEq)]
pub struct Exported {
    /// The checkpoint.
    pub source: PathBuf,
    /// Whole epochs it was trained for.
    pub epoch: usize,
    /// Steps it was trained for.
    pub step: u64,
    /// The arrays, by name.
    pub arrays: Vec<ExportedArray>,
}

/// One array of an exported file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedArray {
    /// Name in the original's `state_dict`.
    pub name: String,
    /// Its shape there.
    pub shape: Vec<usize>,
    /// `F32` or `I64`.
    pub dtype: &'static str,
}

/// Writes the weights of a run, or of one of its checkpoints, to `out`; replaces what is there.
///
/// # Errors
/// No such checkpoint, a file that no run wrote, a file that cannot be written.
pub fn export_checkpoint(
    path: &Path,
    name: CheckpointName,
    out: &Path,
) -> Result<Exported, SetupError> {
    let source = checkpoint_file(path, name)?;
    let read = TensorFile::read_some(&source, |_, name| is_weight(name));
    let checkpoint = read.map_err(crate::runs::RunError::from)?;
    if !is_checkpoint(&checkpoint.metadata) {
        let reason = format!("`{}` was not written by a training run", source.display());
        return Err(SetupError::Checkpoint { reason });
    }
    let progress = progress(&checkpoint)?;
    let mut file = TensorFile { tensors: evaluated(checkpoint.tensors), ..TensorFile::default() };
    // What readers of PyTorch's safetensors look for.
    file.metadata.insert("format".into(), "pt".into());
    file.metadata.insert("epoch".into(), progress.epoch.to_string());
    file.metadata.insert("step".into(), progress.step.to_string());
    file.write(out).map_err(crate::runs::RunError::from)?;
    let arrays = file.tensors.iter().map(|(name, array)| ExportedArray {
        name: name.clone(),
        shape: array.shape.clone(),
        dtype: match array.data {
            TensorData::F32(_) => "F32",
            TensorData::I64(_) => "I64",
        },
    });
    let arrays = arrays.collect();
    Ok(Exported { source, epoch: progress.epoch, step: progress.step, arrays })
}

impl Exported {
    /// Numbers in all arrays.
    pub fn numbers(&self) -> usize {
        self.arrays.iter().map(|array| array.shape.iter().product::<usize>()).sum()
    }
}

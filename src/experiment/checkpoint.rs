//! Training state as one file of named arrays, and back.
//!
//! | name in the file | content |
//! |---|---|
//! | `model.<parameter>` | weights under the original's names and layouts |
//! | `average.<parameter>` | their average, with `train.ema_decay`: what was evaluated |
//! | `optimizer.<parameter>/<array>` | the optimizer's memory, see [`OptimizerState`] |
//! | metadata `progress`, `schedule` | JSON of [`Progress`] and [`ScheduleState`] |

use std::collections::BTreeMap;

use burn::tensor::{DType, TensorData};

use crate::files::{HostTensor, TensorData as HostData, TensorFile};
use crate::models::StateDict;
use crate::runs::{self, CheckpointStore};
use crate::train::optim::OptimizerState;
use crate::train::schedule::ScheduleState;
use crate::train::{
    CheckpointName, CheckpointSink, Kept, OutsideError, Progress, Snapshot, Trainer,
};
use crate::weights;

use super::SetupError;

const MODEL: &str = "model.";
const AVERAGE: &str = "average.";
const OPTIMIZER: &str = "optimizer.";
const PROGRESS: &str = "progress";
const SCHEDULE: &str = "schedule";

/// Writes snapshots into a run's checkpoint store.
pub(super) struct StoreSink(pub CheckpointStore);

impl<M: StateDict> CheckpointSink<M> for StoreSink {
    fn save(
        &mut self,
        name: CheckpointName,
        snapshot: &Snapshot<'_, M>,
    ) -> Result<(), OutsideError> {
        let name = match name {
            CheckpointName::Last => runs::CheckpointName::Last,
            CheckpointName::Best => runs::CheckpointName::Best,
            CheckpointName::Epoch(n) => runs::CheckpointName::Epoch(u32::try_from(n)?),
            CheckpointName::Within { epoch, step, steps } => {
                let part = step as f64 / steps as f64 * 1e8;
                runs::CheckpointName::Within { epoch: u32::try_from(epoch)?, part: part as u32 }
            }
        };
        let path = self.0.save(name, &mut pack(snapshot)?)?;
        tracing::debug!("wrote {}", path.display());
        Ok(())
    }
}

fn pack<M: StateDict>(snapshot: &Snapshot<'_, M>) -> Result<TensorFile, OutsideError> {
    let mut file = TensorFile::default();
    for (name, tensor) in weights::export(snapshot.model) {
        file.tensors.insert(format!("{MODEL}{name}"), tensor);
    }
    for (name, tensor) in snapshot.average.map(weights::export).unwrap_or_default() {
        file.tensors.insert(format!("{AVERAGE}{name}"), tensor);
    }
    for (name, data) in snapshot.optimizer {
        file.tensors.insert(format!("{OPTIMIZER}{name}"), to_host(data)?);
    }
    file.metadata.insert(PROGRESS.into(), serde_json::to_string(snapshot.progress)?);
    file.metadata.insert(SCHEDULE.into(), serde_json::to_string(snapshot.schedule)?);
    Ok(file)
}

/// Whether a file with these metadata is a checkpoint of a run.
pub(super) fn is_checkpoint(metadata: &BTreeMap<String, String>) -> bool {
    metadata.contains_key(PROGRESS)
}

/// Whether an array of a checkpoint is one of the model's, or of their average.
pub(super) fn is_weight(name: &str) -> bool {
    name.starts_with(MODEL) || name.starts_with(AVERAGE)
}

/// The weights in a checkpoint that were evaluated, by original name: the average if there is one.
pub(super) fn evaluated(tensors: BTreeMap<String, HostTensor>) -> BTreeMap<String, HostTensor> {
    let averaged = tensors.keys().any(|name| name.starts_with(AVERAGE));
    let prefix = if averaged { AVERAGE } else { MODEL };
    let weight =
        |(name, array): (String, HostTensor)| Some((name.strip_prefix(prefix)?.to_owned(), array));
    tensors.into_iter().filter_map(weight).collect()
}

/// How far the run of a checkpoint had got.
///
/// # Errors
/// When it is none.
pub(super) fn progress(file: &TensorFile) -> Result<Progress, SetupError> {
    metadata(file, PROGRESS)
}

fn arrays(file: &TensorFile, prefix: &'static str) -> BTreeMap<String, HostTensor> {
    under(file, prefix).map(|(name, tensor)| (name.to_owned(), tensor.clone())).collect()
}

/// Puts a checkpoint's state into a freshly built trainer.
///
/// # Errors
/// An array or piece of state that is missing or does not fit: the checkpoint of another model.
pub(super) fn restore<M: StateDict>(
    file: &TensorFile,
    fresh: Trainer<M>,
) -> Result<Trainer<M>, SetupError> {
    let model = load(fresh.model, &arrays(file, MODEL))?;
    let average = match fresh.average {
        Some(average) => {
            let evaluated = load(average.model().clone(), &arrays(file, AVERAGE))?;
            Some(average.continued(evaluated))
        }
        None => None,
    };
    let memory: OptimizerState =
        under(file, OPTIMIZER).map(|(name, tensor)| (name.to_owned(), from_host(tensor))).collect();
    let (mut optimizer, mut schedule) = (fresh.optimizer, fresh.schedule);
    optimizer.load_state(&model, memory).map_err(misfit)?;
    let state: ScheduleState = metadata(file, SCHEDULE)?;
    schedule.load_state(state).map_err(misfit)?;
    let statistics = fresh.statistics.map(|_| Kept::of(&model));
    let progress = progress(file)?;
    Ok(Trainer { model, optimizer, schedule, progress, average, statistics })
}

fn load<M: StateDict>(model: M, arrays: &BTreeMap<String, HostTensor>) -> Result<M, SetupError> {
    weights::import(model, arrays, true).map(|(model, _)| model).map_err(misfit)
}

fn misfit(error: impl std::fmt::Display) -> SetupError {
    SetupError::Checkpoint { reason: error.to_string() }
}

fn under<'a>(
    file: &'a TensorFile,
    prefix: &'static str,
) -> impl Iterator<Item = (&'a str, &'a HostTensor)> {
    file.tensors.iter().filter_map(move |(name, t)| Some((name.strip_prefix(prefix)?, t)))
}

fn metadata<T: serde::de::DeserializeOwned>(
    file: &TensorFile,
    key: &'static str,
) -> Result<T, SetupError> {
    let text = file.metadata.get(key).ok_or_else(|| SetupError::Checkpoint {
        reason: format!("it holds no `{key}`: it was not written by a training run"),
    })?;
    serde_json::from_str(text)
        .map_err(|e| SetupError::Checkpoint { reason: format!("its `{key}` is unreadable: {e}") })
}

fn to_host(data: &TensorData) -> Result<HostTensor, OutsideError> {
    let shape: Vec<usize> = data.shape().iter().copied().collect();
    Ok(match data.dtype() {
        DType::I64 | DType::I32 => HostTensor::i64(shape, data.iter::<i64>().collect()),
        DType::F32 => HostTensor::f32(shape, data.iter::<f32>().collect()),
        other => return Err(format!("optimizer state of type {other:?} cannot be stored").into()),
    })
}

fn from_host(tensor: &HostTensor) -> TensorData {
    match &tensor.data {
        HostData::F32(values) => TensorData::new(values.clone(), tensor.shape.clone()),
        HostData::I64(values) => TensorData::new(values.clone(), tensor.shape.clone()),
    }
}

//! The optimizer's memory as named arrays on the host.
//!
//! Decides names and checks what comes back; knows the update rule by its array names only.

use std::collections::BTreeMap;

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Shape, Tensor, TensorData};

use super::groups::ParamGroups;
use super::slot::Slot;
use super::{OptimError, OptimizerConfig, Slots};

/// Arrays by name.
///
/// | name | content |
/// |---|---|
/// | `<parameter>/step` | one integer: updates of this parameter so far |
/// | `<parameter>/exp_avg`, `/exp_avg_sq` | moments of Adam and Adafactor, shaped like the parameter |
/// | `<parameter>/max_exp_avg_sq` | the largest second moment, with `amsgrad` |
/// | `<parameter>/exp_avg_sq_row`, `/exp_avg_sq_col` | Adafactor's means over the last dimension and the one before, which are of length 1 |
/// | `<parameter>/momentum_buffer` | SGD's momentum, shaped like the parameter |
///
/// Parameters carry their original names, and the layout they have in the Burn module. A parameter
/// that was never updated has no entry.
pub type OptimizerState = BTreeMap<String, TensorData>;

const STEP: &str = "step";

pub(super) fn export(
    groups: &ParamGroups,
    slots: &Slots,
    config: &OptimizerConfig,
) -> OptimizerState {
    let mut state = OptimizerState::new();
    for (id, slot) in slots {
        let Some(member) = groups.member(*id) else { continue };
        let steps = TensorData::new(vec![slot.steps() as i64], [1]);
        state.insert(format!("{}/{STEP}", member.name), steps);
        for (array, data) in config.arrays(slot.rank()).iter().zip(slot.to_host()) {
            state.insert(format!("{}/{array}", member.name), data);
        }
    }
    state
}

/// Puts a state on the devices of the module's parameters.
pub(super) fn import<M: Module>(
    groups: &ParamGroups,
    module: &M,
    state: OptimizerState,
    config: &OptimizerConfig,
) -> Result<Slots, OptimError> {
    let mut loader = Loader { groups, state, config, slots: Slots::new(), error: None };
    module.visit(&mut loader);
    if let Some(error) = loader.error {
        return Err(error);
    }
    match loader.state.into_keys().next() {
        Some(key) => Err(refuse(key, "no parameter that trains has such an array")),
        None => Ok(loader.slots),
    }
}

struct Loader<'a> {
    groups: &'a ParamGroups,
    state: OptimizerState,
    config: &'a OptimizerConfig,
    slots: Slots,
    error: Option<OptimError>,
}

impl ModuleVisitor for Loader<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let Some(member) = self.groups.member(param.id) else { return };
        match self.slot(&member.name, &param.val().inner()) {
            Ok(Some(slot)) => drop(self.slots.insert(param.id, Box::new(slot))),
            Ok(None) => {}
            Err(error) => drop(self.error.get_or_insert(error)),
        }
    }
}

impl Loader<'_> {
    fn slot<const D: usize>(
        &mut self,
        name: &str,
        param: &Tensor<D>,
    ) -> Result<Option<Slot<D>>, OptimError> {
        let key = format!("{name}/{STEP}");
        let Some(steps) = self.state.remove(&key) else { return Ok(None) };
        let steps = steps.iter::<i64>().next().and_then(|n| u64::try_from(n).ok());
        let steps = steps.ok_or_else(|| refuse(key, "not a number of steps"))?;
        let mut slot = Slot { steps, arrays: Vec::new() };
        for array in self.config.arrays(D) {
            let key = format!("{name}/{array}");
            let Some(data) = self.state.remove(&key) else {
                return Err(refuse(key, "it is missing"));
            };
            let expected = shape_of(array, param.shape());
            if *data.shape() != expected || data.dtype() != param.dtype() {
                let reason = format!("{} {} for {expected}", data.dtype().name(), data.shape());
                return Err(refuse(key, reason));
            }
            slot.arrays.push(Tensor::from_data(data, &param.device()));
        }
        Ok(Some(slot))
    }
}

/// The shape of an array of a parameter.
fn shape_of(array: &str, mut parameter: Shape) -> Shape {
    let rank = parameter.num_dims();
    match array {
        "exp_avg_sq_row" => parameter[rank - 1] = 1,
        "exp_avg_sq_col" => parameter[rank - 2] = 1,
        _ => {}
    }
    parameter
}

fn refuse(key: String, reason: impl Into<String>) -> OptimError {
    OptimError::State { key, reason: reason.into() }
}

//! The optimizer's memory as named arrays on the host.
//!
//! Decides names and checks what comes back; knows the update rule by its array names only.

use std::collections::BTreeMap;

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Tensor, TensorData};

use super::groups::ParamGroups;
use super::slot::Slot;
use super::{OptimError, Slots};

/// Arrays by name.
///
/// | name | content |
/// |---|---|
/// | `<parameter>/step` | one integer: updates of this parameter so far |
/// | `<parameter>/exp_avg`, `/exp_avg_sq` | Adam's moments, shaped like the parameter |
/// | `<parameter>/momentum_buffer` | SGD's momentum, shaped like the parameter |
///
/// Parameters carry their original names, and the layout they have in the Burn module. A parameter
/// that was never updated has no entry.
pub type OptimizerState = BTreeMap<String, TensorData>;

const STEP: &str = "step";

pub(super) fn export(groups: &ParamGroups, slots: &Slots, arrays: &[&str]) -> OptimizerState {
    let mut state = OptimizerState::new();
    for (id, slot) in slots {
        let Some(member) = groups.member(*id) else { continue };
        let steps = TensorData::new(vec![slot.steps() as i64], [1]);
        state.insert(format!("{}/{STEP}", member.name), steps);
        for (array, data) in arrays.iter().zip(slot.to_host()) {
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
    arrays: &[&'static str],
) -> Result<Slots, OptimError> {
    let mut loader = Loader { groups, state, arrays, slots: Slots::new(), error: None };
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
    arrays: &'a [&'static str],
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
        for array in self.arrays {
            let key = format!("{name}/{array}");
            let Some(data) = self.state.remove(&key) else {
                return Err(refuse(key, "it is missing"));
            };
            if *data.shape() != param.shape() || data.dtype() != param.dtype() {
                let reason =
                    format!("{} {} for {}", data.dtype().name(), data.shape(), param.shape());
                return Err(refuse(key, reason));
            }
            slot.arrays.push(Tensor::from_data(data, &param.device()));
        }
        Ok(Some(slot))
    }
}

fn refuse(key: String, reason: impl Into<String>) -> OptimError {
    OptimError::State { key, reason: reason.into() }
}

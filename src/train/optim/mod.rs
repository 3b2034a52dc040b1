//! The optimizer: groups of parameters, gradient clipping, the update.
//!
//! Decides how a gradient becomes a change of the parameters; knows neither losses nor schedules
//! nor files: rates arrive per step, the state leaves as named arrays. Invariant: the same
//! gradients, rates and state give the same parameters, to the bit on one device.
//!
//! ```text
//! gradients -> clip (norm over the parameters that train) -> update per parameter, by its group
//! ```

mod adafactor;
mod adam;
mod clip;
mod error;
mod groups;
mod sgd;
mod slot;
mod state;

use std::collections::BTreeMap;

use burn::module::{Module, ModuleMapper, Param, ParamId};
use burn::optim::GradientsParams;
use burn::tensor::Tensor;

pub use adafactor::AdafactorConfig;
pub use adam::{AdamConfig, Decay};
pub use clip::GradClip;
pub use error::OptimError;
pub use groups::{ALL, GroupsConfig, LrWd, Overlap, ParamGroup, ParamGroups};
pub use sgd::SgdConfig;
pub use state::OptimizerState;

use slot::{AnySlot, Slot};

type Slots = BTreeMap<ParamId, Box<dyn AnySlot>>;

/// The update rule.
#[derive(Clone, Debug, PartialEq)]
pub enum OptimizerConfig {
    /// `transformers.Adafactor`.
    Adafactor(AdafactorConfig),
    /// `torch.optim.Adam`, `torch.optim.AdamW`.
    Adam(AdamConfig),
    /// `torch.optim.SGD`.
    Sgd(SgdConfig),
}

/// Updates the parameters of a module from their gradients.
///
/// ```text
/// let (grads, norm) = optimizer.clip(&model, grads, clip)?;
/// model = optimizer.step(schedule.lrs(), model, grads);
/// schedule.step();
/// ```
pub struct Optimizer {
    config: OptimizerConfig,
    groups: ParamGroups,
    slots: Slots,
}

impl OptimizerConfig {
    /// Starts without memory.
    ///
    /// # Errors
    /// A setting outside its range.
    pub fn init(&self, groups: ParamGroups) -> Result<Optimizer, OptimError> {
        match self {
            Self::Adafactor(adafactor) => adafactor.check()?,
            Self::Adam(adam) => adam.check()?,
            Self::Sgd(sgd) => sgd.check()?,
        }
        Ok(Optimizer { config: self.clone(), groups, slots: Slots::new() })
    }

    /// Names of the arrays kept of a parameter of that rank.
    fn arrays(&self, rank: usize) -> &'static [&'static str] {
        match self {
            Self::Adafactor(adafactor) => adafactor.arrays(rank),
            Self::Adam(adam) => adam.arrays(),
            Self::Sgd(sgd) if sgd.momentum != 0.0 => &["momentum_buffer"],
            Self::Sgd(_) => &[],
        }
    }

    fn update<const D: usize>(
        &self,
        p: Tensor<D>,
        g: Tensor<D>,
        slot: &mut Slot<D>,
        lr: f64,
        weight_decay: f64,
    ) -> Tensor<D> {
        match self {
            Self::Adafactor(adafactor) => adafactor.update(p, g, slot, lr, weight_decay),
            Self::Adam(adam) => adam.update(p, g, slot, lr, weight_decay),
            Self::Sgd(sgd) => sgd.update(p, g, slot, lr, weight_decay),
        }
    }
}

impl Optimizer {
    /// The groups this optimizer was made for.
    pub fn groups(&self) -> &ParamGroups {
        &self.groups
    }

    /// Switches gradients off for the parameters with a rate of 0. Call once, before training.
    pub fn freeze<M: Module>(&self, module: M) -> M {
        module.map(&mut Freezer { groups: &self.groups })
    }

    /// Measures the norm of the gradients over the parameters that train, and clips them.
    ///
    /// Returns the gradients and the norm before clipping.
    ///
    /// # Errors
    /// [`OptimError::NonFiniteGradient`], with the names of the parameters.
    pub fn clip<M: Module>(
        &self,
        module: &M,
        grads: GradientsParams,
        clip: GradClip,
    ) -> Result<(GradientsParams, f64), OptimError> {
        clip::clip(&self.groups, module, grads, clip)
    }

    /// Updates the module with one rate per group, as [`ParamGroups::groups`] orders them.
    ///
    /// A parameter without a gradient stays as it is, and so does its memory.
    ///
    /// # Panics
    /// When there are not as many rates as groups.
    pub fn step<M: Module>(&mut self, lrs: &[f64], module: M, grads: GradientsParams) -> M {
        assert_eq!(lrs.len(), self.groups.groups().len(), "one rate per group");
        module.map(&mut Stepper { optimizer: self, lrs, grads })
    }

    /// The memory, for a checkpoint; see [`OptimizerState`] for the names.
    pub fn state(&self) -> OptimizerState {
        state::export(&self.groups, &self.slots, &self.config)
    }

    /// Replaces the memory by that of a checkpoint.
    ///
    /// # Errors
    /// A name that is not a parameter of a group, a missing array, a wrong shape.
    pub fn load_state<M: Module>(
        &mut self,
        module: &M,
        state: OptimizerState,
    ) -> Result<(), OptimError> {
        self.slots = state::import(&self.groups, module, state, &self.config)?;
        Ok(())
    }

    /// Updates one parameter, once per appearance in the groups.
    fn update<const D: usize>(
        &mut self,
        id: ParamId,
        mut value: Tensor<D>,
        grad: Tensor<D>,
        lrs: &[f64],
    ) -> Tensor<D> {
        let Some(member) = self.groups.member(id) else { return value };
        let slot = self.slots.entry(id).or_insert_with(|| Box::new(Slot::<D>::default()));
        let (last, others) = member.groups.split_last().expect("a member has a group");
        let decay = |group: usize| self.groups.groups()[group].weight_decay;
        for group in others {
            let grad = grad.clone();
            value = self.config.update(value, grad, slot.of_rank(), lrs[*group], decay(*group));
        }
        self.config.update(value, grad, slot.of_rank(), lrs[*last], decay(*last))
    }
}

struct Stepper<'a> {
    optimizer: &'a mut Optimizer,
    lrs: &'a [f64],
    grads: GradientsParams,
}

impl ModuleMapper for Stepper<'_> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        if self.optimizer.groups.member(param.id).is_none() {
            return param;
        }
        let Some(grad) = self.grads.remove::<D>(param.id) else { return param };
        let (id, value, mapper) = param.consume();
        let checkpointing = value.gradient_checkpointing_strategy();
        let updated = self.optimizer.update(id, value.inner(), grad, self.lrs);
        let mut updated = Tensor::from_inner(updated);
        if let Some(strategy) = checkpointing {
            updated = updated.with_gradient_checkpointing_strategy(strategy);
        }
        Param::from_mapped_value(id, updated.require_grad(), mapper)
    }
}

struct Freezer<'a> {
    groups: &'a ParamGroups,
}

impl ModuleMapper for Freezer<'_> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let frozen = self.groups.frozen().iter().any(|(_, id)| *id == param.id);
        if frozen { param.set_require_grad(false) } else { param }
    }
}

/// Refuses a setting that does not hold.
fn require(
    holds: bool,
    setting: &str,
    value: impl std::fmt::Display,
    expected: &'static str,
) -> Result<(), OptimError> {
    if holds {
        return Ok(());
    }
    Err(OptimError::Setting { setting: setting.to_owned(), value: value.to_string(), expected })
}

#[cfg(test)]
mod tests;

//! Stochastic gradient descent, to torch's maths.
//!
//! `g += wd * p`; with momentum `mu`: `b = g` at first, then `b = mu b + (1 - dampening) g`, and
//! `g = b`, or `g + mu b` with Nesterov; `p -= lr * g`.
//!
//! One deviation: of a parameter that a group holds twice, torch starts one momentum per appearance
//! and keeps the last; here the second appearance continues the first one's.

use burn::tensor::Tensor;

use super::slot::Slot;
use super::{OptimError, require};

/// `torch.optim.SGD`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SgdConfig {
    /// Share of the last step that is kept; 0 for none.
    pub momentum: f64,
    /// Share of the gradient that does not enter the momentum.
    pub dampening: f64,
    /// Nesterov's look ahead.
    pub nesterov: bool,
}

impl SgdConfig {
    pub(super) fn check(&self) -> Result<(), OptimError> {
        let Self { momentum, dampening, nesterov } = *self;
        require(momentum >= 0.0, "optimizer.momentum", momentum, "a number, 0 or more")?;
        require(dampening.is_finite(), "optimizer.dampening", dampening, "a finite number")?;
        require(
            !nesterov || (momentum > 0.0 && dampening == 0.0),
            "optimizer.nesterov",
            nesterov,
            "false without momentum or with dampening",
        )
    }

    pub(super) fn update<const D: usize>(
        &self,
        p: Tensor<D>,
        g: Tensor<D>,
        slot: &mut Slot<D>,
        lr: f64,
        weight_decay: f64,
    ) -> Tensor<D> {
        let (p, g) = match weight_decay {
            0.0 => (p, g),
            decay => (p.clone(), g + p.mul_scalar(decay)),
        };
        slot.steps += 1;
        let direction = if self.momentum == 0.0 { g } else { self.accelerate(g, slot) };
        p - direction.mul_scalar(lr)
    }

    fn accelerate<const D: usize>(&self, g: Tensor<D>, slot: &mut Slot<D>) -> Tensor<D> {
        let buffer = match slot.arrays.pop() {
            None => g.clone(),
            Some(last) => {
                let share = 1.0 - self.dampening;
                let g = if share == 1.0 { g.clone() } else { g.clone().mul_scalar(share) };
                last.mul_scalar(self.momentum) + g
            }
        };
        slot.arrays.push(buffer.clone());
        if self.nesterov { g + buffer.mul_scalar(self.momentum) } else { buffer }
    }
}

//! Adam and AdamW, to torch's maths.
//!
//! | | Adam | AdamW |
//! |---|---|---|
//! | decay | `g += wd * p` | `p *= 1 - lr * wd` |
//!
//! then for both, with `t` the number of steps of this parameter, this one included:
//! `m += (1-b1) (g - m)`, `v = b2 v + (1-b2) g^2`,
//! `p -= lr / (1-b1^t) * m / (sqrt(v) / sqrt(1-b2^t) + eps)`. With `amsgrad` the largest `v` so far
//! of each element is in the place of `v`.
//!
//! `burn_optim::Adam` computes the corrections `1 - b^t` in single precision, which is off by 1e-5
//! in the first steps; here they are computed in double precision, as torch does.

use burn::tensor::Tensor;

use super::slot::Slot;
use super::{OptimError, require};

/// Where the weight decay acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decay {
    /// Added to the gradient (`torch.optim.Adam`).
    Gradient,
    /// Applied to the parameter (`torch.optim.AdamW`).
    Parameter,
}

/// `torch.optim.Adam` and `torch.optim.AdamW`.
#[derive(Clone, Debug, PartialEq)]
pub struct AdamConfig {
    /// Decay rates of the first and second moment.
    pub betas: [f64; 2],
    /// Added to the denominator.
    pub eps: f64,
    /// Where the weight decay acts.
    pub decay: Decay,
    /// Divides by the largest second moment so far.
    pub amsgrad: bool,
}

impl AdamConfig {
    /// torch's defaults.
    pub fn new(decay: Decay) -> Self {
        Self { betas: [0.9, 0.999], eps: 1e-8, decay, amsgrad: false }
    }

    pub(super) fn check(&self) -> Result<(), OptimError> {
        for beta in self.betas {
            require(
                (0.0..1.0).contains(&beta),
                "optimizer.betas",
                beta,
                "numbers from 0 to below 1",
            )?;
        }
        require(self.eps >= 0.0, "optimizer.eps", self.eps, "a number, 0 or more")
    }

    /// Names of the arrays kept of a parameter.
    pub(super) fn arrays(&self) -> &'static [&'static str] {
        match self.amsgrad {
            true => &["exp_avg", "exp_avg_sq", "max_exp_avg_sq"],
            false => &["exp_avg", "exp_avg_sq"],
        }
    }

    pub(super) fn update<const D: usize>(
        &self,
        p: Tensor<D>,
        g: Tensor<D>,
        slot: &mut Slot<D>,
        lr: f64,
        weight_decay: f64,
    ) -> Tensor<D> {
        let (p, g) = match self.decay {
            _ if weight_decay == 0.0 => (p, g),
            Decay::Gradient => (p.clone(), g + p.mul_scalar(weight_decay)),
            Decay::Parameter => (p.mul_scalar(1.0 - lr * weight_decay), g),
        };
        slot.steps += 1;
        let (m, v) = self.moments(g, slot);
        let [b1, b2] = self.betas.map(|beta| 1.0 - beta.powf(slot.steps as f64));
        let root = b2.sqrt();
        // The second correction is moved out of the denominator: one pass over memory less.
        let denominator = v.sqrt().add_scalar(self.eps * root);
        p - m.div(denominator).mul_scalar(lr * root / b1)
    }

    /// Moves the moments in the slot and returns the first and what is divided by. Handles are taken
    /// and given back so that the backend may write in place.
    fn moments<const D: usize>(&self, g: Tensor<D>, slot: &mut Slot<D>) -> (Tensor<D>, Tensor<D>) {
        let [w1, w2] = self.betas.map(|beta| 1.0 - beta);
        let mut old = std::mem::take(&mut slot.arrays).into_iter();
        let (m, v) = match (old.next(), old.next()) {
            (Some(m), Some(v)) => {
                let change = (g.clone() - m.clone()).mul_scalar(w1);
                (m + change, v.mul_scalar(self.betas[1]) + g.square().mul_scalar(w2))
            }
            _ => (g.clone().mul_scalar(w1), g.square().mul_scalar(w2)),
        };
        slot.arrays.extend([m.clone(), v.clone()]);
        if !self.amsgrad {
            return (m, v);
        }
        let largest = match old.next() {
            Some(largest) => largest.max_pair(v),
            None => v,
        };
        slot.arrays.push(largest.clone());
        (m, largest)
    }
}

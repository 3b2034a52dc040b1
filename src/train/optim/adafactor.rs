//! Adafactor, to the maths of `transformers.Adafactor`.
//!
//! Shazeer and Stern, "Adafactor: Adaptive Learning Rates with Sublinear Memory Cost" (2018). Of a
//! parameter with rows and columns only the means of the second moment over either are kept; other
//! parameters keep it whole. With `t` the steps of this parameter, this one included,
//! `rms(x) = |x| / sqrt(n)` and `b2 = 1 - t^decay_rate`:
//!
//! | | |
//! |---|---|
//! | second moment | `v = b2 v + (1-b2) (g^2 + eps0)`, or its means over rows and over columns |
//! | update | `u = g / sqrt(v)`, where `v` of means is `row * column / mean(row)` |
//! | clipped | `u / max(1, rms(u) / clip_threshold)` |
//! | rate `a` | `lr`; with `relative_step` instead `min(1e-2, 1/sqrt(t))`, or with `warmup_init` `min(1e-6 t, 1/sqrt(t))`; with `scale_parameter` times `max(eps1, rms(p))` |
//! | first moment | with `beta1`: `m = b1 m + (1-b1) a u` takes the place of `a u` |
//! | parameter | `p = (1 - a wd) p - a u` |
//!
//! Rows and columns are the last two dimensions. The means are the same for a matrix stored as the
//! transpose of the original's, but for their names. With `relative_step` the rates of the groups
//! are without effect, as in the original.

use burn::tensor::Tensor;

use super::slot::Slot;
use super::{OptimError, require};

/// `transformers.Adafactor`.
#[derive(Clone, Debug, PartialEq)]
pub struct AdafactorConfig {
    /// Added to the squared gradient; least size of a parameter.
    pub eps: [f64; 2],
    /// Largest root mean square of an update.
    pub clip_threshold: f64,
    /// Exponent of the decay of the second moment.
    pub decay_rate: f64,
    /// Decay rate of the first moment; `None` keeps none.
    pub beta1: Option<f64>,
    /// Multiplies rates by the size of the parameter.
    pub scale_parameter: bool,
    /// Takes rates from the step instead of the groups.
    pub relative_step: bool,
    /// Lets those rates rise first.
    pub warmup_init: bool,
}

impl Default for AdafactorConfig {
    /// The defaults of transformers.
    fn default() -> Self {
        Self {
            eps: [1e-30, 1e-3],
            clip_threshold: 1.0,
            decay_rate: -0.8,
            beta1: None,
            scale_parameter: true,
            relative_step: true,
            warmup_init: false,
        }
    }
}

impl AdafactorConfig {
    pub(super) fn check(&self) -> Result<(), OptimError> {
        let Self { eps, clip_threshold, decay_rate, beta1, .. } = *self;
        for eps in eps {
            require(eps >= 0.0, "optimizer.eps", eps, "numbers, 0 or more")?;
        }
        let above = "a number above 0";
        require(clip_threshold > 0.0, "optimizer.clip_threshold", clip_threshold, above)?;
        require(decay_rate <= 0.0, "optimizer.decay_rate", decay_rate, "a number, 0 or less")?;
        let beta1 = beta1.unwrap_or(0.0);
        let share = "a number from 0 to below 1, or null";
        require((0.0..1.0).contains(&beta1), "optimizer.beta1", beta1, share)?;
        require(
            self.relative_step || !self.warmup_init,
            "optimizer.warmup_init",
            self.warmup_init,
            "false without optimizer.relative_step",
        )
    }

    /// Names of the arrays kept of a parameter of that rank.
    pub(super) fn arrays(&self, rank: usize) -> &'static [&'static str] {
        match (self.beta1.is_some(), rank >= 2) {
            (false, false) => &["exp_avg_sq"],
            (false, true) => &["exp_avg_sq_row", "exp_avg_sq_col"],
            (true, false) => &["exp_avg", "exp_avg_sq"],
            (true, true) => &["exp_avg", "exp_avg_sq_row", "exp_avg_sq_col"],
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
        slot.steps += 1;
        let mut arrays = std::mem::take(&mut slot.arrays).into_iter();
        let first = self.beta1.and_then(|_| arrays.next());
        let (update, second) = self.precondition(g, arrays.collect(), slot.steps);
        let clip = (rms(&update) / self.clip_threshold).clamp_min(1.0);
        let rate = self.rate(&p, slot.steps, lr);
        let mut update = update * (rate.clone() / clip);
        if let Some(beta1) = self.beta1 {
            let share = update.mul_scalar(1.0 - beta1);
            update = match first {
                Some(m) => m.mul_scalar(beta1) + share,
                None => share,
            };
            slot.arrays.push(update.clone());
        }
        slot.arrays.extend(second);
        let p = match weight_decay {
            0.0 => p,
            decay => p * (rate.mul_scalar(-decay) + 1.0),
        };
        p - update
    }

    /// The gradient over the root of its second moment, and the arrays of that moment.
    fn precondition<const D: usize>(
        &self,
        g: Tensor<D>,
        old: Vec<Tensor<D>>,
        steps: u64,
    ) -> (Tensor<D>, Vec<Tensor<D>>) {
        let b2 = 1.0 - (steps as f64).powf(self.decay_rate);
        let square = g.clone().square() + self.eps[0];
        let new = match D {
            0 | 1 => vec![square],
            _ => vec![square.clone().mean_dim(D - 1), square.mean_dim(D.saturating_sub(2))],
        };
        let mut old = old.into_iter();
        let moved = new.into_iter().map(|new| match old.next() {
            Some(old) => old.mul_scalar(b2) + new.mul_scalar(1.0 - b2),
            None => new.mul_scalar(1.0 - b2),
        });
        let moved: Vec<Tensor<D>> = moved.collect();
        let factor = match moved.as_slice() {
            [row, column] => {
                let mean = row.clone().mean_dim(D.saturating_sub(2));
                inverse_root(row.clone() / mean) * inverse_root(column.clone())
            }
            whole => inverse_root(whole[0].clone()),
        };
        (g * factor, moved)
    }

    /// The rate, one element.
    fn rate<const D: usize>(&self, p: &Tensor<D>, steps: u64, lr: f64) -> Tensor<D> {
        let steps = steps as f64;
        let rate = match (self.relative_step, self.warmup_init) {
            (false, _) => lr,
            (true, false) => steps.sqrt().recip().min(1e-2),
            (true, true) => steps.sqrt().recip().min(1e-6 * steps),
        };
        match self.scale_parameter {
            true => rms(p).clamp_min(self.eps[1]).mul_scalar(rate),
            false => Tensor::full([1; D], rate, &p.device()),
        }
    }
}

/// The root of the mean of squares, one element.
fn rms<const D: usize>(x: &Tensor<D>) -> Tensor<D> {
    let count = x.shape().num_elements() as f64;
    // Rows first: some backends add up a long array in an order that varies between runs.
    let squares = x.clone().square().sum_dim(D - 1).sum();
    (squares / count).sqrt().reshape([1; D])
}

fn inverse_root<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    x.sqrt().recip()
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    #[test]
    fn a_transpose_is_updated_alike() {
        let device = Device::default();
        let p = Tensor::<2>::from_floats([[0.5, -1.0, 2.0], [3.0, 0.25, -0.75]], &device);
        let g = Tensor::<2>::from_floats([[0.1, 0.2, -0.3], [0.4, 0.5, 0.6]], &device);
        let config = AdafactorConfig { beta1: Some(0.9), ..AdafactorConfig::default() };
        let (mut slot, mut turned) = (Slot::default(), Slot::default());
        let (mut a, mut b) = (p.clone(), p.transpose());
        for _ in 0..3 {
            a = config.update(a, g.clone(), &mut slot, 0.1, 0.01);
            b = config.update(b, g.clone().transpose(), &mut turned, 0.1, 0.01);
        }
        let difference: f32 = (a - b.transpose()).abs().max().into_scalar();
        assert!(difference < 1e-6, "{difference}");
        assert_eq!(slot.arrays.len(), config.arrays(2).len());
    }

    #[test]
    fn relative_steps_do_not_look_at_the_rate() {
        let device = Device::default();
        let p = Tensor::<1>::from_floats([0.5, -1.0], &device);
        let g = Tensor::<1>::from_floats([0.1, 0.2], &device);
        let step = |relative_step, lr| {
            let config = AdafactorConfig { relative_step, ..AdafactorConfig::default() };
            let after = config.update(p.clone(), g.clone(), &mut Slot::default(), lr, 0.0);
            after.into_data().iter::<f32>().collect::<Vec<f32>>()
        };
        assert_eq!(step(true, 0.1), step(true, 0.7));
        assert_ne!(step(false, 0.1), step(false, 0.7));
    }

    #[test]
    fn settings_out_of_range_are_refused() {
        let whole = AdafactorConfig::default();
        let rows = [
            (
                "warmup_init",
                AdafactorConfig { warmup_init: true, relative_step: false, ..whole.clone() },
            ),
            ("clip_threshold", AdafactorConfig { clip_threshold: 0.0, ..whole.clone() }),
            ("decay_rate", AdafactorConfig { decay_rate: 0.8, ..whole.clone() }),
            ("beta1", AdafactorConfig { beta1: Some(1.0), ..whole.clone() }),
            ("eps", AdafactorConfig { eps: [1e-30, -1.0], ..whole }),
        ];
        for (word, config) in rows {
            let error = config.check().unwrap_err().to_string();
            assert!(error.contains(word), "{word}: {error}");
        }
    }
}

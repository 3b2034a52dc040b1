//! Batch normalisation with running statistics: `torch.nn.BatchNorm2d` and `BatchNorm3d`.
//!
//! Decides the statistics of a batch and what is kept of them; a model that trains (its parameters
//! are under autodiff) uses those of the batch, one after `valid()` those that were kept.
//! Invariant: frozen parameters change nothing about that, as in the original.

use burn::module::{Module, Param};
use burn::nn::Initializer;
use burn::tensor::{Device, Int, Tensor, module};

use super::buffer::Buffer;

/// Settings of [`BatchNorm`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchNormConfig {
    /// Added to the variance.
    pub epsilon: f64,
    /// Share of a batch in the running statistics.
    pub momentum: f64,
}

/// Normalises every channel over the batch and all positions.
#[derive(Module, Debug)]
pub struct BatchNorm {
    /// Scale, `[channels]`.
    pub weight: Param<Tensor<1>>,
    /// Shift, `[channels]`.
    pub bias: Param<Tensor<1>>,
    /// Mean of what was seen, `[channels]`.
    pub running_mean: Buffer<Tensor<1>>,
    /// Unbiased variance of what was seen, `[channels]`.
    pub running_var: Buffer<Tensor<1>>,
    /// Batches seen, `[1]`; a scalar in the original.
    pub num_batches_tracked: Buffer<Tensor<1, Int>>,
    epsilon: f64,
    momentum: f64,
}

impl Default for BatchNormConfig {
    /// `torch`'s defaults.
    fn default() -> Self {
        Self { epsilon: 1e-5, momentum: 0.1 }
    }
}

impl BatchNormConfig {
    /// Scale one, shift zero, nothing seen.
    pub fn init(&self, channels: usize, device: &Device) -> BatchNorm {
        BatchNorm {
            weight: Initializer::Ones.init([channels], device),
            bias: Initializer::Zeros.init([channels], device),
            running_mean: Buffer::new(Tensor::zeros([channels], device)),
            running_var: Buffer::new(Tensor::ones([channels], device)),
            num_batches_tracked: Buffer::new(Tensor::zeros([1], device)),
            epsilon: self.epsilon,
            momentum: self.momentum,
        }
    }
}

impl BatchNorm {
    /// Normalises and rescales; in training the running statistics move towards the batch's.
    ///
    /// # Shapes
    /// - input, output: `[B, channels, ...]`
    pub fn forward<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        let [channels] = self.weight.lazy_shape().dims();
        assert_eq!(x.dims()[1], channels, "channels of batch normalisation");
        if self.weight.val().is_autodiff() { self.train_on(x) } else { self.apply(x) }
    }

    /// By the statistics of the batch, which are kept.
    fn train_on<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        let values = x.shape().num_elements() / x.dims()[1];
        let (weight, bias) = (self.weight.val(), self.bias.val());
        let batch = module::batch_norm_train(x, weight, bias, self.epsilon);
        // Of a single value `torch` refuses to take a variance; here it is 0.
        let unbiased = values as f64 / (values - 1).max(1) as f64;
        let keep = |kept: Tensor<1>, seen: Tensor<1>| {
            (kept * (1.0 - self.momentum) + seen.detach() * self.momentum).detach()
        };
        self.running_mean.update(|kept| keep(kept, batch.mean));
        self.running_var.update(|kept| keep(kept, batch.variance * unbiased));
        self.num_batches_tracked.update(|batches| batches + 1);
        batch.output
    }

    /// By the running statistics, as one scale and one shift.
    fn apply<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        let mut shape = [1; D];
        shape[1] = x.dims()[1];
        let scale = self.weight.val() / (self.running_var.get() + self.epsilon).sqrt();
        let shift = self.bias.val() - self.running_mean.get() * scale.clone();
        x * scale.reshape(shape) + shift.reshape(shape)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Tolerance;

    fn close<const D: usize>(actual: Tensor<D>, expected: &[f32]) {
        let expected = burn::tensor::TensorData::new(expected.to_vec(), actual.dims());
        actual.into_data().assert_approx_eq::<f32>(&expected, Tolerance::rel_abs(1e-6, 1e-6));
    }

    fn trained() -> BatchNorm {
        let device = Device::default().autodiff();
        let norm = BatchNormConfig::default().init(1, &device);
        let output = norm.forward(Tensor::<3>::from_floats([[[1.0, 2.0, 6.0]]], &device));
        let std = (14.0f32 / 3.0 + 1e-5).sqrt();
        close(output, &[-2.0 / std, -1.0 / std, 3.0 / std]);
        norm
    }

    #[test]
    fn running_statistics_are_unbiased_and_batches_are_counted() {
        let norm = trained();
        close(norm.running_mean.get(), &[0.3]);
        close(norm.running_var.get(), &[0.9 + 0.1 * 7.0]);
        assert_eq!(norm.num_batches_tracked.get().into_scalar::<i64>(), 1);
    }

    #[test]
    fn what_was_kept_normalises_after_training_and_stays() {
        let norm = trained();
        let quiet = norm.valid();
        let x = Tensor::<3>::from_floats([[[4.0]]], &Device::default());
        close(quiet.forward(x), &[3.7 / (1.6f32 + 1e-5).sqrt()]);
        close(quiet.running_mean.get(), &[0.3]);
        assert!(!quiet.running_var.get().is_autodiff());
        // The snapshot is one: training goes on without it.
        let device = Device::default().autodiff();
        norm.forward(Tensor::<3>::zeros([1, 1, 4], &device));
        close(quiet.running_mean.get(), &[0.3]);
        close(norm.running_mean.get(), &[0.27]);
        close(norm.clone().running_mean.get(), &[0.27]);
    }

    #[test]
    fn frozen_parameters_do_not_stop_the_statistics() {
        let device = Device::default().autodiff();
        let norm = BatchNormConfig::default().init(1, &device).no_grad();
        norm.forward(Tensor::<3>::ones([1, 1, 4], &device));
        close(norm.running_mean.get(), &[0.1]);
    }

    #[test]
    fn one_value_for_each_channel_leaves_numbers() {
        let device = Device::default().autodiff();
        let norm = BatchNormConfig::default().init(1, &device);
        close(norm.forward(Tensor::<3>::ones([1, 1, 1], &device)), &[0.0]);
        close(norm.running_var.get(), &[0.9]);
    }
}

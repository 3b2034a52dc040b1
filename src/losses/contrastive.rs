//! SimCLR's contrastive loss, with several positives as in MIL-NCE.
//!
//! Sources: Chen et al., "A Simple Framework for Contrastive Learning of Visual Representations"
//! (2020); Miech et al., "End-to-End Learning of Visual Representations from Uncurated
//! Instructional Videos" (2020), equation 1 and appendix A.

use burn::tensor::{Bool, Device, Int, Tensor};

use super::features::unit;

/// The logit of a row with itself: so low that it has no share in a sum of exponentials.
const SELF: f64 = -1e9;

/// Settings of [`simclr_infonce`].
#[derive(Clone, Debug, PartialEq)]
pub struct InfoNceConfig {
    /// Similarities are divided by it.
    pub temperature: f64,
    /// Adds the loss in which targets look for their outputs.
    pub target_to_output_loss: bool,
    /// Several positives of one row.
    pub mil_type: MilType,
}

impl Default for InfoNceConfig {
    fn default() -> Self {
        Self { temperature: 0.1, target_to_output_loss: true, mil_type: MilType::Sum }
    }
}

/// What several positives of one row count for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MilType {
    /// All of them add up.
    Sum,
    /// The closest counts, the others are left out.
    Max,
}

/// [`simclr_infonce_rows`], averaged.
///
/// # Shapes
/// - output: `[B, F]`
/// - targets: `[B, K, F]`, K of them for each row
/// - output of the function: `[1]`
///
/// # Panics
/// When rows or widths differ.
pub fn simclr_infonce(output: Tensor<2>, targets: Tensor<3>, config: &InfoNceConfig) -> Tensor<1> {
    simclr_infonce_rows(output, targets, config).mean()
}

/// How much closer each output is to its own targets than to everything else in the batch.
///
/// Everything else are the targets of other rows and the other outputs. The way back takes the
/// first target of each row only. Source: `loss_fn/simclr_infonce.py`, which averages the rows
/// itself with `mil_type: max`.
///
/// # Shapes
/// - output: `[B, F]`
/// - targets: `[B, K, F]`, K of them for each row
/// - output of the function: `[B]`
///
/// # Panics
/// When rows or widths differ.
pub fn simclr_infonce_rows(
    output: Tensor<2>,
    targets: Tensor<3>,
    config: &InfoNceConfig,
) -> Tensor<1> {
    let own = Embeddings::new(output, targets);
    own.contrast(&own, 0, config)
}

/// Outputs and targets of length 1.
struct Embeddings {
    /// `[B, F]`.
    output: Tensor<2>,
    /// `[B, K, F]`.
    targets: Tensor<3>,
}

impl Embeddings {
    fn new(output: Tensor<2>, targets: Tensor<3>) -> Self {
        let [b, k, f] = targets.dims();
        assert_eq!(output.dims(), [b, f], "an output for each row of targets");
        let targets = unit(targets.reshape([b * k, f])).reshape([b, k, f]);
        Self { output: unit(output), targets }
    }

    /// The loss of these rows among all rows, of which they are those from `first` on.
    fn contrast(&self, all: &Self, first: usize, config: &InfoNceConfig) -> Tensor<1> {
        let ([b, k, _], [n, ..]) = (self.targets.dims(), all.targets.dims());
        let device = self.output.device();
        let likeness = |a: &Tensor<2>, b: &Tensor<2>| {
            a.clone().matmul(b.clone().swap_dims(0, 1)) / config.temperature
        };
        let (own, itself) =
            (own_columns(b, n, k, first, &device), own_columns(b, n, 1, first, &device));
        let positives =
            self.output.clone().unsqueeze_dim(1).matmul(self.targets.clone().swap_dims(1, 2));
        let positives = positives.squeeze_dim::<2>(1) / config.temperature; // [B, K]
        let others = likeness(&self.output, &all.targets.clone().flatten(0, 1)); // [B, N K]
        let alike = likeness(&self.output, &all.output).mask_fill(itself.clone(), SELF); // [B, N]
        let loss = among(positives.clone(), others.mask_fill(own, SELF), alike, config.mil_type);
        if !config.target_to_output_loss {
            return loss;
        }
        let target = first_of_each(&self.targets);
        let others = likeness(&target, &all.output).mask_fill(itself.clone(), SELF);
        let alike = likeness(&target, &first_of_each(&all.targets)).mask_fill(itself, SELF);
        loss + among(positives.narrow(1, 0, 1), others, alike, config.mil_type)
    }
}

/// Which of `n * k` columns belong to each of `b` rows, the first of which is row `first` of `n`.
fn own_columns(b: usize, n: usize, k: usize, first: usize, device: &Device) -> Tensor<2, Bool> {
    let eye = Tensor::<2, Int>::eye(n, device).narrow(0, first, b);
    eye.unsqueeze_dim::<3>(2).repeat_dim(2, k).reshape([b, n * k]).equal_elem(1)
}

/// Log of the share that the positives do not have, `[B]`.
fn among(positives: Tensor<2>, others: Tensor<2>, alike: Tensor<2>, mil: MilType) -> Tensor<1> {
    let positives = match mil {
        MilType::Sum => positives,
        MilType::Max => positives.max_dim(1),
    };
    let all = Tensor::cat(vec![positives.clone(), others, alike], 1);
    (log_sum_exp(all) - log_sum_exp(positives)).squeeze_dim(1)
}

/// `[B, N]` -> `[B, 1]`.
fn log_sum_exp(x: Tensor<2>) -> Tensor<2> {
    let greatest = x.clone().detach().max_dim(1);
    (x - greatest.clone()).exp().sum_dim(1).log() + greatest
}

fn first_of_each(targets: &Tensor<3>) -> Tensor<2> {
    targets.clone().narrow(1, 0, 1).squeeze_dim(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(tensor: Tensor<1>) -> Vec<f32> {
        tensor.into_data().iter::<f32>().collect()
    }

    /// Two rows at right angles, each with one target like it.
    fn pairs(device: &Device) -> (Tensor<2>, Tensor<3>) {
        let output = Tensor::<2>::from_floats([[2.0, 0.0], [0.0, 3.0]], device);
        (output.clone(), output.unsqueeze_dim(1))
    }

    #[test]
    fn hand_worked_case() {
        let (output, targets) = pairs(&Device::default());
        let config = InfoNceConfig {
            temperature: 1.0,
            target_to_output_loss: false,
            mil_type: MilType::Sum,
        };
        // The positive has likeness 1, the other target and the other output 0.
        let expected = (1f32.exp() + 2.0).ln() - 1.0;
        let loss = values(simclr_infonce_rows(output.clone(), targets.clone(), &config));
        assert!(loss.iter().all(|l| (l - expected).abs() < 1e-6), "{loss:?}");
        let both = InfoNceConfig { target_to_output_loss: true, ..config };
        let loss = values(simclr_infonce_rows(output, targets, &both));
        assert!(loss.iter().all(|l| (l - 2.0 * expected).abs() < 1e-6), "{loss:?}");
    }

    #[test]
    fn one_positive_is_the_same_for_both_kinds() {
        let (output, targets) = pairs(&Device::default());
        let loss = |mil_type| {
            let config = InfoNceConfig { mil_type, ..InfoNceConfig::default() };
            values(simclr_infonce_rows(output.clone(), targets.clone(), &config))
        };
        assert_eq!(loss(MilType::Sum), loss(MilType::Max));
    }

    #[test]
    fn rows_among_more_rows_are_the_rows_of_the_whole() {
        let device = Device::default();
        let random = burn::tensor::Distribution::Normal(0.0, 1.0);
        let output = Tensor::<2>::random([4, 3], random, &device);
        let targets = Tensor::<3>::random([4, 2, 3], random, &device);
        for mil_type in [MilType::Sum, MilType::Max] {
            let config = InfoNceConfig { mil_type, ..InfoNceConfig::default() };
            let whole = values(simclr_infonce_rows(output.clone(), targets.clone(), &config));
            let all = Embeddings::new(output.clone(), targets.clone());
            let part =
                Embeddings::new(output.clone().narrow(0, 2, 2), targets.clone().narrow(0, 2, 2));
            let part = values(part.contrast(&all, 2, &config));
            assert!(part.iter().zip(&whole[2..]).all(|(a, b)| (a - b).abs() < 1e-5));
        }
    }

    #[test]
    fn a_batch_of_one_has_finite_gradients() {
        let device = Device::default().autodiff();
        let output = Tensor::<2>::from_floats([[1.0, 2.0]], &device).require_grad();
        let targets = Tensor::<3>::from_floats([[[2.0, 1.0]]], &device);
        let loss = simclr_infonce_rows(output.clone(), targets, &InfoNceConfig::default());
        let grad = output.grad(&loss.sum().backward()).unwrap().into_data();
        assert!(grad.iter::<f32>().all(f32::is_finite));
    }
}

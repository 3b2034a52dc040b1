//! Where a feature stands in its clip: `PositionalEncoding` of the original.

use burn::module::Module;
use burn::nn::Dropout;
use burn::tensor::{Device, Tensor, TensorData};

use crate::models::layers::dropout;
use crate::models::{Buffer, ModelError};

/// Steps that have a position.
pub(super) const MAX_STEPS: usize = 1000;

/// Sines and cosines of the position, then dropout.
#[derive(Module, Debug)]
pub(super) struct PositionalEncoding {
    /// `[MAX_STEPS, 1, width]`.
    pe: Buffer<Tensor<3>>,
    dropout: Dropout,
}

impl PositionalEncoding {
    /// Positions of features of a width, and the dropout behind them.
    pub(super) fn new(width: usize, prob: f64, device: &Device) -> Result<Self, ModelError> {
        if !width.is_multiple_of(2) {
            return Err(ModelError::Odd { name: "inter_rep", value: width });
        }
        let pe = Buffer::new(sinusoids(width, device));
        Ok(Self { pe, dropout: dropout("dropout", prob)? })
    }

    /// `[B, T, width]` -> `[B, T, width]`.
    pub(super) fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        let steps = x.dims()[1];
        assert!(steps <= MAX_STEPS, "{steps} steps exceed {MAX_STEPS} positions");
        self.dropout.forward(x + self.pe.get().narrow(0, 0, steps).swap_dims(0, 1))
    }
}

/// Sines at even places, cosines at odd ones, `[MAX_STEPS, 1, width]`.
fn sinusoids(width: usize, device: &Device) -> Tensor<3> {
    let slowing = -(10_000f64.ln()) / width as f64;
    let value = |step: usize, i: usize| {
        // In single precision, as the original.
        let angle = step as f32 * ((i - i % 2) as f32 * slowing as f32).exp();
        if i.is_multiple_of(2) { angle.sin() } else { angle.cos() }
    };
    let values: Vec<f32> =
        (0..MAX_STEPS).flat_map(|step| (0..width).map(move |i| value(step, i))).collect();
    Tensor::from_data(TensorData::new(values, [MAX_STEPS, 1, width]), device)
}

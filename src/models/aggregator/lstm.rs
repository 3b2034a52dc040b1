//! `torch.nn.LSTM` of one layer, batch first.

use burn::module::{Module, Param};
use burn::nn::Initializer;
use burn::tensor::activation::{sigmoid, tanh};
use burn::tensor::{Device, Tensor, module};

/// A long short-term memory. Rows of its arrays: input, forget, cell and output gate.
#[derive(Module, Debug)]
pub(super) struct Lstm {
    /// `[4 H, F]`.
    weight_ih_l0: Param<Tensor<2>>,
    /// `[4 H, H]`.
    weight_hh_l0: Param<Tensor<2>>,
    /// `[4 H]`.
    bias_ih_l0: Param<Tensor<1>>,
    /// `[4 H]`.
    bias_hh_l0: Param<Tensor<1>>,
}

/// What an LSTM remembers, each `[B, H]`.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub hidden: Tensor<2>,
    pub cell: Tensor<2>,
}

impl Lstm {
    /// Everything drawn between ∓1/√H, as torch does.
    pub(super) fn new(d_input: usize, hidden: usize, device: &Device) -> Self {
        let bound = (hidden as f64).sqrt().recip();
        let uniform = Initializer::Uniform { min: -bound, max: bound };
        Self {
            weight_ih_l0: uniform.init([4 * hidden, d_input], device),
            weight_hh_l0: uniform.init([4 * hidden, hidden], device),
            bias_ih_l0: uniform.init([4 * hidden], device),
            bias_hh_l0: uniform.init([4 * hidden], device),
        }
    }

    /// The state after the last step, from `state` or from nothing.
    ///
    /// # Shapes
    /// - x: `[B, T, F]`
    pub(super) fn forward(&self, x: Tensor<3>, state: Option<State>) -> State {
        let [b, steps, _] = x.dims();
        let [_, hidden] = self.weight_hh_l0.dims();
        let bias = self.bias_ih_l0.val() + self.bias_hh_l0.val();
        // What the input says to the gates, for all steps at once.
        let inputs = module::linear(x, self.weight_ih_l0.val().swap_dims(0, 1), Some(bias));
        let recurrent = self.weight_hh_l0.val().swap_dims(0, 1);
        let nothing = || Tensor::zeros([b, hidden], &inputs.device());
        let start = state.unwrap_or_else(|| State { hidden: nothing(), cell: nothing() });
        (0..steps).fold(start, |State { hidden, cell }, t| {
            let input: Tensor<2> = inputs.clone().narrow(1, t, 1).squeeze_dim(1); // [B, 4 H]
            let [i, f, g, o] = quarters(input + hidden.matmul(recurrent.clone()));
            let cell = sigmoid(f) * cell + sigmoid(i) * tanh(g);
            State { hidden: sigmoid(o) * tanh(cell.clone()), cell }
        })
    }
}

/// `[B, 4 H]` -> four times `[B, H]`.
fn quarters(gates: Tensor<2>) -> [Tensor<2>; 4] {
    let hidden = gates.dims()[1] / 4;
    [0, 1, 2, 3].map(|i| gates.clone().narrow(1, i * hidden, hidden))
}

//! `action_gru`: a recurrent network over past actions.
//!
//! The cell is `torch.nn.GRU`'s, whose arrays it has under torch's names: reset, update and new gate.
//! A history of another length than the batch's stops where it ends; an empty one leaves the learned
//! start state.

use burn::module::{Module, Param};
use burn::nn::{Dropout, Initializer};
use burn::tensor::activation::{sigmoid, tanh};
use burn::tensor::{Bool, Device, Tensor, module};

use crate::models::ModelError;
use crate::models::error::positive;
use crate::models::layers::dropout;
use crate::models::teacher::TeacherOutput;

use super::embeddings::Embeddings;
use super::outputs::Outputs;
use super::{ActionClasses, ActionTokens};

/// Standard deviation of the initial embeddings and output weights: wide, since the states that they
/// meet are small at first.
const STD: f64 = 0.15;

/// Sizes of [`ActionGru`].
#[derive(Clone, Debug, PartialEq)]
pub struct ActionGruConfig {
    /// Width of embeddings and states.
    pub dim: usize,
    /// Layers.
    pub num_layers: usize,
    /// Dropout of embeddings, between layers and of the last state.
    pub dropout: f64,
    /// Whether the outputs of verbs and nouns are their embeddings.
    pub tie_outputs: bool,
}

impl ActionGruConfig {
    /// Builds the network with weights drawn at random.
    ///
    /// # Errors
    /// [`ModelError`] when a size is zero, or the dropout is no probability.
    pub fn init(&self, classes: &ActionClasses, device: &Device) -> Result<ActionGru, ModelError> {
        let dim = positive("dim", self.dim)?;
        positive("num_layers", self.num_layers)?;
        Ok(ActionGru {
            embeddings: Embeddings::new(classes, dim, STD, device),
            layers: (0..self.num_layers).map(|_| Gru::new(dim, dim, device)).collect(),
            start: Initializer::Zeros.init([self.num_layers, dim], device),
            outputs: Outputs::new(classes, dim, STD, self.tie_outputs, device),
            dropout: dropout("dropout", self.dropout)?,
        })
    }
}

/// A recurrent network over past actions.
#[derive(Module, Debug)]
pub struct ActionGru {
    embeddings: Embeddings,
    layers: Vec<Gru>,
    /// State before the first action, `[layers, dim]`.
    start: Param<Tensor<2>>,
    outputs: Outputs,
    dropout: Dropout,
}

impl ActionGru {
    /// What comes next; the feature is the last state.
    ///
    /// # Shapes
    /// - tokens: `[B, T]`
    /// - feature: `[B, dim]`
    pub fn forward(&self, tokens: ActionTokens) -> TeacherOutput {
        let mut steps = self.dropout.forward(self.embeddings.forward(tokens.actions));
        let [b, _, dim] = steps.dims();
        let mut last = Tensor::zeros([b, dim], &steps.device());
        for (i, layer) in self.layers.iter().enumerate() {
            if i > 0 {
                steps = self.dropout.forward(steps);
            }
            let start = self.start.val().narrow(0, i, 1).expand([b, dim]);
            let states = layer.forward(steps, start, &tokens.mask);
            last = states.last().expect("the start state is always there").clone();
            steps = Tensor::stack(states[1..].to_vec(), 1);
        }
        let logits = self.outputs.forward(self.dropout.forward(last.clone()), &self.embeddings);
        TeacherOutput { logits, feature: last }
    }
}

/// One layer of `torch.nn.GRU`, batch first.
#[derive(Module, Debug)]
pub struct Gru {
    /// `[3 H, F]`.
    weight_ih_l0: Param<Tensor<2>>,
    /// `[3 H, H]`.
    weight_hh_l0: Param<Tensor<2>>,
    /// `[3 H]`.
    bias_ih_l0: Param<Tensor<1>>,
    /// `[3 H]`.
    bias_hh_l0: Param<Tensor<1>>,
}

impl Gru {
    /// Everything drawn between ∓1/√H, as torch does.
    fn new(d_input: usize, hidden: usize, device: &Device) -> Self {
        let bound = (hidden as f64).sqrt().recip();
        let uniform = Initializer::Uniform { min: -bound, max: bound };
        Self {
            weight_ih_l0: uniform.init([3 * hidden, d_input], device),
            weight_hh_l0: uniform.init([3 * hidden, hidden], device),
            bias_ih_l0: uniform.init([3 * hidden], device),
            bias_hh_l0: uniform.init([3 * hidden], device),
        }
    }

    /// The state before the first step and after each; a step that the mask leaves out keeps it.
    ///
    /// # Shapes
    /// - x: `[B, T, F]`, start: `[B, H]`, mask: `[B, T]`
    /// - each state: `[B, H]`
    fn forward(&self, x: Tensor<3>, start: Tensor<2>, mask: &Tensor<2, Bool>) -> Vec<Tensor<2>> {
        let [b, steps, _] = x.dims();
        let [_, hidden] = start.dims();
        assert_eq!([b, steps], mask.dims(), "the mask is of the steps");
        let bias = Some(self.bias_ih_l0.val());
        // What the input says to the gates, for all steps at once.
        let inputs = module::linear(x, self.weight_ih_l0.val().swap_dims(0, 1), bias);
        let weight = self.weight_hh_l0.val().swap_dims(0, 1);
        let mut states = vec![start];
        for t in 0..steps {
            let before = states[t].clone();
            let input = inputs.clone().narrow(1, t, 1).reshape([b, 3 * hidden]);
            let recurrent =
                module::linear(before.clone(), weight.clone(), Some(self.bias_hh_l0.val()));
            let next = cell(input, recurrent, before.clone());
            let there = mask.clone().narrow(1, t, 1).expand([b, hidden]);
            states.push(before.mask_where(there, next));
        }
        states
    }
}

/// The state after a step, from what input and state say to the gates, `[B, 3 H]` each.
fn cell(input: Tensor<2>, recurrent: Tensor<2>, state: Tensor<2>) -> Tensor<2> {
    let [_, hidden] = state.dims();
    let gates = input.clone().narrow(1, 0, 2 * hidden) + recurrent.clone().narrow(1, 0, 2 * hidden);
    let gates = sigmoid(gates);
    let (reset, update) = (gates.clone().narrow(1, 0, hidden), gates.narrow(1, hidden, hidden));
    let new =
        tanh(input.narrow(1, 2 * hidden, hidden) + reset * recurrent.narrow(1, 2 * hidden, hidden));
    new.clone() + update * (state - new)
}

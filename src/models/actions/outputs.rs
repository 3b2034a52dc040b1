//! From what a network remembers to the logits of action, verb and noun.

use burn::module::{Module, Param};
use burn::nn::Initializer;
use burn::tensor::{Device, Int, Tensor, module};

use crate::models::Linear;
use crate::models::layers::normal;

use super::ActionClasses;
use super::embeddings::Embeddings;

/// The three outputs; an action's logit has those of its verb and noun in it.
#[derive(Module, Debug)]
pub(super) struct Outputs {
    out_action: Linear,
    out_verb: PartOutput,
    out_noun: PartOutput,
    #[module(skip)]
    verb_of: Vec<i64>,
    #[module(skip)]
    noun_of: Vec<i64>,
}

/// The logits of verbs or nouns.
#[derive(Module, Debug)]
struct PartOutput {
    /// `[classes, dim]`; none where the embeddings serve.
    weight: Option<Param<Tensor<2>>>,
    /// `[classes]`.
    bias: Param<Tensor<1>>,
}

impl PartOutput {
    fn new(classes: usize, dim: usize, std: f64, tied: bool, device: &Device) -> Self {
        Self {
            weight: (!tied).then(|| normal(std).init([classes, dim], device)),
            bias: Initializer::Zeros.init([classes], device),
        }
    }

    /// `[B, dim]` -> `[B, classes]`.
    fn forward(&self, hidden: Tensor<2>, embeddings: &Param<Tensor<2>>) -> Tensor<2> {
        let [classes] = self.bias.dims();
        let weight = match &self.weight {
            Some(weight) => weight.val(),
            None => embeddings.val().narrow(0, 0, classes),
        };
        module::linear(hidden, weight.swap_dims(0, 1), Some(self.bias.val()))
    }
}

impl Outputs {
    /// Weights drawn from N(0, std); `tied` outputs of verbs and nouns are their embeddings.
    pub(super) fn new(
        classes: &ActionClasses,
        dim: usize,
        std: f64,
        tied: bool,
        device: &Device,
    ) -> Self {
        let actions = classes.actions();
        let of = |mut all: Vec<i64>| {
            all.truncate(actions);
            all
        };
        Self {
            out_action: Linear {
                weight: normal(std).init([dim, actions], device),
                bias: Some(Initializer::Zeros.init([actions], device)),
            },
            out_verb: PartOutput::new(classes.verbs, dim, std, tied, device),
            out_noun: PartOutput::new(classes.nouns, dim, std, tied, device),
            verb_of: of(classes.verb_of()),
            noun_of: of(classes.noun_of()),
        }
    }

    /// Action, verb and noun logits.
    ///
    /// # Shapes
    /// - hidden: `[B, dim]`
    /// - outputs: `[B, classes of the type]`
    pub(super) fn forward(&self, hidden: Tensor<2>, embeddings: &Embeddings) -> Logits {
        let verb = self.out_verb.forward(hidden.clone(), &embeddings.verb);
        let noun = self.out_noun.forward(hidden.clone(), &embeddings.noun);
        let spread = |logits: &Tensor<2>, of: &[i64]| {
            logits.clone().select(1, Tensor::<1, Int>::from_ints(of, &logits.device()))
        };
        let action = self.out_action.forward(hidden)
            + spread(&verb, &self.verb_of)
            + spread(&noun, &self.noun_of);
        [("action", action), ("verb", verb), ("noun", noun)]
            .map(|(label, logits)| (label.to_owned(), logits))
            .into()
    }
}

/// Label type and logits `[B, classes]`: action, verb, noun.
pub(super) type Logits = Vec<(String, Tensor<2>)>;

//! A teacher: a language model of any kind that says what comes after a history of actions.

use burn::module::Module;
use burn::tensor::Tensor;

use super::actions::{ActionGru, ActionTokens, ActionTransformer};
use super::state::StateDict;

/// What a teacher reads.
#[derive(Clone, Debug)]
pub enum TeacherInput {
    /// Class numbers of past actions.
    Actions(ActionTokens),
}

/// What a teacher says.
#[derive(Clone, Debug)]
pub struct TeacherOutput {
    /// Label type and logits `[B, classes]`: action, verb, noun.
    pub logits: Vec<(String, Tensor<2>)>,
    /// What it knows of the history, `[B, width]`.
    pub feature: Tensor<2>,
}

/// The kinds of teachers that learn by gradients.
#[derive(Module, Debug)]
pub enum TeacherModel {
    /// Recurrent, over actions.
    Gru(ActionGru),
    /// Attention, over actions.
    Transformer(ActionTransformer),
}

impl TeacherModel {
    /// Says what comes next.
    pub fn forward(&self, input: TeacherInput) -> TeacherOutput {
        let TeacherInput::Actions(tokens) = input;
        match self {
            Self::Gru(model) => model.forward(tokens),
            Self::Transformer(model) => model.forward(tokens),
        }
    }
}

impl StateDict for TeacherModel {}

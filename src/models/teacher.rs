//! A teacher: a language model of any kind that says what comes after a history of actions.

use burn::module::Module;
use burn::tensor::Tensor;

use super::ModelError;
use super::actions::{ActionGru, ActionTokens, ActionTransformer};
use super::language::{LmTeacher, TokenBatch};
use super::state::StateDict;

/// What a teacher reads.
#[derive(Clone, Debug)]
pub enum TeacherInput {
    /// Sentences about past actions.
    Text(TokenBatch),
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
#[allow(clippy::large_enum_variant)] // there is one of it
pub enum TeacherModel {
    /// A published language model, over text.
    Text(LmTeacher),
    /// Recurrent, over actions.
    Gru(ActionGru),
    /// Attention, over actions.
    Transformer(ActionTransformer),
}

impl TeacherModel {
    /// Says what comes next.
    ///
    /// # Errors
    /// [`ModelError::TeacherInput`] when the histories are not what this model reads.
    pub fn forward(&self, input: TeacherInput) -> Result<TeacherOutput, ModelError> {
        let refused = |expected, found| Err(ModelError::TeacherInput { expected, found });
        Ok(match (self, input) {
            (Self::Text(model), TeacherInput::Text(tokens)) => model.forward(&tokens),
            (Self::Gru(model), TeacherInput::Actions(tokens)) => model.forward(tokens),
            (Self::Transformer(model), TeacherInput::Actions(tokens)) => model.forward(tokens),
            (Self::Text(_), TeacherInput::Actions(_)) => return refused("text", "actions"),
            (_, TeacherInput::Text(_)) => return refused("actions", "text"),
        })
    }
}

impl StateDict for TeacherModel {}

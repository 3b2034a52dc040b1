//! A published language model as a teacher: three outputs on its first token's last state.
//!
//! Source: the teachers of the distillation fork (`teacher/code/*_finetuning.py`), whose names the
//! parameters have. A layer of theirs that nothing uses, `lin_trf`, is left out.

use burn::module::Module;
use burn::nn::Initializer;
use burn::tensor::Device;

use super::super::error::positive;
use super::super::names::materialize_values;
use super::super::teacher::TeacherOutput;
use super::super::{Linear, ModelError};
use super::{LanguageModel, LanguageModelConfig, TokenBatch};

/// A language model and how many classes its three outputs have.
#[derive(Clone, Debug, PartialEq)]
pub struct LmTeacherConfig {
    /// The language model.
    pub lm: LanguageModelConfig,
    /// Number of actions.
    pub actions: usize,
    /// Number of verbs.
    pub verbs: usize,
    /// Number of nouns.
    pub nouns: usize,
}

/// A language model with three outputs.
#[derive(Module, Debug)]
pub struct LmTeacher {
    /// The language model.
    pub LM_base: LanguageModel,
    out_action: Linear,
    out_verb: Linear,
    out_noun: Linear,
}

impl LmTeacherConfig {
    /// Draws everything at random.
    ///
    /// # Errors
    /// [`ModelError`] when the sizes describe no model.
    pub fn init(&self, device: &Device) -> Result<LmTeacher, ModelError> {
        self.on(self.lm.init(device)?, device)
    }

    /// Draws outputs for a language model of this configuration.
    ///
    /// # Errors
    /// No classes.
    pub fn on(&self, base: LanguageModel, device: &Device) -> Result<LmTeacher, ModelError> {
        let width = self.lm.hidden_size();
        let teacher = LmTeacher {
            LM_base: base,
            out_action: output(width, positive("actions", self.actions)?, device),
            out_verb: output(width, positive("verbs", self.verbs)?, device),
            out_noun: output(width, positive("nouns", self.nouns)?, device),
        };
        materialize_values(&teacher);
        Ok(teacher)
    }
}

/// A layer as `torch.nn.Linear` draws it.
fn output(width: usize, classes: usize, device: &Device) -> Linear {
    let bound = (width as f64).sqrt().recip();
    let uniform = Initializer::Uniform { min: -bound, max: bound };
    Linear {
        weight: uniform.init([width, classes], device),
        bias: Some(uniform.init([classes], device)),
    }
}

impl LmTeacher {
    /// Says what comes after the sentences.
    ///
    /// # Shapes
    /// - feature: `[B, F]`; logits: `[B, classes]`
    ///
    /// # Panics
    /// When a sentence has more tokens than there are positions.
    pub fn forward(&self, tokens: &TokenBatch) -> TeacherOutput {
        let feature = self.LM_base.first_state(tokens);
        let outputs =
            [("action", &self.out_action), ("verb", &self.out_verb), ("noun", &self.out_noun)];
        let logits = outputs
            .map(|(label, output)| (label.to_owned(), output.forward(feature.clone())))
            .into();
        TeacherOutput { logits, feature }
    }
}

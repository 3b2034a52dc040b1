//! What the teacher's tasks need beside the keys of every task: a language model, what it reads, and
//! what each task does with it.
//!
//! Every section is optional: `lm`, `history`, `text` and `corpus` are groups without a choice by
//! default, the others come with the recipes. Which task needs which is a table of `check`.

mod actions;
mod lm;
mod reading;
mod tasks;

pub use actions::{ActionGru, ActionNgram, ActionTransformer, Smoothing};
pub use lm::{LmConfig, LmSize, Published};
pub use reading::{CorpusConfig, Coverage, HistoryConfig, TextConfig, Truncate, WordsOf};
pub use tasks::{
    ClassWeights, Combine, EnsembleConfig, ExtractConfig, FinetuneConfig, Keep, MlmConfig,
    PredictConfig, StoreFormat,
};

/// The optional sections.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LanguageConfig {
    /// `lm`
    pub lm: Option<LmConfig>,
    /// `history`
    pub history: Option<HistoryConfig>,
    /// `text`
    pub text: Option<TextConfig>,
    /// `corpus`
    pub corpus: Option<CorpusConfig>,
    /// `mlm`
    pub mlm: Option<MlmConfig>,
    /// `finetune`
    pub finetune: Option<FinetuneConfig>,
    /// `predict`
    pub predict: Option<PredictConfig>,
    /// `ensemble`
    pub ensemble: Option<EnsembleConfig>,
    /// `extract`
    pub extract: Option<ExtractConfig>,
}

//! Language models that read tokens: the published encoders, by their original names.
//!
//! Decides what each family computes and how its parameters are named and drawn. It does not know
//! texts, tokenisers or files. Invariant: the path of every parameter is its name in the state dict
//! of `transformers`, so that published checkpoints load by path; parameters that go by two names
//! are one here, and [`StateDict::tied_names`] has the second.
//!
//! | file | what |
//! |---|---|
//! | `tokens` | a padded batch |
//! | `family` | the choice of a family, one `match` each |
//! | `bert`, `roberta`, `electra`, `distilbert`, `albert`, `deberta` | a family each |
//! | `teacher` | any of them with three outputs |
//! | `embeddings`, `attention`, `encoder`, `head`, `init` | what families share |
//!
//! [`StateDict::tied_names`]: super::StateDict::tied_names

#![allow(non_snake_case)] // fields have the originals' names, `LayerNorm` among them

mod albert;
mod attention;
mod bert;
mod deberta;
mod distilbert;
mod electra;
mod embeddings;
mod encoder;
mod family;
mod head;
mod init;
mod roberta;
mod teacher;
mod tokens;

pub use albert::{AlbertConfig, AlbertForMaskedLm, AlbertModel};
pub use bert::{BertConfig, BertForMaskedLm, BertModel};
pub use deberta::{DebertaConfig, DebertaForMaskedLm, DebertaModel, Part};
pub use distilbert::{DistilBertConfig, DistilBertForMaskedLm, DistilBertModel};
pub use electra::{ElectraConfig, ElectraForMaskedLm, ElectraModel};
pub use family::{LanguageFamily, LanguageModel, LanguageModelConfig, MaskedLm};
pub use roberta::{ROBERTA_PADDING, RobertaConfig, RobertaForMaskedLm, RobertaModel};
pub use teacher::{LmTeacher, LmTeacherConfig};
pub use tokens::TokenBatch;

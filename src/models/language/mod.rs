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
//! What families do otherwise than BERT, which numbers positions from 0, adds the embedding of
//! sentence type 0, and hides padding from all tokens by adding the least number to its scores, while
//! padding itself sees the tokens:
//!
//! | family | positions | types | padding | widths | head |
//! |---|---|---|---|---|---|
//! | RoBERTa | from one after padding's number; padding has its own | one | as BERT; its position is a row of zeros at first | | always GELU; norm is called `layer_norm` |
//! | ELECTRA | | | | embeddings may be narrower, and are then projected after their norm | always GELU; as wide as embeddings |
//! | DistilBERT | may begin as sines and cosines | none | | | |
//! | ALBERT | | | | embeddings are narrower, and always projected after their norm; layers of a group are one | as wide as embeddings |
//! | DeBERTa | none, unless `position_biased_input`: scores have parts for distances | none, unless `type_vocab_size` | embedded as zeros; sees nothing, so it attends evenly to all | scores are divided by the root of 1, 2 or 3 head widths, by the parts they have | two versions of its names |
//!
//! Of the states at padding nothing else depends in any family, and the embedding of padding is zero
//! at first in all of them. Poolers are left out.
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

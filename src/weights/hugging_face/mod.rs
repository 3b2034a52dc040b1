//! Language models as Hugging Face's `transformers` stores them.
//!
//! Decides what `config.json` means, which arrays of a checkpoint are a model's whatever stands in
//! front of their names, and under which names a model is saved. It does not know folders: texts and
//! arrays arrive, texts and arrays leave.
//!
//! | file | decides |
//! |---|---|
//! | `config` | `config.json` <-> [`LanguageModelConfig`](crate::models::language::LanguageModelConfig) |
//! | `families` | names and marks of families |
//! | `names` | a checkpoint's names -> a model's |
//! | `deberta` | the same, of what only its checkpoints have |
//! | `load` | arrays -> model, model -> arrays |
//! | `shards` | which of several files holds which array |

mod config;
mod deberta;
mod families;
mod load;
mod names;
mod shards;
#[cfg(test)]
mod tests;

pub use config::{read_config, write_config};
pub use families::{example, family, model_type};
pub use load::{load_base, load_masked_lm, saved};
pub use shards::{Shards, read_index};

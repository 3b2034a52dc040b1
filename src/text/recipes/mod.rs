//! Recipes -> action sequences, one recipe a line: what language models are pre-trained on.
//!
//! | file | decides |
//! |---|---|
//! | `elements` | where an element of a JSON array of any length begins and ends |
//! | `rows` | what is read of Recipe1M's `layer1.json`, and of the original's extractions |
//! | `filter` | which extracted actions count |
//! | `extractor` | the actions of a sentence, where no extraction is given |
//! | `sorted` | the order of recipes |
//! | `group` | the line of a recipe |
//! | `convert` | how that goes together |
//!
//! A line is `verb <v> object <a> verb <v> object ...`; lines are sorted by their recipe's id, as
//! pandas' `groupby` sorts them, each input on its own. Memory is bounded whatever the inputs'
//! length: a batch of elements and one run of the sorting. Source: `recipe_processing.py` and
//! `recipe_json2actionseq.py` of the distillation fork.

mod convert;
mod elements;
mod error;
pub mod extractor;
mod filter;
mod group;
mod rows;
mod sorted;

pub use convert::{Progress, RecipesConfig, Source, Summary, convert};
pub use error::{Place, RecipesError};
pub use filter::VerbsRemoved;

/// Bytes of the longest element and of the longest line. The longest recipes have some 20 kB; a
/// megabyte is no recipe, and whoever reads lines should not have to expect it.
pub const LONGEST: usize = 1 << 20;

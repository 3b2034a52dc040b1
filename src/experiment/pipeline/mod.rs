//! The chain as one command: which stages a config needs, which of them are done, and what each
//! product was made of.
//!
//! A stage is a task of a recipe. Its product is a store of predictions or a folder of weights, and
//! records what it was made of ([`MadeOf`]); a stage is done when its product is there and was made
//! of what the config asks for. Composing and running stages is for the caller, by [`Recipes`].
//! Invariant: nothing is written here, and a product is replaced only where `pipeline=remake` says so.
//!
//! | file | decides |
//! |---|---|
//! | `links` | what a stage reads and writes, and which stage makes what it reads |
//! | `graph` | the order of the stages; cycles, products in two places |
//! | `made_of`, `settings`, `fingerprint` | what a product depends on |
//! | `product` | what is there of a product, and whether it may be written |
//! | `identity` | by what each input counts |
//! | `judge` | what becomes of each stage |
//! | `plan` | all of it together: what runs, and what it reads that is not there |

mod error;
mod fingerprint;
mod graph;
mod identity;
mod judge;
mod links;
mod made_of;
mod plan;
mod product;
mod settings;

pub use error::PipelineError;
pub use graph::{Input, Stage, StageId};
pub use judge::Verdict;
pub use links::{Recipe, Recipes};
pub use made_of::MadeOf;
pub use plan::{Plan, Planned};
pub use product::{Product, State};

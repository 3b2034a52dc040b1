//! The config language: Hydra's composition with the origin of every value.
//!
//! A [`ComposeRequest`] goes through these stages, one file or folder each:
//!
//! | stage | where |
//! |---|---|
//! | command line -> parsed overrides | `overrides` |
//! | names -> files, search path, options | `searchpath`, `source`, `repository`, `builtin` |
//! | files -> nodes with positions | `yaml` |
//! | defaults lists -> ordered list of configs | `defaults` |
//! | nodes -> one tree | `merge` |
//! | site file, then overrides, onto the tree | `site`, `update` |
//! | `hydra` node | `hydra_node` |
//! | `${...}` | `interpolation` |
//! | tree -> YAML | `emit` |
//! | tree -> typed structs | `extract` |
//!
//! [`Composed`] is the tree with its interpolations, [`Resolved`] the tree without. It knows
//! Hydra's own keys and no application's.
//!
//! # Where it differs from Hydra 1.3.8 and OmegaConf 2.3.1
//!
//! | what | there | here |
//! |---|---|---|
//! | `!!binary`, `!!python/object/apply:pathlib.Path` | bytes, a path | refused: there is nothing to make of them |
//! | `"\ud800"`, half a surrogate pair | a text that no file can hold | refused |
//! | integers beyond 128 bits | any size | refused |
//! | null as a key in `${oc.select:x,{null: 1}}` | a dict | refused |
//! | `--resolve` with a list or dict from `oc.decode`, or as the default of `oc.select` | an error, though a run resolves it | the list or dict |
//! | `--cfg job --resolve` with `${hydra.x}` (a node, not a resolver) | an error, though a run resolves it | the value |
//! | `python_version:` | Python's | an error |
//!
//! # Limits
//!
//! No input makes it panic, overflow a stack of 2 MiB, or use time or memory without bound; beyond
//! a limit stands an error with its place.
//!
//! | of | limit | where |
//! |---|---|---|
//! | a file | 16 MiB | `text` |
//! | a file's nesting | 128 | `yaml::parse` |
//! | values in a file, aliases and merge keys expanded | 500 000, with 64 MiB of text | `yaml::expand` |
//! | merge keys in a mapping | 1000 | `yaml::build` |
//! | nesting of `${` and arguments in a text | 64 | `interpolation::parser` |
//! | interpolations that lead to each other | 64, 192 levels in all | `interpolation::budget` |
//! | values and text that interpolations make | 500 000, 64 MiB; one text 1 MiB | `interpolation::budget` |
//! | nesting of a tree once copies stand in it | 256 | `interpolation::materialize` |
//! | interpolations without a value that are told | 1000 | `interpolation::materialize` |
//! | parts of a dotted path | 128 | `key` |
//!
//! # Site file
//!
//! Values for one machine, over the config directories and under the command line. Its keys must
//! exist; `+key` may add one, `?key` is ignored when it does not exist.

mod assembly;
mod builtin;
mod compose;
mod composed;
mod defaults;
pub mod document;
mod emit;
mod error;
mod explain;
mod extract;
mod hydra_node;
mod info;
mod interpolation;
mod key;
mod lexical;
mod memo;
mod merge;
mod node;
mod origin;
mod overrides;
mod python;
mod repository;
mod request;
mod resolved;
mod searchpath;
mod site;
mod source;
mod text;
mod types;
mod update;
mod version;
mod yaml;

/// What the sweep room needs of the override grammar.
pub(crate) mod sweeping {
    pub(crate) use super::compose::parse;
    pub(crate) use super::overrides::{
        Literal, Number, Override, Sweep, SweepValues, element, shuffler,
    };

    /// A value as Python prints it.
    pub(crate) fn str_of(node: &super::Node) -> String {
        super::python::str_of(&node.value)
    }
}

pub use compose::{Composer, compose};
pub use composed::{Composed, Part};
pub use defaults::DefaultsItem;
pub use error::{ConfigError, ConfigErrors, ErrorKind};
pub use explain::{Explanation, Step};
pub use key::Key;
pub use node::{Map, Node, Shadow, Value};
pub use origin::Origin;
pub use overrides::OverrideArg;
pub use request::{ComposeRequest, RunMode, Runtime};
pub use resolved::Resolved;
pub use source::Source;
pub use version::{VersionBase, Warning};

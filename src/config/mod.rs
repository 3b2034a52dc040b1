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
//! | nodes -> one tree | `merge`, `tags` |
//! | site file, then overrides, onto the tree | `site`, `update`, `edit` |
//! | `hydra` node | `hydra_node` |
//! | `${...}` | `interpolation` |
//! | what else is wrong after the first stage that fails | `survey` |
//! | tree -> YAML | `emit` |
//! | overrides -> a config file that does the same | `draft` |
//! | two configs key by key; that of a past run | `difference`, `saved` |
//! | tree -> typed structs | `extract` |
//! | JSON schema of the whole -> of one file | `file_schema` |
//!
//! `info`, `help`, `explain` and `complete` tell about a config, `stored` reads one back from the
//! record of a run. [`Composed`] is the tree with its interpolations, [`Resolved`] the tree without. It knows
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
//! | `python_version:` | Python's | an error |
//! | a scalar merged over `${oc.dict.values:..}` | refused, as over no other list | replaces it |
//! | a file named twice in one defaults list, once in the global package | the second has what others merged into the first | each is as written |
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
mod complete;
mod compose;
mod composed;
mod defaults;
mod difference;
pub mod document;
mod draft;
mod edit;
mod emit;
mod error;
mod explain;
mod extract;
mod file_schema;
mod help;
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
mod printed;
mod python;
mod repository;
mod request;
mod resolved;
mod saved;
mod searchpath;
mod site;
mod source;
mod stored;
mod survey;
mod tags;
mod targets;
mod text;
mod types;
mod update;
mod version;
mod yaml;

/// What the sweep room needs of the override grammar and of values.
pub(crate) mod sweeping {
    pub(crate) use super::compose::parse;
    pub(crate) use super::lexical::number;
    pub(crate) use super::overrides::{
        Literal, Number, Override, Sweep, SweepValues, element, shuffler,
    };
    pub(crate) use super::python::repr;
    pub(crate) use super::update::equal;
    use schemars::JsonSchema;
    use serde::de::DeserializeOwned;

    use super::{Composed, ConfigErrors, Node, key};

    /// Reads the node at a path into a type, whatever the rest of the config lacks.
    pub(crate) fn extract<T: DeserializeOwned + JsonSchema>(
        composed: &Composed,
        path: &str,
    ) -> Result<T, ConfigErrors> {
        let (node, holes) = composed.materialize(&key::split(path));
        super::extract::extract(&node, path, holes)
    }

    /// A value as Python prints it.
    pub(crate) fn str_of(node: &Node) -> String {
        super::python::str_of(&node.value)
    }

    /// A copy of the node at a path without interpolations; `None` when it is not there.
    pub(crate) fn resolved(composed: &Composed, path: &str) -> Result<Option<Node>, ConfigErrors> {
        let parts = key::split(path);
        if composed.root.at(&parts).is_none() {
            return Ok(composed.select(path)?);
        }
        let (node, errors) = composed.materialize(&parts);
        ConfigErrors::from_vec(errors).map_or(Ok(Some(node)), Err)
    }
}

pub use builtin::NO_CONFIG;
pub use complete::{complete, complete_config_name, complete_further, complete_key, complete_path};
pub use compose::{Composer, compose};
pub use composed::Composed;
pub use defaults::DefaultsItem;
pub use difference::{Difference, Leaf, Leaves, differences};
pub use error::{ConfigError, ConfigErrors, ErrorKind};
pub use explain::{Explanation, Step};
pub use file_schema::file_schema;
pub use info::{Plugins, plugins_list};
pub use key::Key;
pub use node::{Map, Node, Shadow, Value};
pub use origin::Origin;
pub use overrides::OverrideArg;
pub use printed::Part;
pub use request::{ComposeRequest, RunMode, Runtime};
pub use resolved::Resolved;
pub use saved::Saved;
pub use source::Source;
pub use stored::{stored, stored_whole};
pub use survey::Survey;
pub use targets::Targets;
pub use version::{VersionBase, Warning};

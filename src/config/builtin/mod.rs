//! The configs that are part of the program: Hydra's own node and its groups.
//!
//! Hydra's Python packages bring these as files and dataclasses; here they are YAML with the same
//! keys and values (written anew) and, for the dataclasses, a table of types. They are found
//! before every directory of the search path, the typed ones after the last.

mod json;
mod schema;

use std::sync::Arc;

use super::error::ConfigError;
use super::node::Node;
use super::origin::Origin;
use super::yaml;

pub(crate) use json::{UNTYPED, hydra_schema};

/// What stands for a primary config where there is none (`--hydra-help`); Hydra's name for it.
pub const NO_CONFIG: &str = "_dummy_empty_config_";

/// Where in the search path a built-in config stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shelf {
    /// `pkg://hydra.conf`, before every directory.
    Hydra,
    /// `structured://`, after every directory.
    Typed,
}

struct Builtin {
    config: &'static str,
    text: &'static str,
    shelf: Shelf,
}

macro_rules! builtins {
    ($($shelf:ident $config:literal),* $(,)?) => {
        &[$(Builtin {
            config: $config,
            text: include_str!(concat!($config, ".yaml")),
            shelf: Shelf::$shelf,
        }),*]
    };
}

const ALL: &[Builtin] = builtins![
    Hydra "hydra/env/default",
    Hydra "hydra/help/default",
    Hydra "hydra/hydra_help/default",
    Hydra "hydra/hydra_logging/colorlog",
    Hydra "hydra/hydra_logging/default",
    Hydra "hydra/hydra_logging/disabled",
    Hydra "hydra/hydra_logging/hydra_debug",
    Hydra "hydra/hydra_logging/none",
    Hydra "hydra/job_logging/colorlog",
    Hydra "hydra/job_logging/default",
    Hydra "hydra/job_logging/disabled",
    Hydra "hydra/job_logging/none",
    Hydra "hydra/job_logging/stdout",
    Hydra "hydra/output/default",
    Typed "_dummy_empty_config_",
    Typed "hydra/config",
    Typed "hydra/launcher/basic",
    Typed "hydra/launcher/submitit_local",
    Typed "hydra/launcher/submitit_slurm",
    Typed "hydra/sweeper/basic",
];

fn on(shelf: Shelf) -> impl Iterator<Item = &'static Builtin> {
    ALL.iter().filter(move |builtin| builtin.shelf == shelf)
}

/// Whether the shelf has a config.
pub(crate) fn is_config(shelf: Shelf, config: &str) -> bool {
    on(shelf).any(|builtin| builtin.config == config)
}

/// Whether the shelf has configs below a group.
pub(crate) fn is_group(shelf: Shelf, group: &str) -> bool {
    let below = format!("{group}/");
    group.is_empty() || on(shelf).any(|builtin| builtin.config.starts_with(&below))
}

/// Names directly below a group: configs, then groups.
pub(crate) fn names(shelf: Shelf, group: &str) -> (Vec<String>, Vec<String>) {
    let below = if group.is_empty() { String::new() } else { format!("{group}/") };
    let (mut configs, mut groups) = (Vec::new(), Vec::new());
    for rest in on(shelf).filter_map(|builtin| builtin.config.strip_prefix(below.as_str())) {
        match rest.split_once('/') {
            None => configs.push(rest.to_owned()),
            Some((group, _)) => groups.push(group.to_owned()),
        }
    }
    groups.dedup();
    (configs, groups)
}

/// The text and tree of a config on a shelf.
pub(crate) fn load(
    shelf: Shelf,
    config: &str,
) -> Option<Result<(&'static str, Node), ConfigError>> {
    let builtin = on(shelf).find(|builtin| builtin.config == config)?;
    let name: Arc<str> = builtin.config.into();
    let origin = |line, _| Origin::Default { config: Arc::clone(&name), line };
    Some(yaml::load(builtin.text, &origin).map(|mut node| {
        schema::declare(builtin.config, &mut node);
        (builtin.text, node)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_builtin_loads() {
        for builtin in ALL {
            load(builtin.shelf, builtin.config).unwrap().unwrap();
        }
    }

    #[test]
    fn groups_and_options() {
        assert!(is_group(Shelf::Hydra, "hydra/job_logging"));
        assert!(!is_group(Shelf::Hydra, "hydra/job"));
        assert_eq!(names(Shelf::Typed, "hydra").1, ["launcher", "sweeper"]);
        assert_eq!(names(Shelf::Typed, "hydra/sweeper").0, ["basic"]);
    }
}

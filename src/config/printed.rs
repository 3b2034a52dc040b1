//! What `--cfg` prints.
//!
//! A part is printed as if the rest were not there: with `--resolve`, `${hydra.job.name}` has no
//! value in the application's config alone, while `${hydra:job.name}` has one. So it is in Hydra,
//! whose `--resolve` also refuses what a run would take: a list or mapping that `oc.decode` made,
//! and parts of `hydra` with interpolations of their own.

use std::sync::Arc;

use super::composed::{Composed, materialize};
use super::emit;
use super::error::{ConfigError, ConfigErrors, ErrorKind};
use super::interpolation::{Context, Found, Resolver};
use super::key::{Key, Name};
use super::node::{Map, Node, Value};
use super::origin::Origin;
use super::python;

/// Which part of a config to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The application's config, without `hydra`.
    Job,
    /// The `hydra` node, without its help texts.
    Hydra,
    /// Everything.
    All,
}

impl Composed {
    /// Prints a part of the config as Hydra's `--cfg` does; `package` prints one node of it.
    ///
    /// # Errors
    /// When the package does not exist, or when `resolve` and an interpolation has no value.
    pub fn to_yaml(
        &self,
        what: Part,
        resolve: bool,
        package: Option<&str>,
    ) -> Result<String, ConfigErrors> {
        let shown = self.part(what);
        let context = self.context.printing(Arc::new(self.hydra().clone()));
        match package.filter(|package| *package != "_global_") {
            None => Ok(emit::to_yaml(&printable(shown, &context, resolve, &[])?)),
            Some(package) => print_package(shown, &context, resolve, package),
        }
    }

    fn part(&self, what: Part) -> Node {
        match what {
            Part::Job => self.job(),
            Part::All => self.root.clone(),
            Part::Hydra => {
                let mut hydra = self.hydra().clone();
                if let Some(map) = hydra.as_map_mut() {
                    map.shift_remove(&Name("hydra_help"));
                    map.shift_remove(&Name("help"));
                }
                let map = Map::from_iter([(Key::from("hydra"), hydra)]);
                Node::new(Value::Map(map), Origin::Runtime)
            }
        }
    }
}

/// One node: lists and mappings as YAML below a header, anything else as Python prints it.
fn print_package(
    shown: Node,
    context: &Context,
    resolve: bool,
    package: &str,
) -> Result<String, ConfigErrors> {
    let resolver = Resolver::new(&shown, context);
    let found = match resolver.walk(Found::At(Vec::new(), &shown), package) {
        Ok(found) => found.filter(|found| found.node().value != Value::Null),
        Err(problem) if problem.is_nothing() => None,
        Err(problem) => {
            let key = package.to_owned();
            let kind = ErrorKind::Interpolation { key, problem: problem.message };
            return Err(ConfigError::new(kind).into());
        }
    };
    let node = match found {
        None => {
            let kind = ErrorKind::Missing { key: package.to_owned() };
            return Err(ConfigError::new(kind).expecting(package, shown.keys()).into());
        }
        Some(Found::At(path, node)) if node.is_container() => {
            printable(shown.clone(), context, resolve, &path)?
        }
        Some(Found::Made(_, node)) if node.is_container() => node,
        Some(found) => {
            let class = if found.node().ty.is_mode() { "RunMode." } else { "" };
            return Ok(format!("{class}{}\n", python::str_of(&found.node().value)));
        }
    };
    Ok(format!("# @package {package}\n{}", emit::to_yaml(&node)))
}

/// The node at a path of what is shown.
fn printable(
    shown: Node,
    context: &Context,
    resolve: bool,
    at: &[Key],
) -> Result<Node, ConfigErrors> {
    if !resolve {
        return Ok(shown.at_keys(at).cloned().unwrap_or(shown));
    }
    let (resolved, errors) = materialize(shown, context, at);
    ConfigErrors::from_vec(errors).map_or(Ok(resolved), Err)
}

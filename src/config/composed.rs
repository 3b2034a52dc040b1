//! The result of composition, before interpolations are resolved.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use indexmap::IndexMap;

use super::defaults::{DefaultsItem, Tree};
use super::emit;
use super::error::{ConfigError, ConfigErrors, ErrorKind};
use super::explain::{Explanation, explain};
use super::interpolation::{Context, Found, Resolver, resolve_in_place};
use super::key::{self, Key, Name};
use super::node::{Map, Node, Value};
use super::origin::Origin;
use super::overrides::{Override, OverrideArg};
use super::python;
use super::resolved::Resolved;
use super::source::Source;
use super::version::{VersionBase, Warning};

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

/// Copies of the overrides: what is wrong with one is told where it was applied.
const RECORDS: &[&str] = &["hydra.overrides", "hydra.job.override_dirname"];

/// A composed config.
#[derive(Clone, Debug)]
pub struct Composed {
    pub(crate) root: Node,
    pub(crate) context: Context,
    pub(crate) arguments: Vec<OverrideArg>,
    pub(crate) parsed: Vec<Override>,
    pub(crate) choices: Arc<IndexMap<String, Option<String>>>,
    pub(crate) items: Arc<[DefaultsItem]>,
    pub(crate) tree: Arc<Tree>,
    pub(crate) sources: Arc<[Source]>,
    pub(crate) warnings: Arc<[Warning]>,
    pub(crate) version: VersionBase,
    pub(crate) cwd: PathBuf,
}

impl Composed {
    /// The whole tree, `hydra` included.
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// The application's config as a copy without `hydra`.
    pub fn job(&self) -> Node {
        let mut job = self.root.clone();
        if let Some(map) = job.as_map_mut() {
            map.shift_remove(&Name("hydra"));
        }
        job
    }

    /// The `hydra` node.
    pub fn hydra(&self) -> &Node {
        self.root.child("hydra").expect("every composition starts with hydra/config")
    }

    /// One value, interpolations resolved, printed as text (`hydra.run.dir`, ...).
    ///
    /// # Errors
    /// When it does not exist, is `???` or cannot be resolved.
    pub fn text_at(&self, path: &str) -> Result<String, ConfigError> {
        let found = self.select(path)?;
        match found {
            Some(node) if !node.is_missing() => Ok(python::str_of(&node.value)),
            Some(node) => {
                Err(ConfigError::new(ErrorKind::Missing { key: path.to_owned() }).at(&node.origin))
            }
            None => Err(ErrorKind::Missing { key: path.to_owned() }.into()),
        }
    }

    /// The option of every config group.
    pub fn choices(&self) -> &IndexMap<String, Option<String>> {
        &self.choices
    }

    /// The final defaults list.
    pub fn defaults_list(&self) -> &[DefaultsItem] {
        &self.items
    }

    /// Where configs were searched.
    pub fn search_path(&self) -> &[Source] {
        &self.sources
    }

    /// The options of a config group, sorted.
    pub fn group_options(&self, group: &str) -> Vec<String> {
        super::source::options(&self.sources, group)
    }

    /// The groups directly below a config group (`""` for all), sorted.
    pub fn groups(&self, below: &str) -> Vec<String> {
        super::source::groups(&self.sources, below)
    }

    /// What works but should be written differently.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// What was said about values while they were resolved (`oc.deprecated`), each message once.
    pub fn take_notes(&self) -> Vec<Warning> {
        let notes = self.context.notes.take().into_iter();
        notes.map(|message| Warning { message }).collect()
    }

    /// The overrides of the application's config, as `.hydra/overrides.yaml` lists them.
    pub fn task_overrides(&self) -> Vec<OverrideArg> {
        self.overrides(false)
    }

    /// The overrides of `hydra`.
    pub fn hydra_overrides(&self) -> Vec<OverrideArg> {
        self.overrides(true)
    }

    fn overrides(&self, hydra: bool) -> Vec<OverrideArg> {
        let both = self.arguments.iter().zip(&self.parsed);
        both.filter(|(_, one)| one.is_hydra() == hydra).map(|(arg, _)| arg.clone()).collect()
    }

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
        let package = package.filter(|package| *package != "_global_");
        let shown = self.part(what);
        let Some(package) = package else {
            return Ok(emit::to_yaml(&self.printable(shown, resolve, &[])?));
        };
        let visible = shown.get(key::split(package).first().map_or("", String::as_str));
        let node = match visible {
            Some(_) => self.select(package)?,
            None => None,
        };
        let Some(node) = node.filter(|node| node.value != Value::Null) else {
            let kind = ErrorKind::Missing { key: package.to_owned() };
            return Err(ConfigError::new(kind).expecting(package, shown.keys()).into());
        };
        if !node.is_container() {
            let class = if node.ty.is_mode() { "RunMode." } else { "" };
            return Ok(format!("{class}{}\n", python::str_of(&node.value)));
        }
        let node = self.printable(node, resolve, &key::split(package))?;
        Ok(format!("# @package {package}\n{}", emit::to_yaml(&node)))
    }

    /// The `hydra` node as `.hydra/hydra.yaml` holds it: with the directory of the run.
    pub fn hydra_yaml(&self, output_dir: &Path) -> String {
        let mut hydra = self.hydra().clone();
        if let Some(place) = hydra.at_mut(&["runtime", "output_dir"]) {
            place.value = Value::Str(output_dir.display().to_string());
        }
        let map = Map::from_iter([(Key::from("hydra"), hydra)]);
        emit::to_yaml(&Node::new(Value::Map(map), Origin::Runtime))
    }

    /// The overrides of the task as `.hydra/overrides.yaml` holds them.
    pub fn overrides_yaml(&self) -> String {
        let text = |arg: OverrideArg| Node::new(Value::Str(arg.text), arg.origin);
        let list = self.task_overrides().into_iter().map(text).collect();
        emit::to_yaml(&Node::new(Value::List(list), Origin::Runtime))
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

    fn printable(&self, node: Node, resolve: bool, at: &[String]) -> Result<Node, ConfigErrors> {
        if !resolve {
            return Ok(node);
        }
        let (mut resolved, mut errors) = self.materialize(at);
        if at.is_empty() {
            let shown = |key: &str| node.at(&key::split(key)[..1]).is_some();
            errors.retain(|error| error.key().is_none_or(shown));
        }
        if let (Value::Map(kept), Some(map)) = (&node.value, resolved.as_map_mut()) {
            prune(map, kept);
        }
        ConfigErrors::from_vec(errors).map_or(Ok(resolved), Err)
    }

    /// The node at a path, seen through interpolations.
    pub(crate) fn select(&self, path: &str) -> Result<Option<Node>, ConfigError> {
        let resolver = Resolver::new(&self.root, &self.context);
        match resolver.walk(Found::At(Vec::new(), &self.root), path) {
            Ok(found) => Ok(found.map(|found| found.node().clone())),
            Err(problem) if problem.is_nothing() => Ok(None),
            Err(problem) => {
                let key = path.to_owned();
                Err(ErrorKind::Interpolation { key, problem: problem.message }.into())
            }
        }
    }

    /// A copy of the node at a path without interpolations, and what could not be resolved.
    pub(crate) fn materialize(&self, at: &[String]) -> (Node, Vec<ConfigError>) {
        materialize(self.root.clone(), &self.context, at)
    }

    /// Resolves every interpolation.
    ///
    /// # Errors
    /// Every interpolation that has no value.
    pub fn resolve(&self) -> Result<Resolved, ConfigErrors> {
        let resolved = self.resolve_in_parts();
        match ConfigErrors::from_vec(resolved.holes().to_vec()) {
            None => Ok(resolved),
            Some(errors) => Err(errors.in_order()),
        }
    }

    /// Resolves what can be resolved, for whoever wants to know everything that is wrong: what
    /// reads the result is told of the interpolations without a value.
    pub fn resolve_in_parts(&self) -> Resolved {
        let (root, holes) = self.materialize(&[]);
        Resolved::new(root, without_records(holes))
    }

    /// The same, when the composed config itself is no longer needed.
    pub fn into_resolved_in_parts(self) -> Resolved {
        let (root, holes) = materialize(self.root, &self.context, &[]);
        Resolved::new(root, without_records(holes))
    }

    /// How a key came to its value.
    ///
    /// # Errors
    /// When the key does not exist.
    pub fn explain(&self, key: &str) -> Result<Explanation, ConfigError> {
        explain(self, key)
    }

    /// Every leaf of the application's config with the place that set it.
    pub fn provenance(&self) -> Vec<(String, Origin)> {
        let mut leaves = Vec::new();
        self.job()
            .each_leaf("", &mut |path, node| leaves.push((path.to_owned(), node.origin.clone())));
        leaves
    }

    /// The compatibility level it was composed for.
    pub fn version_base(&self) -> VersionBase {
        self.version
    }
}

/// The node at a path without interpolations, and what could not be resolved.
pub(super) fn materialize(
    mut root: Node,
    context: &Context,
    at: &[String],
) -> (Node, Vec<ConfigError>) {
    let (at, mut errors) = (key::keys(at), Vec::new());
    resolve_in_place(&mut root, context, &at, &mut |path, node, problem| {
        let key = key::dotted(path);
        let origin = problem.origin.as_ref().unwrap_or(&node.origin).clone();
        let kind = ErrorKind::Interpolation { key, problem: problem.message };
        errors.push(ConfigError::new(kind).at(&origin));
    });
    let held = root.at_keys_mut(&at).map(|node| {
        let origin = node.origin.clone();
        std::mem::replace(node, Node::new(Value::Null, origin))
    });
    (held.unwrap_or_else(|| Node::empty(Origin::Runtime)), errors)
}

fn without_records(mut holes: Vec<ConfigError>) -> Vec<ConfigError> {
    let is_record = |key: &str| RECORDS.iter().any(|record| key::is_within(key, record));
    holes.retain(|hole| !hole.key().is_some_and(is_record));
    holes
}

/// Removes the keys that a printed part leaves out.
fn prune(map: &mut Map, kept: &Map) {
    map.retain(|key, node| match kept.get(key) {
        None => false,
        Some(model) => {
            if let (Value::Map(inner), Value::Map(model)) = (&mut node.value, &model.value) {
                prune(inner, model);
            }
            true
        }
    });
}

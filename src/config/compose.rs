//! A request -> a composed config: parse, find, order, merge, apply, fill in.

use std::path::Path;

use indexmap::IndexMap;

use super::composed::Composed;
use super::defaults::{self, Choices, DefaultsItem};
use super::error::{ConfigError, ConfigErrors, ErrorKind};
use super::hydra_node;
use super::interpolation::Context;
use super::key::{self, Key};
use super::merge::{Keys, Merger};
use super::node::{Map, Node, Value};
use super::origin::Origin;
use super::overrides::{self, Literal, Override, OverrideArg, SweepValues};
use super::repository::{Repository, Source};
use super::request::{ComposeRequest, RunMode};
use super::{site, update};
use crate::files;

/// Composes a config.
///
/// # Errors
/// Everything that is found wrong, in the order found; later stages run only when the earlier
/// ones succeed.
pub fn compose(request: &ComposeRequest) -> Result<Composed, ConfigErrors> {
    let arguments = arguments(request);
    let parsed = parse(&arguments)?;
    let mode = request.runtime.mode.unwrap_or(RunMode::Run);
    collected(check_sweeps(&parsed, mode))?;

    let repository = repository(request, &parsed)?;
    let context = Context { now: request.runtime.now.clone() };
    let mut choices = Choices::new(parsed.clone(), &repository).map_err(many)?;
    let skip_missing = mode == RunMode::Multirun;
    let tree =
        defaults::build(&repository, &mut choices, &context, &request.config_name, skip_missing)?;
    let items = defaults::flatten(&tree, request.version_base)?;
    collected(choices.unused(&repository))?;

    let mut root = merge_all(&repository, &items, &context)?;
    if let Some(path) = &request.site {
        site::apply(&mut root, &context, path).map_err(many)?;
    }
    collected(apply_values(&mut root, &context, &choices.values))?;
    let known: IndexMap<String, Option<String>> = choices.known;
    hydra_node::fill(&mut root, request, &parsed, &known, repository.sources())?;
    let (sources, warnings) = repository.into_parts();
    Ok(Composed {
        root,
        context,
        arguments,
        parsed,
        choices: known,
        items,
        tree,
        sources,
        warnings,
        version: request.version_base,
        cwd: request.runtime.cwd.clone(),
        request: request.clone(),
    })
}

/// The overrides, with the one that Hydra adds for the mode.
fn arguments(request: &ComposeRequest) -> Vec<OverrideArg> {
    let mut arguments = request.overrides.clone();
    if let Some(mode) = request.runtime.mode {
        let known = arguments.iter().any(|arg| arg.text.starts_with("hydra.mode="));
        if !known {
            let text = format!("hydra.mode={}", mode.name());
            arguments.push(OverrideArg { text, origin: Origin::Runtime });
        }
    }
    arguments
}

fn many(errors: Vec<ConfigError>) -> ConfigErrors {
    ConfigErrors::from_vec(errors).expect("only called with errors")
}

fn collected(errors: Vec<ConfigError>) -> Result<(), ConfigErrors> {
    ConfigErrors::from_vec(errors).map_or(Ok(()), Err)
}

pub(crate) fn parse(arguments: &[OverrideArg]) -> Result<Vec<Override>, ConfigErrors> {
    let (mut parsed, mut errors) = (Vec::new(), Vec::new());
    for argument in arguments {
        match overrides::parse(argument) {
            Ok(one) => parsed.push(one),
            Err(error) => errors.push(error),
        }
    }
    collected(errors)?;
    Ok(parsed)
}

/// A single run takes no sweeps, a sweep none over Hydra's own config.
fn check_sweeps(parsed: &[Override], mode: RunMode) -> Vec<ConfigError> {
    let swept = parsed.iter().filter_map(|one| one.sweep().map(|sweep| (one, sweep)));
    let problems = swept.filter_map(|(one, sweep)| {
        let problem = match (mode, &sweep.values) {
            (RunMode::Multirun, _) if one.is_hydra() => {
                "sweeping over Hydra's configuration is not supported".to_owned()
            }
            (RunMode::Multirun, _) => return None,
            (RunMode::Run, SweepValues::Choice { simple: true, .. }) => {
                let key = one.key_element();
                format!(
                    "ambiguous value; for a list use `{key}=[value1,value2]`, for a text quote it, \
                     to sweep over it add --multirun"
                )
            }
            (RunMode::Run, _) => "a sweep requires --multirun".to_owned(),
        };
        let kind = ErrorKind::SweepInRun { text: one.text.clone(), problem };
        Some(ConfigError::new(kind).at(&one.origin))
    });
    problems.collect()
}

/// The search path: the request's directories and what `hydra.searchpath` adds.
fn repository(request: &ComposeRequest, parsed: &[Override]) -> Result<Repository, ConfigError> {
    if !files::is_dir(&request.config_dir) {
        return Err(ErrorKind::NoConfigDir { path: request.config_dir.clone() }.into());
    }
    let mut repository =
        Repository::new(&request.config_dir, &request.extra_dirs, request.version_base);
    let added = match parsed.iter().find(|one| one.key_element() == "hydra.searchpath") {
        Some(one) => searchpath_override(one)?,
        None => match repository.load(&request.config_name)? {
            Some(loaded) => match loaded.config.get("hydra.searchpath") {
                Some(node) => searchpath("hydra.searchpath in main", node)?,
                None => Vec::new(),
            },
            None => Vec::new(),
        },
    };
    repository.extend(added);
    Ok(repository)
}

fn searchpath_override(one: &Override) -> Result<Vec<Source>, ConfigError> {
    let literal = one.literal().cloned().unwrap_or(Literal::Null);
    let node = overrides::to_node(&literal, &one.origin).map_err(|problem| {
        let kind = ErrorKind::Override { text: one.text.clone(), problem };
        ConfigError::new(kind).at(&one.origin)
    })?;
    searchpath("hydra.searchpath in command-line", &node)
}

fn searchpath(provider: &str, node: &Node) -> Result<Vec<Source>, ConfigError> {
    let wrong = |node: &Node| {
        let problem = "expected a list of texts".to_owned();
        let kind = ErrorKind::WrongValue { key: "hydra.searchpath".to_owned(), problem };
        ConfigError::new(kind).at(&node.origin)
    };
    if node.value == Value::Null {
        return Ok(Vec::new());
    }
    let items = node.as_list().ok_or_else(|| wrong(node))?;
    items
        .iter()
        .map(|item| item.as_str().map(|t| Source::parse(provider, t)).ok_or_else(|| wrong(item)))
        .collect()
}

/// Merges every config of the list at its package.
fn merge_all(
    repository: &Repository,
    items: &[DefaultsItem],
    context: &Context,
) -> Result<Node, ConfigError> {
    let mut root = Node::empty(Origin::Runtime);
    for item in items {
        let Some(loaded) = repository.load(&item.config)? else { continue };
        if item.package.split('.').count() > key::DEPTH {
            let kind = ErrorKind::TooMuch { what: "the length of a package", limit: key::DEPTH };
            return Err(ConfigError::new(kind).at(&item.origin));
        }
        let node = embed(loaded.config.clone(), &item.package);
        let sets_searchpath = node.get("hydra.searchpath").is_some_and(|n| n.value != Value::Null);
        if sets_searchpath && !item.primary && item.config != "hydra/config" {
            let problem = "it can only be set in the primary config".to_owned();
            let kind = ErrorKind::WrongValue { key: "hydra.searchpath".to_owned(), problem };
            return Err(ConfigError::new(kind).at(&loaded.config.origin));
        }
        let mut merger = Merger { root: &mut root, context, keys: Keys::Open };
        merger.merge(&mut Vec::new(), node)?;
    }
    Ok(root)
}

/// Puts a config below its package.
fn embed(config: Node, package: &str) -> Node {
    if package.is_empty() {
        return config;
    }
    key::split(package).into_iter().rev().fold(config, |node, part| {
        let origin = node.origin.clone();
        Node::new(Value::Map(Map::from_iter([(Key::Str(part), node)])), origin)
    })
}

fn apply_values(root: &mut Node, context: &Context, values: &[Override]) -> Vec<ConfigError> {
    let applied = values.iter().map(|one| {
        update::apply(root, context, one).map_err(|error| error.at_if_unknown(&one.origin))
    });
    applied.filter_map(Result::err).collect()
}

/// Makes a path absolute against the working directory of a request.
pub(crate) fn absolute(cwd: &Path, path: &Path) -> String {
    cwd.join(path).display().to_string()
}

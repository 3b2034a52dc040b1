//! Fills in what only the run knows: `hydra.overrides`, `hydra.runtime`, parts of `hydra.job`.

use indexmap::IndexMap;

use super::builtin::NO_CONFIG;
use super::error::{ConfigError, ErrorKind};
use super::key::Key;
use super::node::{Map, Node, Value};
use super::origin::Origin;
use super::overrides::Override;
use super::python;
use super::request::{ComposeRequest, RunMode, Runtime};
use super::source::Source;

/// Fills in the `hydra` node.
pub(crate) fn fill(
    root: &mut Node,
    request: &ComposeRequest,
    parsed: &[Override],
    choices: &IndexMap<String, Option<String>>,
    sources: &[Source],
) -> Result<(), ConfigError> {
    let (hydra, task): (Vec<&Override>, Vec<&Override>) =
        parsed.iter().partition(|one| one.is_hydra());
    append(root, "hydra.overrides.hydra", &hydra);
    append(root, "hydra.overrides.task", &task);
    copy_environment(root)?;
    choose(root, choices);
    let runtime = &request.runtime;
    let text = |text: &str| Value::Str(text.to_owned());
    set(root, "hydra.runtime.version", text(&runtime.version));
    set(root, "hydra.runtime.version_base", text(&request.version_base.to_string()));
    set(root, "hydra.runtime.cwd", text(&runtime.cwd.display().to_string()));
    set(root, "hydra.runtime.config_sources", config_sources(request, sources));
    let dirname = override_dirname(root, &task);
    set(root, "hydra.job.override_dirname", Value::Str(dirname));
    name_job(root, request);
    Ok(())
}

/// `hydra.runtime.choices`
fn choose(root: &mut Node, choices: &IndexMap<String, Option<String>>) {
    let held = root.at_mut(&["hydra", "runtime", "choices"]).and_then(Node::as_map_mut);
    let Some(map) = held else { return };
    for (group, option) in choices {
        let option = option.as_ref().map_or(Value::Null, |name| Value::Str(name.clone()));
        map.insert(Key::Str(group.clone()), Node::new(option, Origin::Runtime));
    }
}

/// `hydra.job`: its name, its config, its number in a sweep.
fn name_job(root: &mut Node, request: &ComposeRequest) {
    let runtime = &request.runtime;
    let text = |text: &str| Value::Str(text.to_owned());
    if root.get("hydra.job.name").is_none_or(Node::is_missing) {
        set(root, "hydra.job.name", text(&runtime.job_name));
    }
    let config_name = match request.config_name.as_str() {
        NO_CONFIG => Value::Null,
        name => text(name),
    };
    set(root, "hydra.job.config_name", config_name);
    if let Some(num) = runtime.job_num {
        set(root, "hydra.job.id", Value::Str(num.to_string()));
        set(root, "hydra.job.num", Value::Int(num as i128));
    }
}

/// Gives the `hydra` node of an earlier run to a single run that starts now.
pub(crate) fn renew(root: &mut Node, runtime: &Runtime) {
    let text = |text: &str| Value::Str(text.to_owned());
    set(root, "hydra.mode", text(RunMode::Run.name()));
    set(root, "hydra.runtime.version", text(&runtime.version));
    set(root, "hydra.runtime.cwd", text(&runtime.cwd.display().to_string()));
}

fn set(root: &mut Node, path: &str, value: Value) {
    let parts = super::key::split(path);
    if let Some(node) = root.at_mut(&parts) {
        let ty = node.ty;
        node.replace(Node { ty, ..Node::new(value, Origin::Runtime) });
    } else if let Some((last, parent)) = parts.split_last()
        && let Some(map) = root.at_mut(parent).and_then(Node::as_map_mut)
    {
        map.insert(Key::Str(last.clone()), Node::new(value, Origin::Runtime));
    }
}

fn append(root: &mut Node, path: &str, overrides: &[&Override]) {
    let list = root.at_mut(&super::key::split(path));
    if let Some(Node { value: Value::List(items), .. }) = list {
        let texts =
            overrides.iter().map(|o| Node::new(Value::Str(o.text.clone()), o.origin.clone()));
        items.extend(texts);
    }
}

/// `hydra.job.env_copy` names variables that go to `hydra.job.env_set`.
fn copy_environment(root: &mut Node) -> Result<(), ConfigError> {
    let names: Vec<Node> = root
        .get("hydra.job.env_copy")
        .and_then(Node::as_list)
        .map(<[Node]>::to_vec)
        .unwrap_or_default();
    for node in names {
        let name = python::str_of(&node.value);
        let Ok(value) = std::env::var(&name) else {
            let problem = format!("environment variable `{name}` not found");
            let kind = ErrorKind::WrongValue { key: "hydra.job.env_copy".to_owned(), problem };
            return Err(ConfigError::new(kind).at(&node.origin));
        };
        if let Some(map) = root.at_mut(&["hydra", "job", "env_set"]).and_then(Node::as_map_mut) {
            map.insert(Key::Str(name), Node::new(Value::Str(value), Origin::Runtime));
        }
    }
    Ok(())
}

fn config_sources(request: &ComposeRequest, sources: &[Source]) -> Value {
    let node = |text: &str| Node::new(Value::Str(text.to_owned()), Origin::Runtime);
    let items = sources.iter().map(|source| {
        let map = Map::from_iter([
            (Key::from("path"), node(&source.path(&request.runtime.cwd))),
            (Key::from("schema"), node(source.schema())),
            (Key::from("provider"), node(source.provider())),
        ]);
        Node::new(Value::Map(map), Origin::Runtime)
    });
    Value::List(items.collect())
}

/// The task overrides as a directory name.
fn override_dirname(root: &Node, task: &[&Override]) -> String {
    let config = root.get("hydra.job.config.override_dirname");
    let text = |key: &str, default: &str| {
        let node = config.and_then(|config| config.child(key));
        node.and_then(Node::as_str).unwrap_or(default).to_owned()
    };
    let excluded: Vec<String> = config
        .and_then(|config| config.child("exclude_keys"))
        .and_then(Node::as_list)
        .map(|items| items.iter().map(|item| python::str_of(&item.value)).collect())
        .unwrap_or_default();
    let kept = task.iter().filter(|one| !excluded.contains(&one.key));
    let mut lines: Vec<&str> = kept.map(|one| one.text.as_str()).collect();
    lines.sort_unstable();
    lines.join(&text("item_sep", ",")).replace('=', &text("kv_sep", "="))
}

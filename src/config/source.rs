//! One entry of the search path: where its configs are kept and what was read of them.
//!
//! Invariant: every file and directory is looked at once. All that is composed from a source, or
//! from a copy of it, sees the same configs, whatever happens to the files meanwhile.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::builtin::{self, Shelf};
use super::error::{ConfigError, ErrorKind};
use super::memo::Memo;
use super::node::Node;
use super::origin::Origin;
use super::{text, yaml};
use crate::files;

/// Where a source keeps its configs.
#[derive(Clone, Debug)]
enum Place {
    Builtin(Shelf),
    /// A directory, and whether it is shown as written in `hydra.searchpath` or absolute.
    Dir {
        path: PathBuf,
        as_written: bool,
    },
}

/// Names directly below a group: configs and groups.
type Names = (Vec<String>, Vec<String>);

/// One entry of the search path; its copies share what was read.
#[derive(Clone, Debug)]
pub struct Source {
    provider: String,
    place: Place,
    seen: Arc<Seen>,
}

/// What was looked at.
#[derive(Debug, Default)]
struct Seen {
    groups: Memo<String, bool>,
    configs: Memo<String, bool>,
    files: Memo<String, Result<Arc<File>, ConfigError>>,
}

/// A config file.
#[derive(Debug)]
pub(super) struct File {
    /// The tree, the defaults list in it.
    pub(super) node: Node,
    /// From the header, or what is wrong with it.
    pub(super) package: Result<Option<String>, String>,
}

impl Source {
    fn new(provider: &str, place: Place) -> Self {
        Self { provider: provider.to_owned(), place, seen: Arc::default() }
    }

    /// The built-in configs of a shelf.
    pub(super) fn builtin(provider: &str, shelf: Shelf) -> Self {
        Self::new(provider, Place::Builtin(shelf))
    }

    pub(super) fn dir(provider: &str, path: &Path) -> Self {
        Self::new(provider, Place::Dir { path: path.to_owned(), as_written: false })
    }

    /// An entry of `hydra.searchpath`.
    ///
    /// | entry | meaning |
    /// |---|---|
    /// | `dir`, `file://dir` | a directory, relative to the working directory |
    /// | `pkg://hydra.conf`, `structured://` | the built-in configs once more |
    /// | `pkg://other`, another scheme | refused: there are no Python packages here |
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn parse(provider: &str, text: &str) -> Result<Self, String> {
        let place = match text.split_once("://") {
            None => Place::Dir { path: text.into(), as_written: true },
            Some(("file", path)) => Place::Dir { path: path.into(), as_written: true },
            Some(("pkg", path)) if path.replace('/', ".").trim_end_matches('.') == "hydra.conf" => {
                Place::Builtin(Shelf::Hydra)
            }
            Some(("pkg", _)) => {
                return Err(format!("`{text}` is a Python package; give a directory"));
            }
            Some(("structured", "")) => Place::Builtin(Shelf::Typed),
            Some((schema, _)) => {
                return Err(format!("`{text}`: unknown scheme `{schema}`, use `file://`"));
            }
        };
        Ok(Self::new(provider, place))
    }

    /// Who asked for it: `hydra`, `main`, `command-line`, ...
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// `file`, `pkg` or `structured`.
    pub fn schema(&self) -> &str {
        match &self.place {
            Place::Builtin(Shelf::Hydra) => "pkg",
            Place::Builtin(Shelf::Typed) => "structured",
            Place::Dir { .. } => "file",
        }
    }

    /// The path below the schema; directories of the command line are made absolute against `cwd`.
    pub fn path(&self, cwd: &Path) -> String {
        match &self.place {
            Place::Builtin(Shelf::Hydra) => "hydra.conf".to_owned(),
            Place::Builtin(Shelf::Typed) => String::new(),
            Place::Dir { path, as_written: true } => path.display().to_string(),
            Place::Dir { path, as_written: false } => {
                absolute(&cwd.join(path)).display().to_string()
            }
        }
    }

    pub(crate) fn is_available(&self) -> bool {
        match &self.place {
            Place::Builtin(_) => true,
            Place::Dir { path, .. } => files::is_dir(path),
        }
    }

    /// Whether its configs are files and not part of the program.
    pub(super) fn is_dir(&self) -> bool {
        matches!(self.place, Place::Dir { .. })
    }

    pub(crate) fn is_group(&self, group: &str) -> bool {
        self.seen.groups.get(group, || match &self.place {
            Place::Builtin(shelf) => builtin::is_group(*shelf, group),
            Place::Dir { path, .. } => files::is_dir(&path.join(group)),
        })
    }

    pub(super) fn has(&self, file: &str) -> bool {
        self.seen.configs.get(file, || match &self.place {
            Place::Builtin(shelf) => {
                file.strip_suffix(".yaml").is_some_and(|name| builtin::is_config(*shelf, name))
            }
            Place::Dir { path, .. } => files::is_file(&path.join(file)),
        })
    }

    /// Names directly below a group: configs and groups.
    fn names(&self, group: &str) -> Names {
        match &self.place {
            Place::Builtin(shelf) => builtin::names(*shelf, group),
            Place::Dir { path, .. } => {
                let (mut configs, mut groups) = (Vec::new(), Vec::new());
                for entry in files::list(&path.join(group)).unwrap_or_default() {
                    match (entry.kind, entry.name.strip_suffix(".yaml")) {
                        (files::Kind::File, Some(name)) => configs.push(name.to_owned()),
                        (files::Kind::Dir, _) if entry.name == "__pycache__" => {}
                        (files::Kind::Dir, _) => groups.push(entry.name),
                        _ => {}
                    }
                }
                (configs, groups)
            }
        }
    }

    pub(super) fn load(&self, config: &str, file: &str) -> Result<Arc<File>, ConfigError> {
        self.seen.files.get(file, || self.read(config, file).map(Arc::new))
    }

    fn read(&self, config: &str, file: &str) -> Result<File, ConfigError> {
        match &self.place {
            Place::Builtin(shelf) => {
                let name = file.strip_suffix(".yaml").unwrap_or(file);
                match builtin::load(*shelf, name) {
                    Some(loaded) => loaded.map(|(text, node)| File::new(text, node)),
                    None => Err(ErrorKind::NoSuchConfig { config: config.to_owned() }.into()),
                }
            }
            Place::Dir { path: dir, .. } => {
                let path: Arc<Path> = dir.join(file).into();
                let text = text::read(&path, config)?;
                let origin = |line, column| Origin::File { path: Arc::clone(&path), line, column };
                Ok(File::new(&text, yaml::load(&text, &origin)?))
            }
        }
    }
}

impl File {
    fn new(text: &str, node: Node) -> Self {
        Self { node, package: yaml::read_header(text) }
    }
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let path = self.path(Path::new(""));
        write!(f, "{}://{path} ({})", self.schema(), self.provider)
    }
}

/// Removes `.` and `..` from an absolute path.
fn absolute(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

/// Whether a source has the group.
pub(crate) fn group_exists(sources: &[Source], group: &str) -> bool {
    sources.iter().any(|source| source.is_group(group))
}

/// The configs of a group, sorted.
pub(crate) fn options(sources: &[Source], group: &str) -> Vec<String> {
    sorted_names(sources, group, |(configs, _)| configs)
}

/// The groups below a group, sorted.
pub(crate) fn groups(sources: &[Source], group: &str) -> Vec<String> {
    sorted_names(sources, group, |(_, groups)| groups)
}

fn sorted_names(sources: &[Source], group: &str, pick: fn(Names) -> Vec<String>) -> Vec<String> {
    let sources = sources.iter().filter(|source| source.is_group(group));
    let mut names: Vec<String> = sources.flat_map(|source| pick(source.names(group))).collect();
    names.sort();
    names.dedup();
    names
}

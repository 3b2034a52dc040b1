//! One entry of a defaults list and where its config goes.

use crate::config::origin::Origin;
use crate::config::repository::Repository;
use crate::config::version::VersionBase;

/// What an entry names.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Entry {
    /// The node above the primary config and `hydra/config`.
    Root,
    /// `- path`, `- _self_`
    Config { path: String },
    /// `- group: option`
    Group { group: String, choice: Choice, is_override: bool, appended: bool },
}

/// The option of a group.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Choice {
    Null,
    Name(String),
    Options(Vec<String>),
}

/// An entry in its place.
#[derive(Clone, Debug)]
pub(crate) struct Element {
    pub(crate) entry: Entry,
    pub(crate) package: Option<String>,
    pub(crate) optional: bool,
    pub(crate) deleted: bool,
    pub(crate) primary: bool,
    pub(crate) origin: Origin,
    base_dir: String,
    parent_package: String,
    header: Option<String>,
}

impl Element {
    pub(crate) fn new(entry: Entry, package: Option<String>, origin: Origin) -> Self {
        let package = package.map(|p| if p == "_here_" { String::new() } else { p });
        Self {
            entry,
            package,
            optional: false,
            deleted: false,
            primary: false,
            origin,
            base_dir: String::new(),
            parent_package: String::new(),
            header: None,
        }
    }

    pub(crate) fn config(path: &str, origin: Origin) -> Self {
        Self::new(Entry::Config { path: path.to_owned() }, None, origin)
    }

    pub(crate) fn is_root(&self) -> bool {
        self.entry == Entry::Root
    }

    pub(crate) fn is_self(&self) -> bool {
        matches!(&self.entry, Entry::Config { path } if path == "_self_")
    }

    pub(crate) fn is_override(&self) -> bool {
        matches!(self.entry, Entry::Group { is_override: true, .. })
    }

    pub(crate) fn is_appended(&self) -> bool {
        matches!(self.entry, Entry::Group { appended: true, .. })
    }

    pub(crate) fn is_group(&self) -> bool {
        matches!(self.entry, Entry::Group { .. })
    }

    /// The name of the config; `None` for `group: null`.
    pub(crate) fn name(&self) -> Option<&str> {
        match &self.entry {
            Entry::Root => None,
            Entry::Config { path } => Some(path.rsplit('/').next().unwrap_or(path)),
            Entry::Group { choice: Choice::Name(name), .. } => Some(name),
            Entry::Group { .. } => None,
        }
    }

    pub(crate) fn is_missing(&self) -> bool {
        self.name() == Some("???")
    }

    pub(crate) fn is_interpolation(&self) -> bool {
        match &self.entry {
            Entry::Root => false,
            Entry::Config { path } => path.contains("${"),
            Entry::Group { .. } => self.name().is_some_and(|name| name.contains("${")),
        }
    }

    /// The group: the directory the config is in, from the root of the search path.
    pub(crate) fn group_path(&self) -> String {
        let (path, absolute) = match &self.entry {
            Entry::Root => ("", true),
            Entry::Config { path } => {
                let absolute = path.starts_with('/');
                let path = path.strip_prefix('/').unwrap_or(path);
                (path.rsplit_once('/').map_or("", |(group, _)| group), absolute)
            }
            Entry::Group { group, .. } => {
                (group.strip_prefix('/').unwrap_or(group), group.starts_with('/'))
            }
        };
        if absolute { path.to_owned() } else { join(&self.base_dir, path) }
    }

    /// The config's path from the root of the search path.
    pub(crate) fn config_path(&self) -> String {
        match &self.entry {
            Entry::Root => "<root>".to_owned(),
            Entry::Config { path } => match path.strip_prefix('/') {
                Some(path) => path.to_owned(),
                None => join(&self.base_dir, path),
            },
            Entry::Group { .. } => {
                format!("{}/{}", self.group_path(), self.name().unwrap_or("None"))
            }
        }
    }

    /// Tells the entry which config lists it.
    pub(crate) fn adopt(&mut self, base_dir: &str, parent_package: &str) {
        self.base_dir = base_dir.to_owned();
        self.parent_package = parent_package.to_owned();
        if let Some(package) = &self.package
            && package.contains("_group_")
        {
            let resolved = package.replace("_group_", &self.default_package());
            self.package = Some(format!("_global_.{resolved}"));
        }
    }

    /// Gives `_self_` the place of the config that lists it.
    pub(crate) fn adopt_self(&mut self, parent: &Element) {
        self.base_dir = parent.base_dir.clone();
        self.parent_package = parent.parent_package.clone();
    }

    fn default_package(&self) -> String {
        self.group_path().replace('/', ".")
    }

    /// Takes the package of the config's header, made absolute.
    pub(crate) fn set_header(&mut self, header: Option<&str>, repository: &Repository) {
        let Some(header) = header else { return };
        let legacy = repository.version < VersionBase::V1_2;
        if legacy && (header.contains("_group_") || header.contains("_name_")) {
            repository.warn(format!(
                "in `{}`: deprecated keyword in the header `# @package {header}`",
                self.config_path()
            ));
        }
        if legacy && header == "_group_" {
            return;
        }
        let mut package = match header {
            "" | "_global_" => "_global_".to_owned(),
            absolute if absolute.starts_with("_global_.") => absolute.to_owned(),
            other => format!("_global_.{other}"),
        };
        if legacy {
            package = package.replace("_group_", &self.default_package());
        }
        self.header = Some(package);
    }

    /// Where the config goes; the empty package is the root.
    pub(crate) fn final_package(&self, version: VersionBase) -> String {
        let package = self.package.as_deref().or(self.header.as_deref());
        self.placed(package, version)
    }

    fn placed(&self, package: Option<&str>, version: VersionBase) -> String {
        let mut package =
            package.map_or_else(|| self.relative_group().replace('/', "."), str::to_owned);
        if version < VersionBase::V1_2
            && let Some(name) = self.name()
        {
            package = package.replace("_name_", name);
        }
        let full = match (self.parent_package.as_str(), package.as_str()) {
            ("", _) => package,
            (parent, "") => parent.to_owned(),
            (parent, package) => format!("{parent}.{package}"),
        };
        match full.rfind("_global_") {
            None => full,
            Some(at) => full.get(at + "_global_".len() + 1..).unwrap_or_default().to_owned(),
        }
    }

    fn relative_group(&self) -> &str {
        match &self.entry {
            Entry::Root => "",
            Entry::Config { path } => {
                let path = path.strip_prefix('/').unwrap_or(path);
                path.rsplit_once('/').map_or("", |(group, _)| group)
            }
            Entry::Group { group, .. } => group.strip_prefix('/').unwrap_or(group),
        }
    }

    /// How the entry is addressed from outside: `group` or `group@package`.
    pub(crate) fn override_key(&self, version: VersionBase) -> String {
        let package = self.placed(self.package.as_deref(), version);
        let group = self.group_path();
        match package.as_str() {
            package if package == self.default_package() => group,
            "" => format!("{group}@_global_"),
            package => format!("{group}@{package}"),
        }
    }
}

fn join(base: &str, path: &str) -> String {
    match (base, path) {
        ("", path) => path.to_owned(),
        (base, "") => base.to_owned(),
        (base, path) => format!("{base}/{path}"),
    }
}

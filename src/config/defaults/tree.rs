//! Expands defaults lists recursively.
//!
//! Lists are walked from the end to the start, so that an `override` at the end, and a choice made
//! by a later entry, is known when the earlier entries are expanded; interpolated options are
//! expanded after all others. This order is Hydra's and decides what errors come first.

use std::rc::Rc;

use super::choices::Choices;
use super::element::{Choice, Element, Entry};
use crate::config::error::{ConfigError, ErrorKind};
use crate::config::interpolation::Context;
use crate::config::node::Node;
use crate::config::origin::Origin;
use crate::config::repository::{Loaded, Repository};
use crate::config::version::VersionBase;

/// How deep defaults lists may nest; beyond it they are taken for a cycle.
const DEPTH: usize = 64;

/// How many entries all lists together may have: lists that name each other twice grow without end.
const ENTRIES: usize = 10_000;

/// A config with the entries of its list; no branches when it has none.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    pub(crate) element: Element,
    pub(crate) branches: Option<Vec<Branch>>,
}

/// An entry, expanded when there was something to expand.
#[derive(Clone, Debug)]
pub(crate) enum Branch {
    Leaf(Element),
    Tree(Tree),
}

impl From<Tree> for Branch {
    fn from(tree: Tree) -> Self {
        if tree.branches.is_some() { Branch::Tree(tree) } else { Branch::Leaf(tree.element) }
    }
}

/// Expands `hydra/config` and the primary config.
pub(crate) fn build(
    repository: &Repository,
    choices: &mut Choices,
    context: &Context,
    primary: &str,
    skip_missing: bool,
) -> Result<Tree, ConfigError> {
    let mut builder =
        Builder { repository, choices, context, skip_missing, path: Vec::new(), entries: 0 };
    let mut main = Element::config(primary, Origin::Runtime);
    main.primary = true;
    let hydra = Element::config("hydra/config", Origin::Runtime);
    let mut branches = Vec::new();
    for element in [main, hydra] {
        let place = Spot { parent: None, interpolated: false };
        branches.insert(0, builder.expand(element, place)?.into());
    }
    let element = Element::new(Entry::Root, None, Origin::Runtime);
    Ok(Tree { element, branches: Some(branches) })
}

/// What an expansion works with.
pub(super) struct Builder<'a> {
    repository: &'a Repository,
    pub(super) choices: &'a mut Choices,
    pub(super) context: &'a Context,
    skip_missing: bool,
    path: Vec<String>,
    entries: usize,
}

/// Where an entry stands.
#[derive(Clone, Copy)]
pub(super) struct Spot<'p> {
    pub(super) parent: Option<&'p Element>,
    /// Below an entry whose option was interpolated.
    pub(super) interpolated: bool,
}

impl Builder<'_> {
    pub(super) fn version(&self) -> VersionBase {
        self.repository.version
    }

    pub(super) fn expand(
        &mut self,
        mut element: Element,
        spot: Spot<'_>,
    ) -> Result<Tree, ConfigError> {
        if element.primary && !self.repository.config_exists(&element.config_path()) {
            return Err(self.not_found(&element, None));
        }
        if !element.is_missing() && element.name().is_some() {
            let loaded = self.load(&element)?;
            let header = loaded.as_ref().and_then(|loaded| loaded.package.clone());
            element.set_header(header.as_deref(), self.repository);
        }
        if self.choices.deletes(&element) {
            element.deleted = true;
            return Ok(Tree { element, branches: None });
        }
        self.choices.settle(&element)?;
        if element.name().is_none() || self.is_unchosen(&element)? {
            return Ok(Tree { element, branches: None });
        }
        let Some(loaded) = self.load(&element)? else {
            if element.optional {
                element.deleted = true;
                return Ok(Tree { element, branches: None });
            }
            return Err(self.not_found(&element, spot.parent));
        };
        self.check_size(&element)?;
        self.path.push(element.config_path());
        let branches = self.branches(&element, &loaded, spot.interpolated);
        self.path.pop();
        Ok(Tree { element, branches: branches? })
    }

    fn check_size(&mut self, element: &Element) -> Result<(), ConfigError> {
        self.entries += 1;
        let kind = if self.path.len() >= DEPTH {
            ErrorKind::TooMuch { what: "the nesting of defaults lists", limit: DEPTH }
        } else if self.entries > ENTRIES {
            ErrorKind::TooMuch { what: "the number of configs in defaults lists", limit: ENTRIES }
        } else {
            return Ok(());
        };
        Err(ConfigError::new(kind).at(&element.origin))
    }

    pub(super) fn warn(&self, message: String) {
        self.repository.warn(message);
    }

    fn load(&self, element: &Element) -> Result<Option<Rc<Loaded>>, ConfigError> {
        self.repository.load(&element.config_path())
    }

    fn branches(
        &mut self,
        parent: &Element,
        loaded: &Loaded,
        interpolated: bool,
    ) -> Result<Option<Vec<Branch>>, ConfigError> {
        let mut list = loaded.defaults.clone();
        let appended = if parent.primary { self.choices.appended.clone() } else { Vec::new() };
        let mut self_added = false;
        if !list.is_empty() || !appended.is_empty() {
            self_added = self.add_self(parent, &mut list, &loaded.config)?;
        }
        list.extend(appended);
        self.collect_overrides(parent, &mut list, interpolated)?;
        let mut branches = Vec::new();
        for element in list.iter().rev() {
            self.branch(parent, element.clone(), interpolated, &mut branches)?;
        }
        self.interpolated(parent, &list, self_added, &mut branches)?;
        branches.reverse();
        Ok((!branches.is_empty()).then_some(branches))
    }

    /// Appends `_self_` when it is not written; warns when that changes what a primary config says.
    fn add_self(
        &self,
        parent: &Element,
        list: &mut Vec<Element>,
        config: &Node,
    ) -> Result<bool, ConfigError> {
        let mut selves = list.iter().filter(|element| element.is_self());
        let has_self = selves.next().is_some();
        if let Some(second) = selves.next() {
            let problem = format!("`_self_` appears twice in `{}`", parent.config_path());
            return Err(ConfigError::new(ErrorKind::Defaults { problem }).at(&second.origin));
        }
        let has_entries = list.iter().any(|element| !element.is_override());
        if !has_self && has_entries || list.is_empty() {
            let has_content =
                config.as_map().is_some_and(|map| map.values().any(|n| !n.is_missing()));
            if parent.primary && has_content && has_entries {
                self.repository.warn(format!(
                    "in `{}`: the defaults list is missing `_self_`; it is taken to be last",
                    parent.config_path()
                ));
            }
            list.push(Element::config("_self_", parent.origin.clone()));
        }
        Ok(!has_self)
    }

    /// Records the `override` entries of a list and checks that they stand at its end.
    fn collect_overrides(
        &mut self,
        parent: &Element,
        list: &mut [Element],
        interpolated: bool,
    ) -> Result<(), ConfigError> {
        let (base, package) = (parent.group_path(), parent.final_package(self.version()));
        let place = parent.config_path();
        let mut last_override: Option<String> = None;
        for element in list.iter_mut().filter(|element| !element.is_self()) {
            element.adopt(&base, &package);
            let key = element.override_key(self.version());
            let legacy = self.make_legacy_override(element, &place, &key);
            match &last_override {
                Some(last) if !element.is_override() && !element.is_appended() => {
                    return Err(refused(
                        element,
                        format!(
                            "in `{place}`: override `{last}` is defined before `{key}`; overrides \
                         must be at the end of the defaults list"
                        ),
                    ));
                }
                _ if !element.is_override() => continue,
                _ if interpolated => {
                    return Err(refused(
                        element,
                        format!("`{place}`: overrides are not allowed below an interpolated group"),
                    ));
                }
                _ => self.choices.add_override(element),
            }
            if !legacy {
                last_override = Some(key);
            }
        }
        Ok(())
    }

    /// Hydra 1.0 let `hydra/x: y` override without the keyword.
    fn make_legacy_override(&self, element: &mut Element, place: &str, key: &str) -> bool {
        if self.version() >= VersionBase::V1_2 {
            return false;
        }
        match &mut element.entry {
            Entry::Group { group, is_override, .. }
                if !*is_override && group.starts_with("hydra/") =>
            {
                *is_override = true;
                self.repository.warn(format!(
                    "in `{place}`: overriding `{key}` requires the keyword `override`"
                ));
                true
            }
            _ => false,
        }
    }

    fn branch(
        &mut self,
        parent: &Element,
        mut element: Element,
        interpolated: bool,
        branches: &mut Vec<Branch>,
    ) -> Result<(), ConfigError> {
        if element.is_self() {
            element.adopt_self(parent);
            branches.push(Branch::Leaf(element));
            return Ok(());
        }
        if element.is_override() {
            return Ok(());
        }
        self.choices.apply(&mut element);
        let spot = Spot { parent: Some(parent), interpolated };
        if let Entry::Group { group, choice: Choice::Options(options), .. } = &element.entry {
            for option in options.iter().rev() {
                let path = format!("{group}/{option}");
                if option.contains("${") {
                    let problem = format!("`{path}`: a list of options cannot be interpolated");
                    return Err(refused(&element, problem));
                }
                let entry = Entry::Config { path };
                let mut item = Element::new(entry, element.package.clone(), element.origin.clone());
                item.optional = element.optional;
                item.adopt(&parent.group_path(), &parent.final_package(self.version()));
                branches.push(self.expand(item, spot)?.into());
            }
        } else if element.is_interpolation() {
            branches.push(Branch::Leaf(element));
        } else {
            branches.push(self.expand(element, spot)?.into());
        }
        Ok(())
    }

    /// Whether the option is `???` and that is acceptable for now.
    fn is_unchosen(&self, element: &Element) -> Result<bool, ConfigError> {
        if !element.config_path().ends_with("???") {
            return Ok(false);
        }
        if self.skip_missing {
            return Ok(true);
        }
        let group = element.override_key(self.version());
        let options = self.repository.options(&element.group_path());
        let kind = ErrorKind::OptionRequired { group };
        Err(ConfigError::new(kind).at(&element.origin).expecting("???", options))
    }

    fn not_found(&self, element: &Element, parent: Option<&Element>) -> ConfigError {
        let config = element.config_path();
        let (group, name) = config.rsplit_once('/').unwrap_or(("", &config));
        let options = self.repository.options(group);
        let kind = if element.primary {
            ErrorKind::NoPrimary { name: config.clone() }
        } else {
            ErrorKind::NoSuchConfig { config: config.clone() }
        };
        let error =
            ConfigError::new(kind).expecting(name, options).searching(self.repository.described());
        if parent.is_some() || element.origin != Origin::Runtime {
            error.at(&element.origin)
        } else {
            error
        }
    }
}

/// An error about an entry of a list.
pub(super) fn refused(element: &Element, problem: String) -> ConfigError {
    ConfigError::new(ErrorKind::Defaults { problem }).at(&element.origin)
}

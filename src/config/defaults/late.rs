//! Entries whose option is interpolated from other choices: expanded after all others.

use super::element::{Choice, Element, Entry};
use super::tree::{Branch, Builder, Spot, refused};
use crate::config::error::{ConfigError, ErrorKind};
use crate::config::interpolation::Resolver;
use crate::config::key::{Key, Name};
use crate::config::node::{Map, Node, Value};
use crate::config::origin::Origin;
use crate::config::version::VersionBase;

impl Builder<'_> {
    /// Expands the entries whose option depends on other choices.
    pub(super) fn interpolated(
        &mut self,
        parent: &Element,
        list: &[Element],
        self_added: bool,
        branches: &mut [Branch],
    ) -> Result<(), ConfigError> {
        let known = self.known_choices(list, self_added);
        for branch in branches {
            let Branch::Leaf(element) = branch else { continue };
            if !element.is_interpolation() {
                continue;
            }
            let mut element = element.clone();
            self.check_form(&element)?;
            self.resolve(&mut element, &known)?;
            let spot = Spot { parent: Some(parent), interpolated: true };
            *branch = self.expand(element, spot)?.into();
        }
        Ok(())
    }

    /// `${defaults.0.group}` was the form of Hydra 1.0; 1.2 refuses it.
    fn check_form(&self, element: &Element) -> Result<(), ConfigError> {
        let Some(name) = element.name().filter(|name| element.is_group() && is_old_form(name))
        else {
            return Ok(());
        };
        let problem = format!(
            "`{}: {name}` is interpolated by position, which is deprecated; name the group instead",
            element.override_key(self.version())
        );
        if self.version() < VersionBase::V1_2 {
            self.warn(problem);
            return Ok(());
        }
        Err(refused(element, problem))
    }

    fn known_choices(&self, list: &[Element], self_added: bool) -> Node {
        let text = |text: &str| Node::new(Value::Str(text.to_owned()), Origin::Runtime);
        let option =
            |name: Option<&str>| name.map_or(Node::new(Value::Null, Origin::Runtime), text);
        let mut map: Map = self
            .choices
            .known
            .iter()
            .map(|(group, name)| (Key::Str(group.clone()), option(name.as_deref())))
            .collect();
        let listed = list.iter().filter(|element| !(self_added && element.is_self()));
        let defaults = listed.map(|element| match &element.entry {
            Entry::Group { .. } => {
                let key = Key::Str(element.override_key(self.version()));
                let one = Map::from_iter([(key, option(element.name()))]);
                Node::new(Value::Map(one), Origin::Runtime)
            }
            _ => text(&element.config_path()),
        });
        let defaults = Value::List(defaults.collect());
        map.insert(Key::from("defaults"), Node::new(defaults, Origin::Runtime));
        Node::new(Value::Map(map), Origin::Runtime)
    }

    fn resolve(&self, element: &mut Element, known: &Node) -> Result<(), ConfigError> {
        let text = match &element.entry {
            Entry::Group { choice: Choice::Name(name), .. } => name.clone(),
            _ => element.config_path(),
        };
        let mut root = known.clone();
        let origin = element.origin.clone();
        let node = Node::new(Value::Str(text.clone()), origin.clone());
        root.as_map_mut().expect("built as a mapping").insert(Key::from("_text_"), node);
        let fail = |problem: String| {
            let options = known.keys().into_iter().filter(|key| key != "defaults").collect();
            let problem = format!("cannot resolve `{text}`: {problem}");
            Err(ConfigError::new(ErrorKind::Defaults { problem })
                .at(&origin)
                .expecting(&text, options))
        };
        let resolver = Resolver::new(&root, self.context);
        let held = root.as_map().and_then(|map| map.get(&Name("_text_"))).expect("just inserted");
        let value = match resolver.dereference(vec![Key::from("_text_")], held) {
            Ok(found) => found.node().as_str().map(str::to_owned),
            Err(problem) => return fail(problem.message),
        };
        let Some(value) = value else { return fail("it is not a text".to_owned()) };
        match &mut element.entry {
            Entry::Group { choice, .. } => *choice = Choice::Name(value),
            Entry::Config { path } => *path = value,
            Entry::Root => {}
        }
        Ok(())
    }
}

/// Whether a text begins with `${defaults.N.`, N a single digit.
fn is_old_form(text: &str) -> bool {
    let rest = text.strip_prefix("${defaults.").unwrap_or_default();
    let mut chars = rest.chars();
    chars.next().is_some_and(char::is_numeric) && chars.next() == Some('.')
}

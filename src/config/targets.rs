//! What an override can be about: the groups and keys of a config.
//!
//! Decides what is on the list; which of it a misspelt word means is the command layer's business.

use std::sync::Arc;

use super::compose::Composer;
use super::composed::Composed;
use super::request::ComposeRequest;

/// The groups and keys of a config.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Targets {
    /// Groups that have options, by their whole path.
    pub groups: Vec<String>,
    /// Those among them that the defaults list has an option of: they are set without `+`.
    pub chosen: Vec<String>,
    /// Every option, as `group=option`.
    pub options: Vec<String>,
    /// Values, by their dotted path; without Hydra's own.
    pub keys: Vec<String>,
}

impl Composed {
    /// What further overrides could be about.
    pub fn targets(&self) -> Targets {
        let mut groups = Vec::new();
        self.all_groups("", &mut groups);
        groups.sort();
        let of = |group: &String| {
            let named = |option: String| format!("{group}={option}");
            self.group_options(group).into_iter().map(named).collect::<Vec<_>>()
        };
        Targets {
            options: groups.iter().flat_map(of).collect(),
            groups,
            chosen: self.choices().keys().cloned().collect(),
            keys: self.leaves(false).map(|leaves| leaves.into_keys().collect()).unwrap_or_default(),
        }
    }
}

impl Composer {
    /// What overrides could be about where none is given; worked out once.
    pub fn targets(&self) -> Arc<Targets> {
        let make = || {
            let request = ComposeRequest { overrides: Vec::new(), ..self.request().clone() };
            let composed = Composer::new(request).compose();
            Arc::new(composed.map(|composed| composed.targets()).unwrap_or_default())
        };
        Arc::clone(self.known.get_or_init(make))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{OverrideArg, Runtime};
    use crate::files;

    #[test]
    fn groups_and_keys_of_a_tree() {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in [
            ("config", "defaults:\n  - opt/rule: sgd\n  - _self_\na: 1\nb: {c: 1, d: [2]}\n"),
            ("opt/rule/sgd", "lr: 0.1\n"),
            ("more/x", "z: 1\n"),
        ] {
            let path = dir.path().join(format!("{name}.yaml"));
            files::create_dir_all(path.parent().unwrap()).unwrap();
            files::write_atomic(&path, text.as_bytes()).unwrap();
        }
        let mut request = ComposeRequest::new(dir.path().to_owned(), Runtime::new("/".into()));
        request.overrides = OverrideArg::split("nonsense=1");
        let known = Composer::new(request).targets();
        for (list, has) in
            [(&known.groups, ["more", "opt/rule"]), (&known.keys, ["opt.rule.lr", "b.c"])]
        {
            assert!(has.iter().all(|one| list.iter().any(|known| known == one)), "{list:?}");
        }
        assert!(known.options.contains(&"more=x".to_owned()), "{:?}", known.options);
        assert!(known.chosen.contains(&"opt/rule".to_owned()), "{:?}", known.chosen);
        assert!(!known.keys.iter().any(|key| key.starts_with("hydra")), "{:?}", known.keys);
    }
}

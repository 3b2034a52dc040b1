//! The texts of `--help` and `--hydra-help`: templates of the config, filled in.
//!
//! | in a template | becomes |
//! |---|---|
//! | `$APP_CONFIG_GROUPS`, `$HYDRA_CONFIG_GROUPS` | one line per group: its options |
//! | `$CONFIG` | the application's config, or Hydra's |
//! | `$FLAGS_HELP` | what the command line says of its flags |
//! | `$$` | `$` |
//! | another name, a lone `$` | refused |
//!
//! The templates are `hydra.help.template` and `hydra.hydra_help.template`; their interpolations
//! are resolved first, which is how `hydra.help.header`, `footer` and `app_name` come in.

use super::composed::Composed;
use super::error::{ConfigError, ConfigErrors, ErrorKind};
use super::printed::Part;

impl Composed {
    /// The text of `--help` from `hydra.help.template`; with `resolve` its config has no
    /// interpolations.
    ///
    /// # Errors
    /// A template that is not one, an interpolation without a value.
    pub fn app_help(&self, flags: &str, resolve: bool) -> Result<String, ConfigErrors> {
        let config = self.to_yaml(Part::Job, resolve, None)?;
        self.help("hydra.help.template", flags, &config)
    }

    /// The text of `--hydra-help` from `hydra.hydra_help.template`.
    ///
    /// # Errors
    /// As [`Composed::app_help`].
    pub fn hydra_help(&self, flags: &str) -> Result<String, ConfigErrors> {
        let config = self.to_yaml(Part::Hydra, false, None)?;
        self.help("hydra.hydra_help.template", flags, &config)
    }

    fn help(&self, key: &str, flags: &str, config: &str) -> Result<String, ConfigErrors> {
        let template = self.text_at(key)?;
        let mut groups = Vec::new();
        self.all_groups("", &mut groups);
        groups.sort();
        let is_hydra = |group: &str| group == "hydra" || group.starts_with("hydra/");
        let lines = |hydra: bool| -> String {
            let wanted = groups.iter().filter(|group| is_hydra(group) == hydra);
            wanted.map(|g| format!("{g}: {}\n", self.group_options(g).join(", "))).collect()
        };
        let text = fill(&template, &|name| match name {
            "FLAGS_HELP" => Some(flags.to_owned()),
            "HYDRA_CONFIG_GROUPS" => Some(lines(true)),
            "APP_CONFIG_GROUPS" => Some(lines(false)),
            "CONFIG" => Some(config.to_owned()),
            _ => None,
        });
        text.map_err(|problem| {
            let kind = ErrorKind::WrongValue { key: key.to_owned(), problem };
            let error = ConfigError::new(kind);
            self.root.get(key).map_or(error.clone(), |node| error.at(&node.origin)).into()
        })
    }

    /// The groups below a group that have options.
    pub(super) fn all_groups(&self, below: &str, found: &mut Vec<String>) {
        for name in self.groups(below) {
            let group = if below.is_empty() { name } else { format!("{below}/{name}") };
            if !self.group_options(&group).is_empty() {
                found.push(group.clone());
            }
            self.all_groups(&group, found);
        }
    }
}

/// Replaces `$NAME` and `${NAME}` in a template.
fn fill(template: &str, value: &dyn Fn(&str) -> Option<String>) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        if let Some(after) = after.strip_prefix('$') {
            out.push('$');
            rest = after;
            continue;
        }
        let (name, after) = placeholder(after)
            .ok_or_else(|| format!("a `$` before `{}`; write `$$`", shorten(after)))?;
        let text = value(name).ok_or_else(|| {
            format!(
                "`${name}` is not one of $APP_CONFIG_GROUPS, $HYDRA_CONFIG_GROUPS, $CONFIG, \
                 $FLAGS_HELP"
            )
        })?;
        out.push_str(&text);
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// The name that a text begins with, in braces or not, and what follows it.
fn placeholder(text: &str) -> Option<(&str, &str)> {
    let (inner, braced) = match text.strip_prefix('{') {
        Some(inner) => (inner, true),
        None => (text, false),
    };
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let end = inner.find(|c| !is_name(c)).unwrap_or(inner.len());
    let (name, after) = inner.split_at(end);
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if braced { after.strip_prefix('}').map(|after| (name, after)) } else { Some((name, after)) }
}

fn shorten(text: &str) -> String {
    text.lines().next().unwrap_or_default().chars().take(12).collect()
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn templates() {
        let value = |name: &str| (name == "CONFIG").then(|| "a: 1".to_owned());
        for (template, expected) in [
            ("", Some("")),
            ("x", Some("x")),
            ("$CONFIG.", Some("a: 1.")),
            ("${CONFIG}S", Some("a: 1S")),
            ("$$CONFIG $$", Some("$CONFIG $")),
            ("$CONFIGS", None),
            ("$", None),
            ("$ x", None),
            ("$1", None),
            ("${CONFIG", None),
        ] {
            assert_eq!(fill(template, &value).ok().as_deref(), expected, "{template:?}");
        }
    }
}

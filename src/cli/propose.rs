//! What a wrong override was meant to be.
//!
//! | wrong | proposed |
//! |---|---|
//! | a word with its alternatives | the one most like it |
//! | `+experment=x` | the group, with or without `+` as the defaults list has it |
//! | `batch_size=3` | the keys that end so: `train.batch_size=3` |
//! | `lr=0.1` | the keys whose last part has the word: `opt.lr_wd` |
//! | `opt.optimizer=adam` | the group `opt/optimizer` |
//! | `distill` | `distill=...` |
//! | `ek55_bert` | the groups that have it as an option: `+experiment=ek55_bert` |
//! | `expts/01.txt`, which is a file | `@expts/01.txt` |
//!
//! It knows what the config has, and proposes nothing that is not like what was typed.

use std::path::Path;

use crate::config::{ConfigError, ErrorKind, Origin, Targets};
use crate::files;

use super::nearest::{nearest, nearest_of};
use super::sweep;

/// How many keys that end alike are named.
const NAMED: usize = 3;
/// What a group is ahead of a key of the same name: groups are what is chosen most.
const PREFERRED: f64 = 2e-3;
/// How alike a key is that has the same last part elsewhere.
const SAME: f64 = 0.99;
/// How alike a key is that has the word in its last part.
const WORD: f64 = 0.4;

/// What to do about an error of a config; `known` is what there is, where that is known.
pub(super) fn hint(error: &ConfigError, known: Option<&Targets>) -> Option<String> {
    match error.kind() {
        ErrorKind::NoConfigDir { path } => return Some(no_config(path)),
        ErrorKind::OverrideSyntax { text, .. } if !text.contains(['=', '~']) => {
            return Some(without_value(text, known));
        }
        _ => {}
    }
    if let Some(hint) = sweep::config_hint(error) {
        return Some(hint);
    }
    let here = error.word().and_then(|word| {
        let listed = error.expected().iter().map(String::as_str);
        nearest_of(word, listed.chain(told(error)))
    });
    let given = known.zip(argument(error)).and_then(|(known, text)| elsewhere(error, known, text));
    match (here, given) {
        (Some((near, likeness)), Some((_, better))) if likeness >= better => Some(meant(near)),
        (_, Some((proposal, _))) => Some(proposal),
        (Some((near, _)), None) => Some(meant(near)),
        (None, None) => None,
    }
}

/// The alternatives that only the text of an error names.
fn told(error: &ConfigError) -> impl Iterator<Item = &str> {
    let list = match error.kind() {
        ErrorKind::WrongValue { problem, .. } => problem.strip_prefix("expected one of "),
        _ => None,
    };
    let list = list.and_then(|list| Some(list.split_once(", got ")?.0));
    list.into_iter().flat_map(|list| list.split(", "))
}

fn meant(text: &str) -> String {
    format!("did you mean `{text}`?")
}

/// Where the config directory may be.
fn no_config(path: &Path) -> String {
    let above = std::env::current_dir().ok().and_then(|here| {
        let depth = here
            .ancestors()
            .skip(1)
            .position(|dir| files::is_file(&dir.join(path).join("config.yaml")))?;
        Some(vec![".."; depth + 1].join("/"))
    });
    match above {
        Some(above) if path.is_relative() => {
            format!(
                "it is in `{above}`: go there, or say `--config-path {above}/{}`",
                path.display()
            )
        }
        _ => "run in a clone of the repository, where `conf/` is, or say where it is with \
              `--config-path DIR`; `runner --help` shows examples"
            .into(),
    }
}

/// For an override that is one word.
fn without_value(text: &str, known: Option<&Targets>) -> String {
    if files::is_file(Path::new(text)) {
        return format!("overrides in a file are read with `@`: did you mean `@{text}`?");
    }
    let word = text.trim_start_matches('+');
    let options = known.iter().flat_map(|known| &known.options);
    let named: Vec<String> = options
        .filter_map(|one| one.split_once('=').filter(|(_, option)| *option == word))
        .map(|(group, option)| chosen_text(known, group, option))
        .take(NAMED)
        .collect();
    if !named.is_empty() {
        let named: Vec<String> = named.iter().map(|text| format!("`{text}`")).collect();
        return format!("an option needs its group: did you mean {}?", named.join(" or "));
    }
    let keys = known.iter().flat_map(|known| known.keys.iter().chain(&known.groups));
    match nearest_of(word, keys.map(String::as_str)) {
        Some((near, _)) => format!("an override is `key=value`; did you mean `{near}=...`?"),
        None => "an override is `key=value`; commands stand first: see `runner --help`".into(),
    }
}

/// The text of the argument that is wrong.
fn argument(error: &ConfigError) -> Option<&str> {
    match error.origin()? {
        Origin::Argument { text, .. } => Some(text),
        _ => None,
    }
}

/// What an argument may be about in the whole config, and how like it that is.
fn elsewhere(error: &ConfigError, known: &Targets, text: &str) -> Option<(String, f64)> {
    let bare = text.trim_start_matches(['+', '~']);
    let (target, value) = bare.split_once('=')?;
    // What was added is among what there is.
    let mut known = known.clone();
    known.keys.retain(|key| key != target);
    let known = &known;
    let value = value.trim();
    match error.kind() {
        ErrorKind::NoSuchKey { .. }
        | ErrorKind::UnknownKey { .. }
        | ErrorKind::NoSuchDefault { .. }
        | ErrorKind::NoSuchConfig { .. } => {}
        ErrorKind::WrongValue { key, .. } => {
            let group = key.replace('.', "/");
            let is_group = key == target && group.contains('/') && known.groups.contains(&group);
            return is_group.then(|| (chosen(known, &group, value), 1.0));
        }
        _ => return None,
    }
    group(known, target, value).or_else(|| by_last_part(error, known, target, value))
}

/// The group that a target is like.
fn group(known: &Targets, target: &str, value: &str) -> Option<(String, f64)> {
    let (name, package) = target.split_once('@').map_or((target, ""), |(n, p)| (n, p));
    // A key's dots where a group has slashes.
    let name = name.replace('.', "/");
    let near = nearest_of(&name, known.groups.iter().map(String::as_str));
    let (group, likeness) = near.filter(|(group, _)| *group != target)?;
    let package = if package.is_empty() { String::new() } else { format!("@{package}") };
    Some((chosen(known, &format!("{group}{package}"), value), likeness + PREFERRED))
}

/// A choice as it is typed.
fn chosen(known: &Targets, group: &str, value: &str) -> String {
    meant(&chosen_text(Some(known), group, value))
}

fn chosen_text(known: Option<&Targets>, group: &str, value: &str) -> String {
    let is_chosen = known.is_some_and(|known| known.chosen.iter().any(|chosen| chosen == group));
    format!("{}{group}={value}", if is_chosen { "" } else { "+" })
}

/// Keys that end as the target does: it was typed at the wrong level.
fn by_last_part(
    error: &ConfigError,
    known: &Targets,
    target: &str,
    value: &str,
) -> Option<(String, f64)> {
    let last = last_part(target);
    if is_on_the_way(error, last) {
        return None;
    }
    let same = ending(known, |part| part == last);
    if !same.is_empty() {
        return Some((named(&same, value), SAME));
    }
    if let Some((near, likeness)) = nearest_of(last, known.keys.iter().map(|key| last_part(key)))
        && likeness > WORD
    {
        return Some((named(&ending(known, |part| part == near), value), likeness));
    }
    let start = format!("{last}_");
    let mut worded = ending(known, |part| part.starts_with(&start));
    if worded.is_empty() {
        worded = ending(known, |part| part.split('_').any(|word| word == last));
    }
    (!worded.is_empty()).then(|| (named(&worded, value), WORD))
}

/// Whether it is a word before the last that is wrong, and tells what it means by its alternatives.
fn is_on_the_way(error: &ConfigError, last: &str) -> bool {
    match error.kind() {
        ErrorKind::NoSuchKey { name, .. } => {
            name != last && nearest(name, error.expected()).is_some()
        }
        _ => false,
    }
}

fn named(keys: &[&str], value: &str) -> String {
    let texts: Vec<String> =
        keys.iter().take(NAMED).map(|key| format!("`{key}={value}`")).collect();
    format!("did you mean {}?", texts.join(" or "))
}

fn last_part(key: &str) -> &str {
    key.rsplit('.').next().unwrap_or(key)
}

/// The keys whose last part is wanted, the shortest paths first.
fn ending(known: &Targets, wanted: impl Fn(&str) -> bool) -> Vec<&str> {
    let mut found: Vec<&str> =
        known.keys.iter().map(String::as_str).filter(|key| wanted(last_part(key))).collect();
    found.sort_by_key(|key| key.matches('.').count());
    let depth = found.first().map(|key| key.matches('.').count());
    found.retain(|key| Some(key.matches('.').count()) == depth);
    found
}

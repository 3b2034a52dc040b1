//! Command lines that name no command, flag or value there is: what was meant, in one line.
//!
//! | typed | proposed |
//! |---|---|
//! | `runner anlyze metrics R`, `runner run lst` | the command as a whole: `runner runs list` |
//! | `runner -m jobs list` | commands stand first |
//! | `runner runs list --revers`, `-multirun` | the flag |
//! | `runner --cfg jbo` | the value |
//!
//! Flags and commands are those that clap was told of. What is not like any of them gets no proposal.

use std::ffi::OsString;
use std::io::IsTerminal;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command};

use super::args;
use super::failure::Failure;
use super::nearest::nearest_of;

/// A word where a command should stand first: one that stands elsewhere, or is misspelt.
pub(super) fn misplaced(argv: &[OsString]) -> Option<Failure> {
    let words: Vec<String> =
        argv.iter().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let root = args::command();
    if words.iter().any(|word| word == "--shell-completion") {
        return None;
    }
    let places = positionals(&root, &words);
    let at = *places.iter().find(|at| is_bare(&words[**at]))?;
    let word = &words[at];
    if root.find_subcommand(word).is_some() {
        let text = format!("failed to read `{word}` as an override: it is a command");
        let right = typed(&words[at..]);
        let hint = format!("commands stand first: `{right}`");
        return (at > 0).then(|| Failure::wrong_input(text).hint(hint));
    }
    let is_first = places.first() == Some(&at);
    let right = corrected(&root, &words[at..]).filter(|_| is_first)?;
    let text = format!("failed to find command `{word}`");
    Some(Failure::wrong_input(text).hint(format!("did you mean `{right}`?")))
}

/// What clap has to say, with our proposal in place of its own.
pub(super) fn told(mut error: clap::Error, argv: &[OsString]) -> String {
    let words: Vec<String> =
        argv.iter().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let proposal = proposal(&error, &words);
    for kind in [
        ContextKind::SuggestedArg,
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedValue,
        ContextKind::SuggestedCommand,
        ContextKind::TrailingArg,
        ContextKind::Suggested,
    ] {
        error.remove(kind);
    }
    let styled = error.render();
    let colored = std::io::stderr().is_terminal()
        && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let text = if colored { styled.ansi().to_string() } else { styled.to_string() };
    let Some(proposal) = proposal else { return text };
    let help = format!("help: did you mean `{proposal}`?");
    match text.split_once("\n\n") {
        Some((first, rest)) => format!("{first}\n{help}\n\n{rest}"),
        None => format!("{}\n{help}\n", text.trim_end()),
    }
}

fn proposal(error: &clap::Error, words: &[String]) -> Option<String> {
    let given = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let mut root = args::command();
    // Which adds clap's own flags.
    root.build();
    match error.kind() {
        ErrorKind::InvalidSubcommand => corrected(&root, words),
        ErrorKind::UnknownArgument => {
            let given = given(ContextKind::InvalidArg)?;
            let flags = flags(named(&root, words));
            flag(given, words, &flags).or_else(|| corrected(&root, words))
        }
        ErrorKind::InvalidValue => {
            let Some(ContextValue::Strings(valid)) = error.get(ContextKind::ValidValue) else {
                return None;
            };
            let given = given(ContextKind::InvalidValue)?;
            Some(nearest_of(given, valid.iter().map(String::as_str))?.0.to_owned())
        }
        _ => None,
    }
}

/// The flag that a misspelt one is like; clap takes `-multirun` apart.
fn flag(given: &str, words: &[String], flags: &[String]) -> Option<String> {
    let one_dash = || {
        let is_long = |word: &&String| word.len() > 2 && !word.starts_with("--");
        words.iter().filter(|word| word.starts_with('-')).find(is_long)
    };
    let given = match given.strip_prefix("--") {
        Some(name) => name,
        None => one_dash()?.trim_start_matches('-'),
    };
    let name = given.split('=').next().unwrap_or(given);
    let near = nearest_of(name, flags.iter().map(String::as_str))?.0;
    Some(format!("--{near}"))
}

/// The long flags of a command.
fn flags(command: &Command) -> Vec<String> {
    command.get_arguments().filter_map(|arg| arg.get_long().map(str::to_owned)).collect()
}

/// The command that the words name, as far as they do.
fn named<'c>(root: &'c Command, words: &[String]) -> &'c Command {
    let mut command = root;
    for word in words {
        match command.find_subcommand(word) {
            Some(below) => command = below,
            None => break,
        }
    }
    command
}

/// The command line with each misspelt command as it is called; `None` where one is like none.
fn corrected(root: &Command, words: &[String]) -> Option<String> {
    let (mut command, mut right) = (root, Vec::new());
    for (index, word) in words.iter().enumerate() {
        let mut names = command.get_subcommands().map(Command::get_name).peekable();
        if names.peek().is_none() || word.starts_with('-') {
            break;
        }
        if word == "help" && index > 0 {
            right.insert(0, word.clone());
            continue;
        }
        let name = match command.find_subcommand(word) {
            Some(found) => found.get_name(),
            None => nearest_of(word, names)?.0,
        };
        right.push(name.to_owned());
        command = command.find_subcommand(name)?;
    }
    right.extend_from_slice(words.get(right.len()..).unwrap_or_default());
    (right != words).then(|| typed(&right))
}

/// A command line as it is typed.
fn typed(words: &[String]) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=+,:@%~".contains(c);
    let quoted = words.iter().map(|word| match !word.is_empty() && word.chars().all(plain) {
        true => word.clone(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    });
    std::iter::once("runner".to_owned()).chain(quoted).collect::<Vec<_>>().join(" ")
}

/// Whether a word can only be a command: it is no override.
fn is_bare(word: &str) -> bool {
    let starts = word.starts_with(|c: char| c.is_ascii_alphabetic());
    starts && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

/// Where words stand that are neither flags nor their values.
fn positionals(root: &Command, words: &[String]) -> Vec<usize> {
    let (mut found, mut at) = (Vec::new(), 0);
    while at < words.len() {
        let word = &words[at];
        if word == "--" {
            found.extend(at + 1..words.len());
            break;
        }
        match word.starts_with('-') && word.len() > 1 {
            true => at += values(root, words, at),
            false => found.push(at),
        }
        at += 1;
    }
    found
}

/// How many words after the flag at a place are its values.
fn values(root: &Command, words: &[String], at: usize) -> usize {
    let word = &words[at];
    let is_it = |arg: &&Arg| match word.strip_prefix("--") {
        Some(long) => arg.get_long() == Some(long),
        None => word.len() == 2 && word.chars().nth(1) == arg.get_short(),
    };
    let Some(arg) = root.get_arguments().find(is_it) else { return 0 };
    if !arg.get_action().takes_values() {
        return 0;
    }
    match arg.get_num_args().map_or(1, |range| range.min_values()) {
        0 => {
            let next = words.get(at + 1);
            let known = arg.get_possible_values();
            usize::from(next.is_some_and(|next| known.iter().any(|one| one.matches(next, false))))
        }
        count => count,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn argv(line: &str) -> Vec<OsString> {
        std::iter::once("runner").chain(line.split_whitespace()).map(OsString::from).collect()
    }

    /// What is proposed for a line that is refused, empty where it is taken.
    fn proposed(line: &str) -> String {
        let argv = args::expand_short_flags(argv(line).into_iter());
        if let Some(failure) = misplaced(&argv) {
            let text = failure.to_string();
            return text.split_once("help: ").map_or(text.clone(), |(_, help)| help.to_owned());
        }
        match args::Args::parse_from_process(&argv) {
            Ok(_) => String::new(),
            Err(error) => {
                let text = told(error, &argv);
                let help = text.lines().find_map(|line| line.strip_prefix("help: "));
                help.unwrap_or("refused").to_owned()
            }
        }
    }

    #[test]
    fn commands_flags_and_values() {
        let mut wrong = Vec::new();
        for (line, expected) in [
            ("anlyze metrics R", "did you mean `runner analyze metrics R`?"),
            ("analyse metrics R", "did you mean `runner analyze metrics R`?"),
            ("run list", "did you mean `runner runs list`?"),
            ("run lst", "did you mean `runner runs list`?"),
            ("runs lst", "did you mean `runner runs list`?"),
            ("runs shwo a/1", "did you mean `runner runs show a/1`?"),
            ("job list", "did you mean `runner jobs list`?"),
            ("jbos list", "did you mean `runner jobs list`?"),
            ("docter", "did you mean `runner doctor`?"),
            ("whatch", "did you mean `runner watch`?"),
            ("complete bash", "did you mean `runner completions bash`?"),
            ("completion bash", "did you mean `runner completions bash`?"),
            ("Runs list", "did you mean `runner runs list`?"),
            ("data chekc", "did you mean `runner data check`?"),
            ("data import_teacher a b", "did you mean `runner data import-teacher a b`?"),
            ("runs help list", "did you mean `runner help runs list`?"),
            ("anlyze metrics --teacher T", "did you mean `runner analyze metrics --teacher T`?"),
            ("anlyze --help", "did you mean `runner analyze --help`?"),
            ("-m jobs list", "commands stand first: `runner jobs list`"),
            ("+experiment=x jobs list", "commands stand first: `runner jobs list`"),
            ("-cn other runs list", "commands stand first: `runner runs list`"),
            ("--mutirun", "did you mean `--multirun`?"),
            ("--multi-run", "did you mean `--multirun`?"),
            ("-multirun", "did you mean `--multirun`?"),
            ("--dry_run", "did you mean `--dry-run`?"),
            ("--dryrun a=1", "did you mean `--dry-run`?"),
            ("--config_path=x", "did you mean `--config-path`?"),
            ("--confg-name x", "did you mean `--config-name`?"),
            ("--explian opt", "did you mean `--explain`?"),
            ("--versoin", "did you mean `--version`?"),
            ("--cfg jbo", "did you mean `job`?"),
            ("--cfg hyrda", "did you mean `hydra`?"),
            ("--info defauts", "did you mean `defaults`?"),
            ("completions bahs", "did you mean `bash`?"),
            ("runs list --revers", "did you mean `--reverse`?"),
            ("runs list --colums a", "did you mean `--columns`?"),
            ("runs compare --markdwon", "did you mean `--markdown`?"),
            ("data check --set ek5", "did you mean `ek55`?"),
            ("data check --kind feature", "did you mean `features`?"),
            ("jobs list --jsno", "did you mean `--json`?"),
            // nothing like it
            ("banana", ""),
            ("--banana", "refused"),
            ("runs banana", "refused"),
            ("--cfg banana", "refused"),
            // as it should be
            ("runs list", ""),
            ("-cn runs a=1", ""),
            ("--explain data", ""),
            ("--diff runs jobs", ""),
            ("-i config +experiment=x", ""),
            ("+experiment=runs", ""),
            ("@jobs", ""),
            ("help runs", ""),
        ] {
            let found = proposed(line);
            if found != expected {
                wrong.push(format!("runner {line}: `{found}`, not `{expected}`"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn a_proposal_can_be_pasted() {
        assert_eq!(proposed("rusn list"), "did you mean `runner runs list`?");
        let words = ["runs", "list", "distill>=1", "it's"].map(str::to_owned);
        assert_eq!(typed(&words), r"runner runs list 'distill>=1' 'it'\''s'");
    }
}

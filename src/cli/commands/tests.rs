//! The examples in the help of commands: each is there, and is taken as it is typed.

use std::ffi::OsString;

use clap::Command;

use super::super::args::{Args, command, expand_short_flags};
use super::super::usage;

/// The command lines in the texts of a command's help.
fn of(command: &Command) -> Vec<String> {
    let texts = [
        command.get_before_help(),
        command.get_long_about().or(command.get_about()),
        command.get_after_help(),
    ];
    let mut found: Vec<String> = Vec::new();
    for text in texts.into_iter().flatten().map(ToString::to_string) {
        let mut goes_on = false;
        for line in text.lines() {
            // A table of examples says beside each what it does.
            let typed = line.trim_start().split("  ").next().unwrap_or_default();
            let inner = typed.split_once("$(").and_then(|(_, rest)| Some(rest.rsplit_once(')')?.0));
            let typed = inner.unwrap_or(typed);
            if typed.starts_with("runner ") {
                found.push(typed.to_owned());
            } else if goes_on && line.starts_with("    ") {
                found.last_mut().unwrap().push_str(&format!(" {typed}"));
            }
            goes_on = !line.is_empty() && (typed.starts_with("runner ") || goes_on);
        }
    }
    found
}

/// The words of a line as a shell splits it, up to a pipe or a redirection.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in line.chars() {
        match (quote, c) {
            (None, '|' | '>' | ';') => break,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (Some(open), c) if c == open => quote = None,
            (None, ' ') => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

fn walk(command: &Command, path: &str, see: &mut dyn FnMut(&str, &Command)) {
    see(path, command);
    for below in command.get_subcommands() {
        walk(below, &format!("{path} {}", below.get_name()), see);
    }
}

/// Whether a command takes nothing and says nothing: it is not there yet.
fn is_empty(command: &Command) -> bool {
    command.get_subcommands().next().is_none()
        && command.get_long_about().is_none()
        && command.get_arguments().all(|arg| arg.get_id() == "help")
}

fn is_taken(line: &str) -> Result<(), String> {
    let argv: Vec<OsString> = words(line).into_iter().map(OsString::from).collect();
    let argv = expand_short_flags(argv.into_iter());
    if let Some(failure) = usage::misplaced(&argv) {
        return Err(failure.to_string());
    }
    match Args::parse_from_process(&argv) {
        Ok(_) => Ok(()),
        Err(error) if error.use_stderr() => Err(error.to_string()),
        Err(_) => Ok(()),
    }
}

#[test]
fn every_command_has_a_line_detail_and_an_example_that_is_taken() {
    let root = command();
    let mut wrong = Vec::new();
    walk(&root, "runner", &mut |path, command| {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        if about.is_empty() || about.ends_with('.') || about.lines().count() > 1 {
            wrong.push(format!("{path}: `{about}` is no line of help"));
        }
        let examples = of(command);
        if examples.is_empty() && !is_empty(command) {
            wrong.push(format!("{path}: no example"));
        }
        for example in examples {
            let stub = words(&example)
                .iter()
                .skip(1)
                .fold(&root, |at, word| at.find_subcommand(word).unwrap_or(at));
            let named = example.starts_with(path) || path == "runner";
            if !named && !["runner man", "runner help"].contains(&path) {
                wrong.push(format!("{path}: `{example}` is of another command"));
            }
            if let Err(error) = is_taken(&example)
                && !is_empty(stub)
            {
                wrong.push(format!("{path}: `{example}` is refused: {error}"));
            }
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn lines_of_shells() {
    assert_eq!(words("runner a 'b c>d' \"e\" | head"), ["runner", "a", "b c>d", "e"]);
    assert_eq!(words("runner schema > x"), ["runner", "schema"]);
}

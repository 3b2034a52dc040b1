//! Shell completion: `runner completions SHELL` prints a script, which asks `runner -sc query=SHELL`.
//!
//! | word | proposals |
//! |---|---|
//! | behind a flag that takes a value | its values: choices, config names, paths, keys |
//! | `-` | flags |
//! | the first | commands, and what follows |
//! | a job, a run or a sweep; a key or metric of runs | those below `outputs/`: [`names`] |
//! | behind `help` and `man` | commands |
//! | `@fi` | `@` and a path |
//! | anything else | groups, options, keys and values: [`crate::config::complete`] |
//!
//! The flags before the word count: `-cn other` completes from another config. Nothing here starts
//! a device or writes a file.

use std::collections::HashMap;
use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Arg, Command};
use clap_complete::Shell;

use crate::config::{self, ComposeRequest, OverrideArg, RunMode, VersionBase};
use crate::device::FORMS;
use crate::experiment::config::ExperimentConfig;

use super::args::{self, Args, ComposeArgs, expand_short_flags};
use super::compose;
use super::failure::Failure;
use super::jobs;
use super::out;

mod names;
mod values;

/// The shells whose completion knows the config.
pub(super) const SHELLS: [&str; 3] = ["bash", "fish", "zsh"];

/// `runner completions SHELL`
pub(super) fn script(shell: Shell) -> Result<ExitCode, Failure> {
    match install(&shell.to_string()) {
        Some(text) => out::write(text)?,
        // The other shells complete flags and commands.
        None => {
            let mut command = args::command();
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut command, program(), &mut script);
            out::write(String::from_utf8_lossy(&script))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// `runner -sc install=SHELL`, `uninstall=SHELL`, `query=SHELL`
pub(super) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let asked = args.compose.overrides.iter().filter_map(|one| one.split_once('='));
    let asked = asked.filter(|(what, _)| matches!(*what, "install" | "uninstall" | "query"));
    let [(what, shell)] = asked.collect::<Vec<_>>()[..] else {
        let message = "--shell-completion: expecting one of install=SHELL, uninstall=SHELL and \
                       query=SHELL";
        return Err(Failure::wrong_input(message));
    };
    let text = match what {
        "install" => install(shell),
        "uninstall" => uninstall(shell),
        _ => answer(shell)?,
    };
    let Some(text) = text else {
        let known = SHELLS.join(", ");
        let message = format!("--shell-completion: no completion for `{shell}`, there is {known}");
        return Err(Failure::wrong_input(message));
    };
    out::write(text)?;
    Ok(ExitCode::SUCCESS)
}

/// The name that the shell knows the program by.
fn program() -> String {
    let name = env::args_os().next().map(PathBuf::from);
    let name = name.as_deref().and_then(Path::file_name).map(|name| name.to_string_lossy());
    name.map_or_else(|| "runner".to_owned(), |name| name.into_owned())
}

fn install(shell: &str) -> Option<String> {
    let text = match shell {
        "bash" => include_str!("completion/bash.sh"),
        "zsh" => include_str!("completion/zsh.sh"),
        "fish" => include_str!("completion/fish.fish"),
        _ => return None,
    };
    Some(text.replace("{NAME}", &program()))
}

fn uninstall(shell: &str) -> Option<String> {
    let text = match shell {
        "bash" => "complete -r {NAME} 2>/dev/null\nunset -f _{NAME}_complete\n",
        "zsh" => "compdef -d {NAME}\nunfunction _{NAME}\n",
        "fish" => "complete -c {NAME} -e\nfunctions -e __{NAME}_complete\n",
        _ => return None,
    };
    Some(text.replace("{NAME}", &program()))
}

/// What may follow the line in `COMP_LINE`, up to `COMP_POINT`; as Hydra separates it.
fn answer(shell: &str) -> Result<Option<String>, Failure> {
    let line = env::var("COMP_LINE").map_err(|_| {
        Failure::wrong_input("--shell-completion: the shell must give the line in COMP_LINE")
    })?;
    let point = env::var("COMP_POINT").ok().and_then(|point| point.parse().ok());
    let line = point.and_then(|point: usize| line.get(..point)).unwrap_or(&line);
    let found = candidates(line);
    Ok(match shell {
        "bash" | "zsh" => Some(format!("{}\n", found.join(" "))),
        "fish" => Some(found.iter().map(|one| format!("{one}\n")).collect()),
        _ => None,
    })
}

fn candidates(line: &str) -> Vec<String> {
    let mut words: Vec<&str> = line.split_whitespace().skip(1).collect();
    let is_new = line.ends_with(char::is_whitespace) || words.is_empty();
    let word = if is_new { "" } else { words.pop().unwrap_or_default() };
    Line::read(&words).complete(word)
}

/// What stands before the word to complete.
struct Line {
    /// The program, or the command that was named.
    command: Command,
    overrides: Vec<String>,
    /// The values of flags by their ids.
    given: HashMap<String, String>,
    /// A flag that waits for its value.
    waiting: Option<Arg>,
    /// A flag, just before the word, that may have one.
    open: Option<Arg>,
}

impl Line {
    fn read(words: &[&str]) -> Self {
        let mut line = Self {
            command: args::command(),
            overrides: Vec::new(),
            given: HashMap::new(),
            waiting: None,
            open: None,
        };
        for word in expand_short_flags(words.iter().map(Into::into)) {
            line.take(&word.to_string_lossy());
        }
        line
    }

    fn take(&mut self, word: &str) {
        self.open = None;
        if let Some(flag) = self.waiting.take() {
            self.given.insert(flag.get_id().to_string(), word.to_owned());
        } else if word.starts_with('-') && word.len() > 1 {
            let (name, value) = word.split_once('=').map_or((word, None), |(n, v)| (n, Some(v)));
            let Some(flag) = self.flag(name) else { return };
            let id = flag.get_id().to_string();
            match value {
                None if is_optional(&flag) => self.open = Some(flag),
                None if flag.get_action().takes_values() => self.waiting = Some(flag),
                value => drop(self.given.insert(id, value.unwrap_or_default().to_owned())),
            }
        } else if self.overrides.is_empty()
            && let Some(command) = self.command.find_subcommand(word)
        {
            self.command = command.clone();
        } else {
            self.overrides.push(word.to_owned());
        }
    }

    fn flag(&self, name: &str) -> Option<Arg> {
        let matches = |arg: &&Arg| match name.strip_prefix("--") {
            Some(long) => arg.get_long() == Some(long),
            None => name.chars().nth(1) == arg.get_short() && name.chars().count() == 2,
        };
        self.command.get_arguments().find(matches).cloned()
    }

    fn complete(&self, word: &str) -> Vec<String> {
        if let Some(flag) = &self.waiting {
            return self.values(flag, word);
        }
        if let Some((name, value)) = word.split_once('=').filter(|_| word.starts_with("--")) {
            let values = self.flag(name).map(|flag| self.values(&flag, value)).unwrap_or_default();
            return values.into_iter().map(|value| format!("{name}={value}")).collect();
        }
        if word.starts_with('-') {
            return beginning(self.command.get_arguments().filter_map(long_name), word);
        }
        let names = self.command.get_subcommands().map(|command| command.get_name().to_owned());
        let commands = if self.overrides.is_empty() { beginning(names, word) } else { Vec::new() };
        let composes = self.command.get_arguments().any(|arg| arg.get_id() == "overrides");
        if !composes {
            let positional = self.command.get_positionals().flat_map(choices);
            let positional = beginning(positional, word);
            return [commands, positional, self.jobs(word), self.names(word), self.topics(word)]
                .concat();
        }
        let mut found = match word.strip_prefix('@') {
            Some(path) => config::complete_path(path).iter().map(|p| format!("@{p}")).collect(),
            None => self.config(word),
        };
        found.extend(commands);
        found.extend(self.open.iter().flat_map(|flag| self.values(flag, word)));
        found.sort();
        found.dedup();
        found
    }

    /// Sweeps and jobs, for a command that takes one.
    fn jobs(&self, word: &str) -> Vec<String> {
        let mut positional = self.command.get_positionals();
        if !positional.any(|arg| ["job", "selection"].contains(&arg.get_id().as_str())) {
            return Vec::new();
        }
        jobs::complete(word, &self.outputs())
    }

    /// What past runs say, for the positional argument that comes next; files as well, where it
    /// takes them.
    fn names(&self, word: &str) -> Vec<String> {
        let positional: Vec<&Arg> = self.command.get_positionals().collect();
        let Some(arg) = positional.get(self.overrides.len()).or(positional.last()) else {
            return Vec::new();
        };
        let is_of_jobs = ["job", "selection"].contains(&arg.get_id().as_str());
        let found = Some(arg).filter(|_| !is_of_jobs);
        found.and_then(|arg| names::of(arg, &self.outputs(), word)).unwrap_or_default()
    }

    /// Commands, behind the two that tell of them.
    fn topics(&self, word: &str) -> Vec<String> {
        if !["help", "man"].contains(&self.command.get_name()) {
            return Vec::new();
        }
        let root = args::command();
        let named = super::help::named(&root, &self.overrides);
        let names = |command: &Command| {
            let below = command.get_subcommands().map(|one| one.get_name().to_owned());
            beginning(below, word)
        };
        named.map(names).unwrap_or_default()
    }

    fn outputs(&self) -> PathBuf {
        self.given.get("outputs").map_or_else(|| "outputs".into(), PathBuf::from)
    }

    /// Groups, options, keys and values.
    fn config(&self, word: &str) -> Vec<String> {
        let Some(request) = self.request() else { return Vec::new() };
        let mut found = config::complete(&request, word);
        let schema = std::cell::OnceCell::new();
        let values = |key: &str| match key {
            "device" => FORMS.iter().map(|form| form.trim_end_matches('N').to_owned()).collect(),
            _ => values::known(schema.get_or_init(ExperimentConfig::json_schema), key),
        };
        found.extend(config::complete_further(&request, word, &values));
        found
    }

    /// Values of a flag.
    fn values(&self, flag: &Arg, word: &str) -> Vec<String> {
        let request = || self.request();
        match flag.get_id().as_str() {
            "config_name" => request().map(|r| config::complete_config_name(&r, word)),
            "explain" | "package" => request().map(|r| config::complete_key(&r, word)),
            "version_base" => {
                let all = [VersionBase::V1_1, VersionBase::V1_2, VersionBase::V1_3];
                Some(beginning(all.iter().map(ToString::to_string), word))
            }
            _ if !choices(flag).is_empty() => Some(beginning(choices(flag).into_iter(), word)),
            _ => {
                names::of(flag, &self.outputs(), word).or_else(|| Some(config::complete_path(word)))
            }
        }
        .unwrap_or_default()
    }

    /// What the words so far ask to compose.
    fn request(&self) -> Option<ComposeRequest> {
        let given = |id: &str| self.given.get(id).cloned();
        let env = |name| env::var(name).ok();
        let mut args = ComposeArgs {
            overrides: self.overrides.clone(),
            config_path: given("config_path").map_or_else(|| "conf".into(), PathBuf::from),
            config_name: given("config_name").unwrap_or_else(|| "config".to_owned()),
            config_dir: given("config_dir").map(PathBuf::from),
            version_base: given("version_base")
                .or_else(|| env("HYDRA_VERSION_BASE"))
                .unwrap_or_else(|| "1.3".to_owned()),
        };
        if given("config_path").is_none() {
            args.find_primary();
        }
        let overrides: Vec<OverrideArg> = compose::overrides(&args).ok()?;
        let mode = self.given.contains_key("multirun").then_some(RunMode::Multirun);
        compose::request(&args, overrides, mode).ok()
    }
}

fn is_optional(flag: &Arg) -> bool {
    flag.get_action().takes_values()
        && flag.get_num_args().is_some_and(|range| range.min_values() == 0)
}

fn long_name(arg: &Arg) -> Option<String> {
    arg.get_long().map(|long| format!("--{long}"))
}

fn choices(arg: &Arg) -> Vec<String> {
    arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect()
}

fn beginning(names: impl Iterator<Item = String>, word: &str) -> Vec<String> {
    names.filter(|name| name.starts_with(word)).collect()
}

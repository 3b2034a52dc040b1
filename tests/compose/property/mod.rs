//! Random trees and command lines: real Hydra and this crate print the same or both refuse.
//!
//! It runs where Python has hydra-core (`RUNNER_PYTHON`, else `python3`), and says so where not.
//! `RUNNER_PROPERTY_CASES` is how many cases, `RUNNER_PROPERTY_SEED` the number of the first: a
//! case is its number, whatever else runs. A case that fails is printed after everything was taken
//! out of it that does not matter.

mod generate;
mod oracle;
mod shrink;
mod vocabulary;

use oracle::{Answers, Oracle};
use runner::config::{ComposeRequest, Composed, ConfigErrors, Part, RunMode, Runtime, compose};
use serde_json::{Value, json};
use std::path::Path;

use crate::case::difference;

/// How many of the cases that fail are made small and printed.
const SHOWN: usize = 20;

/// A tree and a command line.
#[derive(Clone, Debug)]
pub struct Input {
    /// Paths below the config directory, with their text.
    pub files: Vec<(String, String)>,
    pub args: Vec<String>,
    pub version_base: &'static str,
    /// Whether it is a sweep: its jobs count, and the configs of the first and the last.
    pub sweep: bool,
}

impl Input {
    fn json(&self) -> Value {
        let files = self.files.iter().map(|(path, text)| (path.clone(), json!(text)));
        json!({
            "files": files.collect::<serde_json::Map<_, _>>(),
            "args": self.args,
            "version_base": self.version_base,
            "sweep": self.sweep,
        })
    }
}

impl std::fmt::Display for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sweep = if self.sweep { ", a sweep" } else { "" };
        writeln!(f, "version base {}{sweep}, arguments {:?}", self.version_base, self.args)?;
        self.files.iter().try_for_each(|(path, text)| write!(f, "--- {path}\n{text}"))
    }
}

/// How this crate answers what the oracle was asked.
fn ours(input: &Input, dir: &Path) -> Answers {
    for (path, text) in &input.files {
        let path = dir.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let mut request = ComposeRequest::new(dir.to_owned(), Runtime::new("/cwd".into()));
    request.version_base = input.version_base.parse().unwrap();
    request.overrides = crate::case::arguments(input.args.iter().map(String::as_str));
    let answer = |result: Result<String, ConfigErrors>| {
        result
            .map(|text| text.replace(&dir.display().to_string(), "<conf>"))
            .map_err(|errors| errors.to_string())
    };
    if input.sweep {
        return vec![("sweep", sweep(request).map(|text| answer(Ok(text)).unwrap()))];
    }
    let composed = compose(&request);
    let show = |resolve| composed.clone().and_then(|one| one.to_yaml(Part::Job, resolve, None));
    vec![("job", answer(show(false))), ("resolved", answer(show(true)))]
}

/// The jobs of a sweep, one a line, then the configs of the first and the last.
fn sweep(mut request: ComposeRequest) -> Result<String, String> {
    let job = |request: &ComposeRequest| -> Result<String, ConfigErrors> {
        compose(request).and_then(|one: Composed| one.to_yaml(Part::Job, false, None))
    };
    request.runtime.mode = Some(RunMode::Multirun);
    let composed = compose(&request).map_err(|errors| errors.to_string())?;
    let jobs = runner::sweep::jobs(&composed).map_err(|error| error.to_string())?;
    let mut text = String::new();
    for (_, task) in &jobs {
        let texts: Vec<&str> = task.iter().map(|arg| arg.text.as_str()).collect();
        text += &format!("{}\n", json!(texts).to_string().replace("\",\"", "\", \""));
    }
    for (all, _) in jobs.first().into_iter().chain(jobs.last()) {
        request.overrides = all.clone();
        request.runtime.mode = None;
        text += &job(&request).map_err(|errors| errors.to_string())?;
    }
    Ok(text)
}

/// What differs between the two, if anything.
fn difference_of(input: &Input, oracle: &mut Oracle) -> Option<String> {
    oracle.send(&input.json());
    let dir = tempfile::tempdir().unwrap();
    let ours = ours(input, dir.path());
    let theirs = oracle.receive();
    ours.into_iter().find_map(|(name, ours)| {
        let theirs = theirs.iter().find(|(other, _)| *other == name).unwrap();
        let problem = match (ours, &theirs.1) {
            (Ok(ours), Ok(theirs)) if ours == *theirs => return None,
            (Err(_), Err(_)) => return None,
            (Ok(ours), Ok(theirs)) => difference(theirs, &ours),
            (Ok(ours), Err(theirs)) => format!("Hydra refuses: {theirs}\nours:\n{ours}"),
            (Err(ours), Ok(theirs)) => format!("ours refuses: {ours}\nHydra:\n{theirs}"),
        };
        Some(format!("[{name}] {problem}"))
    })
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

#[test]
fn random_trees_compose_as_in_hydra() {
    let Some(mut oracle) = Oracle::start() else { return };
    let first = number("RUNNER_PROPERTY_SEED", 0);
    let count = number("RUNNER_PROPERTY_CASES", 250);
    let failing: Vec<(u64, Input)> = (first..first + count)
        .map(|seed| (seed, generate::input(seed)))
        .filter(|(_, input)| difference_of(input, &mut oracle).is_some())
        .collect();
    println!("{}", oracle.summary());
    let mut wrong: Vec<String> = Vec::new();
    for (seed, input) in failing.iter().take(SHOWN) {
        let fails = &mut |input: &Input| difference_of(input, &mut oracle).is_some();
        let small = shrink::shrink(input.clone(), fails);
        let problem = difference_of(&small, &mut oracle).unwrap_or_default();
        wrong.push(format!("case {seed}: {small}{problem}"));
    }
    let others: Vec<u64> = failing.iter().skip(SHOWN).map(|(seed, _)| *seed).collect();
    let wrong = wrong.join("\n\n");
    assert!(wrong.is_empty(), "{} of {count} cases:\n{wrong}\nothers: {others:?}", failing.len());
}

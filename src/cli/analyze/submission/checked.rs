//! Tells what a challenge would refuse in a file.

use std::path::Path;
use std::process::ExitCode;

use serde_json::{Value, json};

use crate::analysis::{Checked, SubmissionError, check, members};
use crate::data::Uid;
use crate::files;

use super::super::super::failure::{Failure, exit};
use super::super::super::out;
use super::SubmissionArgs;

pub(super) fn run(args: &SubmissionArgs, file: &Path) -> Result<ExitCode, Failure> {
    let bytes = files::read(file)?;
    let shown = file.display().to_string();
    let refuse = |name: &str, error: SubmissionError| {
        Failure::wrong_input(format!("failed to read `{name}`: {error}"))
    };
    let documents = match bytes.starts_with(b"PK") {
        true => members(&bytes).map_err(|error| refuse(&shown, error))?,
        false => vec![(shown.clone(), bytes)],
    };
    let mut all: Vec<(String, Checked)> = Vec::with_capacity(documents.len());
    for (name, json) in documents {
        let segments = segments(args, &name)?;
        let name = if name == shown { name } else { format!("{shown}:{name}") };
        let checked = check(&json, segments.as_deref()).map_err(|error| refuse(&name, error))?;
        all.push((name, checked));
    }
    if args.json {
        out::line(format_args!("{:#}", all.iter().map(as_json).collect::<Value>()))?;
    }
    for (name, checked) in all.iter().filter(|_| !args.json) {
        tell(name, checked)?;
    }
    match all.iter().map(|(_, checked)| checked.total).sum() {
        0_usize => Ok(ExitCode::SUCCESS),
        n => {
            say!("error: {n} problem{} in `{shown}`", if n == 1 { "" } else { "s" });
            Ok(ExitCode::from(exit::WRONG_INPUT))
        }
    }
}

/// The segments that a document should have, where `--of` says whose.
fn segments(args: &SubmissionArgs, name: &str) -> Result<Option<Vec<Uid>>, Failure> {
    if args.given.labels_of.is_none() {
        return Ok(None);
    }
    let is_unseen = Path::new(name).file_name().is_some_and(|name| name == "unseen.json");
    let set = if is_unseen { &args.unseen } else { &args.given.set };
    let annotations = args.given.annotations(set, &[])?;
    Ok(Some(annotations.segments.into_iter().map(|segment| segment.uid).collect()))
}

fn tell(name: &str, checked: &Checked) -> Result<(), Failure> {
    for problem in &checked.problems {
        out::line(format_args!("{name}: {problem}"))?;
    }
    match (checked.total - checked.problems.len(), checked.challenge) {
        (0, Some(challenge)) if checked.problems.is_empty() => out::line(format_args!(
            "{name}: as {challenge} takes it, {} segments",
            checked.segments
        )),
        (0, _) => Ok(()),
        (n, _) => out::line(format_args!("{name}: and {n} more")),
    }
}

fn as_json((name, checked): &(String, Checked)) -> Value {
    let problem = |p: &crate::analysis::Problem| json!({ "place": p.place, "problem": p.text });
    json!({
        "file": name,
        "challenge": checked.challenge.map(|challenge| challenge.to_string()),
        "segments": checked.segments,
        "problems": checked.problems.iter().map(problem).collect::<Vec<_>>(),
        "total": checked.total,
    })
}

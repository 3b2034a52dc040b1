//! `runner runs tag`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use crate::runs::{TagChange, Tags, find_run, read_run};

use super::super::failure::Failure;
use super::super::out;

#[derive(Debug, Args)]
pub(super) struct TagArgs {
    /// Which run: EXPERIMENT/NUMBER, EXPERIMENT/latest or a directory
    #[arg(value_name = "RUN")]
    name: String,
    /// Tags to add (TAG or +TAG) and to take away (-TAG); none prints those that there are
    #[arg(value_name = "TAG", allow_hyphen_values = true)]
    tags: Vec<String>,
    /// Replace the note of the run; an empty one takes it away
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Directory that holds the runs
    #[arg(long, default_value = "outputs")]
    outputs: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &TagArgs) -> Result<ExitCode, Failure> {
    let path = find_run(&args.outputs, &args.name)?;
    let mut changes = args.tags.iter().map(|text| change(text)).collect::<Result<Vec<_>, _>>()?;
    changes.extend(args.note.clone().map(TagChange::Note));
    let tags = match changes.is_empty() {
        true => Tags::read(&path)?,
        false => Tags::change(&path, &changes)?,
    };
    if args.json {
        let run = read_run(&path).id();
        let found = json!({ "run": run, "tags": tags.tags, "note": tags.note });
        return out::line(format_args!("{found:#}")).map(|()| ExitCode::SUCCESS);
    }
    let note = tags.note.iter().map(|note| format!("note: {note}\n"));
    let lines = tags.tags.iter().map(|tag| format!("{tag}\n"));
    out::write(lines.chain(note).collect::<String>())?;
    Ok(ExitCode::SUCCESS)
}

fn change(text: &str) -> Result<TagChange, Failure> {
    if text.starts_with("--") {
        let message = format!("failed to read tag `{text}`: options stand before the run");
        return Err(Failure::wrong_input(message));
    }
    Ok(match text.strip_prefix('-') {
        Some(tag) => TagChange::Remove(tag.to_owned()),
        None => TagChange::Add(text.strip_prefix('+').unwrap_or(text).to_owned()),
    })
}

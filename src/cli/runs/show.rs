//! `runner runs show`: all that is known of one run.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde_json::{Map, Value, json};

use crate::analysis::{ConfigReader, Record, short};
use crate::files::{self, Own};
use crate::runs::{Manifest, RunState, find_run, read_run_with};

use super::super::failure::Failure;
use super::super::{out, run as runs};
use super::elsewhere;
use super::select::{Saves, warn};

#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// Which run: EXPERIMENT/NUMBER, EXPERIMENT/latest or a directory
    #[arg(value_name = "RUN")]
    name: String,
    /// Directory that holds the runs
    #[arg(long, default_value = "outputs")]
    outputs: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// A run and what lies in its directory.
struct Shown {
    record: Record,
    overridden: Map<String, Value>,
    files: Vec<(String, u64)>,
}

pub(super) fn run(args: &ShowArgs) -> Result<ExitCode, Failure> {
    let path = find_run(&args.outputs, &args.name)?;
    let record = Record::new(read_run_with(&path, &elsewhere::word()), &Saves);
    let shown = Shown { overridden: overridden(&record), files: contents(&path)?, record };
    if args.json {
        out::line(format_args!("{:#}", as_json(&shown)))?;
    } else {
        warn(std::slice::from_ref(&shown.record));
        out::write(text(&shown))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The keys that overrides set, with the values that they came to.
fn overridden(record: &Record) -> Map<String, Value> {
    let resolved = Saves.resolved(&record.run.path).unwrap_or_default();
    let mut found = Map::new();
    for key in record.settings.keys().filter(|key| record.is_overridden(key)) {
        let value = resolved.get(key).or_else(|| record.settings.get(key));
        found.insert(key.clone(), value.cloned().unwrap_or_default());
    }
    found
}

fn contents(path: &std::path::Path) -> Result<Vec<(String, u64)>, Failure> {
    let mut found: Vec<(String, u64)> = files::tree(path)?
        .into_iter()
        .filter(|one| one.kind != Own::Dir)
        .map(|one| {
            let name = one.path.strip_prefix(path).unwrap_or(&one.path).display().to_string();
            (name, one.size)
        })
        .collect();
    found.sort();
    Ok(found)
}

fn as_json(shown: &Shown) -> Value {
    let record = &shown.record;
    let run = &record.run;
    let files: Vec<Value> =
        shown.files.iter().map(|(name, size)| json!({ "file": name, "bytes": size })).collect();
    json!({
        "run": run.id(),
        "path": run.path.to_string_lossy(),
        "status": run.state.as_str(),
        "reason": reason(record),
        "manifest": run.manifest,
        "tags": record.tags.tags,
        "note": record.tags.note,
        "overrides": record.overrides,
        "overridden": shown.overridden,
        "files": files,
        "problems": record.problems,
    })
}

fn reason(record: &Record) -> Option<&String> {
    match &record.run.state {
        RunState::Broken { reason } => Some(reason),
        _ => record.run.manifest.as_ref()?.error.as_ref(),
    }
}

fn text(shown: &Shown) -> String {
    let record = &shown.record;
    let mut out = format!("{}  {}\n", record.run.id(), record.run.state);
    let mut rows = vec![("path".to_owned(), runs::shown(&record.run.path))];
    rows.extend(reason(record).map(|reason| ("error".to_owned(), reason.clone())));
    if !record.tags.tags.is_empty() {
        let tags: Vec<&str> = record.tags.tags.iter().map(String::as_str).collect();
        rows.push(("tags".to_owned(), tags.join(", ")));
    }
    rows.extend(record.tags.note.clone().map(|note| ("note".to_owned(), note)));
    if let Some(manifest) = &record.run.manifest {
        rows.extend(made_of(manifest).map(|(name, value)| (name.to_owned(), value)));
    }
    out += &section("", &rows);
    if !record.overrides.is_empty() {
        rows = vec![("overrides".to_owned(), record.overrides.join(" "))];
        out += &section("", &rows);
    }
    let values = shown.overridden.iter().map(|(key, value)| (key.clone(), short(Some(value))));
    out += &section("\noverridden keys", &values.collect::<Vec<_>>());
    if let Some(manifest) = &record.run.manifest {
        out += &metrics(manifest);
    }
    let files = shown.files.iter().map(|(name, bytes)| (name.clone(), size(*bytes)));
    out + &section("\nfiles", &files.collect::<Vec<_>>())
}

/// When, where, with which code, on which data.
fn made_of(manifest: &Manifest) -> impl Iterator<Item = (&'static str, String)> {
    let m = manifest;
    let code = match &m.git {
        Some(git) => {
            let dirty = if git.dirty { ", with changes that are in no commit" } else { "" };
            format!("commit {}{dirty}; version {}", git.commit, m.crate_version)
        }
        None => format!("version {}", m.crate_version),
    };
    let print = m.data_fingerprint.as_deref().unwrap_or("none");
    let slurm = m.slurm.as_ref().map(|slurm| ("slurm", format!("job {}", slurm.job_id)));
    let ended = m.finished.as_deref().unwrap_or("-");
    let times = format!("{}, ended {ended}, attempts {}", m.started, m.attempts);
    [
        ("started", times),
        ("command", m.command.join(" ")),
        ("code", code),
        ("device", format!("{} on {}", m.device, m.host)),
        ("data", format!("{}, fingerprint {print}", m.data.as_str())),
        ("config", format!("seed {}, hash {}", m.seed, m.config_hash)),
    ]
    .into_iter()
    .chain(slurm)
}

fn metrics(manifest: &Manifest) -> String {
    let (best, last) = (&manifest.metrics.best, &manifest.metrics.last);
    let names = best.keys().chain(last.keys().filter(|name| !best.contains_key(*name)));
    let number = |value: Option<&Value>| match value.and_then(Value::as_f64) {
        Some(number) => format!("{number:.4}"),
        None => short(value),
    };
    let rows: Vec<(String, String)> = names
        .map(|name| {
            let (best, last) = (number(best.get(name)), number(last.get(name)));
            (name.clone(), format!("{best:>12}  {last:>12}"))
        })
        .collect();
    section(&format!("\nmetrics{:>42}", "best          last"), &rows)
}

/// Two columns under a title; nothing without rows.
fn section(title: &str, rows: &[(String, String)]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let line = |(name, value): &(String, String)| format!("  {name:width$}  {value}\n");
    let title = if title.is_empty() { String::new() } else { format!("{title}\n") };
    title + &rows.iter().map(line).collect::<String>()
}

/// Bytes as one reads them.
pub(super) fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let mut number = bytes as f64;
    let mut unit = 0;
    while number >= 1000.0 && unit + 1 < UNITS.len() {
        number /= 1000.0;
        unit += 1;
    }
    if unit == 0 { format!("{bytes} B") } else { format!("{number:.1} {}", UNITS[unit]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        for (bytes, expected) in [(0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (3 << 30, "3.2 GB")]
        {
            assert_eq!(size(bytes), expected);
        }
    }
}

//! `runner jobs show`: everything about one job.

use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use crate::cli::args::Args as Line;
use crate::cli::failure::Failure;
use crate::cli::snippet::Style;
use crate::cli::{out, run};
use crate::files;
use crate::launch::{JobState, Queue, Standing, Standings, SweepRecord, logs};
use crate::runs::RunState;

use super::select::{Selection, select_job};
use super::words::{self, NOTHING, painted, printable, quoted};
use super::{Outputs, facts, warn_of};

const EXAMPLES: &str = "\
Example:
  runner jobs show ek55_ensemble/0003/4";
/// How much of the log of a failed job is shown.
const LINES: usize = 20;

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ShowArgs {
    /// A job: EXPERIMENT/NNNN/N, its directory, or 123_4 as Slurm calls it
    job: String,
    #[command(flatten)]
    outputs: Outputs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &ShowArgs, queue: &dyn Queue) -> Result<ExitCode, Failure> {
    let (selection, number) = select_job(&args.job, &args.outputs.outputs)?;
    let (mut standings, silent) = Standings::read(&selection.ledger, &[number], queue);
    warn_of(silent);
    let Some((_, job)) = standings.jobs.pop() else {
        return Err(Failure::wrong_input("failed to read the job"));
    };
    let shown = Shown { job: job?, selection };
    match args.json {
        true => out::line(format_args!("{:#}", shown.json()))?,
        false => out::write(shown.text(Style::of_stdout()))?,
    }
    Ok(ExitCode::SUCCESS)
}

struct Shown {
    job: Standing,
    selection: Selection,
}

impl Shown {
    fn head(&self) -> &SweepRecord {
        self.selection.ledger.head()
    }

    fn name(&self) -> String {
        self.selection.job_name(self.job.record.number)
    }

    fn text(&self, style: Style) -> String {
        let lines = [self.state_lines(style), self.place_lines(), self.command_lines()].concat();
        let width = lines.iter().map(|(key, _)| key.len()).max().unwrap_or(0);
        let line = |(key, value): &(&str, String)| format!("{key:width$}  {value}\n");
        let mut text: String = lines.iter().map(line).collect();
        if let Some(error) = self.job.error() {
            text += &format!("\nerror:\n{}\n", indented(&error));
        }
        if let Some((path, tail)) = self.tail() {
            text += &format!("\nthe end of {}:\n{}\n", run::shown(&path), indented(&tail));
        }
        text
    }

    fn state_lines(&self, style: Style) -> Vec<(&'static str, String)> {
        let Standing { record, settled, .. } = &self.job;
        let reason = match settled.reason.is_recorded() {
            true => String::new(),
            false => format!(": {}, the record says {}", settled.reason, record.state),
        };
        let state = painted(settled.state.as_str(), Some(settled.state), style);
        let elapsed = facts::elapsed(&self.job, jiff::Timestamp::now());
        let elapsed = elapsed.map_or_else(|| NOTHING.to_owned(), words::span);
        let stops = format!("{} out of time, {} preempted", record.timeouts, record.preemptions);
        let mut lines = vec![
            ("job", self.name()),
            ("state", format!("{state}{reason}")),
            ("attempts", format!("{} ({stops})", record.attempts)),
            ("elapsed", elapsed),
            ("updated", record.updated.clone()),
        ];
        if let Some(value) = record.value {
            lines.push(("value", value.to_string()));
        }
        lines.extend(self.metrics().map(|text| ("metrics", text)));
        lines
    }

    /// The main numbers of the best evaluation, or of the last one where none was best.
    fn metrics(&self) -> Option<String> {
        let manifest = self.job.run.manifest.as_ref()?;
        let sets = &manifest.metrics;
        let metrics = if sets.best.is_empty() { &sets.last } else { &sets.best };
        let one =
            |name: &&str| metrics.get(*name)?.as_f64().map(|value| format!("{name}={value:.2}"));
        let told: Vec<_> = facts::METRICS.iter().filter_map(one).collect();
        let kind = manifest.data.as_str();
        (!told.is_empty()).then(|| format!("{} ({kind} data)", told.join(" ")))
    }

    fn place_lines(&self) -> Vec<(&'static str, String)> {
        let record = &self.job.record;
        let mut lines = vec![
            ("launcher", words::one_line(&self.head().launcher)),
            ("sweeper", words::one_line(&self.head().sweeper)),
        ];
        lines.extend(record.process.as_ref().map(|process| ("process", process.to_string())));
        lines.extend(facts::slurm(&self.job).map(|slurm| ("slurm", slurm)));
        let directory = match (&self.job.run.state, record.reused) {
            (_, true) => " (the result of an earlier run)",
            (RunState::Incomplete, false) if !files::is_dir(&self.job.run.path) => {
                " (not there yet)"
            }
            _ => "",
        };
        lines.push(("directory", format!("{}{directory}", run::shown(&self.job.run.path))));
        let log = logs(&self.selection.ledger, record).into_iter().find(|log| files::is_file(log));
        lines.extend(log.map(|log| ("log", run::shown(&log))));
        lines
    }

    fn command_lines(&self) -> Vec<(&'static str, String)> {
        let record = &self.job.record;
        let overrides = match &record.overrides {
            Some(all) => all.iter().map(|one| quoted(one)).collect::<Vec<_>>().join(" "),
            None => "not drawn yet".to_owned(),
        };
        let mut lines = vec![("overrides", words::one_line(&overrides))];
        lines.extend(self.command().map(|command| ("repeat", words::one_line(&command))));
        lines
    }

    /// The command for a run of its own with the config of the job.
    fn command(&self) -> Option<String> {
        let overrides = self.job.record.overrides.as_ref()?;
        let flags = composing_flags(self.head());
        let line = ["runner".to_owned()].into_iter().chain(flags).chain(overrides.clone());
        let line: Vec<String> = line.map(|word| quoted(&word)).collect();
        let cwd = quoted(&self.head().cwd.to_string_lossy());
        Some(format!("cd {cwd} && {}", line.join(" ")))
    }

    /// The last words of a job that failed.
    fn tail(&self) -> Option<(std::path::PathBuf, String)> {
        if self.job.settled.state != JobState::Failed {
            return None;
        }
        let logs = logs(&self.selection.ledger, &self.job.record);
        logs.into_iter().find_map(|log| Some((log.clone(), end_of(&log)?)))
    }

    fn json(&self) -> serde_json::Value {
        let mut value = facts::json(&self.job, &self.name(), jiff::Timestamp::now());
        value["sweep"] = json!(self.selection.ledger.sweep().to_string_lossy());
        value["experiment"] = json!(self.head().experiment);
        value["launcher"] = json!(self.head().launcher);
        value["command"] = json!(self.command());
        value["tail"] = json!(self.tail().map(|(_, tail)| tail));
        value
    }
}

/// The flags of a sweep that its jobs are composed by, where they are not the usual ones.
fn composing_flags(head: &SweepRecord) -> Vec<String> {
    use clap::Parser;
    let parse = |words: &[String]| {
        Line::try_parse_from(["runner".to_owned()].iter().chain(words)).map(|line| line.compose)
    };
    let (Ok(given), Ok(usual)) = (parse(&head.arguments), parse(&[])) else { return Vec::new() };
    let mut flags = Vec::new();
    let mut flag = |name: &str, value: String, usual: Option<String>| {
        if Some(&value) != usual.as_ref() {
            flags.extend([name.to_owned(), value]);
        }
    };
    let path = |path: &Path| path.to_string_lossy().into_owned();
    flag("--config-path", path(&given.config_path), Some(path(&usual.config_path)));
    flag("--config-name", given.config_name, Some(usual.config_name));
    if let Some(dir) = given.config_dir {
        flag("--config-dir", path(&dir), None);
    }
    flag("--version-base", given.version_base, Some(usual.version_base));
    flags
}

fn end_of(log: &Path) -> Option<String> {
    let tail = files::last_lines(log, LINES).ok()?;
    let text = printable(&String::from_utf8_lossy(&tail)).trim_end().to_owned();
    (!text.is_empty()).then_some(text)
}

fn indented(text: &str) -> String {
    let text = printable(text);
    text.lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}

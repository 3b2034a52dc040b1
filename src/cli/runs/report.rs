//! `runner runs report`: pages of runs and sweeps, written anew.
//!
//! Decides whether what is named has a page of its own or is put into one together. Every name is
//! looked up before the first page is written. Invariant: of a run or a sweep nothing but its
//! `report.html` is written, as a whole, so that one that is running does not notice.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use crate::analysis::Condition;
use crate::files;
use crate::launch::Ledger;
use crate::launch::slurm::Cluster;
use crate::report;
use crate::runs::{RunState, find_run, numbered, read_run};

use super::super::failure::Failure;
use super::super::page::{self, FILE};
use super::super::{out, run as runs};
use super::select::{SelectArgs, warn};

#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    #[command(flatten)]
    select: SelectArgs,
    /// Write one page of all that is selected to this file, which must not exist
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// What has a page of its own.
enum Named {
    Run(PathBuf),
    Sweep(Box<Ledger>),
}

pub(super) fn run(args: &ReportArgs) -> Result<ExitCode, Failure> {
    match &args.out {
        Some(file) => {
            refuse_existing(file)?;
            let beside = directory(file)?;
            files::create_new(file, together(args, &beside)?.as_bytes())?;
            out::line(file.display())?;
        }
        None => {
            let named = each_named(args)?;
            for one in &named {
                out::line(runs::shown(&write(one)?))?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn refuse_existing(file: &Path) -> Result<(), Failure> {
    match files::kind(file) {
        None => Ok(()),
        Some(_) => {
            let message = format!("failed to write `{}`: it exists already", file.display());
            Err(Failure::wrong_input(message).hint("`--out` takes the name of a new file"))
        }
    }
}

/// The directory of a file that is to be written.
fn directory(file: &Path) -> Result<PathBuf, Failure> {
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty());
    let directory = parent.unwrap_or(Path::new("."));
    match files::is_dir(directory) {
        true => Ok(directory.to_owned()),
        false => Err(Failure::wrong_input(format!(
            "failed to write `{}`: there is no directory `{}`",
            file.display(),
            directory.display()
        ))),
    }
}

/// The runs and sweeps that are named one by one.
fn each_named(args: &ReportArgs) -> Result<Vec<Named>, Failure> {
    let select = &args.select;
    let is_narrowed = select.experiment.is_some() || select.state.is_some() || select.tag.is_some();
    if is_narrowed || select.words.iter().any(|word| Condition::is_meant(word)) {
        return Err(Failure::wrong_input(
            "failed to write pages: a condition selects any number of runs",
        )
        .hint("`--out FILE` writes one page of all of them together"));
    }
    if select.words.is_empty() {
        return Err(Failure::wrong_input("failed to write a page: no run and no sweep is named")
            .hint("`runner runs report EXPERIMENT/latest` writes that of the newest")
            .hint("`--out FILE` without a name writes one page of all runs together"));
    }
    select.words.iter().map(|name| named(&select.outputs, name)).collect()
}

fn named(outputs: &Path, name: &str) -> Result<Named, Failure> {
    for path in [PathBuf::from(name), outputs.join(numbered(name))] {
        if Ledger::was_begun_in(&path) {
            let ledger = Ledger::open(&files::canonical(&path)?)?;
            return Ok(Named::Sweep(Box::new(ledger)));
        }
    }
    let path = find_run(outputs, name)?;
    match read_run(&path).state {
        RunState::Known(_) | RunState::Stale => Ok(Named::Run(path)),
        RunState::Incomplete => Err(Failure::wrong_input(format!(
            "failed to write a page of `{name}`: it has no manifest; its process has not come that \
             far, or died before"
        ))),
        RunState::Broken { reason } => {
            Err(Failure::wrong_input(format!("failed to write a page of `{name}`: {reason}")))
        }
    }
}

/// Writes a page where it belongs, and gives its path.
fn write(named: &Named) -> Result<PathBuf, Failure> {
    match named {
        Named::Run(run) => report::write_html(run).map_err(Failure::wrong_input),
        Named::Sweep(ledger) => {
            let path = ledger.sweep().join(FILE);
            let page = report::render_sweep(&page::of_sweep(ledger, &Cluster), ledger.sweep());
            files::write_atomic(&path, page.as_bytes())?;
            Ok(path)
        }
    }
}

/// One page of all that is selected; of a single run or sweep the one that it has.
fn together(args: &ReportArgs, beside: &Path) -> Result<String, Failure> {
    let select = &args.select;
    if let Ok([one]) = each_named(args).as_deref() {
        return match one {
            Named::Run(run) => report::render_html(run).map_err(Failure::wrong_input),
            Named::Sweep(ledger) => {
                Ok(report::render_sweep(&page::of_sweep(ledger, &Cluster), beside))
            }
        };
    }
    let records = select.records()?;
    if records.is_empty() {
        return Err(Failure::wrong_input("failed to write a page: no run is selected")
            .hint("`runner runs list` shows what there is"));
    }
    warn(&records);
    let narrowed = [("state", &select.state), ("tag", &select.tag)];
    let words = select.words.iter().cloned().chain(select.experiment.clone());
    let narrowed =
        narrowed.iter().filter_map(|(name, value)| Some(format!("{name} {}", value.as_ref()?)));
    let words: Vec<String> = words.chain(narrowed).collect();
    let title = if words.is_empty() { "All runs".to_owned() } else { words.join(", ") };
    let page = page::of_records(&title, records);
    page.warnings.iter().for_each(|warning| say!("warning: {warning}"));
    Ok(report::render_sweep(&page, beside))
}

//! `runner runs list`.

use std::process::ExitCode;

use clap::Args;

use crate::analysis::{RunTable, sort};

use super::super::failure::Failure;
use super::super::out;
use super::select::{Saves, SelectArgs, warn};

#[derive(Debug, Args)]
pub(super) struct ListArgs {
    #[command(flatten)]
    select: SelectArgs,
    /// Sort by a config key, a metric or a field, smallest first
    #[arg(long, value_name = "KEY")]
    sort: Option<String>,
    /// Sort largest first; without --sort newest first
    #[arg(long)]
    reverse: bool,
    /// Show these keys, metrics and fields
    #[arg(long, value_name = "KEY,..", value_delimiter = ',')]
    columns: Option<Vec<String>>,
    /// Show only the first N
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Print CSV with all keys that differ and all metrics
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &ListArgs) -> Result<ExitCode, Failure> {
    let mut records = args.select.records()?;
    match (&args.sort, args.reverse) {
        (Some(key), reverse) => sort(&mut records, key, reverse, &Saves)?,
        (None, true) => sort(&mut records, "started", true, &Saves)?,
        (None, false) => {}
    }
    records.truncate(args.limit.unwrap_or(usize::MAX));
    warn(&records);
    let table = RunTable::new(records, args.columns.as_deref(), &Saves)?;
    if args.json {
        out::line(format_args!("{:#}", table.json()))?;
    } else if args.csv {
        out::write(table.csv())?;
    } else {
        out::write(table.text())?;
        if table.records().is_empty() {
            say!("no such runs in `{}`", args.select.outputs.display());
        }
        match table.hidden() {
            0 => {}
            n => say!("{n} more keys differ; `--columns KEY,..` and `--csv` show them"),
        }
    }
    Ok(ExitCode::SUCCESS)
}

//! `runner runs diff`: two runs side by side: config, code and device and data, metrics.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};

use crate::analysis::{Apart, environment, metrics_apart, short};
use crate::config::{Difference, Saved, differences};
use crate::runs::{Manifest, find_run, read_run};

use super::super::failure::Failure;
use super::super::{diff, out};

#[derive(Debug, Args)]
pub(super) struct DiffArgs {
    /// The first run
    a: String,
    /// The second run
    b: String,
    /// Directory that holds the runs
    #[arg(long, default_value = "outputs")]
    outputs: PathBuf,
    /// Resolve interpolations
    #[arg(long)]
    resolve: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &DiffArgs) -> Result<ExitCode, Failure> {
    let [a, b] = [&args.a, &args.b].map(|name| find_run(&args.outputs, name));
    let (a, b) = (a?, b?);
    let config = configs(&a, &b, args.resolve)?;
    let (first, second) = (Manifest::read(&a)?, Manifest::read(&b)?);
    let apart = |rows: Vec<Apart>| -> Vec<Apart> {
        rows.into_iter().filter(|row| !row.is_same()).collect()
    };
    let (environment, metrics) =
        (apart(environment(&first, &second)), apart(metrics_apart(&first, &second)));
    let names = [&a, &b].map(|path| read_run(path).id());
    if args.json {
        let rows = |rows: &[Apart]| rows.iter().map(as_json).collect::<Vec<_>>();
        let found = json!({
            "a": names[0],
            "b": names[1],
            "config": diff::as_json(&names[0], &names[1], &config)["differences"],
            "environment": rows(&environment),
            "metrics": rows(&metrics),
        });
        out::line(format_args!("{found:#}"))?;
    } else {
        out::write(text(&names, &config, &environment, &without_repeats(metrics)))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn configs(a: &Path, b: &Path, resolve: bool) -> Result<Vec<Difference>, Failure> {
    Ok(differences(&Saved::read(a)?.leaves(resolve)?, &Saved::read(b)?.leaves(resolve)?))
}

/// Where the last evaluation was the best one, its rows would all come twice.
fn without_repeats(mut rows: Vec<Apart>) -> Vec<Apart> {
    let best: Vec<Apart> =
        rows.iter().filter(|row| row.name.starts_with("best.")).cloned().collect();
    rows.retain(|row| {
        let name = row.name.strip_prefix("last.");
        let is_same = |one: &Apart| one.name.strip_prefix("best.") == name;
        let twin = name.and_then(|_| best.iter().find(|one| is_same(one)));
        twin.is_none_or(|one| (&one.a, &one.b) != (&row.a, &row.b))
    });
    rows
}

fn as_json(row: &Apart) -> Value {
    json!({ "name": row.name, "a": row.a, "b": row.b, "change": row.change() })
}

fn text(names: &[String; 2], config: &[Difference], code: &[Apart], metrics: &[Apart]) -> String {
    let mut out = format!("A  {}\nB  {}\n", names[0], names[1]);
    if config.is_empty() && code.is_empty() && metrics.is_empty() {
        return out + "\nnothing differs\n";
    }
    if !config.is_empty() {
        out += &format!("\n{}", diff::table(config));
    }
    for (title, rows) in [("ENVIRONMENT", code), ("METRIC", metrics)] {
        if !rows.is_empty() {
            out += &format!("\n{}", beside(title, rows));
        }
    }
    out
}

/// A row each, with what the second has more where both are numbers.
pub(super) fn beside(title: &str, rows: &[Apart]) -> String {
    let cells = |row: &Apart| {
        let change = row.change().map_or(String::new(), |change| format!("{change:+.3e}"));
        [row.name.clone(), short(Some(&row.a)), short(Some(&row.b)), change]
    };
    let head = [title, "A", "B", "B - A"].map(str::to_owned);
    let rows: Vec<[String; 4]> = std::iter::once(head).chain(rows.iter().map(cells)).collect();
    let width = |at: usize| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or(0);
    let (name, a, b) = (width(0), width(1), width(2));
    let line = |[first, left, right, change]: &[String; 4]| {
        format!("{first:name$}  {left:a$}  {right:b$}  {change}").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

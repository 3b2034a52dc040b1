//! `runner runs prune`: says what would go, asks, and removes it run by run.
//!
//! Without a condition only what is of no use to anybody goes: runs that failed, died or never began. A
//! condition chooses among all that are not running. Exit code 1 when something could not be removed.

use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};

use crate::analysis::Record;
use crate::runs::{Plan, Pruned, Refusal, Rules, RunEntry, RunState, Status, plan, remove};

use super::super::ask::agrees;
use super::super::failure::{Failure, exit};
use super::super::out;
use super::elsewhere;
use super::select::{SelectArgs, warn};
use super::show::size;

#[derive(Debug, Args)]
pub(super) struct PruneArgs {
    #[command(flatten)]
    select: SelectArgs,
    /// Remove without asking
    #[arg(long, short)]
    yes: bool,
    /// Only say what would go
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
    /// Remove files that the program did not make, too
    #[arg(long)]
    all_files: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What was done.
#[derive(Default)]
struct Done {
    removed: Vec<String>,
    kept: Vec<(String, String)>,
    bytes: u64,
    has_failed: bool,
}

pub(super) fn run(args: &PruneArgs) -> Result<ExitCode, Failure> {
    let records = args.select.records()?;
    warn(&records);
    let has_conditions = args.select.selection()?.has_conditions();
    let runs: Vec<RunEntry> = records
        .into_iter()
        .map(|record: Record| record.run)
        .filter(|run| has_conditions || is_useless(&run.state))
        .collect();
    let rules = Rules { all_files: args.all_files, ..Rules::default() };
    let plan = plan(&args.select.outputs, runs, rules, &elsewhere::word());
    if !args.json {
        out::write(text(&plan))?;
    }
    let mut done = Done::default();
    done.kept.extend(plan.stays.iter().map(|(run, why)| (run.id(), why.to_string())));
    if args.dry_run || plan.goes.is_empty() {
        return end(args, &plan, &done);
    }
    if !args.yes && !confirmed(&plan)? {
        say!("nothing was removed");
        return Ok(ExitCode::SUCCESS);
    }
    remove_all(args, rules, &plan, &mut done);
    end(args, &plan, &done)
}

/// Whether nobody can use it: it cannot go on and has no result.
fn is_useless(state: &RunState) -> bool {
    matches!(state, RunState::Known(Status::Failed) | RunState::Stale | RunState::Incomplete)
}

fn remove_all(args: &PruneArgs, rules: Rules, plan: &Plan, done: &mut Done) {
    let word = elsewhere::word();
    for planned in &plan.goes {
        let id = planned.run.id();
        match remove(&args.select.outputs, &planned.run, rules, &word) {
            Ok(Pruned::Removed) => {
                done.removed.push(id);
                done.bytes += planned.size;
            }
            Ok(Pruned::Kept(why)) => done.kept.push((id, why.to_string())),
            Err(error) => {
                say!("error: {error}");
                done.kept.push((id, error.to_string()));
                done.has_failed = true;
            }
        }
    }
}

fn text(plan: &Plan) -> String {
    let width = plan.goes.iter().map(|one| one.run.id().chars().count()).max().unwrap_or(0);
    let goes = plan.goes.iter().map(|one| {
        let (id, state, size) = (one.run.id(), &one.run.state, size(one.size));
        format!("{id:width$}  {state:10}  {size:>9}  {} files\n", one.files)
    });
    let mut out: String = goes.collect();
    for (run, why) in &plan.stays {
        let hint =
            if matches!(why, Refusal::Foreign(_)) { " (--all-files removes them)" } else { "" };
        out += &format!("{} stays: {why}{hint}\n", run.id());
    }
    out
}

fn counted(runs: usize) -> String {
    if runs == 1 { "1 run".to_owned() } else { format!("{runs} runs") }
}

fn confirmed(plan: &Plan) -> Result<bool, Failure> {
    let bytes = plan.goes.iter().map(|one| one.size).sum();
    let is_complete = |run: &RunEntry| run.state == RunState::Known(Status::Completed);
    let complete = plan.goes.iter().filter(|one| is_complete(&one.run)).count();
    let of_them =
        if complete > 0 { format!(", {complete} of them completed,") } else { String::new() };
    let what = format!("{}{of_them} with {}", counted(plan.goes.len()), size(bytes));
    agrees(&format!("remove {what}?"))
}

fn end(args: &PruneArgs, plan: &Plan, done: &Done) -> Result<ExitCode, Failure> {
    if args.json {
        out::line(format_args!("{:#}", as_json(args, plan, done)))?;
    } else if args.dry_run {
        let bytes: u64 = plan.goes.iter().map(|one| one.size).sum();
        say!("{} with {} would go", counted(plan.goes.len()), size(bytes));
    } else {
        let late = done.kept.iter().skip(plan.stays.len());
        late.for_each(|(id, why)| say!("{id} stays: {why}"));
        say!("removed {} with {}", counted(done.removed.len()), size(done.bytes));
    }
    Ok(if done.has_failed { ExitCode::from(exit::FAILED) } else { ExitCode::SUCCESS })
}

fn as_json(args: &PruneArgs, plan: &Plan, done: &Done) -> Value {
    let goes = plan.goes.iter().map(|one| {
        json!({ "run": one.run.id(), "status": one.run.state.as_str(), "bytes": one.size,
                "files": one.files, "path": one.run.path.to_string_lossy() })
    });
    let kept = done.kept.iter().map(|(id, why)| json!({ "run": id, "reason": why }));
    json!({
        "dry_run": args.dry_run,
        "planned": goes.collect::<Vec<_>>(),
        "removed": done.removed,
        "kept": kept.collect::<Vec<_>>(),
        "bytes": done.bytes,
    })
}

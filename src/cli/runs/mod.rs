//! `runner runs`: past runs. One file a command.

mod compare;
mod diff;
mod elsewhere;
mod hints;
mod list;
mod prune;
mod report;
mod rerun;
mod resume;
mod select;
mod show;
mod tag;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::failure::Failure;

pub(super) use rerun::recorded;
pub(super) use select::Saves;

#[derive(Debug, Args)]
pub struct RunsArgs {
    #[command(subcommand)]
    command: RunsCommand,
}

#[derive(Debug, Subcommand)]
enum RunsCommand {
    /// List runs with their state, the config keys that differ, and metrics
    ///
    /// A condition is KEY OPERATOR VALUE, with == != < <= > >=, over config keys, metrics
    /// (best.action.top1, last.loss) and what a run says of itself (status, device, started, tag):
    ///
    /// runner runs list 'distill>=1' 'status==completed' --sort best.action.top1 --reverse
    #[command(verbatim_doc_comment)]
    List(list::ListArgs),
    /// Show one run: how it stands, its metrics, what was overridden, its files
    ///
    /// A run is called EXPERIMENT/NUMBER, EXPERIMENT/latest, by its directory, or by the start of
    /// its name where no other begins so:
    ///
    /// runner runs show ek55_ensemble/latest
    #[command(verbatim_doc_comment)]
    Show(show::ShowArgs),
    /// Compare settings: mean and deviation over seeds, the best marked
    ///
    /// Runs that differ only in run_id and seed are one row:
    ///
    /// runner runs compare ek55_ensemble 'started>2026-11-01' --markdown
    #[command(verbatim_doc_comment)]
    Compare(compare::CompareArgs),
    /// Print what differs between two runs: config, code, device, data, metrics
    ///
    /// runner runs diff ek55_ensemble/1 ek55_ensemble/latest
    #[command(verbatim_doc_comment)]
    Diff(diff::DiffArgs),
    /// Write the page of a run or a sweep
    Report(report::ReportArgs),
    /// Run again what a run records, as a new run, and say whether the numbers are the same
    ///
    /// Warns where code, version, device or data are not those of the record:
    ///
    /// runner runs rerun ek55_ensemble/0003
    #[command(verbatim_doc_comment)]
    Rerun(rerun::RerunArgs),
    /// Go on with a run that stopped before its end, in its own directory
    ///
    /// runner runs resume ek55_ensemble/0003
    #[command(verbatim_doc_comment)]
    Resume(resume::ResumeArgs),
    /// Tag runs, or take tags away
    ///
    /// Options stand before the run. A tag with - in front is taken away:
    ///
    /// runner runs tag --note 'table 2' ek55_ensemble/0003 paper -draft
    #[command(verbatim_doc_comment)]
    Tag(tag::TagArgs),
    /// Remove runs that failed, died or never began; others by condition
    ///
    /// Lists what would go and asks. A run that is running or starting, or whose directory holds
    /// files that the program did not make, stays; numbers are never given again:
    ///
    /// runner runs prune --dry-run
    ///
    /// runner runs prune ek55_ensemble 'best.action.top1<5' 'tag!=paper'
    #[command(verbatim_doc_comment)]
    Prune(prune::PruneArgs),
}

pub(super) fn run(args: &RunsArgs, argv: &[OsString]) -> Result<ExitCode, Failure> {
    match &args.command {
        RunsCommand::List(args) => list::run(args),
        RunsCommand::Show(args) => show::run(args),
        RunsCommand::Compare(args) => compare::run(args),
        RunsCommand::Diff(args) => diff::run(args),
        RunsCommand::Report(args) => report::run(args),
        RunsCommand::Rerun(args) => rerun::run(args, argv),
        RunsCommand::Resume(args) => resume::run(args, argv),
        RunsCommand::Tag(args) => tag::run(args),
        RunsCommand::Prune(args) => prune::run(args),
    }
}

//! The command line: parse, dispatch, print what was asked for, say what went wrong.
//!
//! Decides exit codes, hints and what goes to stdout (results) and stderr (progress). It knows no
//! rules of its own about configs, data or training.

#[macro_use]
mod say;

mod analyze;
mod args;
mod ask;
mod check;
mod commands;
mod complete;
mod compose;
mod data;
pub mod delegate;
mod diff;
mod doctor;
mod export;
mod failure;
mod form;
mod help;
mod hints;
mod import;
mod inspect;
mod jobs;
mod logging;
mod man;
mod nearest;
mod new;
mod out;
mod page;
mod pipeline;
mod propose;
mod recipes;
mod rerun;
mod run;
mod runs;
mod schema;
mod snippet;
mod span;
mod sweep;
mod usage;
mod watch;

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use crate::experiment;
use crate::files;

use args::{Args, Command, expand_short_flags};
use failure::Failure;
use snippet::Style;

/// For those who give no arguments at all.
const FIRST_STEPS: &str = "help: name an experiment: `runner +experiment=ek55_ensemble +debug=synthetic` \
                           runs in seconds, without data; `runner --help` shows more";

/// Runs the program with the process's arguments.
pub fn main() -> ExitCode {
    let argv = expand_short_flags(env::args_os());
    if let Some(failure) = usage::misplaced(&argv) {
        say!("{}", failure.render(Style::of_stderr()));
        return failure.exit_code();
    }
    let args = match Args::parse_from_process(&argv) {
        Ok(args) => args,
        Err(error) if error.use_stderr() => {
            say::text(usage::told(error, &argv));
            return ExitCode::from(failure::exit::WRONG_INPUT);
        }
        Err(help) => {
            // Printing help that nobody reads is no failure of ours.
            let _ = help.print();
            return ExitCode::SUCCESS;
        }
    };
    let is_bare = argv.len() == 1;
    match dispatch(args, argv) {
        Ok(code) => {
            experiment::leave(None);
            code
        }
        Err(failure) => {
            if !failure.is_told_elsewhere() {
                say!("{}", failure.render(Style::of_stderr()));
            }
            if is_bare && files::is_dir(Path::new("conf")) {
                say!("\n{FIRST_STEPS}");
            }
            experiment::leave(Some(failure.code()));
            failure.exit_code()
        }
    }
}

fn dispatch(args: Args, argv: Vec<OsString>) -> Result<ExitCode, Failure> {
    match args.command {
        Some(Command::Jobs(args)) => jobs::run(&args, &argv),
        Some(Command::Runs(args)) => runs::run(&args, &argv),
        Some(Command::Analyze(args)) => analyze::run(&args),
        Some(Command::Watch(args)) => watch::run(&args),
        Some(Command::Doctor(args)) => doctor::run(&args),
        Some(Command::Data(args)) => data::run(&args),
        Some(Command::Schema(args)) => schema::run(&args),
        Some(Command::New(args)) => new::run(&args),
        Some(Command::Completions { shell }) => complete::script(shell),
        Some(Command::Man(args)) => man::run(&args),
        Some(Command::Help(args)) => help::command(&args),
        None if args.help => help::run(&args),
        None if args.hydra_help => help::hydra(&args),
        None if args.shell_completion => complete::run(&args),
        None if args.diff.is_some() => diff::run(&args),
        None if args.inspects() => inspect::run(&args),
        None if args.experimental_rerun.is_some() => rerun::run(&args, &argv),
        None if compose::is_multirun(&args)? => {
            experiment::refuse_mpi("a sweep")?;
            sweep::run(&args, &argv)
        }
        None if args.force => Err(Failure::wrong_input("--force is for sweeps: with --multirun")),
        None => run::run(&args, &argv),
    }
}

//! The command line: parse, dispatch, print what was asked for, say what went wrong.
//!
//! Decides exit codes, hints and what goes to stdout (results) and stderr (progress). It knows no
//! rules of its own about configs, data or training.

mod analyze;
mod args;
mod check;
mod complete;
mod compose;
mod data;
pub mod delegate;
mod diff;
mod doctor;
mod export;
mod failure;
mod help;
mod hints;
mod import;
mod inspect;
mod jobs;
mod logging;
mod new;
mod out;
mod page;
mod pipeline;
mod recipes;
mod rerun;
mod run;
mod runs;
mod schema;
mod snippet;
mod span;
mod sweep;
mod watch;

use std::env;
use std::ffi::OsString;
use std::process::ExitCode;

use crate::experiment;

use args::{Args, Command, expand_short_flags};
use failure::Failure;
use snippet::Style;

/// Runs the program with the process's arguments.
pub fn main() -> ExitCode {
    let argv = expand_short_flags(env::args_os());
    let args = match Args::parse_from_process(&argv) {
        Ok(args) => args,
        Err(error) => {
            // Printing help or an error that nobody reads is no failure of ours.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    match dispatch(args, argv) {
        Ok(code) => {
            experiment::leave(None);
            code
        }
        Err(failure) => {
            if !failure.is_told_elsewhere() {
                eprintln!("{}", failure.render(Style::of_stderr()));
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

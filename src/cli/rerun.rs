//! `--experimental-rerun PATH`: the config of an earlier run, as a new run.
//!
//! The record is the whole input: what stands beside it on the command line is not applied, which
//! is said. The new run takes the next number, and its provenance names the lines of the record. Of a
//! pipeline the record is that of one stage, which is run alone.

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use crate::config::{self, Runtime};

use super::args::Args;
use super::compose;
use super::failure::Failure;
use super::run;

pub(super) fn run(args: &Args, argv: &[OsString]) -> Result<ExitCode, Failure> {
    if !args.compose.overrides.is_empty() {
        let given = args.compose.overrides.join(" ");
        say!("warning: --experimental-rerun takes the config as it is, without `{given}`");
    }
    let cwd = env::current_dir()
        .map_err(|e| Failure::wrong_input(format!("failed to find the working directory: {e}")))?;
    let place = args.experimental_rerun.as_deref().unwrap_or(Path::new("."));
    let composed = config::stored(place, &Runtime::new(cwd))?;
    run::alone(compose::prepare(composed)?, args, argv)
}

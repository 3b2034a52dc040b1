//! `runner watch`: what is running, as it runs.

use std::process::ExitCode;

use clap::Args;

use super::failure::Failure;

#[derive(Debug, Args)]
pub struct WatchArgs {}

pub(super) fn run(_args: &WatchArgs) -> Result<ExitCode, Failure> {
    Err(Failure::failed("not built yet"))
}

//! `runner runs report`.

use std::process::ExitCode;

use clap::Args;

use super::super::failure::Failure;

#[derive(Debug, Args)]
pub(super) struct ReportArgs {}

pub(super) fn run(_args: &ReportArgs) -> Result<ExitCode, Failure> {
    Err(Failure::failed("not built yet"))
}

//! `runner analyze metrics`.

use std::process::ExitCode;

use clap::Args;

use super::super::failure::Failure;

#[derive(Debug, Args)]
pub(super) struct MetricsArgs {}

pub(super) fn run(_args: &MetricsArgs) -> Result<ExitCode, Failure> {
    Err(Failure::failed("not built yet"))
}

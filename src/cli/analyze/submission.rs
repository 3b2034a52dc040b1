//! `runner analyze submission`.

use std::process::ExitCode;

use clap::Args;

use super::super::failure::Failure;

#[derive(Debug, Args)]
pub(super) struct SubmissionArgs {}

pub(super) fn run(_args: &SubmissionArgs) -> Result<ExitCode, Failure> {
    Err(Failure::failed("not built yet"))
}

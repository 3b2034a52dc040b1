//! `runner analyze errors`.

use std::process::ExitCode;

use clap::Args;

use super::super::failure::Failure;

#[derive(Debug, Args)]
pub(super) struct ErrorsArgs {}

pub(super) fn run(_args: &ErrorsArgs) -> Result<ExitCode, Failure> {
    Err(Failure::failed("not built yet"))
}

//! `runner analyze classes`.

use std::process::ExitCode;

use clap::Args;

use super::super::failure::Failure;

#[derive(Debug, Args)]
pub(super) struct ClassesArgs {}

pub(super) fn run(_args: &ClassesArgs) -> Result<ExitCode, Failure> {
    Err(Failure::failed("not built yet"))
}

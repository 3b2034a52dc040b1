//! `runner analyze marginalize`.

use std::process::ExitCode;

use clap::Args;

use super::super::failure::Failure;

#[derive(Debug, Args)]
pub(super) struct MarginalizeArgs {}

pub(super) fn run(_args: &MarginalizeArgs) -> Result<ExitCode, Failure> {
    Err(Failure::failed("not built yet"))
}

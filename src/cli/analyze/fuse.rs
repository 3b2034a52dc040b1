//! `runner analyze fuse`.

use std::process::ExitCode;

use clap::Args;

use super::super::failure::Failure;

#[derive(Debug, Args)]
pub(super) struct FuseArgs {}

pub(super) fn run(_args: &FuseArgs) -> Result<ExitCode, Failure> {
    Err(Failure::failed("not built yet"))
}

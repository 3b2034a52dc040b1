//! `runner doctor`: whether everything is there that runs need.

use std::process::ExitCode;

use clap::Args;

use super::failure::Failure;

#[derive(Debug, Args)]
pub struct DoctorArgs {}

pub(super) fn run(_args: &DoctorArgs) -> Result<ExitCode, Failure> {
    Err(Failure::failed("not built yet"))
}

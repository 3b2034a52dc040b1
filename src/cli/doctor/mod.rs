//! `runner doctor`: whether everything is there that runs need, a line each, with what to do.
//!
//! | level | means | exit code |
//! |---|---|---|
//! | `ok` | there, and works | 0 |
//! | `absent` | not there, and nothing that was asked for needs it | 0 |
//! | `broken` | does not work, or what was asked for needs it | 1 |
//!
//! Without overrides everything is looked at, and only what every run needs can be broken by its
//! absence; with them, what that run needs. Backends compute in processes of their own: one that
//! crashes is a line. Nothing is written, but for a lock in the directory of the outputs, where there is
//! one, which is gone again.

mod asked;
mod data;
mod devices;
mod line;
mod machine;
mod outputs;
mod program;

use std::process::ExitCode;

use clap::Args;

use crate::device::DeviceSpec;

use super::args::ComposeArgs;
use super::failure::{Failure, exit};
use super::out;
use super::snippet::Style;

use asked::Asked;
use line::Report;

#[derive(Debug, Args)]
pub struct DoctorArgs {
    #[command(flatten)]
    compose: ComposeArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Compute something on this device and print what came of it as JSON
    #[arg(long, value_name = "DEVICE", hide = true)]
    probe: Option<DeviceSpec>,
}

pub(super) fn run(args: &DoctorArgs) -> Result<ExitCode, Failure> {
    if let Some(device) = &args.probe {
        return devices::probe(device);
    }
    let mut report = Report::default();
    let asked = Asked::of(&args.compose, &mut report)?;
    devices::look(&asked, &mut report);
    machine::look(&mut report);
    outputs::look(&asked, &mut report);
    data::look(&asked, &args.compose, &mut report)?;
    program::look(&asked, &mut report);
    match args.json {
        true => out::line(format_args!("{:#}", report.json()))?,
        false => out::write(report.text(Style::of_stdout()))?,
    }
    say!("{}", report.summary());
    Ok(ExitCode::from(if report.is_good() { 0 } else { exit::FAILED }))
}

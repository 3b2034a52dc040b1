//! `--help` and `--hydra-help`: the flags, and what the config's own help templates say.

use std::process::ExitCode;

use clap::CommandFactory;

use crate::config::{NO_CONFIG, compose};

use super::args::{Args, flags_help};
use super::compose::{overrides, request};
use super::failure::Failure;
use super::out;

/// `--help`: what clap knows of the flags, then `hydra.help.template`.
pub(super) fn run(args: &Args) -> Result<ExitCode, Failure> {
    out::write(Args::command().render_long_help())?;
    match app_help(args) {
        Ok(text) => out::line(format_args!("\n{text}"))?,
        // Help must come out whatever state the config is in.
        Err(_) => out::line(format_args!(
            "\nConfig groups: none, `{}` does not compose; see --cfg job",
            args.compose.config_path.display()
        ))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn app_help(args: &Args) -> Result<String, Failure> {
    let request = request(&args.compose, overrides(&args.compose)?, None)?;
    Ok(compose(&request)?.app_help(&flags_help(), args.resolve)?)
}

/// `--hydra-help`: `hydra.hydra_help.template`, composed without the primary config.
pub(super) fn hydra(args: &Args) -> Result<ExitCode, Failure> {
    let mut request = request(&args.compose, overrides(&args.compose)?, None)?;
    request.config_name = NO_CONFIG.to_owned();
    request.site = None;
    out::line(compose(&request)?.hydra_help(&flags_help())?)?;
    Ok(ExitCode::SUCCESS)
}

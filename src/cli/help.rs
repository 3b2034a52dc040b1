//! `--help`: the flags, and the groups of the config directory with their options.

use std::process::ExitCode;

use clap::CommandFactory;

use crate::config::{Composed, compose};

use super::args::Args;
use super::compose::request;
use super::failure::Failure;

pub(super) fn run(args: &Args) -> Result<ExitCode, Failure> {
    print!("{}", Args::command().render_long_help());
    // Help must come out whatever state the config is in.
    let composed = request(&args.compose, Vec::new(), None).map(|request| compose(&request));
    match composed {
        Ok(Ok(composed)) => {
            println!("\nConfig groups of {}:", args.compose.config_path.display());
            list(&composed, "");
        }
        _ => {
            println!("\nConfig groups: none, `{}` is not here", args.compose.config_path.display())
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints the groups below a group that have options, depth first.
fn list(composed: &Composed, below: &str) {
    for name in composed.groups(below) {
        let group = if below.is_empty() { name } else { format!("{below}/{name}") };
        let options = composed.group_options(&group);
        if !options.is_empty() {
            println!("  {group}: {}", options.join(", "));
        }
        list(composed, &group);
    }
}

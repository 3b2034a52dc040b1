//! `--help` and `--hydra-help`: the flags, and what the config's own help templates say. `help`: more.

use std::process::ExitCode;

use clap::Command;

use crate::config::{NO_CONFIG, compose};

use super::args::{self, Args, flags_help};
use super::compose::{overrides, request};
use super::failure::Failure;
use super::nearest::nearest_of;
use super::out;

#[derive(Debug, clap::Args)]
pub struct HelpArgs {
    /// Which command; without one, all flags at length
    #[arg(value_name = "COMMAND")]
    command: Vec<String>,
}

/// `runner help [COMMAND]...`: the same as `runner COMMAND --help`.
pub(super) fn command(args: &HelpArgs) -> Result<ExitCode, Failure> {
    if args.command.is_empty() {
        out::write(args::command().render_long_help())?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut root = args::command();
    root.build();
    named(&root, &args.command)?;
    let words = args.command.iter().map(String::as_str);
    let argv = std::iter::once("runner").chain(words).chain(["--help"]);
    match args::command().try_get_matches_from(argv) {
        // Help is an error to clap, and the only thing that can come of these words.
        Err(help) => out::write(help.render())?,
        Ok(_) => return Err(Failure::failed("failed to find the help")),
    }
    Ok(ExitCode::SUCCESS)
}

/// The command that some words name, with the whole path of its own name.
pub(super) fn named<'c>(root: &'c Command, words: &[String]) -> Result<&'c Command, Failure> {
    let mut command = root;
    for word in words {
        command = command.find_subcommand(word).ok_or_else(|| {
            let of = command.get_display_name().unwrap_or("runner").replace('-', " ");
            let failure =
                Failure::wrong_input(format!("failed to find command `{word}` of `{of}`"));
            let names = || command.get_subcommands().map(Command::get_name);
            match nearest_of(word, names()) {
                Some((near, _)) => failure.hint(format!("did you mean `{near}`?")),
                None if names().next().is_none() => failure.hint("it has none"),
                None => failure.hint(format!("it has {}", names().collect::<Vec<_>>().join(", "))),
            }
        })?;
    }
    Ok(command)
}

/// `--help`: what clap knows of the flags, a line each, then `hydra.help.template`.
pub(super) fn run(args: &Args) -> Result<ExitCode, Failure> {
    out::write(args::command().render_help())?;
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

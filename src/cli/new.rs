//! `runner new experiment NAME OVERRIDE...`: what was tried on the command line as a file.
//!
//! The file is composed and compared with the overrides before it gets its name; an experiment
//! that is there already is never touched.

use std::path::{Path, PathBuf};
use std::process::{self, ExitCode};

use clap::Subcommand;

use crate::config::{ComposeRequest, OverrideArg, compose, differences};
use crate::experiment::config::ExperimentConfig;
use crate::files;

use super::args::ComposeArgs;
use super::compose;
use super::failure::Failure;
use super::out;
use super::run::shown;

/// The group of the config tree that holds experiments.
const GROUP: &str = "experiment";
/// The key that an experiment sets to its own name.
const NAME_KEY: &str = "expt_name";

#[derive(Debug, clap::Args)]
pub struct NewArgs {
    #[command(subcommand)]
    command: NewCommand,
}

#[derive(Debug, Subcommand)]
enum NewCommand {
    /// Write an experiment that composes to what the overrides do
    ///
    /// Writes experiment/NAME.yaml below the config directory: groups that were chosen in its
    /// defaults list, values as a tree. `runner +experiment=NAME` then does the same as the
    /// overrides did:
    ///
    /// runner new experiment mine +experiment=ek55_ensemble distill=20
    #[command(verbatim_doc_comment)]
    Experiment {
        /// Its name
        name: String,
        #[command(flatten)]
        compose: ComposeArgs,
    },
}

pub(super) fn run(args: &NewArgs) -> Result<ExitCode, Failure> {
    let NewCommand::Experiment { name, compose } = &args.command;
    let path = experiment(name, compose)?;
    say!("run it with: runner +{GROUP}={name}");
    out::line(shown(&path))?;
    Ok(ExitCode::SUCCESS)
}

fn experiment(name: &str, args: &ComposeArgs) -> Result<PathBuf, Failure> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if name.is_empty() || !name.chars().all(is_name) {
        let message = format!("`{name}` is no name for a file: letters, digits, `_` and `-` are");
        return Err(Failure::wrong_input(message));
    }
    let dir = args.config_path.join(GROUP);
    let path = dir.join(format!("{name}.yaml"));
    if files::kind(&path).is_some() {
        let message = format!("`{}` exists already", path.display());
        return Err(Failure::wrong_input(message));
    }
    let given = compose::overrides(args)?;
    let text = draft(name, args, &given)?;
    files::create_dir_all(&dir)?;
    files::create_new(&path, text.as_bytes())?;
    Ok(path)
}

/// The text of the file, once it has been seen to compose to the same.
fn draft(name: &str, args: &ComposeArgs, given: &[OverrideArg]) -> Result<String, Failure> {
    let mut overrides = given.to_vec();
    let is_named = given.iter().any(|one| one.text.starts_with(&format!("{NAME_KEY}=")));
    if !is_named {
        let text = format!("{NAME_KEY}={name}");
        overrides.push(OverrideArg::argument(overrides.len() + 1, &text));
    }
    let request = compose::request(args, overrides, None)?;
    let wanted = compose::composed(&request)?;
    let texts: Vec<&str> = given.iter().map(|one| one.text.as_str()).collect();
    let comment = format!("What was tried as: runner {}", texts.join(" "));
    let text = wanted.as_config_file(GROUP, &[comment])?;
    ExperimentConfig::from_resolved(&wanted.resolve_in_parts())?;
    let found = with_draft(name, &text, &request)?;
    let differing = differences(&wanted.leaves(false)?, &found);
    if differing.is_empty() {
        return Ok(text);
    }
    let keys: Vec<&str> = differing.iter().map(|one| one.key.as_str()).collect();
    Err(Failure::wrong_input(format!(
        "failed to write these overrides as a file: it would compose to other values of {}",
        keys.join(", ")
    )))
}

/// Composes with the text under a name that nobody uses, which is gone again afterwards.
fn with_draft(
    name: &str,
    text: &str,
    request: &ComposeRequest,
) -> Result<crate::config::Leaves, Failure> {
    let trial = format!("{name}__draft_{}", process::id());
    let path = request.config_dir.join(GROUP).join(format!("{trial}.yaml"));
    files::create_dir_all(path.parent().unwrap_or(Path::new(GROUP)))?;
    files::create_new(&path, text.as_bytes())?;
    let mut request = request.clone();
    request.overrides = vec![OverrideArg::argument(1, &format!("+{GROUP}={trial}"))];
    let composed = compose(&request).map(|composed| composed.leaves(false));
    files::remove_file(&path)?;
    Ok(composed??)
}

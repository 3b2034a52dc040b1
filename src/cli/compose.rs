//! Command-line arguments -> composed, resolved, typed config.

use std::env;
use std::path::{Path, PathBuf};

use crate::config::{
    ComposeRequest, Composed, ConfigErrors, OverrideArg, Resolved, RunMode, Runtime, VersionBase,
    compose,
};
use crate::experiment::config::ExperimentConfig;
use crate::files;

use super::args::ComposeArgs;
use super::failure::Failure;

/// A config at all three of its stages.
pub(super) struct Prepared {
    pub composed: Composed,
    pub resolved: Resolved,
    pub config: ExperimentConfig,
}

/// The overrides as given, with those of every `@FILE` in its place.
pub(super) fn overrides(args: &ComposeArgs) -> Result<Vec<OverrideArg>, Failure> {
    let mut all = Vec::new();
    for (index, text) in args.overrides.iter().enumerate() {
        match text.strip_prefix('@') {
            Some(path) => all.extend(OverrideArg::read_file(Path::new(path))?),
            None => all.push(OverrideArg::argument(index + 1, text)),
        }
    }
    Ok(all)
}

/// What to compose for one job.
pub(super) fn request(
    args: &ComposeArgs,
    overrides: Vec<OverrideArg>,
    mode: Option<RunMode>,
) -> Result<ComposeRequest, Failure> {
    let cwd = env::current_dir()
        .map_err(|e| Failure::wrong_input(format!("failed to find the working directory: {e}")))?;
    let mut runtime = Runtime::new(cwd);
    runtime.mode = mode;
    Ok(ComposeRequest {
        extra_dirs: args.config_dir.iter().cloned().collect(),
        config_name: args.config_name.clone(),
        overrides,
        version_base: version_base(&args.version_base)?,
        site: site_file(),
        ..ComposeRequest::new(args.config_path.clone(), runtime)
    })
}

fn version_base(text: &str) -> Result<VersionBase, Failure> {
    text.parse().map_err(|known: Vec<String>| {
        let known = known.join(", ");
        Failure::wrong_input(format!("--version-base: `{text}` is not one of {known}"))
    })
}

/// Composes and tells of what should be written differently.
pub(super) fn composed(request: &ComposeRequest) -> Result<Composed, Failure> {
    let composed = compose(request)?;
    warn(&composed);
    Ok(composed)
}

/// Tells of what works but should be written differently; what resolvers said comes only once the
/// config has been resolved.
pub(super) fn warn(composed: &Composed) {
    for warning in composed.warnings() {
        eprintln!("warning: {}", warning.message);
    }
    warn_late(composed);
}

/// Tells of what resolvers said since the last time.
pub(super) fn warn_late(composed: &Composed) {
    for warning in composed.take_notes() {
        eprintln!("warning: {}", warning.message);
    }
}

/// The stages after the first, without a word of [`warn`]: a sweep would repeat it for every job.
pub(super) fn prepare(composed: Result<Composed, ConfigErrors>) -> Result<Prepared, Failure> {
    let composed = composed?;
    let resolved = composed.resolve_in_parts();
    let config = ExperimentConfig::from_resolved(&resolved)?;
    Ok(Prepared { composed, resolved, config })
}

/// `~/.config/runner/site.yaml` (or below `XDG_CONFIG_HOME`), when it is there.
fn site_file() -> Option<PathBuf> {
    let config = env::var_os("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .or_else(|| env::var_os("HOME").map(|home| Path::new(&home).join(".config")))?;
    Some(config.join("runner/site.yaml")).filter(|path| files::is_file(path))
}

//! Command-line arguments -> composed, resolved, typed config.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::config::{
    ComposeRequest, Composed, Composer, ConfigErrors, OverrideArg, Resolved, RunMode, Runtime,
    VersionBase,
};
use crate::experiment;
use crate::experiment::config::ExperimentConfig;
use crate::files;

use super::args::{Args, ComposeArgs};
use super::failure::Failure;
use super::pipeline;

/// A job of a sweep: its number and all of its overrides.
pub(super) type Job = (usize, Vec<OverrideArg>);

/// A config at all three of its stages.
pub(super) use crate::experiment::pipeline::Recipe as Prepared;

/// Refuses what this version cannot run, so that nothing is started.
pub(super) fn refuse_unavailable(prepared: &Prepared) -> Result<(), Failure> {
    Ok(experiment::refuse_unavailable(&prepared.config, &prepared.resolved)?)
}

/// What this version cannot run, in words: a dry run tells of it and goes on.
pub(super) fn unavailable(config: &ExperimentConfig, resolved: &Resolved) -> Vec<String> {
    let errors = config.unavailable(resolved);
    errors.iter().map(|error| format!("warning: a run would fail to {error}")).collect()
}

/// The overrides as given, with those of every `@FILE` in its place, and with what they imply.
pub(super) fn overrides(args: &ComposeArgs) -> Result<Vec<OverrideArg>, Failure> {
    let mut all = Vec::new();
    for (index, text) in args.overrides.iter().enumerate() {
        match text.strip_prefix('@') {
            Some(path) => all.extend(OverrideArg::read_file(Path::new(path))?),
            None => all.push(OverrideArg::argument(index + 1, text)),
        }
    }
    Ok(pipeline::completed(all))
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
    composed_by(&Composer::new(request.clone()))
}

/// The same, where jobs are composed later on.
pub(super) fn composed_by(composer: &Composer) -> Result<Composed, Failure> {
    let everything = |first| {
        let errors = ConfigErrors::from_vec(composer.survey(None).errors).unwrap_or(first);
        Failure::from(errors).knowing(composer.targets())
    };
    let composed = composer.compose().map_err(everything)?;
    warn(&composed);
    Ok(composed)
}

/// Tells of what works but should be written differently; what resolvers said comes only once the
/// config has been resolved.
pub(super) fn warn(composed: &Composed) {
    for warning in composed.warnings() {
        say!("warning: {}", warning.message);
    }
    warn_late(composed);
}

/// Tells of what resolvers said since the last time.
pub(super) fn warn_late(composed: &Composed) {
    for warning in composed.take_notes() {
        say!("warning: {}", warning.message);
    }
}

/// The stages after the first, without a word of [`warn`]: a sweep would repeat it for every job.
pub(super) fn prepare(composed: Composed) -> Result<Prepared, Failure> {
    let resolved = composed.resolve_in_parts();
    let config = ExperimentConfig::from_resolved(&resolved)
        .map_err(|errors| Failure::from(errors).knowing(Arc::new(composed.targets())))?;
    Ok(Prepared { composed, resolved, config })
}

/// All three stages of a request, or of a job of its sweep, and everything that is wrong with it.
pub(super) fn prepare_with(composer: &Composer, job: Option<Job>) -> Result<Prepared, Failure> {
    composed_with(composer, job).and_then(prepare)
}

/// The same for a job that is only checked: what was composed is not kept.
pub(super) fn check_with(
    composer: &Composer,
    job: Job,
) -> Result<(Resolved, ExperimentConfig), Failure> {
    let resolved = composed_with(composer, Some(job))?.into_resolved_in_parts();
    let config = ExperimentConfig::from_resolved(&resolved)
        .map_err(|errors| Failure::from(errors).knowing(composer.targets()))?;
    Ok((resolved, config))
}

fn composed_with(composer: &Composer, job: Option<Job>) -> Result<Composed, Failure> {
    let composed = match job.clone() {
        Some((number, overrides)) => composer.job(number, overrides),
        None => composer.compose(),
    };
    composed.map_err(|first| surveyed(composer, job, first))
}

/// What else is wrong where something is wrong with the composition.
fn surveyed(composer: &Composer, job: Option<Job>, first: ConfigErrors) -> Failure {
    let mut survey = composer.survey(job);
    if let Some(rest) = survey.composed.take() {
        let typed = ExperimentConfig::type_errors(&rest.resolve_in_parts());
        let typed: Vec<_> = typed.into_iter().filter(|error| !survey.explains(error)).collect();
        survey.errors.extend(typed);
    }
    let errors = ConfigErrors::from_vec(survey.errors).unwrap_or(first);
    Failure::from(errors).knowing(composer.targets())
}

/// `~/.config/runner/site.yaml` (or below `XDG_CONFIG_HOME`), when it is there.
fn site_file() -> Option<PathBuf> {
    let config = env::var_os("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .or_else(|| env::var_os("HOME").map(|home| Path::new(&home).join(".config")))?;
    Some(config.join("runner/site.yaml")).filter(|path| files::is_file(path))
}

/// Whether to sweep: `--multirun`, or `hydra.mode=MULTIRUN` in the config or an override.
pub(super) fn is_multirun(args: &Args) -> Result<bool, Failure> {
    let request = request(&args.compose, overrides(&args.compose)?, None)?;
    match (args.multirun, Composer::new(request).configured_mode()) {
        (true, Some(RunMode::Run)) => {
            say!("warning: --multirun wins over `hydra.mode=RUN` of the config");
            Ok(true)
        }
        (multirun, mode) => Ok(multirun || mode == Some(RunMode::Multirun)),
    }
}

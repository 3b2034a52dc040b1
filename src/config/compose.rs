//! A request -> a composed config: parse, find, order, merge, apply, fill in.

use std::sync::{Arc, OnceLock};

use super::assembly::{Assembly, assemble};
use super::composed::Composed;
use super::defaults;
use super::error::{ConfigError, ConfigErrors, ErrorKind};
use super::hydra_node;
use super::interpolation::Context;
use super::memo::Memo;
use super::node::Node;
use super::origin::Origin;
use super::overrides::{self, Override, OverrideArg, SweepValues};
use super::request::{ComposeRequest, RunMode};
use super::searchpath::{self, SearchPath};
use super::source::Source;
use super::targets::Targets;
use super::update;

/// How many merged trees are kept for further jobs.
const ASSEMBLIES: usize = 256;

/// Composes a config.
///
/// # Errors
/// Everything that is found wrong, in the order found; later stages run only when the earlier
/// ones succeed.
pub fn compose(request: &ComposeRequest) -> Result<Composed, ConfigErrors> {
    Composer::new(request.clone()).compose()
}

/// Composes a request and the jobs of its sweep, from any thread.
///
/// | worked out once | for |
/// |---|---|
/// | files and directories | all: a file that changes meanwhile changes no job |
/// | the time | all |
/// | search path | the same `hydra.searchpath` |
/// | defaults list, merged tree | the same overrides of config groups |
///
/// Jobs that differ in values alone therefore cost the values.
#[derive(Debug)]
pub struct Composer {
    request: ComposeRequest,
    paths: Memo<Option<Said>, Result<SearchPath, ConfigError>>,
    assemblies: Memo<(bool, Vec<Said>), Result<Arc<Assembly>, ConfigErrors>>,
    pub(super) known: OnceLock<Arc<Targets>>,
}

/// An override as it was given.
type Said = (String, Origin);

impl Composer {
    /// Nothing is read before something is composed.
    pub fn new(request: ComposeRequest) -> Self {
        let assemblies = Memo::holding(ASSEMBLIES);
        Self { request, paths: Memo::default(), assemblies, known: OnceLock::new() }
    }

    /// Composes the request itself.
    ///
    /// # Errors
    /// As [`compose`].
    pub fn compose(&self) -> Result<Composed, ConfigErrors> {
        self.composed(&self.request, self.request.runtime.mode.unwrap_or(RunMode::Run))
    }

    /// The mode that the config asks for, when it composes and asks for one.
    pub fn configured_mode(&self) -> Option<RunMode> {
        let mut request = self.request.clone();
        request.runtime.mode = None;
        let composed = self.composed(&request, RunMode::Multirun).ok()?;
        match composed.root.get("hydra.mode")?.as_str()? {
            "MULTIRUN" => Some(RunMode::Multirun),
            "RUN" => Some(RunMode::Run),
            _ => None,
        }
    }

    /// Composes a job of the request's sweep, which takes no sweeps itself.
    ///
    /// # Errors
    /// As [`compose`].
    pub fn job(
        &self,
        number: usize,
        overrides: Vec<OverrideArg>,
    ) -> Result<Composed, ConfigErrors> {
        let mut request = ComposeRequest { overrides, ..self.request.clone() };
        request.runtime.job_num = Some(number);
        self.composed(&request, RunMode::Run)
    }

    /// `mode` says what is composed: a sweep as a whole may hold sweeps and unchosen options.
    fn composed(&self, request: &ComposeRequest, mode: RunMode) -> Result<Composed, ConfigErrors> {
        let arguments = arguments(request);
        let parsed = parse(&arguments)?;
        collected(check_sweeps(&parsed, mode))?;
        let path = self.path(&parsed)?;
        let single = parsed.iter().filter(|one| one.sweep().is_none());
        let (chosen, values): (Vec<_>, Vec<_>) =
            single.partition(|one| defaults::is_choice(one, &path.sources));
        let assembly = self.assembly(&path, &parsed, &chosen, mode)?;

        let context = Context::new(request.runtime.now.clone());
        let mut root = assembly.root.clone();
        collected(apply_values(&mut root, &context, &values))?;
        hydra_node::fill(&mut root, request, &parsed, &assembly.choices, &path.sources)?;
        Ok(Composed {
            root,
            context,
            arguments,
            parsed,
            choices: Arc::clone(&assembly.choices),
            items: Arc::clone(&assembly.items),
            tree: Arc::clone(&assembly.tree),
            sources: path.sources,
            warnings: Arc::clone(&assembly.warnings),
            version: request.version_base,
            cwd: request.runtime.cwd.clone(),
        })
    }

    /// What is composed, or a job of it, with other overrides.
    pub(super) fn with(
        &self,
        job: Option<usize>,
        overrides: Vec<OverrideArg>,
    ) -> Result<Composed, ConfigErrors> {
        if let Some(number) = job {
            return self.job(number, overrides);
        }
        let request = ComposeRequest { overrides, ..self.request.clone() };
        self.composed(&request, request.runtime.mode.unwrap_or(RunMode::Run))
    }

    pub(super) fn request(&self) -> &ComposeRequest {
        &self.request
    }

    /// The search path that no override changes; empty when there is none.
    pub(super) fn sources(&self) -> Arc<[Source]> {
        self.path(&[]).map(|path| path.sources).unwrap_or_else(|_| Vec::new().into())
    }

    fn path(&self, parsed: &[Override]) -> Result<SearchPath, ConfigError> {
        let given = searchpath::override_among(parsed);
        self.paths.get(&given.map(said), || searchpath::find(&self.request, given))
    }

    fn assembly(
        &self,
        path: &SearchPath,
        parsed: &[Override],
        chosen: &[&Override],
        mode: RunMode,
    ) -> Result<Arc<Assembly>, ConfigErrors> {
        let skip_missing = mode == RunMode::Multirun;
        let make = || assemble(&self.request, path, chosen, skip_missing).map(Arc::new);
        let deciding = searchpath::override_among(parsed).into_iter().chain(chosen.iter().copied());
        self.assemblies.get(&(skip_missing, deciding.map(said).collect()), make)
    }
}

fn said(one: &Override) -> Said {
    (one.text.clone(), one.origin.clone())
}

/// The overrides, with the one that Hydra adds for the mode.
fn arguments(request: &ComposeRequest) -> Vec<OverrideArg> {
    let mut arguments = request.overrides.clone();
    if let Some(mode) = request.runtime.mode {
        let given = arguments.iter().rev().find_map(|arg| arg.text.strip_prefix("hydra.mode="));
        if given.is_none() || (mode, given) == (RunMode::Multirun, Some("RUN")) {
            let text = format!("hydra.mode={}", mode.name());
            arguments.push(OverrideArg { text, origin: Origin::Runtime });
        }
    }
    arguments
}

fn collected(errors: Vec<ConfigError>) -> Result<(), ConfigErrors> {
    ConfigErrors::from_vec(errors).map_or(Ok(()), Err)
}

pub(crate) fn parse(arguments: &[OverrideArg]) -> Result<Vec<Override>, ConfigErrors> {
    let (mut parsed, mut errors) = (Vec::new(), Vec::new());
    for argument in arguments {
        match overrides::parse(argument) {
            Ok(one) => parsed.push(one),
            Err(error) => errors.push(error),
        }
    }
    collected(errors)?;
    Ok(parsed)
}

/// A single run takes no sweeps, a sweep none over Hydra's own config.
fn check_sweeps(parsed: &[Override], mode: RunMode) -> Vec<ConfigError> {
    let swept = parsed.iter().filter_map(|one| one.sweep().map(|sweep| (one, sweep)));
    let problems = swept.filter_map(|(one, sweep)| {
        let problem = match (mode, &sweep.values) {
            (RunMode::Multirun, _) if one.is_hydra() => {
                "sweeping over Hydra's configuration is not supported".to_owned()
            }
            (RunMode::Multirun, _) => return None,
            (RunMode::Run, SweepValues::Choice { simple: true, .. }) => {
                let key = one.key_element();
                format!(
                    "ambiguous value; for a list use `{key}=[value1,value2]`, for a text quote it, \
                     to sweep over it add --multirun"
                )
            }
            (RunMode::Run, _) => "a sweep requires --multirun".to_owned(),
        };
        let kind = ErrorKind::SweepInRun { text: one.text.clone(), problem };
        Some(ConfigError::new(kind).at(&one.origin))
    });
    problems.collect()
}

fn apply_values(root: &mut Node, context: &Context, values: &[&Override]) -> Vec<ConfigError> {
    let applied = values.iter().map(|one| {
        update::apply(root, context, one).map_err(|error| error.at_if_unknown(&one.origin))
    });
    applied.filter_map(Result::err).collect()
}

//! What the person at the terminal reads when something is wrong, and the exit code.

use std::fmt;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use crate::config::{ConfigError, ConfigErrors, Targets};
use crate::data::DataError;
use crate::experiment::pipeline::StageId;
use crate::experiment::{ExperimentError, SetupError};
use crate::files::FileError;
use crate::sweep::SweepError;
use crate::text::{RecipesError, TextError};
use crate::train::optim::OptimError;
use crate::weights::WeightsError;

use super::delegate::DelegateError;
use super::hints;
pub(super) use super::nearest::nearest;
use super::propose;
use super::snippet::{self, Style};
use super::sweep::{self, BadJob};

/// How the process ends, by number.
pub(super) mod exit {
    /// The experiment failed.
    pub const FAILED: u8 = 1;
    /// The command line, config or data is wrong; nothing was started.
    pub const WRONG_INPUT: u8 = 2;
    /// Interrupted after a checkpoint; the same command resumes.
    pub const PREEMPTED: u8 = 75;
    /// Interrupted before any checkpoint.
    pub const INTERRUPTED: u8 = 130;
}

/// What is wrong, what to do about it, and the exit code.
#[derive(Debug)]
pub(super) struct Failure {
    code: u8,
    said: Said,
    /// Where in a pipeline.
    stage: Option<String>,
    /// What an override could be about, for proposals.
    known: Option<Arc<Targets>>,
    /// Whether another rank says it.
    elsewhere: bool,
}

/// What is wrong.
#[derive(Debug)]
enum Said {
    /// In words, with hints.
    Text { message: String, hints: Vec<String> },
    /// With a place in a config, each.
    Config(ConfigErrors),
    /// Of several jobs of a sweep.
    Sweep { bad: Vec<BadJob>, total: usize },
}

impl Failure {
    /// Wrong input: nothing was started.
    pub fn wrong_input(message: impl fmt::Display) -> Self {
        Self::text(exit::WRONG_INPUT, message)
    }

    /// The experiment failed.
    pub fn failed(message: impl fmt::Display) -> Self {
        Self::text(exit::FAILED, message)
    }

    fn text(code: u8, message: impl fmt::Display) -> Self {
        Self {
            code,
            said: Said::Text { message: message.to_string(), hints: Vec::new() },
            stage: None,
            known: None,
            elsewhere: false,
        }
    }

    /// Adds what to do about it.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        if let Said::Text { hints, .. } = &mut self.said {
            hints.push(hint.into());
        }
        self
    }

    /// Adds what an override could have been about.
    pub fn knowing(self, known: Arc<Targets>) -> Self {
        Self { known: Some(known), ..self }
    }

    /// Says in which stage of a pipeline it went wrong, and where its run lies.
    pub fn of_stage(mut self, id: &StageId, dir: Option<&Path>) -> Self {
        let place = dir.map_or(String::new(), |dir| format!(", whose run is `{}`", dir.display()));
        self.stage = Some(format!("in stage {id}{place}"));
        self
    }

    /// Says which experiment of a pipeline cannot be composed.
    pub fn of_experiment(self, experiment: &str) -> Self {
        Self { stage: Some(format!("in the stages of experiment {experiment}")), ..self }
    }

    /// The same where something was started before.
    pub fn after_a_start(self) -> Self {
        Self { code: exit::FAILED, ..self }
    }

    /// The exit code as a number.
    pub fn code(&self) -> u8 {
        self.code
    }

    /// Whether another rank says it.
    pub fn is_told_elsewhere(&self) -> bool {
        self.elsewhere
    }

    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.code)
    }

    /// Jobs of a sweep that cannot run, of `total`; what else went wrong with one comes first.
    pub fn of_jobs(failures: Vec<(usize, Vec<String>, Failure)>, total: usize) -> Option<Self> {
        let known = failures.iter().find_map(|(_, _, failure)| failure.known.clone());
        let mut bad = Vec::new();
        for (number, overrides, failure) in failures {
            match failure.said {
                Said::Config(errors) => bad.push(BadJob { number, overrides, errors }),
                _ => return Some(failure),
            }
        }
        let said = Said::Sweep { bad, total };
        matches!(&said, Said::Sweep { bad, .. } if !bad.is_empty()).then_some(Self {
            code: exit::WRONG_INPUT,
            said,
            stage: None,
            known,
            elsewhere: false,
        })
    }

    /// What the person at the terminal reads.
    pub fn render(&self, style: Style) -> String {
        let stage = self.stage.as_ref().map_or(String::new(), |stage| format!("\n{stage}"));
        format!("{}{stage}", self.render_said(style))
    }

    fn render_said(&self, style: Style) -> String {
        let known = self.known.as_deref();
        match &self.said {
            Said::Text { message, hints } => {
                let hints = hints.iter().map(|hint| format!("\nhelp: {hint}"));
                format!("error: {message}{}", hints.collect::<String>())
            }
            Said::Config(errors) => {
                let texts: Vec<String> = errors.iter().map(|e| shown(e, known, style)).collect();
                texts.join("\n\n")
            }
            Said::Sweep { bad, total } => sweep::render(bad, *total, known, style),
        }
    }
}

/// An error of a config with its place and what to write instead.
pub(super) fn shown(error: &ConfigError, known: Option<&Targets>, style: Style) -> String {
    let help: Vec<String> = propose::hint(error, known).into_iter().collect();
    snippet::render(error, &help, style)
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(Style::Plain))
    }
}

impl From<ConfigErrors> for Failure {
    fn from(errors: ConfigErrors) -> Self {
        Self {
            code: exit::WRONG_INPUT,
            said: Said::Config(errors.in_order()),
            stage: None,
            known: None,
            elsewhere: false,
        }
    }
}

impl From<Vec<ConfigError>> for Failure {
    fn from(errors: Vec<ConfigError>) -> Self {
        ConfigErrors::from_vec(errors)
            .map_or_else(|| Self::wrong_input("failed to type the config"), Self::from)
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        ConfigErrors::from(error).into()
    }
}

impl From<SetupError> for Failure {
    fn from(error: SetupError) -> Self {
        if let SetupError::Config(errors) = error {
            return errors.into();
        }
        let failure = Self::wrong_input(&error);
        match setup_hint(&error) {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}

/// What to do about a run that cannot be set up.
fn setup_hint(error: &SetupError) -> Option<String> {
    let meant = |word, candidates| Some(format!("did you mean `{}`?", nearest(word, candidates)?));
    match error {
        SetupError::Data { key, source } => hints::of_data(key, source),
        SetupError::InitialWeights { source, .. } => match source.as_ref() {
            WeightsError::UnknownModule { module, expected } => meant(module, expected),
            _ => None,
        },
        SetupError::Optim(OptimError::UnknownModule { module, expected }) => {
            meant(module, expected)
        }
        SetupError::LanguageFolder { .. } => Some(
            "`+experiment=pretrain_<lm>` leaves weights in `lm/recipes_<lm>` of `paths.made`; \
             `lm.weights=${lm.folder}` starts from the published ones, `lm.weights=null` from random \
             ones"
                .into(),
        ),
        SetupError::Product(error) => super::pipeline::hint(error),
        _ => hints::of_ranks(error),
    }
}

impl From<ExperimentError> for Failure {
    fn from(error: ExperimentError) -> Self {
        match error {
            ExperimentError::Setup(error) => error.into(),
            ExperimentError::Elsewhere(error) => Self { elsewhere: true, ..Self::from(*error) },
            other => Self::failed(other),
        }
    }
}

impl From<DelegateError> for Failure {
    fn from(error: DelegateError) -> Self {
        Self::wrong_input(error)
    }
}

impl From<SweepError> for Failure {
    fn from(error: SweepError) -> Self {
        match error {
            SweepError::Config(errors) => errors.into(),
            other => Self::wrong_input(format!("failed to {other}")),
        }
    }
}

impl From<DataError> for Failure {
    fn from(error: DataError) -> Self {
        Self::wrong_input(error)
    }
}

impl From<TextError> for Failure {
    fn from(error: TextError) -> Self {
        match error {
            TextError::Recipes(RecipesError::Stopped) => Self::text(exit::INTERRUPTED, error),
            other => Self::wrong_input(other),
        }
    }
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        Self::wrong_input(error)
    }
}

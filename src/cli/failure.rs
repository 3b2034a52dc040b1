//! What the person at the terminal reads when something is wrong, and the exit code.

use std::fmt;
use std::path::Path;
use std::process::ExitCode;

use crate::analysis::AnalysisError;
use crate::config::{ConfigError, ConfigErrors, ErrorKind};
use crate::data::{DataError, FoldsError};
use crate::experiment::pipeline::StageId;
use crate::experiment::{ExperimentError, SetupError};
use crate::files::FileError;
use crate::launch::LaunchError;
use crate::runs::RunError;
use crate::sweep::SweepError;
use crate::text::{RecipesError, TextError};
use crate::train::optim::OptimError;
use crate::weights::WeightsError;

use super::delegate::DelegateError;
use super::snippet::{self, Style};
use super::sweep_errors::{self, BadJob};

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
        }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        if let Said::Text { hints, .. } = &mut self.said {
            hints.push(hint.into());
        }
        self
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

    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.code)
    }

    /// Jobs of a sweep that cannot run, of `total`; what else went wrong with one comes first.
    pub fn of_jobs(failures: Vec<(usize, Vec<String>, Failure)>, total: usize) -> Option<Self> {
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
        })
    }

    /// What the person at the terminal reads.
    pub fn render(&self, style: Style) -> String {
        let stage = self.stage.as_ref().map_or(String::new(), |stage| format!("\n{stage}"));
        format!("{}{stage}", self.render_said(style))
    }

    fn render_said(&self, style: Style) -> String {
        match &self.said {
            Said::Text { message, hints } => {
                let hints = hints.iter().map(|hint| format!("\nhelp: {hint}"));
                format!("error: {message}{}", hints.collect::<String>())
            }
            Said::Config(errors) => {
                let texts: Vec<String> = errors.iter().map(|e| shown(e, style)).collect();
                texts.join("\n\n")
            }
            Said::Sweep { bad, total } => sweep_errors::render(bad, *total, style),
        }
    }
}

/// An error of a config with its place and what to write instead.
pub(super) fn shown(error: &ConfigError, style: Style) -> String {
    let help: Vec<String> = did_you_mean(error).into_iter().collect();
    snippet::render(error, &help, style)
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(Style::Plain))
    }
}

impl From<ConfigErrors> for Failure {
    fn from(errors: ConfigErrors) -> Self {
        Self { code: exit::WRONG_INPUT, said: Said::Config(errors.in_order()), stage: None }
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

fn did_you_mean(error: &ConfigError) -> Option<String> {
    if let ErrorKind::NoConfigDir { .. } = error.kind() {
        return Some("run where `conf/` is, or say where it is with `--config-path DIR`".into());
    }
    if let ErrorKind::OverrideSyntax { text, .. } = error.kind()
        && !text.contains(['=', '~'])
    {
        return Some(
            "an override is `key=value`; commands stand first: see `runner --help`".into(),
        );
    }
    nearest(error.word()?, error.expected()).map(|near| format!("did you mean `{near}`?"))
}

/// The candidate most like `word`, when one is like it at all.
fn nearest<'a>(word: &str, candidates: &'a [String]) -> Option<&'a str> {
    /// Below this likeness a proposal would puzzle more than help.
    const LIKE: f64 = 0.65;
    // The first favours common beginnings, the second forgives swapped letters.
    let likeness = |candidate: &str| {
        strsim::jaro_winkler(word, candidate)
            .max(strsim::normalized_damerau_levenshtein(word, candidate))
    };
    candidates
        .iter()
        .map(|candidate| (likeness(candidate), candidate))
        .filter(|(likeness, _)| *likeness >= LIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate.as_str())
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
        SetupError::Data { key, source } => data_hint(key, source),
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
        _ => None,
    }
}

/// What to do about missing data.
fn data_hint(key: &str, error: &DataError) -> Option<String> {
    if key.starts_with("teacher") {
        return Some(
            "point `teacher.store` at a store of predictions, or make some up with \
             `+features=simulated` or `teacher.simulate=true`; `+debug=tiny` looks for those of small \
             teachers, with `paths.made=DATA` for the real ones"
                .into(),
        );
    }
    if key == "train.init_from_model" {
        return error.is_missing_file().then(|| {
            "weights are not downloaded; `train.init_from_model=null` starts from random ones"
                .into()
        });
    }
    if let DataError::Folds(FoldsError::NoVideo { .. } | FoldsError::NoRate { .. }) = error {
        return Some(
            "point `paths.data` at the videos, or say what rate Abu Farha's annotations have: \
             `dataset.dundee50salads.annot_reader_fn.frame_rate=30`"
                .into(),
        );
    }
    error.is_missing_file().then(|| {
        "point `paths.external` at the annotations and `paths.data` at the features and videos; \
         `+features=simulated` and `+features=pictures` need the annotations alone, \
         `+debug=synthetic` and `+debug=synthetic_video` neither"
            .into()
    })
}

impl From<ExperimentError> for Failure {
    fn from(error: ExperimentError) -> Self {
        match error {
            ExperimentError::Setup(error) => error.into(),
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

impl From<LaunchError> for Failure {
    fn from(error: LaunchError) -> Self {
        Self::wrong_input(error)
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        Self::wrong_input(error)
    }
}

impl From<AnalysisError> for Failure {
    fn from(error: AnalysisError) -> Self {
        Self::wrong_input(error)
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

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn proposals_are_like_the_word() {
        let candidates = ["adam".to_owned(), "sgd".to_owned()];
        for (word, expected) in [("adamm", Some("adam")), ("sdg", Some("sgd")), ("xyz", None)] {
            assert_eq!(nearest(word, &candidates), expected, "{word}");
        }
    }
}

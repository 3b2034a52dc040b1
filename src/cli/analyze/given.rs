//! Which predictions a command is about, and which labels they are of.

use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use clap::Args;

use crate::analysis::{Labelled, Predictions, Record, doubt};
use crate::data::Annotations;
use crate::experiment;
use crate::experiment::config::ExperimentConfig;
use crate::files::{self, TensorIndex};
use crate::runs::{RunError, find_run, read_run};

use super::super::args::ComposeArgs;
use super::super::compose;
use super::super::failure::Failure;
use super::super::runs::{Saves, recorded};

/// Where predictions and labels come from, for every command of `analyze`.
#[derive(Debug, Args)]
pub(super) struct GivenArgs {
    /// Data set of a run whose results are meant
    #[arg(long, value_name = "SET", default_value = "eval")]
    pub set: String,
    /// Run or experiment whose annotations name the classes
    ///
    /// Without it, the first run among the results. Overrides may stand behind an experiment:
    /// --of 'egtea_bert paths.external=DIR'.
    #[arg(long = "of", value_name = "RUN|EXPERIMENT")]
    pub labels_of: Option<String>,
    /// Directory that holds the runs
    #[arg(long, value_name = "DIR", default_value = "outputs")]
    pub outputs: PathBuf,
}

/// A place that was named, and what tables call it.
#[derive(Clone, Debug)]
pub(super) struct Named {
    /// As it was found.
    pub place: PathBuf,
    /// The run's name, or the file as given.
    pub name: String,
}

impl Named {
    /// The run directory that it is or lies in the `results` of.
    pub(super) fn run(&self) -> Option<&Path> {
        let parent = || self.place.parent()?.parent();
        let of_run = |dir: &&Path| files::is_file(&dir.join(".hydra/config.yaml"));
        Some(self.place.as_path()).filter(of_run).or_else(|| parent().filter(of_run))
    }
}

impl GivenArgs {
    /// The file or run that a word means.
    pub(super) fn find(&self, word: &str) -> Result<Named, Failure> {
        let path = Path::new(word);
        let place = match files::kind(path).is_some() {
            true => path.to_owned(),
            false => find_run(&self.outputs, word).map_err(|error| {
                let is_file = word.contains(MAIN_SEPARATOR) || path.extension().is_some();
                match (&error, is_file) {
                    (RunError::NoRun { .. }, true) => {
                        Failure::from(error).hint(format!("there is no file `{word}` either"))
                    }
                    _ => error.into(),
                }
            })?,
        };
        Ok(Named { place, name: word.to_owned() })
    }

    /// What a model said.
    pub(super) fn predictions(&self, named: &Named) -> Result<Predictions, Failure> {
        Ok(Predictions::read(&named.place, &self.set, &named.name)?)
    }

    /// The labels of `set`: those of `--of`, else of the first place that belongs to a run.
    pub(super) fn annotations(&self, set: &str, named: &[Named]) -> Result<Annotations, Failure> {
        match self.config(named)? {
            Some(config) => Ok(experiment::annotations(&config, set)?),
            None => Err(without_labels()),
        }
    }

    /// The same with all else that an evaluation reports by; `None` where nothing says whose labels are
    /// meant.
    pub(super) fn labelled(&self, named: &[Named]) -> Result<Option<Labelled>, Failure> {
        let config = self.config(named)?;
        Ok(config.map(|config| experiment::labelled(&config, &self.set)).transpose()?)
    }

    /// The config whose data sets are meant.
    pub(super) fn config(&self, named: &[Named]) -> Result<Option<ExperimentConfig>, Failure> {
        let run = match &self.labels_of {
            Some(word) => match find_run(&self.outputs, word) {
                Ok(run) => run,
                Err(error) if is_path(word) => return Err(error.into()),
                Err(_) => return composed(word).map(Some),
            },
            None => match named.iter().find_map(Named::run) {
                Some(run) => run.to_owned(),
                None => return Ok(None),
            },
        };
        Ok(Some(recorded(&run)?.config))
    }
}

/// Whether it can be no experiment.
fn is_path(word: &str) -> bool {
    word.contains(MAIN_SEPARATOR) && !word.contains('=')
}

/// The error for places that do not say whose labels are meant.
pub(super) fn without_labels() -> Failure {
    Failure::wrong_input("failed to find the labels: none of these is a run's")
        .hint("say whose they are with `--of RUN` or `--of EXPERIMENT`")
}

/// What the data of a place is worth (`real`, `simulated`, `synthetic`), where it says so.
pub(super) fn data_of(named: &Named) -> Option<String> {
    if let Some(run) = named.run() {
        return read_run(run).manifest.map(|manifest| manifest.data.as_str().to_owned());
    }
    let is_store = named.place.extension().is_some_and(|found| found == "safetensors");
    let index = is_store.then(|| TensorIndex::read(&named.place).ok()).flatten()?;
    index.metadata.get("origin").cloned()
}

/// Says on stderr what is doubtful about comparing the runs among some places.
pub(super) fn warn_of_data(named: &[Named]) {
    let runs = named.iter().filter_map(Named::run);
    let records: Vec<Record> = runs.map(|run| Record::new(read_run(run), &Saves)).collect();
    if let Some(doubt) = doubt(&records) {
        say!("warning: {doubt}");
    }
}

/// The config of an experiment as it is composed now; overrides may stand behind its name.
fn composed(words: &str) -> Result<ExperimentConfig, Failure> {
    let mut words = words.split_whitespace().map(str::to_owned);
    let experiment = words.next().unwrap_or_default();
    let overrides = std::iter::once(format!("+experiment={experiment}")).chain(words);
    let mut args = ComposeArgs::of(overrides.collect());
    args.find_primary();
    let request = compose::request(&args, compose::overrides(&args)?, None)?;
    Ok(compose::prepare(compose::composed(&request)?)?.config)
}

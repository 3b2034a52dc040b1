//! Which runs a command is about, and what is known of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::analysis::{self, ConfigReader, Record, Selection, Settings};
use crate::config::{Leaves, Saved};
use crate::runs::RunState;

use super::super::failure::Failure;
use super::elsewhere;

/// The words and flags of a selection.
#[derive(Debug, Args)]
pub(super) struct SelectArgs {
    /// Runs by name (EXPERIMENT, EXPERIMENT/NUMBER, a directory) or condition ('distill>=1')
    #[arg(value_name = "SELECTION")]
    pub words: Vec<String>,
    /// Directory that holds the runs
    #[arg(long, default_value = "outputs")]
    pub outputs: PathBuf,
    /// Only this experiment; a trailing * stands for any ending
    #[arg(long, value_name = "EXPERIMENT")]
    pub experiment: Option<String>,
    /// Only runs in this state
    #[arg(long, value_name = "STATE")]
    pub state: Option<String>,
    /// Only runs with this tag
    #[arg(long, value_name = "TAG")]
    pub tag: Option<String>,
}

impl SelectArgs {
    pub(super) fn selection(&self) -> Result<Selection, Failure> {
        let selection = Selection::new(&self.words)?;
        let [experiment, state, tag] =
            [&self.experiment, &self.state, &self.tag].map(Option::as_deref);
        Ok(selection.narrowed(experiment, state, tag)?)
    }

    /// The runs that are meant.
    pub(super) fn records(&self) -> Result<Vec<Record>, Failure> {
        let selection = self.selection()?;
        let runs = selection.runs(&self.outputs, &elsewhere::word())?;
        Ok(selection.filter(analysis::load(runs, &Saves), &Saves)?)
    }
}

/// Configs as run directories hold them.
pub(in crate::cli) struct Saves;

impl ConfigReader for Saves {
    fn written(&self, run: &Path) -> Result<Settings, String> {
        Saved::written(run).map_err(|error| error.to_string())
    }

    fn resolved(&self, run: &Path) -> Result<Settings, String> {
        let saved = Saved::read(run).map_err(|error| error.to_string())?;
        saved.leaves(true).map(values).map_err(|errors| errors.to_string())
    }
}

fn values(leaves: Leaves) -> Settings {
    leaves.into_iter().map(|(key, leaf)| (key, leaf.value)).collect()
}

/// Says which runs cannot be read and why; the others are listed all the same.
pub(super) fn warn(records: &[Record]) {
    let mut said: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for record in records {
        let broken = match &record.run.state {
            RunState::Broken { reason } => Some(reason),
            RunState::Known(_) | RunState::Stale | RunState::Incomplete => None,
        };
        for problem in broken.into_iter().chain(&record.problems) {
            said.entry(problem).or_default().push(record.run.id());
        }
    }
    for (problem, runs) in said {
        say!("warning: {}: {problem}", runs.join(", "));
    }
}

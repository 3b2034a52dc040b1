//! What identifies the inputs of a stage: a product by its making, any other file by its content.

use std::collections::HashSet;
use std::path::PathBuf;

use crate::config::Resolved;
use crate::data::check::{Item, Kind};

use super::super::config::{ExperimentConfig, Task};
use super::super::language_model::of_run;
use super::super::needs;
use super::fingerprint::Fingerprints;
use super::links::inputs_of;
use super::made_of::Inputs;
use super::product::{Product, State};
use super::{MadeOf, PipelineError, settings};

impl MadeOf {
    /// What the product of a config is made of, by what is there now.
    ///
    /// # Errors
    /// A product or a file that cannot be read.
    pub fn of(config: &ExperimentConfig, resolved: &Resolved) -> Result<Self, PipelineError> {
        let prints = Fingerprints::default();
        let mut made_of = of_files(config, resolved, &prints)?;
        for (key, product) in inputs_of(config) {
            made_of.inputs.insert(key, there(&product, &prints)?);
        }
        Ok(made_of)
    }
}

/// What identifies a product that is there.
pub(super) fn there(
    product: &Product,
    prints: &Fingerprints,
) -> Result<Option<String>, PipelineError> {
    Ok(match product.state()? {
        State::Absent => None,
        State::Made(made_of) => Some(by_making(&made_of.hash())),
        State::Foreign => {
            // Of a run its weights count, not when it wrote which line.
            let weights = of_run(product.path());
            let path = weights.as_deref().unwrap_or(product.path());
            prints.of(path)?.map(|hash| format!("sha256:{hash}"))
        }
    })
}

pub(super) fn by_making(hash: &str) -> String {
    format!("made:{hash}")
}

/// Settings, and the files that no stage makes.
pub(super) fn of_files(
    config: &ExperimentConfig,
    resolved: &Resolved,
    prints: &Fingerprints,
) -> Result<MadeOf, PipelineError> {
    let places = settings::Places::of(config);
    let products: HashSet<PathBuf> =
        inputs_of(config).into_iter().map(|(_, product)| product.path().to_owned()).collect();
    let mut inputs = Inputs::new();
    for item in needs(config)?.into_iter().filter(|item| decides(config.run.task, item)) {
        if !products.contains(&item.path) {
            let key = places.relative_path(&item.path.display().to_string());
            inputs.insert(key, prints.of(&item.path)?);
        }
    }
    Ok(MadeOf { settings: settings::of(config, resolved), inputs })
}

/// Whether what a file holds decides what is made: models read no frames, and a trained one no longer
/// the weights that it started from.
pub(super) fn decides(task: Task, item: &Item) -> bool {
    let is_start = task == Task::TeacherPredict && item.purpose.starts_with("lm.");
    match item.kind {
        Kind::Annotations => task != Task::TeacherEnsemble,
        Kind::Text => true,
        Kind::Weights => !is_start,
        Kind::Features | Kind::Videos | Kind::Teachers => false,
    }
}

//! What a stage reads of other stages, and which stage makes it.
//!
//! | task | reads | made by |
//! |---|---|---|
//! | `train` | `teacher.store` | `teacher.made_by` for one store; else as a member |
//! | `teacher_ensemble` | `ensemble.members` | the option of the group `teacher` whose store it is, by its `made_by` |
//! | `teacher_predict` | `predict.folder` | the same recipe, fine-tuned, when that is its `finetune.folder` |
//! | `teacher_finetune` | `lm.weights` | `pretrain_<lm>`, when that is its `mlm.folder` |
//!
//! A recipe that fine-tunes makes a store by being asked afterwards: its task `teacher_predict`.
//! What nobody is known to make comes from elsewhere.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::config::{Composed, Resolved};
use crate::data::check::tidy;

use super::super::config::{ExperimentConfig, LmSize, Task, TeacherSource};
use super::PipelineError;
use super::graph::{StageId, Want, Wants};
use super::product::Product;

/// A composed stage.
#[derive(Debug)]
pub struct Recipe {
    /// As composed.
    pub composed: Composed,
    /// The same, resolved.
    pub resolved: Resolved,
    /// The same, typed.
    pub config: ExperimentConfig,
}

/// Composes stages.
pub trait Recipes {
    /// Why one cannot be composed.
    type Error: From<PipelineError>;

    /// The config of a stage.
    fn recipe(&self, id: &StageId) -> Result<Rc<Recipe>, Self::Error>;

    /// What an experiment does by itself.
    fn task(&self, experiment: &str) -> Result<Task, Self::Error>;

    /// The experiment that makes a store, as the options of the group `teacher` have it.
    fn maker(&self, store: &Path) -> Result<Option<String>, Self::Error>;

    /// Whether there is an experiment.
    fn has(&self, experiment: &str) -> Result<bool, Self::Error>;
}

/// What a stage asks for.
pub(super) fn wants<R: Recipes>(id: &StageId, recipes: &R) -> Result<Wants, R::Error> {
    let recipe = recipes.recipe(id)?;
    let config = &recipe.config;
    let product = Product::of(config).map(|product| product.path().to_owned());
    let mut inputs = Vec::new();
    for (key, input) in inputs_of(config) {
        let path = input.path().to_owned();
        let maker = maker(id, config, &key, &path, recipes)?;
        inputs.push(Want { key, path, maker });
    }
    Ok(Wants { product, inputs })
}

/// The products that a config reads, with the keys that name them.
pub(super) fn inputs_of(config: &ExperimentConfig) -> Vec<(String, Product)> {
    let language = &config.language;
    let stores = |key: &str, paths: &[PathBuf]| {
        let key = |i: usize| if paths.len() == 1 { key.to_owned() } else { format!("{key}[{i}]") };
        let store = |(i, path): (usize, &PathBuf)| (key(i), Product::Store(tidy(path)));
        paths.iter().enumerate().map(store).collect()
    };
    let folder = |key: &str, path: &Path| vec![(key.to_owned(), Product::Folder(tidy(path)))];
    match config.run.task {
        Task::Train => match config.teacher.source() {
            Some(TeacherSource::Stores(paths)) => stores("teacher.store", paths),
            Some(TeacherSource::Simulated) | None => Vec::new(),
        },
        Task::ExtractFeatures => Vec::new(),
        Task::TeacherEnsemble => {
            let members = language.ensemble.as_ref().map(|ensemble| &ensemble.members[..]);
            stores("ensemble.members", members.unwrap_or_default())
        }
        Task::TeacherPredict => {
            let task = language.predict.as_ref();
            task.map_or(Vec::new(), |task| folder("predict.folder", &task.folder))
        }
        Task::TeacherFinetune | Task::TeacherPretrain => {
            weights(config).map_or(Vec::new(), |path| folder("lm.weights", path))
        }
    }
}

/// The folder that a language model's weights are read from.
fn weights(config: &ExperimentConfig) -> Option<&Path> {
    let lm = config.language.lm.as_ref()?.published()?;
    lm.weights.as_deref().filter(|_| lm.size == LmSize::Published)
}

/// The stage that makes an input.
fn maker<R: Recipes>(
    id: &StageId,
    config: &ExperimentConfig,
    key: &str,
    path: &Path,
    recipes: &R,
) -> Result<Option<StageId>, R::Error> {
    match config.run.task {
        Task::Train | Task::TeacherEnsemble => {
            let alone = config.run.task == Task::Train && key == "teacher.store";
            let said = config.teacher.made_by.clone().filter(|_| alone);
            let experiment = match said {
                Some(experiment) => Some(experiment),
                None => recipes.maker(path)?,
            };
            experiment.map(|experiment| store_maker(&experiment, key, path, recipes)).transpose()
        }
        Task::TeacherPredict => {
            let folder = config.language.finetune.as_ref().map(|task| tidy(&task.folder));
            let same = StageId { task: Task::TeacherFinetune, ..id.clone() };
            Ok((folder.as_deref() == Some(path)).then_some(same))
        }
        Task::TeacherFinetune => pretraining(config, path, recipes),
        Task::TeacherPretrain | Task::ExtractFeatures => Ok(None),
    }
}

/// The stage of an experiment that writes a store.
fn store_maker<R: Recipes>(
    experiment: &str,
    key: &str,
    path: &Path,
    recipes: &R,
) -> Result<StageId, R::Error> {
    let task = match recipes.task(experiment)? {
        Task::TeacherFinetune | Task::TeacherPredict => Task::TeacherPredict,
        Task::TeacherEnsemble => Task::TeacherEnsemble,
        task @ (Task::Train | Task::ExtractFeatures | Task::TeacherPretrain) => {
            let (key, path) = (key.to_owned(), path.to_owned());
            let experiment = experiment.to_owned();
            return Err(PipelineError::MakesNoStore { key, path, experiment, task }.into());
        }
    };
    Ok(StageId::of(experiment, task))
}

/// The pre-training that leaves its weights where a fine-tuning starts.
fn pretraining<R: Recipes>(
    config: &ExperimentConfig,
    path: &Path,
    recipes: &R,
) -> Result<Option<StageId>, R::Error> {
    let Some(lm) = &config.language.lm else { return Ok(None) };
    let experiment = format!("pretrain_{}", lm.name());
    if !recipes.has(&experiment)? {
        return Ok(None);
    }
    let id = StageId::of(&experiment, Task::TeacherPretrain);
    let recipe = recipes.recipe(&id)?;
    let leaves = recipe.config.language.mlm.as_ref().map(|task| tidy(&task.folder));
    Ok((leaves.as_deref() == Some(path)).then_some(id))
}

//! The recipes of a pipeline, composed as the command composes its own.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::config::{Composer, OverrideArg, RunMode};
use crate::data::check::tidy;
use crate::experiment::config::Task;
use crate::experiment::pipeline::{Recipe, Recipes, StageId};

use super::super::args::ComposeArgs;
use super::super::compose;
use super::super::failure::Failure;
use super::passed;

/// Composes each stage once.
pub(super) struct Book<'a> {
    args: &'a ComposeArgs,
    /// The command's own config.
    own: Rc<Recipe>,
    /// The overrides that made it.
    given: Vec<OverrideArg>,
    composed: RefCell<HashMap<StageId, Rc<Recipe>>>,
    /// The stores that options of the group `teacher` name, and the experiments that make them.
    makers: OnceCell<Vec<(PathBuf, String)>>,
}

impl<'a> Book<'a> {
    pub(super) fn new(args: &'a ComposeArgs, own: Rc<Recipe>) -> Self {
        let composed = &own.composed;
        let given = [composed.task_overrides(), composed.hydra_overrides()].concat();
        let (composed, makers) = (RefCell::default(), OnceCell::new());
        Self { args, own, given, composed, makers }
    }

    /// The stage that the command itself is.
    pub(super) fn last(&self) -> StageId {
        StageId { experiment: None, task: self.own.config.run.task }
    }

    fn compose(&self, id: &StageId) -> Result<Rc<Recipe>, Failure> {
        let Recipe { config, resolved, .. } = &*self.own;
        let overrides = passed::overrides(id, &self.given, config, resolved);
        let request = compose::request(self.args, overrides, Some(RunMode::Run))?;
        let recipe = compose::prepare_with(&Composer::new(request), None);
        Ok(Rc::new(recipe.map_err(|failure| failure.of_stage(id, None))?))
    }

    fn makers(&self) -> Result<Vec<(PathBuf, String)>, Failure> {
        let Recipe { config, resolved, composed } = &*self.own;
        let shared = passed::shared(&self.given, config, resolved);
        let request = compose::request(self.args, shared.clone(), Some(RunMode::Run))?;
        let composer = Composer::new(request);
        let mut makers = Vec::new();
        for option in composed.group_options("teacher") {
            let mut overrides = shared.clone();
            overrides.push(OverrideArg::argument(0, &format!("teacher={option}")));
            let resolved = composer.job(0, overrides)?.into_resolved_in_parts();
            let (store, by) = ("teacher.store", "teacher.made_by");
            if let (Some(store), Some(by)) = (resolved.str_at(store), resolved.str_at(by)) {
                makers.push((tidy(Path::new(store)), by.to_owned()));
            }
        }
        Ok(makers)
    }
}

impl Recipes for Book<'_> {
    type Error = Failure;

    fn recipe(&self, id: &StageId) -> Result<Rc<Recipe>, Failure> {
        if *id == self.last() {
            return Ok(Rc::clone(&self.own));
        }
        if let Some(known) = self.composed.borrow().get(id) {
            return Ok(Rc::clone(known));
        }
        let recipe = self.compose(id)?;
        self.composed.borrow_mut().insert(id.clone(), Rc::clone(&recipe));
        Ok(recipe)
    }

    fn task(&self, experiment: &str) -> Result<Task, Failure> {
        let Recipe { config, resolved, .. } = &*self.own;
        let asked = StageId { experiment: Some(experiment.to_owned()), task: Task::Train };
        let mut overrides = passed::overrides(&asked, &self.given, config, resolved);
        overrides.retain(|one| !one.text.starts_with("task="));
        let request = compose::request(self.args, overrides, Some(RunMode::Run))?;
        let composed = Composer::new(request).compose();
        let task = composed.and_then(|composed| composed.resolve_in_parts().extract("task"));
        task.map_err(|errors| Failure::from(errors).of_experiment(experiment))
    }

    fn maker(&self, store: &Path) -> Result<Option<String>, Failure> {
        if self.makers.get().is_none() {
            let makers = self.makers()?;
            self.makers.get_or_init(|| makers);
        }
        let makers = self.makers.get().into_iter().flatten();
        Ok(makers.into_iter().find(|(path, _)| path == store).map(|(_, by)| by.clone()))
    }

    fn has(&self, experiment: &str) -> Result<bool, Failure> {
        let known = self.own.composed.group_options("experiment");
        Ok(known.iter().any(|option| option == experiment))
    }
}

//! Which stages run, which are done, and what they read that is not there.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::rc::Rc;

use crate::data::check::{Content, Finding, Item, Kind, State as Found, look, tidy};
use crate::files;

use super::super::config::{ExperimentConfig, Pipeline};
use super::super::needs;
use super::fingerprint::Fingerprints;
use super::graph::{Stage, StageId, Wants, order};
use super::identity::{decides, of_files, there};
use super::judge::{Case, Verdict, verdicts};
use super::links::{self, Recipe, Recipes, inputs_of};
use super::product::{Product, State};
use super::{MadeOf, PipelineError};

/// A stage with its config and what becomes of it.
#[derive(Clone, Debug)]
pub struct Planned {
    /// Its name and place.
    pub stage: Stage,
    /// Its config.
    pub recipe: Rc<Recipe>,
    /// What it is asked to be made of; `None` without a product.
    pub made_of: Option<MadeOf>,
    /// What becomes of it.
    pub verdict: Verdict,
}

/// All stages in the order in which they run, the command's own at the end.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The stages.
    pub stages: Vec<Planned>,
}

impl Plan {
    /// Plans the stages that `last` needs.
    ///
    /// # Errors
    /// As the recipes say; stages that do not fit each other; a product that was made of something
    /// else, unless `pipeline=remake`.
    pub fn new<R: Recipes>(last: StageId, recipes: &R) -> Result<Self, R::Error> {
        let mut states = Vec::new();
        let mut ask = |id: &StageId| -> Result<Wants, R::Error> {
            let recipe = recipes.recipe(id)?;
            let product = Product::of(&recipe.config);
            let state = product.as_ref().map(Product::state).transpose()?.unwrap_or(State::Absent);
            // What came from elsewhere is taken, whoever could make another.
            let wants = match &state {
                State::Foreign if *id != last => {
                    Wants { product: product.map(|p| p.path().to_owned()), inputs: Vec::new() }
                }
                _ => links::wants(id, recipes)?,
            };
            states.push((id.clone(), recipe, state));
            Ok(wants)
        };
        let stages = order(last.clone(), &mut ask)?;
        let prints = Fingerprints::default();
        let mut facts = Vec::new();
        for stage in stages {
            let (_, recipe, state) =
                states.iter().find(|(id, ..)| *id == stage.id).expect("every stage was asked");
            facts.push(Facts::of(stage, recipe, state.clone(), &prints)?);
        }
        Ok(judge(facts)?)
    }

    /// Every file that the stages that run read and do not make.
    ///
    /// # Errors
    /// As [`needs()`].
    pub fn needs(&self) -> Result<Vec<Item>, PipelineError> {
        let asked = |planned: &&Planned| planned.verdict.runs();
        let made: HashSet<&Path> =
            self.stages.iter().filter(asked).filter_map(|p| p.stage.product.as_deref()).collect();
        let mut items: Vec<Item> = Vec::new();
        for planned in self.stages.iter().filter(asked) {
            let task = planned.recipe.config.run.task;
            for item in needs(&planned.recipe.config)? {
                let is_start = item.kind == Kind::Weights && !decides(task, &item);
                let known = items.iter().any(|other| other.path == item.path);
                if !is_start && !known && !made.contains(&*tidy(&item.path)) {
                    items.push(item);
                }
            }
        }
        Ok(items)
    }

    /// What the stages that run read and is not there.
    ///
    /// # Errors
    /// As [`needs()`].
    pub fn missing(&self) -> Result<Vec<Finding>, PipelineError> {
        let absent = |item: &Item| {
            files::kind(&item.path).is_none() || matches!(item.content, Content::OneOf(_))
        };
        let items = self.needs()?.into_iter().filter(absent);
        let found = items.map(|item| look(item, false));
        Ok(found.filter(|finding| finding.state == Found::Missing).collect())
    }
}

/// What a verdict depends on.
struct Facts {
    stage: Stage,
    recipe: Rc<Recipe>,
    state: State,
    /// Without the inputs that stages make.
    made_of: MadeOf,
    /// What identifies a product that came from elsewhere.
    foreign: Option<String>,
}

impl Facts {
    fn of(
        stage: Stage,
        recipe: &Rc<Recipe>,
        state: State,
        prints: &Fingerprints,
    ) -> Result<Self, PipelineError> {
        let product = Product::of(&recipe.config);
        let foreign = match (&state, &product) {
            (State::Foreign, Some(product)) => there(product, prints)?,
            _ => None,
        };
        let mut made_of = MadeOf::default();
        if product.is_some() && state != State::Foreign {
            made_of = of_files(&recipe.config, &recipe.resolved, prints)?;
            let elsewhere: BTreeMap<_, _> = stage
                .inputs
                .iter()
                .filter(|input| input.maker.is_none())
                .map(|input| (input.key.as_str(), &input.path))
                .collect();
            for (key, product) in inputs_of(&recipe.config) {
                if elsewhere.contains_key(key.as_str()) {
                    made_of.inputs.insert(key, there(&product, prints)?);
                }
            }
        }
        Ok(Self { stage, recipe: Rc::clone(recipe), state, made_of, foreign })
    }
}

/// Judges every stage.
fn judge(facts: Vec<Facts>) -> Result<Plan, PipelineError> {
    let cases: Vec<Case> = facts
        .iter()
        .map(|facts| Case {
            state: &facts.state,
            made_of: facts.made_of.clone(),
            foreign: facts.foreign.clone(),
            reads: facts.stage.inputs.iter().map(|i| (i.key.as_str(), i.maker)).collect(),
        })
        .collect();
    let judged = verdicts(cases);
    let mut stages = Vec::new();
    for (facts, (verdict, made_of)) in facts.into_iter().zip(judged) {
        let Facts { stage, recipe, .. } = facts;
        refuse(&stage, &recipe.config, &verdict)?;
        let made_of = stage.product.is_some().then_some(made_of);
        stages.push(Planned { stage, recipe, made_of, verdict });
    }
    if let Some(last) = stages.last()
        && last.verdict == Verdict::Foreign
        && let Some(path) = last.stage.product.clone()
    {
        return Err(PipelineError::Foreign { path });
    }
    Ok(Plan { stages })
}

/// Refuses to make a product again that was made of something else, unless that is asked for.
fn refuse(
    stage: &Stage,
    config: &ExperimentConfig,
    verdict: &Verdict,
) -> Result<(), PipelineError> {
    match (verdict, &stage.product) {
        (Verdict::Remake(differences), Some(path)) if config.run.pipeline != Pipeline::Remake => {
            let asks = format!("stage {}", stage.id);
            let (path, differences) = (path.clone(), differences.clone());
            Err(PipelineError::MadeOtherwise { path, asks, differences })
        }
        _ => Ok(()),
    }
}

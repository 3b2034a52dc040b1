//! Which stages run, which are done, and what they read that is not there.
//!
//! Forwards, from the first stage on, each is compared with what is there of its product; what a stage
//! is to read counts by the hash of what its maker is asked for, made or not. Backwards, from the last
//! stage on, only what somebody reads who runs is needed: a store that is there needs no model.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::config::Resolved;
use crate::data::check::{Content, Finding, Item, Kind, State as Found, look, tidy};
use crate::files;

use super::super::config::{ExperimentConfig, Pipeline, Task};
use super::super::needs;
use super::fingerprint::Fingerprints;
use super::graph::{Stage, StageId, Wants, order};
use super::links::{self, Recipe, Recipes, inputs_of};
use super::made_of::Inputs;
use super::product::{Product, State};
use super::{MadeOf, PipelineError, settings};

/// What becomes of a stage.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// It runs.
    Run,
    /// It runs again, over a product that was made of something else: what differs.
    Remake(Vec<String>),
    /// Its product is there.
    Done,
    /// Its product is there, and does not say what it was made of.
    Foreign,
    /// Nothing that runs reads its product.
    Unneeded,
}

impl Verdict {
    /// Whether the stage runs.
    pub fn runs(&self) -> bool {
        match self {
            Self::Run | Self::Remake(_) => true,
            Self::Done | Self::Foreign | Self::Unneeded => false,
        }
    }
}

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
fn there(product: &Product, prints: &Fingerprints) -> Result<Option<String>, PipelineError> {
    Ok(match product.state()? {
        State::Absent => None,
        State::Made(made_of) => Some(by_making(&made_of.hash())),
        State::Foreign => prints.of(product.path())?.map(|hash| format!("sha256:{hash}")),
    })
}

fn by_making(hash: &str) -> String {
    format!("made:{hash}")
}

/// Settings, and the files that no stage makes.
fn of_files(
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
fn decides(task: Task, item: &Item) -> bool {
    let is_start = task == Task::TeacherPredict && item.purpose.starts_with("lm.");
    match item.kind {
        Kind::Annotations | Kind::Text => true,
        Kind::Weights => !is_start,
        Kind::Features | Kind::Videos | Kind::Teachers => false,
    }
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

    /// Every file that the chain reads and does not make: of the stages that run, or of all.
    ///
    /// # Errors
    /// As [`needs`].
    pub fn needs(&self, all: bool) -> Result<Vec<Item>, PipelineError> {
        let asked = |planned: &&Planned| all || planned.verdict.runs();
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
    /// As [`needs`].
    pub fn missing(&self) -> Result<Vec<Finding>, PipelineError> {
        let absent = |item: &Item| {
            files::kind(&item.path).is_none() || matches!(item.content, Content::OneOf(_))
        };
        let items = self.needs(false)?.into_iter().filter(absent);
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

/// What a verdict depends on, without configs.
struct Case<'a> {
    state: &'a State,
    made_of: MadeOf,
    foreign: Option<String>,
    /// The key of each product that is read, and the place of the stage that makes it.
    reads: Vec<(&'a str, Option<usize>)>,
}

/// What becomes of each case, and all that its product is to be made of.
fn verdicts(cases: Vec<Case<'_>>) -> Vec<(Verdict, MadeOf)> {
    let mut known: Vec<Option<String>> = Vec::new();
    let mut judged: Vec<(Verdict, MadeOf)> = Vec::new();
    for case in &cases {
        let mut asked = case.made_of.clone();
        for (key, maker) in &case.reads {
            if let Some(maker) = maker {
                asked.inputs.insert((*key).to_owned(), known[*maker].clone());
            }
        }
        let to_be = asked.known_hash().map(|hash| by_making(&hash));
        let (verdict, identity) = match case.state {
            State::Absent => (Verdict::Run, to_be),
            State::Foreign => (Verdict::Foreign, case.foreign.clone()),
            State::Made(there) => match there.differences(&asked) {
                same if same.is_empty() => (Verdict::Done, Some(by_making(&there.hash()))),
                differences => (Verdict::Remake(differences), to_be),
            },
        };
        known.push(identity);
        judged.push((verdict, asked));
    }
    leave_out_unneeded(&cases, &mut judged);
    judged
}

/// Keeps of the stages those that the last one needs, or that one of these needs.
fn leave_out_unneeded(cases: &[Case<'_>], judged: &mut [(Verdict, MadeOf)]) {
    let mut needed = vec![false; cases.len()];
    if let Some(last) = needed.last_mut() {
        *last = true;
    }
    for (place, case) in cases.iter().enumerate().rev() {
        if !needed[place] {
            judged[place].0 = Verdict::Unneeded;
        } else if judged[place].0.runs() {
            case.reads.iter().filter_map(|(_, maker)| *maker).for_each(|at| needed[at] = true);
        }
    }
}

//! The stages in the order in which they can run.
//!
//! Decides the order, and refuses stages that need each other and two that write one file. It knows
//! names and paths alone: what a stage wants is asked of the caller.

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;

use super::super::config::Task;
use super::PipelineError;

/// A stage by its name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StageId {
    /// The recipe; `None` for the command's own config.
    pub experiment: Option<String>,
    /// What it does.
    pub task: Task,
}

impl StageId {
    pub(super) fn of(experiment: &str, task: Task) -> Self {
        Self { experiment: Some(experiment.to_owned()), task }
    }
}

impl fmt::Display for StageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.experiment {
            Some(experiment) => write!(f, "{experiment}/{}", self.task.name()),
            None => f.write_str(self.task.name()),
        }
    }
}

/// What a stage asks for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Wants {
    /// What it writes, where that is a file or folder of its own.
    pub(super) product: Option<PathBuf>,
    /// The products that it reads.
    pub(super) inputs: Vec<Want>,
}

/// A product that is read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Want {
    /// The key that names it.
    pub(super) key: String,
    /// Where it is.
    pub(super) path: PathBuf,
    /// Who makes it, where that is known.
    pub(super) maker: Option<StageId>,
}

/// A stage with its place in the order.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// Its name.
    pub id: StageId,
    /// What it writes; `None` for a run whose directory is what it leaves.
    pub product: Option<PathBuf>,
    /// The products that it reads.
    pub inputs: Vec<Input>,
}

/// A product that a stage reads.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// The key that names it.
    pub key: String,
    /// Where it is.
    pub path: PathBuf,
    /// The stage that makes it, by its place in the order; `None` for what comes from elsewhere.
    pub maker: Option<usize>,
}

/// Every stage that `last` needs, each behind those that it needs itself, `last` at the end.
pub(super) fn order<E: From<PipelineError>>(
    last: StageId,
    ask: &mut dyn FnMut(&StageId) -> Result<Wants, E>,
) -> Result<Vec<Stage>, E> {
    let mut order =
        Order { ask, under_way: Vec::new(), places: HashMap::new(), stages: Vec::new() };
    order.place(last)?;
    same_place(&order.stages)?;
    Ok(order.stages)
}

struct Order<'a, E> {
    ask: &'a mut dyn FnMut(&StageId) -> Result<Wants, E>,
    /// From the last stage down to the one that is looked at.
    under_way: Vec<StageId>,
    places: HashMap<StageId, usize>,
    stages: Vec<Stage>,
}

impl<E: From<PipelineError>> Order<'_, E> {
    /// Puts a stage and what it needs in order; its place.
    fn place(&mut self, id: StageId) -> Result<usize, E> {
        if let Some(place) = self.places.get(&id) {
            return Ok(*place);
        }
        if let Some(start) = self.under_way.iter().position(|other| *other == id) {
            let mut chain = self.under_way[start..].to_vec();
            chain.push(id);
            return Err(PipelineError::Cycle { chain }.into());
        }
        self.under_way.push(id.clone());
        let wants = (self.ask)(&id)?;
        let inputs = wants.inputs.into_iter().map(|want| self.input(want));
        let inputs = inputs.collect::<Result<_, E>>()?;
        self.under_way.pop();
        let place = self.stages.len();
        self.places.insert(id.clone(), place);
        self.stages.push(Stage { id, product: wants.product, inputs });
        Ok(place)
    }

    /// Places the maker of an input, which must write where the input is looked for.
    fn input(&mut self, Want { key, path, maker }: Want) -> Result<Input, E> {
        let maker = maker.map(|maker| self.place(maker)).transpose()?;
        if let Some(stage) = maker.map(|place| &self.stages[place])
            && stage.product.as_ref() != Some(&path)
        {
            let (maker, wrote) = (stage.id.clone(), stage.product.clone());
            return Err(PipelineError::OtherPlace { key, path, maker, wrote }.into());
        }
        Ok(Input { key, path, maker })
    }
}

/// Refuses two stages that write one file.
fn same_place(stages: &[Stage]) -> Result<(), PipelineError> {
    let mut writers: HashMap<&PathBuf, &StageId> = HashMap::new();
    for stage in stages {
        let Some(path) = &stage.product else { continue };
        if let Some(first) = writers.insert(path, &stage.id) {
            let (first, second) = (first.clone(), stage.id.clone());
            return Err(PipelineError::SamePlace { path: path.clone(), first, second });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stage for each name: what it writes, and what it reads with the makers of that.
    type World<'a> = &'a [(&'a str, &'a str, &'a [(&'a str, Option<&'a str>)])];

    fn ordered(world: World<'_>) -> Result<Vec<Stage>, PipelineError> {
        let id = |name: &str| StageId::of(name, Task::TeacherEnsemble);
        let mut ask = |stage: &StageId| -> Result<Wants, PipelineError> {
            let of = |(name, ..): &&(&str, _, _)| stage.experiment.as_deref() == Some(name);
            let (_, product, reads) = world.iter().find(of).expect("a stage of the world");
            let want = |(path, maker): &(&str, Option<&str>)| Want {
                key: "members".into(),
                path: path.into(),
                maker: maker.map(id),
            };
            let product = (!product.is_empty()).then(|| product.into());
            Ok(Wants { product, inputs: reads.iter().map(want).collect() })
        };
        order(id(world[0].0), &mut ask)
    }

    #[test]
    fn what_is_needed_comes_first_and_once() {
        let stages = ordered(&[
            ("student", "", &[("e", Some("ensemble"))]),
            ("ensemble", "e", &[("a", Some("bert")), ("b", Some("gru")), ("c", None)]),
            ("bert", "a", &[("w", Some("words"))]),
            ("gru", "b", &[("w", Some("words"))]),
            ("words", "w", &[]),
        ])
        .unwrap();
        let names: Vec<_> = stages.iter().map(|s| s.id.experiment.clone().unwrap()).collect();
        assert_eq!(names, ["words", "bert", "gru", "ensemble", "student"]);
        let makers: Vec<_> = stages[3].inputs.iter().map(|input| input.maker).collect();
        assert_eq!(makers, [Some(1), Some(2), None]);
    }

    #[test]
    fn an_ensemble_that_lists_itself_is_a_cycle() {
        let error = ordered(&[
            ("student", "", &[("e", Some("ensemble"))]),
            ("ensemble", "e", &[("b", Some("bert")), ("e", Some("ensemble"))]),
            ("bert", "b", &[]),
        ])
        .unwrap_err()
        .to_string();
        let expected = "ensemble/teacher_ensemble <- ensemble/teacher_ensemble";
        assert!(error.ends_with(expected) && !error.contains("student"), "{error}");
    }

    #[test]
    fn a_maker_writes_where_its_reader_looks() {
        let error = ordered(&[("student", "", &[("e", Some("bert"))]), ("bert", "b", &[])]);
        let error = error.unwrap_err().to_string();
        assert!(error.contains("`e` is made by stage bert/") && error.contains("`b`"), "{error}");
        let error = ordered(&[("student", "", &[("e", Some("bert"))]), ("bert", "", &[])]);
        assert!(error.unwrap_err().to_string().contains("no such file"));
    }

    #[test]
    fn two_stages_do_not_write_one_file() {
        let error = ordered(&[
            ("student", "", &[("b", Some("bert")), ("b", Some("gru"))]),
            ("bert", "b", &[]),
            ("gru", "b", &[]),
        ]);
        let error = error.unwrap_err().to_string();
        assert!(error.contains("bert/") && error.contains("gru/"), "{error}");
    }
}

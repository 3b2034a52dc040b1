//! The jobs of a composed config's sweep: its sweeper's settings and its task's overrides.

use std::borrow::Cow;
use std::collections::HashSet;

use super::error::SweepError;
use super::expand::Grid;
use super::rules::Rules;
use super::settings::{self, Settings};
use super::space::SearchSpace;
use crate::config::sweeping;
use crate::config::{Composed, Composer, Node, OverrideArg, Value};

/// What the sweeper of a composed config sweeps over: `hydra.sweeper.params`, then the task's
/// overrides.
///
/// # Errors
/// An interpolation among the parameters that has no value.
pub fn arguments(composed: &Composed) -> Result<Vec<OverrideArg>, SweepError> {
    let params = sweeping::resolved(composed, "hydra.sweeper.params")?;
    let params = params.as_ref().and_then(Node::as_map);
    let argument = |(key, node): (&crate::config::Key, &Node)| OverrideArg {
        text: format!("{key}={}", sweeping::str_of(node)),
        origin: node.origin.clone(),
    };
    let mut arguments: Vec<OverrideArg> = params.into_iter().flatten().map(argument).collect();
    arguments.extend(composed.task_overrides());
    Ok(arguments)
}

/// How many jobs are launched at a time, `hydra.sweeper.max_batch_size`; `None` for all.
///
/// # Errors
/// When it is not positive.
pub fn batch_size(composed: &Composed) -> Result<Option<usize>, SweepError> {
    let key = "hydra.sweeper.max_batch_size";
    let Some(node) = sweeping::resolved(composed, key)? else { return Ok(None) };
    match node.value {
        Value::Null => Ok(None),
        Value::Int(size) if size > 0 => Ok(Some(usize::try_from(size).unwrap_or(usize::MAX))),
        _ => Err(setting(key, "expected a positive whole number", &node)),
    }
}

fn setting(key: &str, problem: &str, node: &Node) -> SweepError {
    let (key, problem) = (key.to_owned(), problem.to_owned());
    SweepError::Setting { key, problem, origin: node.origin.clone() }
}

/// What to compose for a job, and of that the overrides of its task.
type Job = (Vec<OverrideArg>, Vec<OverrideArg>);

/// The jobs of a composed config's sweep, each with the overrides of `hydra` before its own: what
/// to compose for that job. `.1` is what `--dry-run` prints: the task's overrides only.
/// `composer` composes the jobs whose conditions need it.
///
/// # Errors
/// As [`expand`](super::expand), and what is wrong with the sweeper's settings or the conditions; a
/// sweeper that draws its points has no such list, see [`Sampler`](super::Sampler).
pub fn jobs(composed: &Composed, composer: &Composer) -> Result<Vec<Job>, SweepError> {
    let settings = settings::of(composed)?;
    let space = space(composed)?;
    let grid = Grid::new(&space)?;
    let rules = Rules::new(composed, composer, &space)?;
    batch_size(composed)?;
    let mut jobs = Vec::new();
    let mut known = HashSet::new();
    for number in 0..grid.count {
        let choices = grid.choices(number).map(Cow::Borrowed).collect();
        let Some(point) = rules.settle(number, &space, choices)? else { continue };
        if settings == Settings::Basic || known.insert(point.text()) {
            let task = point.overrides();
            jobs.push((rules.hydra().iter().chain(&task).cloned().collect(), task));
        }
    }
    Ok(jobs)
}

/// What is swept over.
pub(super) fn space(composed: &Composed) -> Result<SearchSpace, SweepError> {
    let options = |group: &str| composed.group_options(group);
    SearchSpace::new(&arguments(composed)?, &options)
}

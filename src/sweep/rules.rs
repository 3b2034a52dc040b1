//! Which points of a space are jobs, and which dimensions a job has.
//!
//! | key of `hydra.sweeper` | a job |
//! |---|---|
//! | `when: {key: condition}` | has the dimension `key` only where the condition holds for the rest of it |
//! | `exclude` | is left out where any of the conditions holds |
//! | `only` | is left out where any of the conditions does not hold |
//!
//! `when` is decided first, a dimension before those whose conditions ask for it. A dimension that a
//! job has not is no override of it: its key keeps the value of the config.

use std::borrow::Cow;

use super::condition::Condition;
use super::error::SweepError;
use super::point::{Point, PointValues};
use super::space::{Choice, SearchSpace};
use crate::config::sweeping;
use crate::config::{Composed, Composer, ConfigError, ErrorKind, Node, OverrideArg, Value};

const EXCLUDE: &str = "hydra.sweeper.exclude";
const ONLY: &str = "hydra.sweeper.only";
const WHEN: &str = "hydra.sweeper.when";

/// The conditions of a sweep and what they are asked about.
pub(super) struct Rules<'c> {
    composer: &'c Composer,
    hydra: Vec<OverrideArg>,
    exclude: Vec<Condition>,
    only: Vec<Condition>,
    /// Dimensions by place, in the order in which they are decided.
    when: Vec<(usize, Condition)>,
}

impl<'c> Rules<'c> {
    /// Reads the conditions of a composed config; `composer` composes the jobs that need it.
    ///
    /// # Errors
    /// A condition that does not parse, `when` of a dimension that is not there, or in a circle.
    pub(super) fn new(
        composed: &Composed,
        composer: &'c Composer,
        space: &SearchSpace,
    ) -> Result<Self, SweepError> {
        Ok(Self {
            composer,
            hydra: composed.hydra_overrides(),
            exclude: conditions(composed, EXCLUDE)?,
            only: conditions(composed, ONLY)?,
            when: in_order(when(composed, space)?, space)?,
        })
    }

    /// Whether jobs may lack a dimension.
    pub(super) fn is_conditional(&self, dimension: usize) -> bool {
        self.when.iter().any(|(conditional, _)| *conditional == dimension)
    }

    /// The overrides of `hydra`, which every job has.
    pub(super) fn hydra(&self) -> &[OverrideArg] {
        &self.hydra
    }

    /// The point that a job with these values, one for each dimension, is; `None` for no job.
    ///
    /// # Errors
    /// A condition that has no answer.
    pub(super) fn settle<'s>(
        &self,
        number: usize,
        space: &'s SearchSpace,
        choices: Vec<Cow<'s, Choice>>,
    ) -> Result<Option<Point<'s>>, SweepError> {
        let mut has: Vec<bool> = (0..choices.len()).map(|at| !self.is_conditional(at)).collect();
        let point = |has: &[bool]| Point {
            values: space
                .dimensions()
                .iter()
                .zip(&choices)
                .zip(has)
                .filter(|(_, has)| **has)
                .map(|((dimension, choice), _)| (dimension, choice.clone()))
                .collect(),
        };
        for (dimension, condition) in &self.when {
            let point = point(&has);
            has[*dimension] = holds(condition, &mut self.values(number, &point))?;
        }
        let point = point(&has);
        let is_job = self.admits(&mut self.values(number, &point))?;
        Ok(is_job.then_some(point))
    }

    fn values<'p>(&'p self, number: usize, point: &'p Point<'p>) -> PointValues<'p> {
        PointValues::new(self.composer, &self.hydra, number, point)
    }

    /// What is decided is not asked any further.
    fn admits(&self, values: &mut PointValues<'_>) -> Result<bool, SweepError> {
        for (conditions, refused) in [(&self.exclude, true), (&self.only, false)] {
            for condition in conditions {
                if holds(condition, values)? == refused {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }
}

fn holds(condition: &Condition, values: &mut PointValues<'_>) -> Result<bool, SweepError> {
    let holds = condition.holds(&mut |key| values.value(key));
    holds.map_err(|problem| SweepError::Condition {
        text: condition.text().to_owned(),
        job: values.point.text(),
        problem,
        origin: condition.origin().clone(),
    })
}

/// The conditions of a key, a text or a list of texts.
fn conditions(composed: &Composed, key: &str) -> Result<Vec<Condition>, SweepError> {
    let Some(node) = sweeping::resolved(composed, key)? else { return Ok(Vec::new()) };
    let texts: Vec<&Node> = match &node.value {
        Value::Null => Vec::new(),
        Value::Str(_) => vec![&node],
        Value::List(items) => items.iter().collect(),
        _ => return Err(setting(key, "expected a condition or a list of conditions", &node)),
    };
    texts.into_iter().map(|node| condition(key, node)).collect()
}

fn condition(key: &str, node: &Node) -> Result<Condition, SweepError> {
    match node.as_str() {
        Some(text) => Condition::parse(text, &node.origin),
        None => Err(setting(key, "a condition is a text", node)),
    }
}

/// The conditions of dimensions, by the place of the dimension.
fn when(composed: &Composed, space: &SearchSpace) -> Result<Vec<(usize, Condition)>, SweepError> {
    let Some(node) = sweeping::resolved(composed, WHEN)? else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for (key, node) in node.as_map().into_iter().flatten() {
        let key = key.to_string();
        let named = |(_, one): &(usize, &super::Dimension)| one.target() == key || one.key() == key;
        let before = found.len();
        for (place, _) in space.dimensions().iter().enumerate().filter(named) {
            found.push((place, condition(WHEN, node)?));
        }
        if found.len() == before {
            let swept = space.dimensions().iter().filter(|one| one.varies());
            let known = swept.map(|one| one.target().to_owned()).collect();
            let problem = format!("`{key}` is not among what is swept over");
            let kind = ErrorKind::WrongValue { key: WHEN.to_owned(), problem };
            return Err(ConfigError::new(kind).at(&node.origin).expecting(&key, known).into());
        }
    }
    Ok(found)
}

/// Every dimension after those that its condition asks for.
fn in_order(
    mut waiting: Vec<(usize, Condition)>,
    space: &SearchSpace,
) -> Result<Vec<(usize, Condition)>, SweepError> {
    let mut decided = Vec::new();
    while !waiting.is_empty() {
        let targets: Vec<&str> =
            waiting.iter().map(|(place, _)| space.dimensions()[*place].target()).collect();
        let next = waiting
            .iter()
            .position(|(_, condition)| !condition.keys().iter().any(|key| targets.contains(key)));
        let Some(next) = next else {
            let (_, first) = &waiting[0];
            let keys = targets.join("`, `");
            let problem = format!("the conditions of `{keys}` ask for each other in a circle");
            let (key, origin) = (WHEN.to_owned(), first.origin().clone());
            return Err(SweepError::Setting { key, problem, origin });
        };
        decided.push(waiting.remove(next));
    }
    Ok(decided)
}

fn setting(key: &str, problem: &str, node: &Node) -> SweepError {
    let (key, problem) = (key.to_owned(), problem.to_owned());
    SweepError::Setting { key, problem, origin: node.origin.clone() }
}

#[cfg(test)]
mod tests;

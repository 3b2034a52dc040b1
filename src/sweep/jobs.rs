//! The jobs of a composed config's sweep: its sweeper's settings and its task's overrides.

use super::condition::Condition;
use super::error::SweepError;
use super::expand::Grid;
use super::space::SearchSpace;
use crate::config::sweeping::{self, Literal};
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

/// The conditions of `hydra.sweeper.exclude`, a text or a list of texts.
fn conditions(composed: &Composed) -> Result<Vec<Condition>, SweepError> {
    let key = "hydra.sweeper.exclude";
    let Some(node) = sweeping::resolved(composed, key)? else { return Ok(Vec::new()) };
    let texts: Vec<&Node> = match &node.value {
        Value::Null => Vec::new(),
        Value::Str(_) => vec![&node],
        Value::List(items) => items.iter().collect(),
        _ => return Err(setting(key, "expected a condition or a list of conditions", &node)),
    };
    let parse = |node: &Node| match node.as_str() {
        Some(text) => Condition::parse(text, &node.origin),
        None => Err(setting(key, "a condition is a text", node)),
    };
    texts.into_iter().map(parse).collect()
}

/// The jobs of a composed config's sweep, each with the overrides of `hydra` before its own: what
/// to compose for that job. `.1` is what `--dry-run` prints: the task's overrides only.
/// `composer` composes the jobs whose conditions need it.
///
/// # Errors
/// As [`expand`](super::expand), and what is wrong with the sweeper's settings or the conditions.
#[allow(clippy::type_complexity)] // a pair per job, documented above
pub fn jobs(
    composed: &Composed,
    composer: &Composer,
) -> Result<Vec<(Vec<OverrideArg>, Vec<OverrideArg>)>, SweepError> {
    let hydra = composed.hydra_overrides();
    let options = |group: &str| composed.group_options(group);
    let space = SearchSpace::new(&arguments(composed)?, &options)?;
    let grid = Grid::new(&space)?;
    let conditions = conditions(composed)?;
    batch_size(composed)?;
    let mut jobs = Vec::new();
    for number in 0..grid.count {
        let task = grid.overrides(number);
        let all: Vec<OverrideArg> = hydra.iter().chain(&task).cloned().collect();
        let mut job = JobValues { composer, grid: &grid, number, all: &all, own: None };
        if !excluded(&conditions, &mut job, &task)? {
            jobs.push((all, task));
        }
    }
    Ok(jobs)
}

fn excluded(
    conditions: &[Condition],
    job: &mut JobValues<'_>,
    task: &[OverrideArg],
) -> Result<bool, SweepError> {
    for condition in conditions {
        let holds = condition.holds(&mut |key| job.value(key)).map_err(|problem| {
            let texts: Vec<&str> = task.iter().map(|arg| arg.text.as_str()).collect();
            SweepError::Condition {
                text: condition.text().to_owned(),
                job: texts.join(" "),
                problem,
                origin: condition.origin().clone(),
            }
        })?;
        if holds {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Looks up keys for the conditions of one job.
///
/// | key | value |
/// |---|---|
/// | one that the job overrides with a plain value | that value |
/// | a config group | the name of the option |
/// | any other | that of the job's composed config, interpolations resolved |
struct JobValues<'a> {
    composer: &'a Composer,
    grid: &'a Grid<'a>,
    number: usize,
    all: &'a [OverrideArg],
    own: Option<Composed>,
}

impl JobValues<'_> {
    fn value(&mut self, key: &str) -> Result<Value, String> {
        let overridden = self.grid.values(self.number).filter(|(one, _)| one.target() == key);
        if let Some((dimension, choice)) = overridden.last()
            && !dimension.key().starts_with('~')
            && let Some(value) = plain(choice.literal())
        {
            return Ok(value);
        }
        let own = match self.own.take() {
            Some(own) => own,
            None => {
                let own = self.composer.job(self.number, self.all.to_vec());
                own.map_err(|errors| format!("failed to {errors}"))?
            }
        };
        let own = self.own.insert(own);
        if let Some(option) = own.choices().get(key) {
            return Ok(option.clone().map_or(Value::Null, Value::Str));
        }
        match sweeping::resolved(own, key) {
            Ok(Some(node)) if !node.is_missing() => Ok(node.value),
            Ok(_) => Err(format!("`{key}` has no value; a text is written in quotes")),
            Err(errors) => Err(format!("failed to {errors}")),
        }
    }
}

/// The value of a scalar that needs no composition.
fn plain(literal: &Literal) -> Option<Value> {
    match literal {
        Literal::Null => Some(Value::Null),
        Literal::Bool(b) => Some(Value::Bool(*b)),
        Literal::Int(i) => Some(Value::Int(*i)),
        Literal::Float(x) => Some(Value::Float(*x)),
        Literal::Str(text) | Literal::Quoted { text, .. } => {
            (!text.contains("${") && text != "???").then(|| Value::Str(text.clone()))
        }
        Literal::List(_) | Literal::Dict(_) | Literal::Edit(_) => None,
    }
}

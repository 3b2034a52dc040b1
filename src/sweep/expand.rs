//! The cartesian product over all sweeps, in Hydra's order: the last override varies fastest.

use indexmap::IndexMap;

use super::error::SweepError;
use super::values::values;
use crate::config::sweeping::{self, Override};
use crate::config::{Composed, Node, OverrideArg, Value};

/// How many jobs a sweep may have.
const LIMIT: usize = 1_000_000;

/// The overrides of each job. An override given twice counts once, with its last value at its
/// first place; an empty sweep makes zero jobs. `options` lists the options of a config group.
///
/// # Errors
/// An override that does not parse, a sweep without discrete values, too many jobs.
pub fn expand(
    overrides: &[OverrideArg],
    options: &dyn Fn(&str) -> Vec<String>,
) -> Result<Vec<Vec<OverrideArg>>, SweepError> {
    let mut axes: IndexMap<String, Vec<OverrideArg>> = IndexMap::new();
    for one in sweeping::parse(overrides)? {
        let axis = axis(&one, options)?;
        axes.insert(one.key_element(), axis);
    }
    let count = axes.values().try_fold(1usize, |product, axis| {
        product.checked_mul(axis.len()).filter(|count| *count <= LIMIT)
    });
    let count = count.ok_or(SweepError::TooMany { limit: LIMIT })?;
    let mut jobs = Vec::with_capacity(count);
    for job in 0..count {
        let mut rest = job;
        let mut overrides: Vec<OverrideArg> = axes
            .values()
            .rev()
            .map(|axis| {
                let chosen = axis[rest % axis.len()].clone();
                rest /= axis.len();
                chosen
            })
            .collect();
        overrides.reverse();
        jobs.push(overrides);
    }
    Ok(jobs)
}

/// The alternatives of one override.
fn axis(
    one: &Override,
    options: &dyn Fn(&str) -> Vec<String>,
) -> Result<Vec<OverrideArg>, SweepError> {
    let key = one.key_element();
    let arg =
        |value: String| OverrideArg { text: format!("{key}={value}"), origin: one.origin.clone() };
    match (one.sweep(), one.literal()) {
        (Some(sweep), _) => Ok(values(one, sweep, options)?.into_iter().map(arg).collect()),
        (None, Some(literal)) => Ok(vec![arg(sweeping::element(literal))]),
        (None, None) => Ok(vec![arg("null".to_owned())]),
    }
}

/// What the sweeper of a composed config sweeps over: `hydra.sweeper.params`, then the task's
/// overrides.
pub fn arguments(composed: &Composed) -> Vec<OverrideArg> {
    let params = composed.hydra().get("sweeper.params").and_then(Node::as_map);
    let mut arguments: Vec<OverrideArg> = params
        .into_iter()
        .flatten()
        .map(|(key, node)| OverrideArg {
            text: format!("{key}={}", plain(node)),
            origin: node.origin.clone(),
        })
        .collect();
    arguments.extend(composed.task_overrides());
    arguments
}

fn plain(node: &Node) -> String {
    match &node.value {
        Value::Str(text) => text.clone(),
        _ => sweeping::str_of(node),
    }
}

/// The jobs of a composed config's sweep, each with the overrides of `hydra` before its own: what
/// to compose for that job. `.1` is what `--dry-run` prints: the task's overrides only.
///
/// # Errors
/// As [`expand`].
#[allow(clippy::type_complexity)] // a pair per job, documented above
pub fn jobs(composed: &Composed) -> Result<Vec<(Vec<OverrideArg>, Vec<OverrideArg>)>, SweepError> {
    let options = |group: &str| composed.group_options(group);
    let hydra = composed.hydra_overrides();
    let jobs = expand(&arguments(composed), &options)?;
    Ok(jobs
        .into_iter()
        .map(|task| (hydra.iter().cloned().chain(task.iter().cloned()).collect(), task))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(overrides: &[&str]) -> Vec<Vec<String>> {
        let overrides: Vec<OverrideArg> = overrides
            .iter()
            .enumerate()
            .map(|(index, text)| OverrideArg::argument(index + 1, text))
            .collect();
        let options = |_: &str| ["adam", "adamw", "sgd"].map(str::to_owned).to_vec();
        let jobs = expand(&overrides, &options).unwrap();
        jobs.into_iter().map(|job| job.into_iter().map(|arg| arg.text).collect()).collect()
    }

    #[test]
    fn products() {
        assert_eq!(
            texts(&["a=1,2", "b=x,y"]),
            [["a=1", "b=x"], ["a=1", "b=y"], ["a=2", "b=x"], ["a=2", "b=y"]]
        );
        assert_eq!(texts(&["a=1,2", "a=3"]), [["a=3"]]);
        assert_eq!(texts(&["a=range(0)"]), Vec::<Vec<String>>::new());
        assert_eq!(texts(&[]), [Vec::<String>::new()]);
        assert_eq!(texts(&["opt=glob(ada*)"]), [["opt=adam"], ["opt=adamw"]]);
    }

    #[test]
    fn spelling() {
        assert_eq!(
            texts(&["a=${b}", "c=x y", "+d=true", "e=1e-7", "f=str(10)", "g='q'", "~h", "i="]),
            [["a=$\\{b\\}", "c=x\\ y", "+d=True", "e=1e-07", "f=10", "g='q'", "~h=null", "i="]]
        );
    }

    #[test]
    fn refused() {
        for text in ["a=interval(0,1)", "a=range(0,1,0)", "a=range(0,1e30)", "a=[1"] {
            let one = [OverrideArg::argument(1, text)];
            assert!(expand(&one, &|_| Vec::new()).is_err(), "{text}");
        }
    }
}

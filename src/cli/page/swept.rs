//! Which keys a sweep varies, from the overrides of its jobs.
//!
//! An override is taken as it was spelt: `opt/optimizer=adam` varies a choice, which says more than the
//! ten keys that follow from it.

use indexmap::IndexMap;
use serde_json::Value;

use crate::analysis::REPEATS;

/// The overrides of one job by key; `None` where they are not drawn yet.
pub(super) type Given = Option<Vec<String>>;

/// What the overrides of the jobs say.
#[derive(Debug, PartialEq)]
pub(super) struct Swept {
    /// Keys that are not the same in all jobs, repetitions apart.
    pub(super) keys: Vec<String>,
    /// One list a job, of their values.
    pub(super) values: Vec<Vec<Option<Value>>>,
    /// Overrides that all jobs have.
    pub(super) shared: Vec<String>,
}

impl Swept {
    pub(super) fn of(jobs: &[Given]) -> Self {
        let read: Vec<Option<IndexMap<String, String>>> = jobs
            .iter()
            .map(|job| job.as_ref().map(|all| all.iter().map(|one| read(one)).collect()))
            .collect();
        let known: Vec<&IndexMap<String, String>> = read.iter().flatten().collect();
        let mut all: Vec<&String> = Vec::new();
        for key in known.iter().flat_map(|job| job.keys()) {
            if !all.contains(&key) {
                all.push(key);
            }
        }
        let varies = |key: &&String| {
            let first = known.first().map(|job| job.get(*key));
            known.iter().any(|job| Some(job.get(*key)) != first)
        };
        let keys: Vec<String> = all
            .into_iter()
            .filter(varies)
            .filter(|key| !REPEATS.contains(&key.as_str()))
            .cloned()
            .collect();
        let of_job = |job: &Option<IndexMap<String, String>>| {
            let value = |key: &String| Some(value(job.as_ref()?.get(key)?));
            keys.iter().map(value).collect()
        };
        let values = read.iter().map(of_job).collect();
        Self { values, shared: shared(jobs), keys }
    }
}

/// Key and value of an override, without the marks that say what is done with it.
fn read(text: &str) -> (String, String) {
    let name = text.trim_start_matches(['+', '~']);
    match name.split_once('=') {
        Some((key, value)) => (key.to_owned(), value.to_owned()),
        None => (name.to_owned(), "(removed)".to_owned()),
    }
}

/// A value as a number where it is one, else as a text without quotes.
fn value(text: &str) -> Value {
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
    if let Some(number) = number.and_then(serde_json::Number::from_f64) {
        return number.into();
    }
    let inner =
        ['\'', '"'].iter().find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote));
    inner.unwrap_or(text).into()
}

fn shared(jobs: &[Given]) -> Vec<String> {
    let mut known = jobs.iter().flatten();
    let mut shared = known.next().cloned().unwrap_or_default();
    for job in known {
        shared.retain(|one| job.contains(one));
    }
    shared
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn given(text: &str) -> Given {
        Some(text.split(' ').map(str::to_owned).collect())
    }

    #[test]
    fn what_differs_is_swept() {
        let jobs = [
            given("+experiment=e distill=1 run_id=0 opt/optimizer=sgd"),
            given("+experiment=e distill=1 run_id=1 opt/optimizer=sgd"),
            given("+experiment=e distill=2e1 run_id=0 opt/optimizer='adamW'"),
            None,
        ];
        let found = Swept::of(&jobs);
        assert_eq!(found.keys, ["distill", "opt/optimizer"]);
        assert_eq!(found.shared, ["+experiment=e"]);
        assert_eq!(found.values[0], [Some(json!(1.0)), Some(json!("sgd"))]);
        assert_eq!(found.values[2], [Some(json!(20.0)), Some(json!("adamW"))]);
        assert_eq!(found.values[3], [None, None]);
    }

    #[test]
    fn a_key_that_some_jobs_lack_is_swept() {
        let jobs = [given("a=1"), given("a=1 ~b"), given("a=1 b=[1,2]")];
        let found = Swept::of(&jobs);
        assert_eq!(found.keys, ["b"]);
        let values: Vec<_> = found.values.iter().map(|job| job[0].clone()).collect();
        assert_eq!(values, [None, Some(json!("(removed)")), Some(json!("[1,2]"))]);
    }
}

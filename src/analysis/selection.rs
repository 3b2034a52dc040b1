//! Which runs a table is about.
//!
//! | word | selects |
//! |---|---|
//! | `distill>=1` | by a [`Condition`] |
//! | `E`, `E*` | runs of that experiment, of those whose names start so |
//! | `E/0003`, `E/3`, `E/latest` | that run, or the jobs of that sweep |
//! | `E/0003/1` | that job |
//! | a directory | that run, or those in it |
//!
//! Names add up, conditions must all hold.

use std::path::Path;

use super::{AnalysisError, Condition, ConfigReader, Record};
use crate::files;
use crate::runs::{Elsewhere, RunEntry, RunError, RunState};
use crate::runs::{list_runs_with, numbered, read_run_with, through_latest};

/// Runs by name and by condition; neither means all runs.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    names: Vec<String>,
    conditions: Vec<Condition>,
    experiment: Option<String>,
    state: Option<String>,
    tag: Option<String>,
}

impl Selection {
    /// Reads the words of a selection.
    ///
    /// # Errors
    /// A condition that is none.
    pub fn new(words: &[String]) -> Result<Self, AnalysisError> {
        let (conditions, names): (Vec<&String>, Vec<&String>) =
            words.iter().partition(|word| Condition::is_meant(word));
        let conditions: Result<_, _> =
            conditions.into_iter().map(|text| Condition::parse(text)).collect();
        let names = names.into_iter().cloned().collect();
        Ok(Self { names, conditions: conditions?, ..Self::default() })
    }

    /// Narrows it to an experiment (a trailing `*` stands for any ending), a state, a tag.
    ///
    /// # Errors
    /// A state no run can be in.
    pub fn narrowed(
        mut self,
        experiment: Option<&str>,
        state: Option<&str>,
        tag: Option<&str>,
    ) -> Result<Self, AnalysisError> {
        if let Some(state) = state
            && !RunState::WORDS.contains(&state)
        {
            return Err(AnalysisError::State {
                state: state.to_owned(),
                expected: RunState::WORDS.map(str::to_owned).to_vec(),
            });
        }
        self.experiment = experiment.map(str::to_owned);
        self.state = state.map(str::to_owned);
        self.tag = tag.map(str::to_owned);
        Ok(self)
    }

    /// Whether it asks for something about the state of a run.
    pub fn has_conditions(&self) -> bool {
        !self.conditions.is_empty() || self.state.is_some() || self.tag.is_some()
    }

    /// The runs below `outputs` that its names and states mean, before anything else of them is read.
    ///
    /// # Errors
    /// A name that no run has.
    pub fn runs(
        &self,
        outputs: &Path,
        word: Elsewhere<'_>,
    ) -> Result<Vec<RunEntry>, AnalysisError> {
        let all = list_runs_with(outputs, word)?;
        let mut runs = match self.names.is_empty() {
            true => all,
            false => self.named(outputs, all, word)?,
        };
        let experiment = self.experiment.as_deref();
        runs.retain(|run| {
            experiment.is_none_or(|wanted| is_called(&run.experiment, wanted))
                && self.state.as_deref().is_none_or(|wanted| run.state.as_str() == wanted)
        });
        Ok(runs)
    }

    /// Those of some runs for which its conditions hold.
    ///
    /// # Errors
    /// A condition on what none of them has.
    pub fn filter(
        &self,
        mut records: Vec<Record>,
        reader: &dyn ConfigReader,
    ) -> Result<Vec<Record>, AnalysisError> {
        if let Some(tag) = &self.tag {
            records.retain(|record| record.tags.tags.contains(tag));
        }
        self.conditions.iter().try_fold(records, |records, one| one.filter(records, reader))
    }

    fn named(
        &self,
        outputs: &Path,
        all: Vec<RunEntry>,
        word: Elsewhere<'_>,
    ) -> Result<Vec<RunEntry>, AnalysisError> {
        let mut picked = vec![false; all.len()];
        let mut outside = Vec::new();
        for name in &self.names {
            let found = pick(outputs, &all, name)?;
            found.iter().for_each(|at| picked[*at] = true);
            if found.is_empty() {
                let runs = outside_runs(Path::new(name), word)?;
                if runs.is_empty() {
                    return Err(unknown(outputs, &all, name).into());
                }
                outside.extend(runs);
            }
        }
        let picked = all.into_iter().zip(picked).filter(|(_, picked)| *picked).map(|(run, _)| run);
        Ok(picked.chain(outside).collect())
    }
}

/// The places of the runs that a name means.
fn pick(outputs: &Path, all: &[RunEntry], name: &str) -> Result<Vec<usize>, RunError> {
    let name = numbered(&through_latest(outputs, name)?);
    let sweep = format!("{name}/");
    let path = Path::new(&name);
    let real = files::is_dir(path).then(|| files::canonical(path)).transpose()?;
    let is_meant = |run: &RunEntry| {
        let id = run.id();
        let of_experiment = id
            .split_once('/')
            .is_some_and(|(experiment, _)| !name.contains('/') && is_called(experiment, &name));
        let lies_there = || {
            let real = real.as_ref()?;
            Some(files::canonical(&run.path).ok()?.starts_with(real))
        };
        id == name
            || (name.contains('/') && id.starts_with(&sweep))
            || of_experiment
            || run.path.file_name().is_some_and(|file| *file == *name)
            || lies_there().unwrap_or(false)
    };
    Ok((0..all.len()).filter(|at| is_meant(&all[*at])).collect())
}

/// The run that a directory is, or those in it; none where it is neither.
fn outside_runs(path: &Path, word: Elsewhere<'_>) -> Result<Vec<RunEntry>, RunError> {
    if !files::is_dir(path) {
        return Ok(Vec::new());
    }
    let path = files::canonical(path)?;
    let run = read_run_with(&path, word);
    match run.manifest.is_some() || run.state.as_str() == "broken" {
        true => Ok(vec![run]),
        false => list_runs_with(&path, word),
    }
}

fn unknown(outputs: &Path, all: &[RunEntry], name: &str) -> RunError {
    let mut known: Vec<String> = all.iter().map(|run| run.experiment.clone()).collect();
    known.dedup();
    known.extend(all.iter().map(RunEntry::id));
    RunError::NoRun { name: name.to_owned(), outputs: outputs.to_owned(), runs: all.len(), known }
}

fn is_called(experiment: &str, wanted: &str) -> bool {
    match wanted.strip_suffix('*') {
        Some(start) => experiment.starts_with(start),
        None => experiment == wanted,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::load;
    use super::super::record::tests::{Fake, finished};
    use super::*;
    use crate::runs::{Liveness, RunDir, SweepDir};

    fn found(outputs: &Path, words: &[&str]) -> Result<Vec<String>, String> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let selection = Selection::new(&words).map_err(|e| e.to_string())?;
        let runs = selection.runs(outputs, &|_| Liveness::Unknown).map_err(|e| e.to_string())?;
        let records = selection.filter(load(runs, &Fake), &Fake).map_err(|e| e.to_string())?;
        Ok(records.iter().map(|record| record.run.id()).collect())
    }

    #[test]
    fn names_add_up_and_conditions_narrow() {
        let dir = tempfile::tempdir().unwrap();
        let outputs = dir.path();
        finished(outputs, "ek55_bert", json!({"distill": 1}), json!({"loss": 1.0}));
        finished(outputs, "ek55_bert", json!({"distill": 20}), json!({"loss": 0.5}));
        finished(outputs, "egtea", json!({"distill": 3}), json!({}));
        let sweep = SweepDir::create(outputs, "egtea").unwrap();
        drop(RunDir::at(&sweep.job(0)).unwrap());
        let ids = |words: &[&str]| found(outputs, words).unwrap_or_else(|e| vec![e]).join(" ");
        assert_eq!(ids(&["ek55_bert"]), "ek55_bert/0001 ek55_bert/0002");
        assert_eq!(ids(&["ek55_*", "distill>1"]), "ek55_bert/0002");
        assert_eq!(ids(&["egtea/1", "ek55_bert/latest"]), "egtea/0001 ek55_bert/0002");
        assert_eq!(ids(&["egtea/2"]), "egtea/0002/0");
        assert_eq!(ids(&["egtea/latest"]), "egtea/0002/0");
        assert_eq!(ids(&["best.loss<1"]), "ek55_bert/0002");
        assert_eq!(ids(&["distill>=1", "distill<20"]), "egtea/0001 ek55_bert/0001");
        assert_eq!(ids(&["status==incomplete"]), "egtea/0002/0");
        let place = outputs.join("ek55_bert/0001");
        assert_eq!(ids(&[place.to_str().unwrap()]), "ek55_bert/0001");
        assert_eq!(found(Path::new("/none"), &[place.to_str().unwrap()]).unwrap().len(), 1);
        assert_eq!(found(Path::new("/none"), &[outputs.to_str().unwrap()]).unwrap().len(), 4);
        assert!(ids(&["ek55"]).contains("no run of that name"));
        assert!(ids(&["distill=1"]).contains("no run of that name"));
        assert!(ids(&["typo>1"]).contains("failed to find `typo`"));
    }

    #[test]
    fn narrowed_by_flags() {
        let dir = tempfile::tempdir().unwrap();
        finished(dir.path(), "ek55_bert", json!({}), json!({}));
        RunDir::create(dir.path(), "ek55_bert").unwrap();
        let count = |experiment, state, tag| {
            let selection = Selection::default().narrowed(experiment, state, tag).unwrap();
            let runs = selection.runs(dir.path(), &|_| Liveness::Unknown).unwrap();
            selection.filter(load(runs, &Fake), &Fake).unwrap().len()
        };
        assert_eq!(count(Some("ek55_*"), None, None), 2);
        assert_eq!(count(None, Some("completed"), None), 1);
        assert_eq!(count(Some("none"), None, None), 0);
        assert_eq!(count(None, None, Some("good")), 0);
        let error = Selection::default().narrowed(None, Some("done"), None).unwrap_err();
        assert!(error.to_string().contains("`completed`"), "{error}");
    }
}

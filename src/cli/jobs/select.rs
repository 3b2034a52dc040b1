//! Which jobs are meant.
//!
//! | text | means |
//! |---|---|
//! | `EXPERIMENT/NNNN`, a sweep's directory | all jobs of the sweep |
//! | `EXPERIMENT/latest` | those of the newest |
//! | `EXPERIMENT/NNNN/N`, a job's directory | one job |
//! | `123_4` | the task of that array |
//! | `123` | the jobs that this Slurm job runs |
//!
//! A path is looked up where the command is given first, then below the outputs. Decides nothing about
//! the jobs it finds.

use std::path::{Path, PathBuf};

use crate::files;
use crate::launch::{FoundSweep, JobRecord, Ledger, sweeps};
use crate::runs::numbered;

use crate::cli::failure::{Failure, nearest};

/// Jobs of one sweep.
#[derive(Debug)]
pub(in crate::cli) struct Selection {
    /// The sweep.
    pub ledger: Ledger,
    /// What the sweep is called.
    pub name: String,
    /// Which of its jobs.
    pub numbers: Vec<usize>,
    /// Whether one job was named, rather than all those of something.
    pub is_one_job: bool,
}

impl Selection {
    /// What one of the jobs is called.
    pub fn job_name(&self, number: usize) -> String {
        format!("{}/{number}", self.name)
    }

    fn whole(outputs: &Path, path: &Path, ledger: Ledger) -> Self {
        let numbers = (0..ledger.head().jobs).collect();
        Self { name: name(outputs, path), ledger, numbers, is_one_job: false }
    }

    /// One job of the sweep.
    fn only(self, number: usize) -> Self {
        Self { numbers: vec![number], is_one_job: true, ..self }
    }
}

/// Finds what a text means.
pub(in crate::cli) fn select(text: &str, outputs: &Path) -> Result<Selection, Failure> {
    if let Some(task) = slurm_task(text) {
        return by_slurm(task, text, outputs);
    }
    for path in [PathBuf::from(text), outputs.join(text), outputs.join(numbered(text))] {
        if let Some(found) = by_path(&path, outputs)? {
            return Ok(found);
        }
    }
    by_recorded_directory(text, outputs)?.map_or_else(|| Err(unknown(text, outputs)), Ok)
}

/// One job.
pub(super) fn select_job(text: &str, outputs: &Path) -> Result<(Selection, usize), Failure> {
    let found = select(text, outputs)?;
    match found.numbers[..] {
        [number] => Ok((found, number)),
        _ => {
            let count = found.numbers.len();
            let message = format!("failed to choose a job: `{}` has {count} of them", found.name);
            let first = found.numbers.first().copied().unwrap_or_default();
            let hint = format!(
                "name one as `{}`; `runner jobs list {}` lists them",
                found.job_name(first),
                found.name
            );
            Err(Failure::wrong_input(message).hint(hint))
        }
    }
}

/// What a sweep in a directory is called.
fn name(outputs: &Path, path: &Path) -> String {
    let outputs = files::canonical(outputs).unwrap_or_else(|_| outputs.to_owned());
    let path = files::canonical(path).unwrap_or_else(|_| path.to_owned());
    match path.strip_prefix(&outputs) {
        Ok(below) => below.to_string_lossy().into_owned(),
        Err(_) => crate::cli::run::shown(&path),
    }
}

/// A sweep's directory, or that of one of its jobs, which need not be there yet.
fn by_path(path: &Path, outputs: &Path) -> Result<Option<Selection>, Failure> {
    if Ledger::was_begun_in(path) {
        return Ok(Some(Selection::whole(outputs, path, Ledger::open(path)?)));
    }
    let (Some(sweep), Some(last)) = (path.parent(), path.file_name()) else { return Ok(None) };
    if !Ledger::is_in(sweep) {
        return Ok(None);
    }
    let found = Selection::whole(outputs, sweep, Ledger::open(sweep)?);
    let text = last.to_string_lossy();
    match text.parse() {
        Ok(number) if found.numbers.contains(&number) => Ok(Some(found.only(number))),
        _ => {
            let message = format!("failed to find job `{text}` of sweep `{}`", found.name);
            let hint = match found.numbers.last() {
                Some(last) => format!("its jobs are 0 to {last}"),
                None => "it has no jobs".to_owned(),
            };
            Err(Failure::wrong_input(message).hint(hint))
        }
    }
}

/// `123` or `123_4`.
fn slurm_task(text: &str) -> Option<(u64, Option<u64>)> {
    let number = |text: &str| {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| text.parse().ok()).flatten()
    };
    match text.split_once('_') {
        Some((job, task)) => Some((number(job)?, Some(number(task)?))),
        None => Some((number(text)?, None)),
    }
}

fn by_slurm(
    (job_id, task): (u64, Option<u64>),
    text: &str,
    outputs: &Path,
) -> Result<Selection, Failure> {
    let is_meant = |job: &JobRecord| {
        let slurm = job.slurm.as_ref();
        slurm.is_some_and(|slurm| slurm.job_id == job_id && (task.is_none() || slurm.task == task))
    };
    first_with(outputs, is_meant)?.ok_or_else(|| {
        let place = outputs.display();
        let message = format!("failed to find Slurm job `{text}` in the sweeps below `{place}`");
        Failure::wrong_input(message).hint("`runner jobs list` lists the sweeps that are there")
    })
}

/// A job that works, or found its result, somewhere else than in its sweep.
fn by_recorded_directory(text: &str, outputs: &Path) -> Result<Option<Selection>, Failure> {
    let Ok(path) = files::canonical(Path::new(text)) else { return Ok(None) };
    first_with(outputs, |job| job.directory == path)
}

/// The jobs of the newest sweep that has some like this.
fn first_with(
    outputs: &Path,
    is_meant: impl Fn(&JobRecord) -> bool,
) -> Result<Option<Selection>, Failure> {
    for FoundSweep { path, ledger, .. } in sweeps(outputs)? {
        let Ok(ledger) = ledger else { continue };
        let records = (0..ledger.head().jobs).filter_map(|number| ledger.job(number).ok());
        let numbers: Vec<_> = records.filter(&is_meant).map(|job| job.number).collect();
        if !numbers.is_empty() {
            let is_one_job = numbers.len() == 1;
            let whole = Selection::whole(outputs, &path, ledger);
            return Ok(Some(Selection { numbers, is_one_job, ..whole }));
        }
    }
    Ok(None)
}

/// The sweeps that a word may become, and the jobs of one that it names.
pub(in crate::cli) fn complete(word: &str, outputs: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for FoundSweep { name, ledger, .. } in sweeps(outputs).unwrap_or_default() {
        if let (true, Ok(ledger)) = (word.starts_with(&format!("{name}/")), &ledger) {
            found.extend((0..ledger.head().jobs).map(|number| format!("{name}/{number}")));
        }
        found.push(name);
    }
    found.retain(|name| name.starts_with(word));
    found
}

fn unknown(text: &str, outputs: &Path) -> Failure {
    let found = sweeps(outputs).unwrap_or_default();
    let names: Vec<String> = found.into_iter().map(|sweep| sweep.name).collect();
    let place = outputs.display();
    let failure =
        Failure::wrong_input(format!("failed to find `{text}` in the sweeps below `{place}`"));
    let meant = proposal(text, &names).or_else(|| nearest(text, &names).map(str::to_owned));
    match (meant, names.first()) {
        (Some(meant), _) => failure.hint(format!("did you mean `{meant}`?")),
        (None, Some(_)) => failure.hint("`runner jobs list` lists the sweeps that are there"),
        (None, None) => failure
            .hint("there are none yet: `runner -m` starts one; `--outputs DIR` looks elsewhere"),
    }
}

/// The nearest name with as many parts; the number of a job, which is none of them, is kept.
fn proposal(text: &str, names: &[String]) -> Option<String> {
    let parts = |text: &str| text.matches('/').count();
    let alike: Vec<String> = names.iter().filter(|n| parts(n) == parts(text)).cloned().collect();
    if let Some(name) = nearest(text, &alike) {
        return Some(name.to_owned());
    }
    let (sweep, job) = text.rsplit_once('/')?;
    job.parse::<usize>().ok()?;
    let alike: Vec<String> = names.iter().filter(|n| parts(n) == parts(sweep)).cloned().collect();
    Some(format!("{}/{job}", nearest(sweep, &alike)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_slurm_calls_a_job() {
        for (text, expected) in [
            ("123", Some((123, None))),
            ("123_4", Some((123, Some(4)))),
            ("123_", None),
            ("_4", None),
            ("", None),
            ("+1", None),
            ("a_1", None),
            ("99999999999999999999999", None),
        ] {
            assert_eq!(slurm_task(text), expected, "{text}");
        }
    }
}

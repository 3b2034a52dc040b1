//! The job file on disk, and its submission.
//!
//! Invariant: records change only once `sbatch` has accepted the jobs; where they then cannot be
//! changed, the jobs are taken back. A job file is never written over a file of another origin.

use std::env;
use std::path::{Path, PathBuf};

use super::client::Client;
use super::script::{JobFile, MARK, Place};
use super::{SlurmError, SlurmSettings, array};
use crate::files::{self, FileError};
use crate::launch::{Job, JobRecord, JobState, LaunchError, Ledger, SlurmTask};

const SUBMITTING: &str = "submit the job file";

/// What was handed to Slurm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submitted {
    /// The job file.
    pub file: PathBuf,
    /// The number that `sbatch` gave.
    pub job_id: u64,
    /// How many jobs.
    pub jobs: usize,
}

/// Writes a job file that works anywhere, and submits nothing: `hydra.launcher.submit=false`. No sweep
/// directory is made; each submission makes its own.
///
/// # Errors
/// Values that no job file can hold, a file of another origin in its place, and what the file system
/// says.
pub fn write(file: &JobFile<'_>) -> Result<PathBuf, LaunchError> {
    put(file, None, None)
}

/// Whether jobs can be submitted from this machine.
///
/// # Errors
/// That they cannot, and why.
pub fn is_here() -> Result<(), LaunchError> {
    Client::default().ask("sbatch", "find Slurm", &["--version"])?;
    Ok(())
}

/// Writes the job file of a sweep and submits the jobs that are to run.
///
/// The file holds the whole sweep, whatever part of it is submitted now, and stays the sweep's when
/// the rest is submitted later with the same settings.
///
/// # Errors
/// As [`write()`]; no Slurm here, a submission that is refused, or that is not answered in time. The
/// records are then as they were.
pub fn submit(
    settings: &SlurmSettings,
    ledger: &mut Ledger,
    jobs: &[Job],
) -> Result<Submitted, LaunchError> {
    let numbers: Vec<usize> = jobs.iter().map(|job| job.number).collect();
    let sweep = absolute(ledger.sweep())?;
    let program = env::current_exe().map_err(|source| SlurmError::OwnProgram { source })?;
    let tasks: Vec<_> = ledger.jobs()?.into_iter().map(|job| job.overrides).collect();
    let head = ledger.head().clone();
    let text = JobFile {
        settings,
        experiment: &head.experiment,
        arguments: &head.arguments,
        place: Place::Sweep { sweep: &sweep, cwd: &head.cwd, program: &program },
        tasks: &tasks,
    };
    let file = put(&text, head.job_file.as_deref(), sweep_number(&sweep))?;
    if head.job_file.as_ref() != Some(&file) {
        ledger.update_head(|head| head.job_file = Some(file.clone()))?;
    }
    Client::default().submit(&file, Some(settings.parallelism), ledger, &numbers)
}

/// Submits jobs of a sweep again, with the job file that it has.
///
/// # Errors
/// As [`submit`], and that it has none.
pub fn resubmit(ledger: &Ledger, numbers: &[usize]) -> Result<Submitted, LaunchError> {
    let nothing = |problem| SlurmError::NothingToSubmit { sweep: ledger.sweep().into(), problem };
    let file = ledger.head().job_file.clone().ok_or_else(|| nothing("it has no job file"))?;
    if !files::is_file(&file) {
        return Err(nothing("its job file is gone").into());
    }
    let parallelism = parallelism(&files::read_to_string(&file)?);
    Client::default().submit(&file, parallelism, ledger, numbers)
}

/// How many jobs of an array its file lets run at a time.
fn parallelism(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("#SBATCH --array="))?;
    line.rsplit_once('%')?.1.parse().ok()
}

impl Client {
    pub(super) fn submit(
        &self,
        file: &Path,
        parallelism: Option<u64>,
        ledger: &Ledger,
        numbers: &[usize],
    ) -> Result<Submitted, LaunchError> {
        let is_array = ledger.head().jobs > 1;
        let before: Vec<JobRecord> =
            numbers.iter().map(|number| ledger.job(*number)).collect::<Result<_, _>>()?;
        let mut arguments = vec!["--parsable".to_owned()];
        if is_array {
            arguments.push(format!("--array={}", array::array(numbers, parallelism)));
        }
        arguments.push(super::quote::path(file)?.to_owned());
        let answer = self.ask("sbatch", SUBMITTING, &arguments)?;
        let job_id = job_id(&answer)?;
        for record in &before {
            let task = is_array.then_some(record.number as u64);
            if let Err(error) = note(ledger, record, SlurmTask { job_id, task }) {
                self.cancel(&[SlurmTask { job_id, task: None }])?;
                return Err(error);
            }
        }
        Ok(Submitted { file: file.to_owned(), job_id, jobs: numbers.len() })
    }
}

/// Notes in a record that Slurm has the job. It may run by now: its worker's word stands then.
fn note(ledger: &Ledger, before: &JobRecord, task: SlurmTask) -> Result<(), LaunchError> {
    let log = ledger.log(before.number);
    ledger.update(before.number, |job| {
        job.slurm = Some(task);
        job.log = Some(log);
        if job.state == before.state && job.attempts == before.attempts {
            job.state = JobState::Submitted;
            job.error = None;
        }
    })?;
    Ok(())
}

/// `17`, or `17;cluster`.
fn job_id(answer: &str) -> Result<u64, SlurmError> {
    let number = answer.trim().split(';').next().unwrap_or_default();
    number.parse().map_err(|_| SlurmError::Answer {
        program: "sbatch",
        aim: SUBMITTING,
        answer: answer.to_owned(),
        expected: "the number of a job",
    })
}

/// Writes the text: under the name that is asked for, else in the file that the sweep has, if that
/// holds the same, else under the next free number from `number` on.
fn put(
    file: &JobFile<'_>,
    known: Option<&Path>,
    number: Option<u64>,
) -> Result<PathBuf, LaunchError> {
    if let Some(path) = &file.settings.job_file {
        return put_by_name(file, path);
    }
    if let Some(known) = known.filter(|known| holds(known, file)) {
        return Ok(known.to_owned());
    }
    let folder = absolute_of(file.place, &file.settings.jobs_dir)?;
    files::create_dir_all(&folder)?;
    for number in number.unwrap_or(1).. {
        let name = format!("{}-{number:04}.job", file_name(file.experiment));
        let text = file.text(&file.settings.jobs_dir.join(&name))?;
        match files::create_new(&folder.join(&name), text.as_bytes()) {
            Err(error) if error.is_already_there() => {}
            written => return Ok(written.map(|()| folder.join(&name))?),
        }
    }
    unreachable!("numbers do not end")
}

fn put_by_name(file: &JobFile<'_>, path: &Path) -> Result<PathBuf, LaunchError> {
    let text = file.text(path)?;
    let full = absolute_of(file.place, path)?;
    if files::kind(&full).is_some() && !is_job_file(&full)? {
        return Err(SlurmError::NoJobFile { path: full }.into());
    }
    if let Some(folder) = full.parent() {
        files::create_dir_all(folder)?;
    }
    files::write_atomic(&full, text.as_bytes())?;
    Ok(full)
}

fn is_job_file(path: &Path) -> Result<bool, FileError> {
    let head = files::read_head(path, 4096)?;
    let head = String::from_utf8_lossy(&head);
    Ok(head.lines().nth(1).is_some_and(|line| line.starts_with(MARK)))
}

/// Whether a file on disk says what this one would say in its place.
fn holds(path: &Path, file: &JobFile<'_>) -> bool {
    let name = path.file_name().unwrap_or_default();
    let text = file.text(&file.settings.jobs_dir.join(name)).ok();
    text.is_some_and(|text| files::read(path).is_ok_and(|found| found == text.as_bytes()))
}

/// Relative paths start where the command was given.
fn absolute_of(place: Place<'_>, path: &Path) -> Result<PathBuf, LaunchError> {
    match place {
        Place::Sweep { cwd, .. } => Ok(cwd.join(path)),
        Place::Anywhere { .. } => absolute(path),
    }
}

fn absolute(path: &Path) -> Result<PathBuf, LaunchError> {
    Ok(std::path::absolute(path).map_err(|source| SlurmError::OwnProgram { source })?)
}

/// An experiment's name with nothing in it that means something in a path.
fn file_name(experiment: &str) -> String {
    let keep = |c: char| if c.is_alphanumeric() || "._-".contains(c) { c } else { '_' };
    experiment.chars().map(keep).collect()
}

fn sweep_number(sweep: &Path) -> Option<u64> {
    sweep.file_name()?.to_str()?.parse().ok()
}

#[cfg(test)]
pub(super) mod tests;

//! A sweep on a cluster: its settings, the job file, what is said of it.

use std::path::{Path, PathBuf};

use crate::config::{ConfigError, ConfigErrors, Resolved};
use crate::launch::slurm::{self, JobFile, Next, SlurmKeys, SlurmSettings};
use crate::launch::{Ending, Job, LauncherKind, Ledger};

use super::super::failure::Failure;
use super::super::{out, run};
use super::Sweep;
use super::jobs::Jobs;
use super::place::Place;

const NODE: &str = "hydra.launcher";
/// Where logs of a job file go that lies in no folder.
const HERE: &str = ".";

/// Reads what `hydra/launcher=slurm` says.
///
/// # Errors
/// Unknown keys and wrong values, each with its place in the config.
pub(super) fn settings(config: &Resolved) -> Result<SlurmSettings, Failure> {
    let keys = config.extract::<SlurmKeys>(NODE)?;
    SlurmSettings::new(&keys).map_err(|faults| {
        let placed = |fault: slurm::SettingFault| -> ConfigError {
            config.error_at(&format!("{NODE}.{}", fault.key), &fault.problem, fault.expected)
        };
        match ConfigErrors::from_vec(faults.into_iter().map(placed).collect()) {
            Some(errors) => errors.into(),
            None => Failure::wrong_input("failed to read hydra.launcher"),
        }
    })
}

/// Writes the job file alone, `hydra.launcher.submit=false`.
pub(super) fn write(
    settings: &SlurmSettings,
    sweep: &Sweep,
    place: &Place,
    jobs: &Jobs,
) -> Result<(), Failure> {
    let outputs = place.root();
    let outputs = outputs.strip_prefix(&sweep.cwd).unwrap_or(&outputs);
    let experiment = match place {
        Place::Numbered { experiment, .. } => experiment.clone(),
        Place::Given(dir) => dir.file_name().unwrap_or_default().to_string_lossy().into_owned(),
    };
    let file = slurm::write(&JobFile {
        settings,
        experiment: &experiment,
        arguments: &sweep.arguments,
        place: slurm::Place::Anywhere { outputs, logs: &logs(settings) },
        tasks: &jobs.tasks(),
    })?;
    say!("written, not submitted: hydra.launcher.submit=false");
    out::line(run::shown(&file))?;
    Ok(())
}

/// The folder of the job file, which is there once that is written.
fn logs(settings: &SlurmSettings) -> PathBuf {
    let folder = match &settings.job_file {
        Some(file) => file.parent().unwrap_or(Path::new(HERE)),
        None => &settings.jobs_dir,
    };
    if folder.as_os_str().is_empty() { HERE.into() } else { folder.to_owned() }
}

/// Hands jobs to the cluster.
pub(super) fn submit(
    settings: &SlurmSettings,
    ledger: &Ledger,
    jobs: &[Job],
) -> Result<(), Failure> {
    if jobs.is_empty() {
        return Ok(());
    }
    let submitted = slurm::submit(settings, &mut ledger.clone(), jobs);
    let submitted = submitted.map_err(|error| Failure::from(error).after_a_start())?;
    let (id, count, file) = (submitted.job_id, submitted.jobs, run::shown(&submitted.file));
    say!("submitted as job {id}: {count} to run, with `{file}`; `runner jobs list` tells more");
    Ok(())
}

/// The cluster that a worker runs on.
pub(super) struct Cluster {
    settings: SlurmSettings,
}

impl Cluster {
    /// That of a job of a sweep, whose record then says which task of the queue it is: one that was
    /// submitted by hand has none there. `None` where the job runs elsewhere.
    pub(super) fn of(
        ledger: &Ledger,
        number: usize,
        config: &Resolved,
    ) -> Result<Option<Self>, Failure> {
        let kind = LauncherKind::of(&ledger.head().launcher);
        let Some(task) = slurm::this_task().filter(|_| matches!(kind, Ok(LauncherKind::Slurm)))
        else {
            return Ok(None);
        };
        ledger.update(number, |job| job.slurm = Some(task))?;
        Ok(Some(Self { settings: settings(config)? }))
    }

    /// Records why the job was told to stop, and puts it back into the queue if it is to go on by
    /// itself.
    pub(super) fn stopped(
        &self,
        ledger: &Ledger,
        number: usize,
        received: &[&str],
    ) -> Result<(), Failure> {
        let why = slurm::why(&self.settings, received);
        ledger.end(number, Ending::Interrupted(why.into()))?;
        match slurm::settle(&self.settings, ledger, number, why) {
            Ok(Next::Waits) => say!("job {number} waits in the queue again"),
            Ok(Next::Cancelled) => say!("job {number} was cancelled"),
            Ok(Next::Ends { reason }) => say!("job {number} is not started again: {reason}"),
            // The checkpoint is there, and the record says what Slurm said.
            Err(error) => say!("warning: job {number} is not started again: {error}"),
        }
        Ok(())
    }
}

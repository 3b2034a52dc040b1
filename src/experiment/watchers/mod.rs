//! Who outside sees a run: TensorBoard's table of hyper-parameters, and a tracker.
//!
//! Decides what they are told; what they are told of is read from the run directory, so that a tracker
//! can be told later as well ([`track`]). Invariant: a run neither waits for them nor fails with them.

mod said;

use std::path::{Path, PathBuf};

use crate::report::trackers::{
    Address, AddressError, End, Following, Login, Mlflow, Told, Tracker, tell_all,
};
use crate::report::{ReportError, session_end, session_start};
use crate::runs::{Manifest, RunDir, Status};

use super::config::{ExperimentConfig, MlflowConfig, Task, TrackerConfig};
use super::tasks::Finished;
use super::{ExperimentError, SetupError};

/// What is needed to tell a tracker.
pub(super) struct Wanted {
    address: Address,
    config: MlflowConfig,
}

/// Those who see a run.
pub(super) struct Watchers {
    dir: PathBuf,
    has_table: bool,
    following: Option<Following>,
}

/// The tracker that a config asks for.
///
/// # Errors
/// No address, or one that cannot be used.
pub(super) fn wanted(config: &ExperimentConfig) -> Result<Option<Wanted>, SetupError> {
    match &config.tracker {
        TrackerConfig::Nobody(_) => Ok(None),
        TrackerConfig::Mlflow(mlflow) => Ok(Some(Wanted::new(mlflow.clone(), "tracker.uri")?)),
    }
}

impl Wanted {
    /// The address that the config has from `place`, else that of the environment.
    fn new(config: MlflowConfig, place: &'static str) -> Result<Self, SetupError> {
        let variable = variable("MLFLOW_TRACKING_URI").filter(|uri| !uri.trim().is_empty());
        let (from, uri) = match &config.uri {
            Some(uri) => (place, uri.clone()),
            None => {
                ("MLFLOW_TRACKING_URI", variable.ok_or(SetupError::TrackerAddress { found: None })?)
            }
        };
        let found = |error: AddressError| SetupError::TrackerAddress { found: Some((from, error)) };
        Ok(Self { address: Address::new(&uri).map_err(found)?, config })
    }

    fn follow(self, dir: &Path, manifest: &Manifest) -> Result<Following, SetupError> {
        let introduction = said::introduction(dir, manifest, &self.config)?;
        let files = self.config.artifacts;
        let following = Following::start(dir, self.tracker(), introduction, files);
        Ok(following.map_err(ReportError::from)?)
    }

    fn tracker(&self) -> Box<dyn Tracker> {
        Box::new(Mlflow::new(&self.address, Login::from_env(variable)))
    }
}

impl Watchers {
    /// Lets them know of a run whose directory holds its config and manifest. What does not work is
    /// said.
    pub(super) fn begin(
        run: &RunDir,
        manifest: &Manifest,
        config: &ExperimentConfig,
        wanted: Option<Wanted>,
    ) -> Self {
        let dir = run.path().to_owned();
        let has_table = learns(config.run.task);
        if has_table && let Err(error) = say_hyper_parameters(&dir, config) {
            tracing::warn!("no hyper-parameters in TensorBoard: {error}");
        }
        let follow = |wanted: Wanted| match wanted.follow(&dir, manifest) {
            Ok(following) => Some(following),
            Err(error) => {
                tracing::warn!("no tracker: {error}");
                None
            }
        };
        let following = wanted.and_then(follow);
        Self { dir, has_table, following }
    }

    /// Lets them know how it ended.
    pub(super) fn end(self, ended: &Result<Finished, ExperimentError>) {
        let end = match ended {
            Ok(Finished::Completed) => End::Completed,
            Ok(Finished::Stopped { .. }) => End::Stopped,
            Err(_) => End::Failed,
        };
        if self.has_table && end != End::Stopped {
            let said = session_end(&self.dir, end == End::Completed);
            said.unwrap_or_else(|error| tracing::warn!("no end in TensorBoard: {error}"));
        }
        if let Some(following) = self.following {
            let name = following.name();
            match following.end(end) {
                Told::All { files: None } => {}
                Told::All { files: Some(error) } => tracing::warn!("{name}: {error}"),
                Told::Left { records, reason } => tracing::warn!(
                    "{name}: {reason}; {records} records and the end of the run were not sent: \
                     `runner runs track {}` sends them",
                    self.dir.display()
                ),
            }
        }
    }
}

/// Tells a tracker all of a run that is over and that it does not know yet; `uri` stands in for what the
/// config of the run says. Returns where it was told.
///
/// # Errors
/// A run that is at work, one that names no tracker, files that cannot be read.
pub fn track(
    dir: &Path,
    config: &ExperimentConfig,
    uri: Option<&str>,
) -> Result<(String, Told), SetupError> {
    let run = RunDir::at(dir)?;
    let manifest = Manifest::read(run.path())?;
    let config = match &config.tracker {
        TrackerConfig::Mlflow(mlflow) => mlflow.clone(),
        TrackerConfig::Nobody(_) => MlflowConfig::of(&manifest.experiment),
    };
    let place = if uri.is_some() { "--uri" } else { "tracker.uri" };
    let uri = uri.map(str::to_owned).or_else(|| config.uri.clone());
    let wanted = Wanted::new(MlflowConfig { uri, ..config }, place)?;
    let introduction = said::introduction(run.path(), &manifest, &wanted.config)?;
    let end = match manifest.status {
        Status::Completed => End::Completed,
        Status::Preempted => End::Stopped,
        // Nobody works there: its process is gone without a word.
        Status::Failed | Status::Running => End::Failed,
    };
    let (tracker, files) = (wanted.tracker(), wanted.config.artifacts);
    Ok((tracker.place(), tell_all(run.path(), tracker, introduction, files, end)))
}

impl MlflowConfig {
    /// For a run that names no tracker.
    fn of(experiment: &str) -> Self {
        let (uri, run_name, tags) = (None, None, std::collections::BTreeMap::new());
        Self { uri, experiment: experiment.to_owned(), run_name, tags, artifacts: true }
    }
}

fn say_hyper_parameters(dir: &Path, config: &ExperimentConfig) -> Result<(), SetupError> {
    Ok(session_start(dir, &said::session(dir, config)?)?)
}

/// Whether a task writes scalars that hyper-parameters stand beside.
fn learns(task: Task) -> bool {
    match task {
        Task::Train | Task::TeacherPretrain | Task::TeacherFinetune => true,
        Task::ExtractFeatures | Task::TeacherPredict | Task::TeacherEnsemble => false,
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

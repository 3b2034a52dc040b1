//! What to compose.

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use super::overrides::OverrideArg;
use super::version::VersionBase;
use crate::files;

/// The rules of the machine's time zone.
const LOCAL_TIME: &str = "/etc/localtime";

/// One job or many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunMode {
    /// A single job.
    Run,
    /// A sweep.
    Multirun,
}

impl RunMode {
    pub(crate) fn name(self) -> &'static str {
        match self {
            RunMode::Run => "RUN",
            RunMode::Multirun => "MULTIRUN",
        }
    }
}

/// What is only known while the program runs; it ends up below `hydra.runtime` and `hydra.job`.
#[derive(Clone, Debug)]
pub struct Runtime {
    /// Working directory, absolute.
    pub cwd: PathBuf,
    /// When the run started; `${now:}` prints it.
    pub now: jiff::ZonedDateTime,
    /// `hydra.job.name` unless the config sets it.
    pub job_name: String,
    /// `hydra.job.num` and `hydra.job.id` of a job of a sweep.
    pub job_num: Option<usize>,
    /// `hydra.runtime.version`.
    pub version: String,
    /// `Some` when a run is about to start: it adds `hydra.mode=RUN` or `=MULTIRUN` to the
    /// overrides, as Hydra does. `None` only shows the config (`--cfg`).
    pub mode: Option<RunMode>,
}

impl Runtime {
    /// The runtime of a process that starts now in `cwd`, as job `runner`.
    pub fn new(cwd: PathBuf) -> Self {
        Self {
            cwd,
            now: jiff::Timestamp::now().to_zoned_datetime(zone()),
            job_name: "runner".to_owned(),
            job_num: None,
            version: "1.3.8".to_owned(),
            mode: None,
        }
    }
}

/// The machine's time zone.
///
/// Taken from the file itself: to learn its name as well, all of the zone database would be listed,
/// which takes as long as to compose a config.
fn zone() -> TimeZone {
    let local = || TimeZone::tzif("Local", &files::read(Path::new(LOCAL_TIME)).ok()?).ok();
    let named = std::env::var_os("TZ").is_some();
    if named { None } else { local() }.unwrap_or_else(TimeZone::system)
}

/// What to compose.
#[derive(Clone, Debug)]
pub struct ComposeRequest {
    /// The directory with the primary config.
    pub config_dir: PathBuf,
    /// More directories to search, in order.
    pub extra_dirs: Vec<PathBuf>,
    /// Name of the primary config, usually `config`.
    pub config_name: String,
    /// Overrides in the order given.
    pub overrides: Vec<OverrideArg>,
    /// Compatibility level.
    pub version_base: VersionBase,
    /// What is only known while the program runs.
    pub runtime: Runtime,
    /// A YAML file layered over the config directories and under the overrides; see
    /// [`crate::config`].
    pub site: Option<PathBuf>,
}

impl ComposeRequest {
    /// Composes `config` of a directory, without overrides, for the newest version base.
    pub fn new(config_dir: PathBuf, runtime: Runtime) -> Self {
        Self {
            config_dir,
            extra_dirs: Vec::new(),
            config_name: "config".to_owned(),
            overrides: Vec::new(),
            version_base: VersionBase::V1_3,
            runtime,
            site: None,
        }
    }
}

//! Hands a run to `runner-libtorch`, the same program with libtorch in it.
//!
//! A binary linked with libtorch pays for it at every start, so `runner` is built without and
//! gives way only when a run's device asks for it. Decides whether to give way, to which binary,
//! and whether that binary is the same program; it does not know what the run is. Invariant: the
//! process is replaced before anything of the run was written, with the same arguments, and at
//! most once.
//!
//! | `device` | this binary | what happens |
//! |---|---|---|
//! | `libtorch`, `libtorch:cuda:N` | has libtorch | runs here |
//! | `libtorch`, `libtorch:cuda:N` | has none | the sibling runs, an error when there is none |
//! | `cuda:N` | has Burn's CUDA backend or libtorch | runs here |
//! | `cuda:N` | has neither | the sibling runs, an error when there is none |
//! | `auto` | has any GPU backend | runs here |
//! | `auto` | has none | the sibling runs when it exists and an NVIDIA device file does |
//! | `flex`, `wgpu` | any | runs here |

use std::env;
use std::ffi::OsString;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{self, Command, Stdio};

use crate::device::{Backend, DeviceSpec};
use crate::files;

/// What `--version` prints after the program's name: crate version and build id.
pub const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), " (", env!("RUNNER_BUILD_ID"), ")");

/// The name of the binary with libtorch, looked for beside this executable.
const SIBLING: &str = "runner-libtorch";
/// Names the binary with libtorch when it lies elsewhere.
const SIBLING_VARIABLE: &str = "RUNNER_LIBTORCH";
/// Set to the process id for the binary that a run was handed to, which may not hand it on.
///
/// Replacing a process keeps its id, so the programs that a run starts do not take it as theirs.
const MARKER_VARIABLE: &str = "RUNNER_HANDED_OVER";
/// There on every Linux machine whose NVIDIA driver is loaded.
const NVIDIA_DEVICE: &str = "/dev/nvidia0";

/// Why a run could not be handed over.
#[derive(Debug, thiserror::Error)]
pub enum DelegateError {
    /// There is no binary with libtorch.
    #[error(
        "failed to run on device `{device}`: this binary has no libtorch and there is no `{}`; \
         run scripts/install-libtorch",
        path.display()
    )]
    Absent {
        /// The device asked for.
        device: DeviceSpec,
        /// Where the binary was looked for.
        path: PathBuf,
    },
    /// The binary was built from other sources.
    #[error(
        "failed to run on device `{device}`: `{}` is version {theirs}, this is {VERSION}; \
         run scripts/install-libtorch again",
        path.display()
    )]
    OtherVersion {
        /// The device asked for.
        device: DeviceSpec,
        /// The binary with libtorch.
        path: PathBuf,
        /// What it says about itself.
        theirs: String,
    },
    /// The binary starts and ends at once, as one does whose libraries were removed.
    #[error(
        "failed to run on device `{device}`: `{}` does not start ({said}); \
         run scripts/install-libtorch again",
        path.display()
    )]
    Broken {
        /// The device asked for.
        device: DeviceSpec,
        /// The binary with libtorch.
        path: PathBuf,
        /// Its last words on stderr, or its exit status.
        said: String,
    },
    /// The system refused to execute the binary.
    #[error("failed to execute `{}`: {source}", path.display())]
    Execute {
        /// The binary with libtorch.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The binary that the run was handed to has no libtorch either.
    #[error(
        "failed to run on device `{device}`: the binary that was given as the one with libtorch \
         has none; run scripts/install-libtorch"
    )]
    HandedOverTwice {
        /// The device asked for.
        device: DeviceSpec,
    },
}

/// Replaces this process by `runner-libtorch` when `device` needs it, and returns otherwise.
///
/// `args` are the arguments after the program's name, passed on unchanged. `RUNNER_LIBTORCH`
/// names a binary that does not lie beside this one.
///
/// # Errors
///
/// When the device needs libtorch and no usable binary with it is there.
pub fn delegate_if_needed(device: &DeviceSpec, args: &[OsString]) -> Result<(), DelegateError> {
    let Some(path) = Surroundings::here().binary_for(device)? else { return Ok(()) };
    // The name the user called, so that the manifest records the command as it was typed.
    let name = env::args_os().next().unwrap_or_else(|| path.clone().into_os_string());
    let source = Command::new(&path).arg0(name).args(args).env(MARKER_VARIABLE, marker()).exec();
    Err(DelegateError::Execute { path, source })
}

/// The binary with libtorch, once it was seen that it starts and is this very program.
///
/// # Errors
/// As [`delegate_if_needed`].
pub(super) fn sibling() -> Result<PathBuf, DelegateError> {
    let (device, path) = (DeviceSpec::Libtorch, Surroundings::here().sibling);
    if !files::is_file(&path) {
        return Err(DelegateError::Absent { device, path });
    }
    check(&path, &device)?;
    Ok(path)
}

/// Whether a run on this device is handed over.
pub(super) fn needs_sibling(device: &DeviceSpec) -> bool {
    Surroundings::here().gives_way(device)
}

/// Whether the machine has an NVIDIA GPU.
pub(super) fn has_nvidia() -> bool {
    Surroundings::here().nvidia
}

fn marker() -> OsString {
    process::id().to_string().into()
}

/// What the decision depends on, apart from the device.
struct Surroundings {
    /// Where the binary with libtorch is, if anywhere.
    sibling: PathBuf,
    /// Whether this process is the one a run was handed to.
    handed_over: bool,
    /// Whether the machine has an NVIDIA GPU, by its device file: no library is loaded to look.
    nvidia: bool,
    /// Whether this binary carries the backend.
    carries: fn(Backend) -> bool,
}

impl Surroundings {
    fn here() -> Self {
        let beside = || env::current_exe().unwrap_or_default().with_file_name(SIBLING);
        Self {
            sibling: env::var_os(SIBLING_VARIABLE).map_or_else(beside, PathBuf::from),
            handed_over: env::var_os(MARKER_VARIABLE) == Some(marker()),
            nvidia: files::kind(Path::new(NVIDIA_DEVICE)).is_some(),
            carries: Backend::is_compiled_in,
        }
    }

    /// The binary to give way to; `None` when the run stays here.
    fn binary_for(&self, device: &DeviceSpec) -> Result<Option<PathBuf>, DelegateError> {
        if !self.gives_way(device) {
            return Ok(None);
        }
        if self.handed_over {
            return Err(DelegateError::HandedOverTwice { device: *device });
        }
        if !files::is_file(&self.sibling) {
            return Err(DelegateError::Absent { device: *device, path: self.sibling.clone() });
        }
        check(&self.sibling, device)?;
        Ok(Some(self.sibling.clone()))
    }

    /// The table above.
    fn gives_way(&self, device: &DeviceSpec) -> bool {
        let has = |backends: &[Backend]| backends.iter().any(|backend| (self.carries)(*backend));
        match device {
            DeviceSpec::Flex | DeviceSpec::Wgpu => false,
            DeviceSpec::Libtorch | DeviceSpec::LibtorchCuda(_) => !has(&[Backend::Libtorch]),
            DeviceSpec::Cuda(_) => !has(&[Backend::Cuda, Backend::Libtorch]),
            DeviceSpec::Auto => {
                !has(&[Backend::Cuda, Backend::Libtorch, Backend::Wgpu])
                    && self.nvidia
                    && !self.handed_over
                    && files::is_file(&self.sibling)
            }
        }
    }
}

/// Makes sure that `path` starts and is this very program, by its `--version`.
fn check(path: &Path, device: &DeviceSpec) -> Result<(), DelegateError> {
    let output = Command::new(path)
        .arg("--version")
        .stdin(Stdio::null())
        .output()
        .map_err(|source| DelegateError::Execute { path: path.to_owned(), source })?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        let last = words.lines().rfind(|line| !line.trim().is_empty());
        let said = last.map_or_else(|| output.status.to_string(), |line| line.trim().to_owned());
        return Err(DelegateError::Broken { device: *device, path: path.to_owned(), said });
    }
    let words = String::from_utf8_lossy(&output.stdout);
    let theirs = words.trim().split_once(' ').map_or("", |(_name, version)| version);
    if theirs != VERSION {
        let theirs = theirs.to_owned();
        return Err(DelegateError::OtherVersion { device: *device, path: path.to_owned(), theirs });
    }
    Ok(())
}

#[cfg(test)]
mod tests;

//! Whether backends compute, each in a process of its own: a crash there is a line here.

use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use serde_json::{Value as Json, json};

use crate::device::{Backend, DeviceSpec, libtorch_version};

use super::super::delegate::{self, DelegateError};
use super::super::failure::Failure;
use super::super::out;
use super::asked::Asked;
use super::line::{Level, Line, Report};
use super::program::{Answer, ask_within};

const TOPIC: &str = "devices";
/// A GPU's libraries take their time to load, from a cold disk above all.
const PATIENCE: Duration = Duration::from_secs(120);
const INSTALL: &str = "scripts/install-libtorch";

/// `--probe DEVICE`: computes, and prints what this binary knows of the device.
pub(super) fn probe(device: &DeviceSpec) -> Result<ExitCode, Failure> {
    device.try_out().map_err(Failure::failed)?;
    let spec = device.resolve();
    out::line(json!({
        "device": spec.to_string(),
        "backend": spec.backend().name(),
        "gpus": spec.backend().gpus(),
        "libtorch": libtorch_version(),
    }))?;
    Ok(ExitCode::SUCCESS)
}

/// Looks at the device of a run, or at all.
pub(super) fn look(asked: &Asked, report: &mut Report) {
    if asked.is_run {
        return report.push(of_run(&asked.device()));
    }
    report.push(of_run(&DeviceSpec::Auto));
    report.push(tried(&DeviceSpec::Flex, own(), Level::Broken));
    libtorch(report);
    for (backend, spec) in [(Backend::Cuda, DeviceSpec::Cuda(0)), (Backend::Wgpu, DeviceSpec::Wgpu)]
    {
        let name = backend.name();
        match backend.is_compiled_in() {
            true => report.push(tried(&spec, own(), Level::Absent)),
            false => {
                let fix = format!("not needed; `cargo build --release --features {name}` has it");
                let said = "not compiled in";
                report.push(Line::not(Level::Absent, TOPIC, name, said, fix));
            }
        }
    }
}

fn own() -> PathBuf {
    env::current_exe().unwrap_or_else(|_| "runner".into())
}

/// The binary that computes on a device.
fn binary(device: &DeviceSpec) -> Result<PathBuf, DelegateError> {
    match delegate::needs_sibling(device) {
        true => delegate::sibling(),
        false => Ok(own()),
    }
}

fn of_run(device: &DeviceSpec) -> Line {
    match binary(device) {
        Ok(binary) => tried(device, binary, Level::Broken),
        Err(error) => without_libtorch(Level::Broken, &error),
    }
}

/// libtorch on the CPU and every GPU that it sees.
fn libtorch(report: &mut Report) {
    let binary = match binary(&DeviceSpec::Libtorch) {
        Ok(binary) => binary,
        Err(error) => {
            let is_gpu_idle =
                matches!(error, DelegateError::Absent { .. }) && delegate::has_nvidia();
            let level = match error {
                DelegateError::Absent { .. } => Level::Absent,
                _ => Level::Broken,
            };
            report.push(without_libtorch(level, &error));
            if is_gpu_idle {
                let said = "this machine has an NVIDIA GPU that no backend here computes on";
                report.push(Line::not(Level::Absent, TOPIC, "GPU", said, INSTALL));
            }
            return;
        }
    };
    let gpus = match outcome(&DeviceSpec::Libtorch, &binary) {
        Ok(found) => found["gpus"].as_u64().unwrap_or(0),
        Err(_) => 0,
    };
    report.push(tried(&DeviceSpec::Libtorch, binary.clone(), Level::Broken));
    for index in 0..usize::try_from(gpus).unwrap_or(0) {
        report.push(tried(&DeviceSpec::LibtorchCuda(index), binary.clone(), Level::Broken));
    }
    if gpus == 0 && delegate::has_nvidia() {
        let said = "this machine has an NVIDIA GPU that libtorch does not see";
        let fix = "a libtorch for CUDA and a driver that is new enough: docs/gpu.md";
        report.push(Line::not(Level::Broken, TOPIC, "GPU", said, fix));
    }
}

fn without_libtorch(level: Level, error: &DelegateError) -> Line {
    let said = match error {
        DelegateError::Absent { path, .. } => format!("there is no `{}`", path.display()),
        DelegateError::OtherVersion { path, theirs, .. } => {
            format!("`{}` is version {theirs}, this is {}", path.display(), delegate::VERSION)
        }
        DelegateError::Broken { path, said, .. } => {
            format!("`{}` does not start ({said})", path.display())
        }
        other => other.to_string(),
    };
    let fix = match level {
        Level::Absent => format!("{INSTALL}; `flex` computes without"),
        _ => format!("{INSTALL}, or `device=flex`"),
    };
    Line::not(level, TOPIC, "libtorch", said, fix)
}

/// A device that computes, or how it fails.
fn tried(device: &DeviceSpec, binary: PathBuf, otherwise: Level) -> Line {
    match outcome(device, &binary) {
        Ok(found) => {
            let text = |key: &str| found[key].as_str().unwrap_or_default().to_owned();
            let by = match (&*text("backend"), &*text("libtorch")) {
                ("libtorch", version) => format!(" with libtorch {version}"),
                _ => String::new(),
            };
            let stands = match (device, &*text("device")) {
                (DeviceSpec::Auto, stands) => format!("stands for {stands}, "),
                _ => String::new(),
            };
            let place = match binary == own() {
                true => String::new(),
                false => format!(" in `{}`", binary.display()),
            };
            Line::ok(TOPIC, device.to_string(), format!("{stands}computes{by}{place}"))
        }
        Err(said) => {
            let fix = match device {
                DeviceSpec::Flex => "build the program again: `cargo build --release`",
                DeviceSpec::Libtorch => INSTALL,
                _ => "docs/gpu.md; `device=flex` computes on the CPU",
            };
            Line::not(otherwise, TOPIC, device.to_string(), said, fix)
        }
    }
}

/// What the process says that computes.
fn outcome(device: &DeviceSpec, binary: &Path) -> Result<Json, String> {
    let arguments = ["doctor".to_owned(), "--probe".to_owned(), device.to_string()];
    match ask_within(binary, &arguments, PATIENCE) {
        Answer::Said(text) => {
            serde_json::from_str(&text).map_err(|_| format!("answered `{}`", text.trim()))
        }
        Answer::Absent => Err(format!("`{}` is not there", binary.display())),
        Answer::Silent => Err(format!("no answer in {} s", PATIENCE.as_secs())),
        Answer::Failed(words) => Err(words.trim_start_matches("error: ").to_owned()),
    }
}

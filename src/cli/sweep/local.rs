//! `hydra.launcher` of a sweep on this machine: typed, and checked against what there is.

use crate::config::{ConfigErrors, Resolved};
use crate::device::DeviceSpec;
use crate::launch::local::{DeviceUse, LocalLauncher, LocalSettings, SubmititLocal};
use crate::launch::{LaunchError, Ledger};

use super::super::failure::Failure;
use super::checked::check_all;
use super::given::{self, Sweep};
use super::jobs::Jobs;

const NODE: &str = "hydra.launcher";

/// Reads what `hydra/launcher=NAME` says to jobs that compute on these devices.
///
/// # Errors
/// Unknown keys, wrong values, what this machine cannot give, each with its place in the config.
pub(super) fn settings(
    name: &str,
    sweep: &Resolved,
    devices: &[DeviceSpec],
) -> Result<LocalSettings, Failure> {
    let uses = devices.iter().copied().map(device_use).collect();
    let settings = match name {
        "submitit_local" => sweep.extract::<SubmititLocal>(NODE)?.settings(uses),
        _ => sweep.extract::<LocalLauncher>(NODE)?.settings(uses),
    };
    let checked = settings.and_then(|settings| settings.check().map(|()| settings));
    checked.map_err(|error| placed(error, sweep, devices))
}

fn device_use(device: DeviceSpec) -> DeviceUse {
    match device {
        DeviceSpec::Auto => DeviceUse::Auto,
        DeviceSpec::Flex | DeviceSpec::Libtorch => DeviceUse::Cpu,
        DeviceSpec::LibtorchCuda(number) | DeviceSpec::Cuda(number) => DeviceUse::Cuda(number),
        DeviceSpec::Wgpu => DeviceUse::Adapter,
    }
}

/// The error at the place where the key got its value, unless it is swept over and has several.
fn placed(error: LaunchError, sweep: &Resolved, devices: &[DeviceSpec]) -> Failure {
    let is_of_all = |key: &str| {
        let own = sweep.str_at(key).and_then(|text| text.parse::<DeviceSpec>().ok());
        key != "device" || devices.iter().all(|device| Some(*device) == own)
    };
    match error {
        LaunchError::Setting { key, problem } if is_of_all(key) => {
            ConfigErrors::from(sweep.error_at(key, &problem, Vec::new())).into()
        }
        other => other.into(),
    }
}

/// The settings with which a sweep was launched on this machine.
///
/// # Errors
/// A sweep that no longer composes, and what is wrong with its settings.
pub(in super::super) fn settings_of(ledger: &Ledger) -> Result<LocalSettings, Failure> {
    given::go_to(&ledger.head().cwd)?;
    let sweep = Sweep::new(&given::parsed(&ledger.head().arguments)?)?;
    let jobs = Jobs::of(&sweep)?;
    let devices: Vec<DeviceSpec> =
        check_all(&sweep, &jobs.to_check, false)?.into_iter().map(|job| job.device).collect();
    let config = sweep.prepare(0, &jobs.to_check[0].0)?.resolved;
    settings(&ledger.head().launcher, &config, &devices)
}

//! How many jobs run at a time, and what each of them is given.
//!
//! A slot is a place for one job at a time, with GPUs of its own: that no two jobs have the same GPU
//! at the same moment needs no bookkeeping.
//!
//! | jobs compute on | slots | each gets |
//! |---|---|---|
//! | the CPU; `auto` without a GPU | `n_jobs`, or as often as `cpus_per_task` goes into the cores, or 1 | a share of the cores |
//! | a GPU; `auto` with one | `n_jobs`, at most one for every `gpus_per_node` GPUs | those GPUs alone, as `cuda:0`, `cuda:1`, ...; a share of the cores |
//! | the same with `share_gpus` | `n_jobs`, or as above | GPUs in turn; a share of the cores |
//! | the preferred adapter (`wgpu`) | 1, or `n_jobs` with `share_gpus` | a share of the cores |
//!
//! Where some of the jobs need a GPU, all get one.

use std::num::NonZeroUsize;

use super::{DeviceUse, LaunchError, LocalSettings, Machine};

/// A place for one job at a time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Slot {
    /// The GPUs that its jobs see; `None` leaves them what they would see anyway.
    pub(super) gpus: Option<Vec<String>>,
    /// Threads of a job; `None` leaves the number to it.
    pub(super) threads: Option<usize>,
}

/// All slots, and what should be said about them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) slots: Vec<Slot>,
    pub(super) notes: Vec<String>,
}

/// What a job needs beside cores.
enum Need {
    Nothing,
    /// Nothing, and GPUs were ruled out.
    NoGpu,
    Gpus(NonZeroUsize),
    Adapter,
}

/// The slots for so many jobs.
///
/// # Errors
/// What this machine cannot give.
pub(super) fn plan(
    settings: &LocalSettings,
    machine: &Machine,
    jobs: usize,
) -> Result<Plan, LaunchError> {
    let gpus = chosen(settings.gpus.as_deref(), &machine.gpus)?;
    let mut notes = settings.notes.clone();
    let need = need(settings, &gpus)?;
    let at_once = match &need {
        Need::Nothing | Need::NoGpu => on_cores(settings, machine.cores),
        Need::Adapter => on_the_adapter(settings)?,
        Need::Gpus(each) => on_gpus(settings, gpus.len(), *each, &mut notes)?,
    };
    let count = at_once.min(jobs).max(1);
    let threads = (count > 1).then(|| (machine.cores / count).max(1));
    let gpus_of = |slot: usize| match &need {
        Need::Nothing | Need::Adapter => None,
        Need::NoGpu => Some(Vec::new()),
        Need::Gpus(each) => Some(in_turn(&gpus, slot, each.get())),
    };
    let slots = (0..count).map(|slot| Slot { gpus: gpus_of(slot), threads }).collect();
    Ok(Plan { slots, notes })
}

/// The GPUs of the slot when they are dealt in order, from the first again after the last.
fn in_turn(gpus: &[String], slot: usize, each: usize) -> Vec<String> {
    gpus.iter().cycle().skip((slot * each) % gpus.len()).take(each).cloned().collect()
}

fn setting(key: &'static str, problem: String) -> LaunchError {
    LaunchError::Setting { key, problem }
}

/// The GPUs that jobs may be given, by name.
fn chosen(wanted: Option<&[usize]>, there: &[String]) -> Result<Vec<String>, LaunchError> {
    const KEY: &str = "hydra.launcher.gpus";
    let Some(wanted) = wanted else { return Ok(there.to_vec()) };
    for (at, number) in wanted.iter().enumerate() {
        if *number >= there.len() {
            let there = there.len();
            let problem = format!("no GPU {number}: this machine shows {there}, counted from 0");
            return Err(setting(KEY, problem));
        }
        if wanted[..at].contains(number) {
            return Err(setting(KEY, format!("GPU {number} twice; share_gpus=true shares them")));
        }
    }
    Ok(wanted.iter().map(|number| there[*number].clone()).collect())
}

fn need(settings: &LocalSettings, gpus: &[String]) -> Result<Need, LaunchError> {
    let each = settings.gpus_per_job.unwrap_or(1);
    let highest = settings.uses.iter().filter_map(|one| match one {
        DeviceUse::Cuda(number) => Some(*number),
        DeviceUse::Cpu | DeviceUse::Auto | DeviceUse::Adapter => None,
    });
    if let Some(highest) = highest.max() {
        return on_cuda(highest, each, gpus).map(Need::Gpus);
    }
    if settings.uses.contains(&DeviceUse::Auto) {
        let ruled_out = each == 0 || settings.gpus.as_ref().is_some_and(Vec::is_empty);
        return match NonZeroUsize::new(each).filter(|_| !gpus.is_empty()) {
            Some(each) => Ok(Need::Gpus(each)),
            None if ruled_out => Ok(Need::NoGpu),
            None => Ok(Need::Nothing),
        };
    }
    Ok(match settings.uses.contains(&DeviceUse::Adapter) {
        true => Need::Adapter,
        false => Need::Nothing,
    })
}

/// GPUs for a job that names the one it runs on.
fn on_cuda(highest: usize, each: usize, gpus: &[String]) -> Result<NonZeroUsize, LaunchError> {
    if let Some(of_each) = NonZeroUsize::new(each).filter(|_| !gpus.is_empty()) {
        if highest < each {
            return Ok(of_each);
        }
        let problem = format!(
            "GPU {highest} for a job that is given {each} and sees no others: expected cuda:0, \
             whichever it is given, and hydra.launcher.gpus=[{highest}] to choose"
        );
        return Err(setting("device", problem));
    }
    let why = match (each, gpus.is_empty()) {
        (0, _) => "hydra.launcher.gpus_per_node=0 gives none",
        _ => "this machine shows none, or hydra.launcher.gpus leaves none",
    };
    Err(setting("device", format!("a job needs a GPU, and {why}")))
}

fn on_cores(settings: &LocalSettings, cores: usize) -> usize {
    let fitting = || settings.cores_per_job.map_or(1, |each| cores / each);
    settings.n_jobs.map_or_else(fitting, NonZeroUsize::get).max(1)
}

fn on_the_adapter(settings: &LocalSettings) -> Result<usize, LaunchError> {
    let wanted = settings.n_jobs.map_or(1, NonZeroUsize::get);
    if wanted > 1 && !settings.share_gpus {
        let problem = format!(
            "{wanted} jobs at a time would share the adapter of `wgpu`: expected 1, or \
             hydra.launcher.share_gpus=true"
        );
        return Err(setting("hydra.launcher.n_jobs", problem));
    }
    Ok(wanted)
}

fn on_gpus(
    settings: &LocalSettings,
    there: usize,
    each: NonZeroUsize,
    notes: &mut Vec<String>,
) -> Result<usize, LaunchError> {
    let room = there / each;
    if room == 0 {
        let problem = format!("{each} GPUs for a job, and there are {there}");
        return Err(setting("hydra.launcher.gpus_per_node", problem));
    }
    let wanted = settings.n_jobs.map_or(room, NonZeroUsize::get);
    if wanted <= room || settings.share_gpus {
        return Ok(wanted);
    }
    notes.push(format!(
        "hydra.launcher.n_jobs={wanted}: {room} at a time, as {there} GPUs are not shared; \
         hydra.launcher.share_gpus=true shares them"
    ));
    Ok(room)
}

#[cfg(test)]
mod tests;

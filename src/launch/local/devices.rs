//! Which GPUs and cores this machine has, and what jobs want of them.
//!
//! | `CUDA_VISIBLE_DEVICES` | GPUs |
//! |---|---|
//! | not set | one for each `/dev/nvidia<N>`, called `0`, `1`, ... as CUDA does |
//! | a list | those that it names, up to the first empty name or `-1`, as CUDA reads it |
//!
//! No driver is asked: loading one takes seconds and memory on every GPU.

use std::env;
use std::num::NonZeroUsize;
use std::path::Path;
use std::thread;

use crate::files;

/// The variable by which a process is given GPUs.
pub(super) const VISIBLE: &str = "CUDA_VISIBLE_DEVICES";

/// What a job computes on, as far as sharing a machine goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceUse {
    /// Cores alone.
    Cpu,
    /// A GPU where there is one.
    Auto,
    /// The GPU of that number among those it sees.
    Cuda(usize),
    /// The graphics adapter that the system prefers, which no variable can choose.
    Adapter,
}

/// What there is to share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Machine {
    /// Cores that this process may use.
    pub(super) cores: usize,
    /// GPUs by the names that [`VISIBLE`] takes.
    pub(super) gpus: Vec<String>,
}

impl Machine {
    /// This one.
    pub(super) fn here() -> Self {
        let listed = env::var(VISIBLE).ok();
        Self {
            cores: thread::available_parallelism().map_or(1, NonZeroUsize::get),
            gpus: visible(listed.as_deref(), device_files),
        }
    }
}

fn visible(listed: Option<&str>, device_files: impl Fn() -> usize) -> Vec<String> {
    match listed {
        None => (0..device_files()).map(|number| number.to_string()).collect(),
        Some(list) => list
            .split(',')
            .map(str::trim)
            .take_while(|name| !name.is_empty() && *name != "-1")
            .map(str::to_owned)
            .collect(),
    }
}

/// How many NVIDIA GPUs have a device file.
fn device_files() -> usize {
    let is_gpu = |name: &str| {
        let number = name.strip_prefix("nvidia");
        number.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
    };
    let entries = files::list(Path::new("/dev")).unwrap_or_default();
    entries.iter().filter(|entry| is_gpu(&entry.name)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_wins_over_device_files() {
        for (listed, expected) in [
            (None, vec!["0", "1"]),
            (Some(""), vec![]),
            (Some("-1"), vec![]),
            (Some("3"), vec!["3"]),
            (Some("2, GPU-8932f937,MIG-1"), vec!["2", "GPU-8932f937", "MIG-1"]),
            (Some("0,-1,1"), vec!["0"]),
        ] {
            assert_eq!(visible(listed, || 2), expected, "{listed:?}");
        }
    }

    #[test]
    fn this_machine_has_a_core() {
        assert!(Machine::here().cores > 0);
    }
}

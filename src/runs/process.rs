//! Which process, on which machine: what locks and manifests remember of their writer.

use std::fmt;
use std::path::Path;
use std::process;

use serde::{Deserialize, Serialize};

use super::Slurm;
use crate::files;

/// A process that can be told from a later one with the same number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProcessStamp {
    /// Name of the machine.
    pub host: String,
    /// Process number there.
    pub pid: u32,
    /// When the process started, in clock ticks since boot; `None` where the system does not say.
    pub ticks: Option<u64>,
    /// Which boot of the machine; `None` where the system does not say.
    pub boot: Option<String>,
    /// Slurm's job and how often it was requeued.
    pub slurm: Option<SlurmAttempt>,
    /// When the stamp was taken, RFC 3339.
    pub since: String,
}

/// One attempt of a Slurm job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlurmAttempt {
    /// Job number.
    pub job_id: u64,
    /// Number of requeues before this attempt.
    pub restarts: u64,
}

/// What is known of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Liveness {
    /// It runs.
    Alive,
    /// It is gone for certain.
    Gone,
    /// It is on another machine.
    Unknown,
}

impl ProcessStamp {
    /// This process.
    pub fn current() -> Self {
        let slurm = Slurm::from_env(|name| std::env::var(name).ok());
        let slurm = slurm.map(|s| SlurmAttempt { job_id: s.job_id, restarts: s.restart_count });
        Self { slurm, ..Self::of(process::id()) }
    }

    /// A process of this machine, which should be a living one: its start is read now.
    pub fn of(pid: u32) -> Self {
        Self {
            host: host_name(),
            pid,
            ticks: start_ticks(pid),
            boot: boot_id(),
            slurm: None,
            since: super::now(),
        }
    }

    /// Whether both are stamps of one process, whenever they were taken.
    pub fn is_same_process(&self, other: &ProcessStamp) -> bool {
        let identity =
            |stamp: &ProcessStamp| (stamp.host.clone(), stamp.pid, stamp.ticks, stamp.boot.clone());
        identity(self) == identity(other) && self.slurm == other.slurm
    }

    /// Whether the process still runs, as far as this machine can tell.
    ///
    /// An earlier attempt of the Slurm job that asks is gone: Slurm requeues only what has ended.
    pub fn liveness(&self) -> Liveness {
        self.liveness_seen_by(&Self::current())
    }

    fn liveness_seen_by(&self, observer: &ProcessStamp) -> Liveness {
        if let (Some(mine), Some(theirs)) = (observer.slurm, self.slurm)
            && mine.job_id == theirs.job_id
            && mine.restarts > theirs.restarts
        {
            return Liveness::Gone;
        }
        if self.host != observer.host {
            return Liveness::Unknown;
        }
        if let (Some(then), Some(now)) = (&self.boot, &observer.boot)
            && then != now
        {
            return Liveness::Gone;
        }
        match (self.ticks, start_ticks(self.pid)) {
            (Some(then), Some(now)) if then == now => Liveness::Alive,
            (Some(_), _) => Liveness::Gone,
            (None, _) if exists(self.pid) => Liveness::Alive,
            (None, _) => Liveness::Gone,
        }
    }

    /// A text that no other attempt of any process shares, fit for a file name.
    pub(super) fn token(&self) -> String {
        let text = format!("{self:?}");
        files::sha256_bytes(text.as_bytes())[..16].to_owned()
    }
}

impl fmt::Display for ProcessStamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {} on {} since {}", self.pid, self.host, self.since)
    }
}

/// Name of this machine.
pub(super) fn host_name() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

fn boot_id() -> Option<String> {
    let text = files::read_to_string(Path::new("/proc/sys/kernel/random/boot_id")).ok()?;
    Some(text.trim().to_owned())
}

/// Start time of a live process from `/proc/<pid>/stat`; a zombie counts as gone.
fn start_ticks(pid: u32) -> Option<u64> {
    let stat = files::read_to_string(Path::new(&format!("/proc/{pid}/stat"))).ok()?;
    // The command name, in parentheses, may itself hold spaces and parentheses.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?;
    if matches!(state, "Z" | "X") {
        return None;
    }
    fields.nth(18)?.parse().ok()
}

/// Where there is no `/proc`: whether a signal could be sent.
fn exists(pid: u32) -> bool {
    let Some(pid) = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw) else {
        return false;
    };
    // Not permitted means that somebody is there.
    !matches!(rustix::process::test_kill_process(pid), Err(rustix::io::Errno::SRCH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_alive() {
        let me = ProcessStamp::current();
        assert_eq!(me.liveness(), Liveness::Alive);
        assert!(me.ticks.is_some() || !crate::files::is_file(Path::new("/proc/self/stat")));
    }

    #[test]
    fn who_is_gone() {
        let me = ProcessStamp::current();
        let mut child = process::Command::new("true").spawn().unwrap();
        let pid = child.id();
        child.wait().unwrap();
        let attempt = |restarts| Some(SlurmAttempt { job_id: 7, restarts });
        let rows = [
            ("exited", ProcessStamp { pid, ..me.clone() }, Liveness::Gone),
            ("recycled pid", ProcessStamp { ticks: Some(1), ..me.clone() }, Liveness::Gone),
            (
                "before a reboot",
                ProcessStamp { boot: Some("x".into()), ..me.clone() },
                Liveness::Gone,
            ),
            ("elsewhere", ProcessStamp { host: "x".into(), ..me.clone() }, Liveness::Unknown),
            (
                "earlier attempt elsewhere",
                ProcessStamp { host: "x".into(), slurm: attempt(0), ..me.clone() },
                Liveness::Gone,
            ),
            (
                "the same attempt elsewhere",
                ProcessStamp { host: "x".into(), slurm: attempt(1), ..me.clone() },
                Liveness::Unknown,
            ),
        ];
        let observer = ProcessStamp { slurm: attempt(1), ..me };
        for (id, stamp, expected) in rows {
            assert_eq!(stamp.liveness_seen_by(&observer), expected, "{id}");
        }
    }
}

//! What a process of this machine uses, as `/proc` says.

use std::path::Path;

use super::super::{Liveness, ProcessStamp};
use crate::files;

/// Clock ticks of a second in `/proc`, whatever the kernel's own.
const TICKS: f64 = 100.0;

/// What a process has used so far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Usage {
    /// Seconds of computing, of all its threads.
    pub cpu_seconds: f64,
    /// Seconds since it started.
    pub age_seconds: f64,
    /// Memory that it holds, in bytes.
    pub resident_bytes: u64,
}

impl Usage {
    /// Of a process; `None` where it is gone, elsewhere, or the system has no `/proc`.
    pub fn of(process: &ProcessStamp) -> Option<Self> {
        if process.liveness() != Liveness::Alive {
            return None;
        }
        let read = |name: &str| {
            files::read_to_string(Path::new(&format!("/proc/{}/{name}", process.pid))).ok()
        };
        let uptime = files::read_to_string(Path::new("/proc/uptime")).ok()?;
        Self::parse(&read("stat")?, &read("status")?, &uptime)
    }

    fn parse(stat: &str, status: &str, uptime: &str) -> Option<Self> {
        // The command name, in parentheses, may itself hold spaces and parentheses.
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kilobytes: u64 = resident.split_whitespace().next()?.parse().ok()?;
        let up: f64 = uptime.split_whitespace().next()?.parse().ok()?;
        Some(Self {
            cpu_seconds: (ticks(11)? + ticks(12)?) / TICKS,
            age_seconds: (up - ticks(19)? / TICKS).max(0.0),
            resident_bytes: kilobytes * 1024,
        })
    }

    /// Cores in use: since `before`, or on average since the process started.
    pub fn cores(&self, before: Option<&Usage>) -> Option<f64> {
        let (cpu, age) = before.map_or((0.0, 0.0), |b| (b.cpu_seconds, b.age_seconds));
        let time = self.age_seconds - age;
        (time > 0.0).then(|| ((self.cpu_seconds - cpu) / time).max(0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_proc_says() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194560 1 0 0 0 150 50 0 0 20 0 4 0 1000 1 1 1 1";
        let usage = Usage::parse(stat, "Name:\tx\nVmRSS:\t  2048 kB\n", "14.00 3.00\n").unwrap();
        let expected = Usage { cpu_seconds: 2.0, age_seconds: 4.0, resident_bytes: 2 << 20 };
        assert_eq!(usage, expected);
        assert_eq!(usage.cores(None), Some(0.5));
        let before = Usage { cpu_seconds: 1.0, age_seconds: 3.5, ..usage };
        assert_eq!(usage.cores(Some(&before)), Some(2.0));
        assert_eq!(usage.cores(Some(&usage)), None);
        for (stat, status) in [("", ""), ("7 (a) S", "VmRSS: 1 kB"), (stat, "Name: x")] {
            assert_eq!(Usage::parse(stat, status, "1 1"), None);
        }
    }

    #[test]
    fn this_process_and_one_elsewhere() {
        let me = ProcessStamp::current();
        if files::is_file(Path::new("/proc/self/stat")) {
            assert!(Usage::of(&me).unwrap().resident_bytes > 0);
        }
        assert_eq!(Usage::of(&ProcessStamp { host: "elsewhere".into(), ..me }), None);
    }
}

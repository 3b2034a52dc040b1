//! The machine: processors, memory, git.

use std::env;
use std::path::Path;
use std::thread;

use crate::files;
use crate::runs::Git;

use super::line::{Level, Line, Report};

const TOPIC: &str = "machine";
const KIB: f64 = 1024.0;
/// What a small student on synthetic data needs, with room: docs/development.md has the larger ones.
const LITTLE_GIB: f64 = 1.0;

pub(super) fn look(report: &mut Report) {
    report.push(threads());
    report.push(memory());
    report.push(git());
}

fn threads() -> Line {
    let count = thread::available_parallelism().map_or(1, usize::from);
    let limits =
        ["RAYON_NUM_THREADS", "OMP_NUM_THREADS"].map(|name| Some((name, env::var(name).ok()?)));
    let limits: Vec<String> =
        limits.into_iter().flatten().map(|(name, value)| format!(", {name}={value}")).collect();
    Line::ok(TOPIC, "threads", format!("{count}{}", limits.concat()))
}

/// What the kernel says is left, or less where a container or a job is given less.
fn memory() -> Line {
    let number =
        |path: &str| files::read_to_string(Path::new(path)).ok()?.trim().parse::<f64>().ok();
    let info = files::read_to_string(Path::new("/proc/meminfo")).unwrap_or_default();
    let kib = |name: &str| {
        let line = info.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim_start_matches(':').split_whitespace().next()?.parse::<f64>().ok()
    };
    let (Some(all), Some(free)) = (kib("MemTotal"), kib("MemAvailable")) else {
        return Line::ok(TOPIC, "memory", "the system does not say");
    };
    let [all, mut free] = [all, free].map(|kib| kib / KIB / KIB);
    let [most, used] = ["memory.max", "memory.current"]
        .map(|name| number(&format!("/sys/fs/cgroup/{name}")).map(|bytes| bytes / KIB / KIB / KIB));
    let mut limit = String::new();
    if let (Some(most), Some(used)) = (most, used) {
        free = free.min((most - used).max(0.0));
        limit = format!(", limited to {most:.1} GiB");
    }
    let said = format!("{free:.1} of {all:.1} GiB free{limit}");
    match free < LITTLE_GIB {
        true => Line::not(Level::Absent, TOPIC, "memory", said, "little: end what is not needed"),
        false => Line::ok(TOPIC, "memory", said),
    }
}

/// Whether runs can record their commit.
fn git() -> Line {
    let here = env::current_dir().unwrap_or_default();
    match Git::probe(&here) {
        Some(git) => {
            let commit: String = git.commit.chars().take(12).collect();
            let changed = if git.dirty { ", with changes that are not committed" } else { "" };
            Line::ok(TOPIC, "git", format!("commit {commit}{changed}"))
        }
        None => {
            let fix = "runs record no commit; install git, or work in a clone";
            Line::not(Level::Absent, TOPIC, "git", "no commit here", fix)
        }
    }
}

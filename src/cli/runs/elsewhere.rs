//! How runs on other machines stand, as far as Slurm knows.
//!
//! Slurm is asked once for a command, and only when a run of another machine makes it necessary. A run
//! without Slurm, or a cluster that does not answer, stays unknown: nobody is declared dead on a guess.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use crate::runs::{Liveness, Manifest};

/// Slurm's word on the process of a run.
pub(super) fn word() -> impl Fn(&Manifest) -> Liveness + Sync {
    let queue: OnceLock<Option<BTreeSet<u64>>> = OnceLock::new();
    move |manifest: &Manifest| {
        let Some(slurm) = &manifest.slurm else { return Liveness::Unknown };
        match queue.get_or_init(ask) {
            None => Liveness::Unknown,
            Some(ids) if ids.contains(&slurm.job_id) => Liveness::Alive,
            Some(_) => Liveness::Gone,
        }
    }
}

/// The numbers of all jobs in the queue, each task of an array on its own; `None` without an answer.
fn ask() -> Option<BTreeSet<u64>> {
    let output = Command::new("squeue")
        .args(["--noheader", "--array", "--format=%A"])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = output.status.success().then(|| String::from_utf8(output.stdout).ok())??;
    Some(numbers(&text))
}

fn numbers(text: &str) -> BTreeSet<u64> {
    text.lines().filter_map(|line| line.trim().parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_squeue_prints() {
        assert_eq!(numbers(" 17\n18 \n\nnonsense\n"), BTreeSet::from([17, 18]));
    }
}

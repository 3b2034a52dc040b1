//! How runs on other machines stand, as far as Slurm knows.
//!
//! Slurm is asked once for a command, and only when a run of another machine makes it necessary. A run
//! without Slurm, or a cluster that does not answer, stays unknown: nobody is declared dead on a guess.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use crate::launch::slurm;
use crate::runs::{Liveness, Manifest};

/// Slurm's word on the process of a run.
pub(in super::super) fn word() -> impl Fn(&Manifest) -> Liveness + Sync + Send {
    let queue: OnceLock<Option<BTreeSet<u64>>> = OnceLock::new();
    move |manifest: &Manifest| {
        let Some(slurm) = &manifest.slurm else { return Liveness::Unknown };
        match queue.get_or_init(|| slurm::numbers().ok()) {
            None => Liveness::Unknown,
            Some(ids) if ids.contains(&slurm.job_id) => Liveness::Alive,
            Some(_) => Liveness::Gone,
        }
    }
}

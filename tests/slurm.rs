//! Sweeps on a real Slurm: submitted, told to stop, requeued, taken back, submitted by hand.
//!
//! `scripts/slurm-local up` starts one on this machine, and
//! `eval "$(scripts/slurm-local env)"` sets `RUNNER_SLURM`, without which those tests are skipped.
#![allow(clippy::disallowed_methods, clippy::unwrap_used)] // tests

#[path = "slurm/by_hand.rs"]
mod by_hand;
#[path = "slurm/cluster.rs"]
mod cluster;
#[path = "slurm/refused.rs"]
mod refused;
#[path = "slurm/shipped.rs"]
mod shipped;
#[path = "slurm/stops.rs"]
mod stops;
#[path = "slurm/submitted.rs"]
mod submitted;
#[allow(dead_code)] // shared with the tests of the command line
#[path = "cli/support.rs"]
mod support;

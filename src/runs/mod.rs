//! Runs as they lie on disk: numbered directories, manifests, locks, logs, checkpoints, results.
//!
//! Decides where everything of a run is kept and how it survives crashes and neighbours: numbers
//! are claimed by exclusive `mkdir`, whole files are replaced atomically, growing files tolerate a
//! torn end, one process at a time works in a directory. It does not know what the numbers mean,
//! nor anything of tensors beyond named arrays.
//!
//! | file of a run directory | kept by |
//! |---|---|
//! | `run.json` | [`RunManifest`], [`Manifest`] |
//! | `run.lock` | [`RunDir`] (while the process lives) |
//! | `.hydra/*.yaml`, `provenance.yaml` | [`HydraFiles`] |
//! | `metrics.jsonl` | [`MetricsLog`], [`read_metrics`] |
//! | `checkpoints/*.safetensors` | [`CheckpointStore`] |
//! | `results/*.h5` | [`ResultsWriter`], [`read_results`] |
//! | `results/classes.json` | [`ClassNames`] |
//! | `tags.json` | [`Tags`] |
//!
//! [`list_runs`] reads all of it back, whatever state it is in, and changes nothing; [`find_run`] knows
//! a run by its name, [`Live`] looks at one again and again; [`remove`] is the only way in which a run goes.

mod checkpoint_name;
mod checkpoints;
mod classes;
mod dir;
mod environment;
mod error;
mod find;
mod hydra;
mod index;
mod live;
mod locate;
mod lock;
mod manifest;
mod metrics;
mod name;
mod own;
mod process;
mod prune;
mod results;
mod run_manifest;
mod status;
mod sweep;
mod tags;
mod terminate;
mod time;

pub use checkpoint_name::CheckpointName;
pub use checkpoints::{CheckpointStore, Loaded, Refused};
pub use classes::ClassNames;
pub use dir::RunDir;
pub use environment::{Git, Slurm};
pub use error::RunError;
pub use find::{find_run, numbered, through_latest};
pub use hydra::{HydraFiles, provenance_yaml};
pub use index::{
    Elsewhere, RunEntry, RunState, list_experiment, list_runs, list_runs_with, read_run,
    read_run_with,
};
pub use live::{Curve, Live, Pace, Usage};
pub use locate::checkpoint_file;
pub use lock::RunLock;
pub use manifest::{DataKind, Manifest, MetricSets, RunLength};
pub use metrics::{MetricsLog, ReadMetrics, Record, read_metrics};
pub use name::ExperimentName;
pub use process::{Liveness, ProcessStamp};
pub use prune::{Plan, Planned, Pruned, Refusal, Rules, plan, remove};
pub use results::{Results, ResultsWriter, Rows, Uids, read_outputs, read_results};
pub use run_manifest::{RunFacts, RunManifest};
pub use status::{Event, Status};
pub use sweep::SweepDir;
pub use tags::{TagChange, Tags};
pub use time::{clock, now};

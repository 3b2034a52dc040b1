//! Slurm: a sweep as a job array.
//!
//! | question | file |
//! |---|---|
//! | what `hydra.launcher` may say | `settings`, checked from `keys` |
//! | how a value is written so that neither the shell nor `sbatch` takes it for more | `quote` |
//! | which tasks, as `sbatch --array` writes them | `array` |
//! | the job file as a text | `script` |
//! | the job file on disk, and its submission | `submit` |
//! | what has become of tasks, taking them back | `queue` |
//! | what to do about a job that was told to stop | `stop` |
//! | the same in the words of the rest of the program | `cluster` |
//! | the programs of Slurm, with a limit to our patience | `client` |
//!
//! It does not know what a job does: a job file starts `runner jobs run DIRECTORY NUMBER`, which
//! finds everything else in the ledger. Invariant: a record says `submitted` only after `sbatch` has
//! said so.

mod array;
mod client;
mod cluster;
mod error;
mod keys;
mod queue;
mod quote;
mod script;
mod settings;
mod stop;
mod submit;
mod task;

pub use cluster::Cluster;
pub use error::SlurmError;
pub use keys::SlurmKeys;
pub use queue::{QueueState, cancel, numbers, queue};
pub use script::{JobFile, Place};
pub use settings::{SIGNALS, SettingFault, SlurmSettings};
pub use stop::{Next, Stop, settle, this_task, why};
pub use submit::{Submitted, is_here, resubmit, submit, write};
pub use task::NoTask;

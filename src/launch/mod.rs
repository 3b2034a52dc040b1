//! How the jobs of a sweep are run, and what became of them.
//!
//! | file | decides |
//! |---|---|
//! | `kind` | which launcher a name stands for |
//! | `basic` | the order of jobs that run in the launching process |
//! | `local` | worker processes on this machine, and what each is given |
//! | `slurm` | job files, their submission, the queue of a cluster |
//! | `ledger` | what is remembered of a sweep and its jobs, and who may change it |
//! | `results` | which configs have a completed run already |
//! | `verdict` | what becomes of a job when its sweep is started, once more or for the first time |
//! | `interruption` | whether a job that stopped ran out of time |
//! | `settle` | how a job stands, from its record, its run, its process and the queue |
//! | `standing`, `found` | how all jobs of a sweep stand, and which sweeps there are |
//! | `cancel`, `resubmit` | how jobs are taken back, and put into the line again |
//! | `trials` | what a sweeper that draws is told of the jobs |
//! | `queue` | what a cluster is asked |
//!
//! It does not know what a job does: the caller hands in the function that runs one. Every job of a
//! fixed list was composed and checked before the first is launched.

pub mod basic;
mod cancel;
mod error;
mod found;
mod interruption;
mod job;
mod kind;
mod ledger;
pub mod local;
mod queue;
mod resubmit;
mod results;
mod settle;
pub mod slurm;
mod standing;
mod trials;
mod verdict;

pub use cancel::{Cancelled, cancel, settle_cancelled};
pub use error::LaunchError;
pub use found::{FoundSweep, sweeps};
pub use interruption::{Interruption, interruption};
pub use job::{Job, JobOutcome, JobReport, tally};
pub use kind::LauncherKind;
pub use ledger::{Ending, JobRecord, JobState, Ledger, SlurmTask, SweepRecord, Taken, identity};
pub use queue::{NoQueue, Queue, QueueEnd, QueueWord};
pub use resubmit::{Kept, PutBack, may_restart, put_back, undo};
pub use results::{Found, Results, value};
pub use settle::{Evidence, Reason, RunWord, Settled, settle};
pub use standing::{Standing, Standings, directory, logs};
pub use trials::trials;
pub use verdict::{Verdict, judge};

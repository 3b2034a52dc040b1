//! How the jobs of a sweep are run, and what became of them.
//!
//! | file | decides |
//! |---|---|
//! | `kind` | which launcher a name stands for |
//! | `basic` | the order of jobs that run in the launching process |
//! | `ledger` | what is remembered of a sweep and its jobs, and who may change it |
//! | `results` | which configs have a completed run already |
//! | `verdict` | what becomes of a job when its sweep is started, once more or for the first time |
//! | `interruption` | whether a job that stopped ran out of time |
//!
//! It does not know what a job does: the caller hands in the function that runs one. Every job of a
//! fixed list was composed and checked before the first is launched.

pub mod basic;
mod error;
mod interruption;
mod job;
mod kind;
mod ledger;
mod results;
mod verdict;

pub use error::LaunchError;
pub use interruption::{Interruption, interruption};
pub use job::{Job, JobOutcome, JobReport, tally};
pub use kind::LauncherKind;
pub use ledger::{Ending, JobRecord, JobState, Ledger, SlurmTask, SweepRecord, Taken, identity};
pub use results::{Found, Results, value};
pub use verdict::{Verdict, judge};

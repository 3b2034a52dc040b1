//! Why Slurm does not do what it was asked for.

use std::io;
use std::path::PathBuf;

/// A question to Slurm without a useful answer, or a value that cannot be handed to it.
#[derive(Debug, thiserror::Error)]
pub enum SlurmError {
    /// There is no such program on this machine.
    #[error(
        "failed to find Slurm's `{program}`: no directory of PATH has it; \
         start this where jobs are submitted"
    )]
    NoProgram {
        /// Its name.
        program: &'static str,
    },
    /// It cannot be started.
    #[error("failed to start Slurm's `{program}`")]
    Start {
        /// Its name.
        program: &'static str,
        /// Why.
        source: io::Error,
    },
    /// It said no.
    #[error("failed to {aim}: `{program}` says: {words}")]
    Refused {
        /// Its name.
        program: &'static str,
        /// What it was to do.
        aim: &'static str,
        /// Its stderr.
        words: String,
    },
    /// It did not answer in time, and was ended.
    #[error(
        "failed to {aim}: `{program}` has not answered for {seconds} s, \
         the controller may be away; `scontrol ping` tells"
    )]
    Silent {
        /// Its name.
        program: &'static str,
        /// What it was to do.
        aim: &'static str,
        /// How long it was waited for.
        seconds: u64,
    },
    /// Its answer is none.
    #[error("failed to {aim}: `{program}` answered {answer:?}, expected {expected}")]
    Answer {
        /// Its name.
        program: &'static str,
        /// What it was to do.
        aim: &'static str,
        /// Its stdout.
        answer: String,
        /// What could be read.
        expected: &'static str,
    },
    /// A value that no job file can hold.
    #[error("failed to write {text:?} into a job file: it has {problem}")]
    Unwritable {
        /// The value.
        text: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// This program cannot tell where it is.
    #[error("failed to find this program or its working directory")]
    OwnProgram {
        /// Why.
        source: io::Error,
    },
    /// Something else lies where the job file is to be written.
    #[error(
        "failed to write the job file `{}`: the file there is none that this program wrote",
        path.display()
    )]
    NoJobFile {
        /// The file.
        path: PathBuf,
    },
    /// A sweep whose job file is to be submitted again has none.
    #[error("failed to submit jobs of `{}` again: {problem}", sweep.display())]
    NothingToSubmit {
        /// The sweep directory.
        sweep: PathBuf,
        /// What is missing.
        problem: &'static str,
    },
}

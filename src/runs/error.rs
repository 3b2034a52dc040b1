//! What can be wrong with a run directory.

use std::path::PathBuf;

use super::{ProcessStamp, Refused, Status};
use crate::files::{FileError, TensorFileError};

/// Why a run directory cannot be created, used or read.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The file system refused.
    #[error(transparent)]
    File(#[from] FileError),
    /// A checkpoint cannot be written or read.
    #[error(transparent)]
    Tensors(#[from] TensorFileError),
    /// The experiment name cannot be a directory name.
    #[error("failed to name a run directory after `{name}`: {reason}")]
    Name {
        /// The name as given.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
        /// The nearest usable name, if there is one.
        expected: Option<String>,
    },
    /// Another process works in the directory.
    #[error("failed to lock `{}`: it is in use by {holder}", path.display())]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// Who holds it.
        holder: Box<ProcessStamp>,
    },
    /// The manifest is not one.
    #[error("failed to read manifest `{}`: {reason}", path.display())]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// What the parser said.
        reason: String,
    },
    /// The record of the overrides is none.
    #[error("failed to read overrides `{}`: {reason}", path.display())]
    Overrides {
        /// The file.
        path: PathBuf,
        /// What the parser said.
        reason: String,
    },
    /// The names of classes are not readable.
    #[error("failed to read names of classes `{}`: {reason}", path.display())]
    Classes {
        /// The file.
        path: PathBuf,
        /// What the parser said.
        reason: String,
    },
    /// The tags are not readable.
    #[error("failed to read tags `{}`: {reason}", path.display())]
    Tags {
        /// The file.
        path: PathBuf,
        /// What the parser said.
        reason: String,
    },
    /// A word that cannot be a tag.
    #[error("failed to tag a run `{tag}`: {reason}")]
    TagName {
        /// The word as given.
        tag: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A tag to take away that is not there.
    #[error("failed to take tag `{tag}` from `{}`: {}", path.display(), tags_there(found))]
    NoTag {
        /// The run directory.
        path: PathBuf,
        /// The tag.
        tag: String,
        /// The tags that it has.
        found: Vec<String>,
    },
    /// A name that no run has.
    #[error("failed to find run `{name}`: there is no run of that name in `{}`, which holds {}", outputs.display(), count(*runs))]
    NoRun {
        /// The name as given.
        name: String,
        /// Where it was looked for.
        outputs: PathBuf,
        /// How many runs there are.
        runs: usize,
        /// The names that there are.
        known: Vec<String>,
    },
    /// A name that stands for several runs.
    #[error("failed to find run `{name}`: it stands for several runs: {}", first(found))]
    SeveralRuns {
        /// The name as given.
        name: String,
        /// The runs.
        found: Vec<String>,
    },
    /// A link to a run that is gone.
    #[error("failed to follow `{}`: it points to `{}`, which is not there", path.display(), target.display())]
    Dangling {
        /// The link.
        path: PathBuf,
        /// What it points to.
        target: PathBuf,
    },
    /// The manifest was written by a newer program.
    #[error("failed to read `{}`: its schema is {found}, this program knows up to {known}", path.display())]
    Schema {
        /// The manifest.
        path: PathBuf,
        /// Its schema version.
        found: u64,
        /// The newest version known here.
        known: u64,
    },
    /// A status change that makes no sense.
    #[error("failed to change the status of `{}` from {from} to {to}", path.display())]
    Transition {
        /// The manifest.
        path: PathBuf,
        /// The status on disk.
        from: Status,
        /// The status asked for.
        to: Status,
    },
    /// The directory holds a run of another configuration.
    #[error("failed to resume `{}`: it was started with another configuration ({found}, now {expected})", path.display())]
    ForeignConfig {
        /// The run directory.
        path: PathBuf,
        /// Fingerprint found there.
        found: String,
        /// Fingerprint of this configuration.
        expected: String,
    },
    /// A checkpoint name outside `last`, `best`, `epoch_<n>`.
    #[error("failed to name a checkpoint `{name}`: not one of `last`, `best`, `epoch_<number>`")]
    CheckpointName {
        /// The name as given.
        name: String,
    },
    /// A checkpoint of another configuration, or none of this program's.
    #[error("failed to use checkpoint `{}`: {}", path.display(), foreign_reason(found.as_deref(), expected))]
    ForeignCheckpoint {
        /// The checkpoint.
        path: PathBuf,
        /// Fingerprint it carries, if any.
        found: Option<String>,
        /// Fingerprint of this run.
        expected: String,
    },
    /// A directory without the checkpoint that was asked for.
    #[error("failed to find checkpoint `{name}` in `{}`: {}", path.display(), there(found))]
    NoCheckpoint {
        /// Where.
        path: PathBuf,
        /// Which.
        name: String,
        /// The checkpoints that are there.
        found: Vec<String>,
    },
    /// There are checkpoints and none can be used.
    #[error("failed to find a usable checkpoint in `{}`: {}", path.display(), refused.iter().map(|r| r.reason.to_string()).collect::<Vec<_>>().join("; "))]
    NoUsableCheckpoint {
        /// The checkpoint directory.
        path: PathBuf,
        /// What was refused, newest first, and why.
        refused: Vec<Refused>,
    },
    /// A record in the middle of a log is not JSON.
    #[error("failed to read `{}`: line {line} is not a JSON object: {reason}", path.display())]
    Record {
        /// The log.
        path: PathBuf,
        /// 1-based line.
        line: usize,
        /// What the parser said.
        reason: String,
    },
    /// A results file is not an HDF5 file, or HDF5 refused to write one.
    #[error("failed to process results `{}`: {reason}", path.display())]
    Hdf5 {
        /// The results file.
        path: PathBuf,
        /// What the library said.
        reason: String,
    },
    /// A dataset of a results file is not what it should be.
    #[error("failed to use dataset `{dataset}` of results `{}`: found {found}, expected {expected}", path.display())]
    Dataset {
        /// The results file.
        path: PathBuf,
        /// Which dataset.
        dataset: String,
        /// What is there.
        found: String,
        /// What should be there.
        expected: String,
    },
    /// A batch that does not fit the ones before it.
    #[error("failed to add to results: `{dataset}` has {found}, expected {expected}")]
    Batch {
        /// Which dataset.
        dataset: String,
        /// What was offered.
        found: String,
        /// What fits.
        expected: String,
    },
}

fn foreign_reason(found: Option<&str>, expected: &str) -> String {
    match found {
        Some(found) => format!("it belongs to configuration {found}, this run is {expected}"),
        None => "it carries no configuration fingerprint".into(),
    }
}

fn there(checkpoints: &[String]) -> String {
    match checkpoints {
        [] => "it holds no checkpoint".into(),
        some => format!("it holds {}", some.join(", ")),
    }
}

fn tags_there(tags: &[String]) -> String {
    match tags {
        [] => "it has no tags".into(),
        some => format!("it has {}", some.join(", ")),
    }
}

fn count(runs: usize) -> String {
    match runs {
        0 => "no runs".into(),
        1 => "1 run".into(),
        several => format!("{several} runs"),
    }
}

/// As many names as one reads.
fn first(names: &[String]) -> String {
    const SHOWN: usize = 8;
    match names.len().saturating_sub(SHOWN) {
        0 => names.join(", "),
        more => format!("{}, ... ({more} more)", names[..SHOWN].join(", ")),
    }
}

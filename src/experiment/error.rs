//! What can go wrong with a run: before anything was written, or after.

use std::path::PathBuf;

use crate::config::ConfigErrors;
use crate::data::DataError;
use crate::device::{DeviceError, DeviceSpec};
use crate::files::FileError;
use crate::models::ModelError;
use crate::report::ReportError;
use crate::report::trackers::AddressError;
use crate::runs::RunError;
use crate::text::TextError;
use crate::train::TrainError;
use crate::train::optim::OptimError;
use crate::train::ranks::Elsewhere;
use crate::train::schedule::ScheduleError;
use crate::weights::WeightsError;

use super::pipeline::PipelineError;

/// The config, the data or a file is wrong: nothing was started.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The config.
    #[error(transparent)]
    Config(#[from] ConfigErrors),
    /// Annotations, features or teacher predictions.
    #[error("{key}: {source}")]
    Data {
        /// The config node that describes the data.
        key: String,
        /// What is wrong.
        source: Box<DataError>,
    },
    /// A data set by its split.
    #[error("no data set `{set}` in this config, which has {}", known.join(", "))]
    NoSet {
        /// What was asked for.
        set: String,
        /// What there is.
        known: Vec<String>,
    },
    /// Histories, a tokeniser or a corpus.
    #[error("{key}: {source}")]
    Text {
        /// The config node that describes the text.
        key: String,
        /// What is wrong.
        source: Box<TextError>,
    },
    /// Data sets of one task that differ in their classes.
    #[error(
        "{key}: {found} actions with label map {found_map}, those of {first} are {expected} with {expected_map}"
    )]
    OtherClasses {
        /// The data set.
        key: String,
        /// Its actions.
        found: usize,
        /// Their hash.
        found_map: String,
        /// The first data set.
        first: String,
        /// Its actions.
        expected: usize,
        /// Their hash.
        expected_map: String,
    },
    /// A folder of a trained language model that cannot be used.
    #[error("{key}: `{}`: {reason}", path.display())]
    Folder {
        /// The key that names it.
        key: &'static str,
        /// The folder.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The device.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// The model that the config describes.
    #[error("model: {0}")]
    Model(#[from] ModelError),
    /// Parameter groups and optimizer.
    #[error("opt: failed to {0}")]
    Optim(#[from] OptimError),
    /// Learning rates.
    #[error("opt.scheduler: failed to {0}")]
    Schedule(#[from] ScheduleError),
    /// The run directory.
    #[error(transparent)]
    Run(Box<RunError>),
    /// A report or event file.
    #[error(transparent)]
    Report(Box<ReportError>),
    /// Another file.
    #[error(transparent)]
    File(#[from] FileError),
    /// What the task leaves for others cannot be written where it should be.
    #[error(transparent)]
    Product(Box<PipelineError>),
    /// A tracker without an address that can be used.
    #[error("{}", no_address(found.as_ref()))]
    TrackerAddress {
        /// Where one was found, and what is wrong with it.
        found: Option<(&'static str, AddressError)>,
    },
    /// A checkpoint that does not fit.
    #[error("the checkpoint cannot be used: {reason}")]
    Checkpoint {
        /// Why.
        reason: String,
    },
    /// A variable that says which of several processes this is, and does not.
    #[error("the environment has {name}={value}: expected {expected}")]
    Rank {
        /// The variable.
        name: &'static str,
        /// Its value.
        value: String,
        /// What it may be.
        expected: String,
    },
    /// Something that the config may ask for and this version cannot build.
    #[error("{key}: not available in this version")]
    Unavailable {
        /// The key that asks.
        key: String,
    },
    /// Features of another width than the model's.
    #[error("model.backbone_dim is {expected}, but the features have {found} elements")]
    FeatureWidth {
        /// Elements of the stored or simulated features.
        found: usize,
        /// What the model expects.
        expected: usize,
    },
    /// A feature loss that the teacher's features cannot give.
    #[error(
        "{key} is {weight}, but teacher `{teacher}` has {}; the student's have {expected} elements",
        found.map_or("no features".into(), |n| format!("features of {n} elements"))
    )]
    TeacherFeatures {
        /// The loss weight.
        key: &'static str,
        /// Its value.
        weight: f64,
        /// The teacher.
        teacher: String,
        /// Elements of its features, if it has any.
        found: Option<usize>,
        /// Elements of the student's.
        expected: usize,
    },
    /// A term over several teachers, where there is one or where they have no features.
    #[error(
        "ens_distill is {weight}, but teacher `{teacher}` is {}",
        if *members == 1 { "one teacher" } else { "without features to weigh several by" }
    )]
    TeacherMembers {
        /// The loss weight.
        weight: f64,
        /// The teacher.
        teacher: String,
        /// How many teachers it is.
        members: usize,
    },
    /// A device without the numbers asked for.
    #[error("train.precision is bf16, which device `{device}` cannot compute with")]
    Precision {
        /// The device.
        device: DeviceSpec,
    },
    /// Centroids that cannot be used.
    #[error("{key}: `{path}`: {reason}")]
    Centroids {
        /// The key that names the file.
        key: &'static str,
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
    /// Several processes were started, and this binary cannot join them.
    #[error("{variable} says that this is one of {ranks} processes, and this binary has no MPI")]
    NoMpi {
        /// The variable.
        variable: &'static str,
        /// How many processes there are.
        ranks: usize,
    },
    /// MPI knows of other processes than those that were started.
    #[error("{variable} says that this is one of {ranks} processes, and MPI joins {found}")]
    OtherRanks {
        /// The variable.
        variable: &'static str,
        /// How many processes were started.
        ranks: usize,
        /// How many have found each other.
        found: usize,
    },
    /// Several processes were started for the work of one.
    #[error("{variable} says that this is one of {ranks} processes, and {what} is the work of one")]
    OneProcess {
        /// The variable.
        variable: &'static str,
        /// How many processes there are.
        ranks: usize,
        /// What cannot be shared.
        what: String,
    },
    /// Another rank cannot be set up.
    #[error("rank {rank}: {reason}")]
    OnRank {
        /// Which, from 0.
        rank: usize,
        /// What it says.
        reason: String,
    },
    /// A folder of a language model that is not complete.
    #[error(
        "`{}` lacks `{file}`: it holds config.json, model.safetensors or pytorch_model.bin, and the \
         tokeniser's files, as {example} of huggingface.co has them", folder.display()
    )]
    LanguageFolder {
        /// The folder.
        folder: PathBuf,
        /// What is not there.
        file: &'static str,
        /// A published model of the family.
        example: &'static str,
    },
    /// A file of a language model that does not fit.
    #[error("`{}`: {source}", path.display())]
    LanguageModel {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Box<WeightsError>,
    },
    /// Weights to start from that do not fit.
    #[error("train.init_from_model: `{}`: {source}", path.display())]
    InitialWeights {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Box<WeightsError>,
    },
}

impl Elsewhere for SetupError {
    fn elsewhere(rank: usize, reason: String) -> Self {
        Self::OnRank { rank, reason }
    }
}

impl SetupError {
    /// What `key` asks for cannot be built.
    pub(super) fn unavailable(key: impl Into<String>) -> Self {
        Self::Unavailable { key: key.into() }
    }
}

/// Why a run did not complete.
#[derive(Debug, thiserror::Error)]
pub enum ExperimentError {
    /// Nothing was started.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The experiment failed after it had started.
    #[error(transparent)]
    Train(Box<TrainError>),
    /// The run's files could not be written.
    #[error(transparent)]
    Files(SetupError),
    /// Another rank cannot go on, and the first one says so.
    #[error(transparent)]
    Elsewhere(Box<ExperimentError>),
}

impl ExperimentError {
    /// Whether it happened on another rank.
    pub(super) fn is_elsewhere(&self) -> bool {
        match self {
            Self::Setup(error) | Self::Files(error) => matches!(error, SetupError::OnRank { .. }),
            Self::Train(error) => matches!(**error, TrainError::OnRank { .. }),
            Self::Elsewhere(_) => true,
        }
    }
}

fn no_address(found: Option<&(&'static str, AddressError)>) -> String {
    match found {
        Some((from, error)) => format!("{from}: {error}"),
        None => "tracker.uri: a tracker is asked for, and neither the config nor \
                 MLFLOW_TRACKING_URI says where it is"
            .to_owned(),
    }
}

impl From<PipelineError> for SetupError {
    fn from(error: PipelineError) -> Self {
        match error {
            PipelineError::Setup(error) => *error,
            other => Self::Product(Box::new(other)),
        }
    }
}

// The errors of some rooms are large; a result that is nearly always fine should not be.
impl From<RunError> for SetupError {
    fn from(error: RunError) -> Self {
        Self::Run(Box::new(error))
    }
}

impl From<ReportError> for SetupError {
    fn from(error: ReportError) -> Self {
        Self::Report(Box::new(error))
    }
}

impl From<TrainError> for ExperimentError {
    fn from(error: TrainError) -> Self {
        Self::Train(Box::new(error))
    }
}

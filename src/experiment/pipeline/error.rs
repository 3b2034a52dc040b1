//! Why a chain of stages cannot be run.

use std::path::PathBuf;

use super::super::SetupError;
use super::super::config::Task;
use super::graph::StageId;

/// What is wrong with a chain.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// Stages that need each other.
    #[error("stages need each other: {}", chain.iter().map(ToString::to_string).collect::<Vec<_>>().join(" <- "))]
    Cycle {
        /// From a stage, by what it needs, to the same stage.
        chain: Vec<StageId>,
    },
    /// A recipe that is said to make a store and does not.
    #[error(
        "{key}: `{}` is made by experiment `{experiment}`, whose task is {}; expected one that \
         predicts or makes an ensemble",
        path.display(),
        task.name()
    )]
    MakesNoStore {
        /// The key that asks for the store.
        key: String,
        /// The store.
        path: PathBuf,
        /// The recipe.
        experiment: String,
        /// What it does.
        task: Task,
    },
    /// A stage that writes elsewhere than where its reader looks.
    #[error(
        "{key}: `{}` is made by stage {maker}, which writes {}",
        path.display(),
        wrote.as_ref().map_or("no such file".into(), |wrote| format!("`{}`", wrote.display()))
    )]
    OtherPlace {
        /// The reader's key.
        key: String,
        /// Where it looks.
        path: PathBuf,
        /// The stage that makes it.
        maker: StageId,
        /// Where that writes.
        wrote: Option<PathBuf>,
    },
    /// Two stages with one product.
    #[error("stages {first} and {second} both write `{}`", path.display())]
    SamePlace {
        /// The product.
        path: PathBuf,
        /// One stage.
        first: StageId,
        /// Another.
        second: StageId,
    },
    /// A product that was made of something else.
    #[error(
        "`{}` is there, and was made of something else than {asks} asks for: {}",
        path.display(),
        differences.join("; ")
    )]
    MadeOtherwise {
        /// The product.
        path: PathBuf,
        /// Who asks for it.
        asks: String,
        /// What differs.
        differences: Vec<String>,
    },
    /// A product of unknown making, where one is to be written.
    #[error("`{}` is there, and does not say what it was made of", path.display())]
    Foreign {
        /// The product.
        path: PathBuf,
    },
    /// A product whose record cannot be read.
    #[error("`{}`: the record of what it was made of: {reason}", path.display())]
    Record {
        /// The product.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// Anything else that keeps a stage from being set up.
    #[error(transparent)]
    Setup(#[from] Box<SetupError>),
}

impl From<SetupError> for PipelineError {
    fn from(error: SetupError) -> Self {
        Self::Setup(Box::new(error))
    }
}

impl From<crate::files::FileError> for PipelineError {
    fn from(error: crate::files::FileError) -> Self {
        SetupError::from(error).into()
    }
}

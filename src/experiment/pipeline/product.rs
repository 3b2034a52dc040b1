//! What a task leaves for others: a store of predictions, or a folder of weights.
//!
//! | there is | a stage that asks for it | a task that writes it |
//! |---|---|---|
//! | nothing | runs | writes |
//! | one made of the same | is done | writes it again: it is the same |
//! | one made of something else | is refused; `pipeline=remake` runs it | is refused; `pipeline=remake` writes |
//! | one that does not say what it was made of | takes it as it is | is refused |

use std::path::{Path, PathBuf};

use crate::data::TeacherStore;
use crate::data::check::tidy;
use crate::files::{self, Kind};

use super::super::SetupError;
use super::super::config::{ExperimentConfig, Pipeline, StoreFormat, Task};
use super::{MadeOf, PipelineError};

/// What a task leaves.
#[derive(Clone, Debug, PartialEq)]
pub enum Product {
    /// A store of predictions.
    Store(PathBuf),
    /// A folder of weights.
    Folder(PathBuf),
}

/// What is there of a product.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// Nothing.
    Absent,
    /// One that does not say what it was made of: it came from elsewhere.
    Foreign,
    /// One that says what it was made of.
    Made(Box<MadeOf>),
}

impl Product {
    /// What the task of a config leaves for others; `None` for a run whose directory is all, and for
    /// a pickle, which other programs read.
    pub fn of(config: &ExperimentConfig) -> Option<Self> {
        let language = &config.language;
        let native = |path: &Path, format| {
            (format == StoreFormat::Safetensors).then(|| Self::Store(tidy(path)))
        };
        match config.run.task {
            Task::Train | Task::ExtractFeatures => None,
            Task::TeacherPretrain => Some(Self::Folder(tidy(&language.mlm.as_ref()?.folder))),
            Task::TeacherFinetune => Some(Self::Folder(tidy(&language.finetune.as_ref()?.folder))),
            Task::TeacherPredict => {
                language.predict.as_ref().and_then(|task| native(&task.store, task.format))
            }
            Task::TeacherEnsemble => {
                language.ensemble.as_ref().and_then(|task| native(&task.store, task.format))
            }
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        match self {
            Self::Store(path) | Self::Folder(path) => path,
        }
    }

    /// What is there of it.
    ///
    /// # Errors
    /// A file that is no store, a record that cannot be read.
    pub fn state(&self) -> Result<State, PipelineError> {
        let record = match self {
            _ if files::kind(self.path()).is_none() => return Ok(State::Absent),
            Self::Store(path) => TeacherStore::record(path)
                .map_err(|e| SetupError::Data { key: "teacher".into(), source: Box::new(e) })?,
            // Weights may be named by their file.
            Self::Folder(path) if files::is_file(path) => return Ok(State::Foreign),
            Self::Folder(path) if files::list(path)?.is_empty() => return Ok(State::Absent),
            Self::Folder(path) => {
                let file = path.join(MadeOf::FILE);
                let is_there = files::kind(&file) == Some(Kind::File);
                is_there.then(|| files::read_to_string(&file)).transpose()?
            }
        };
        let Some(record) = record else { return Ok(State::Foreign) };
        let made_of = MadeOf::from_record(&record);
        let path = || self.path().to_owned();
        let made_of = made_of.map_err(|reason| PipelineError::Record { path: path(), reason })?;
        Ok(State::Made(Box::new(made_of)))
    }

    /// Refuses to write over a product that another config made, or that came from elsewhere.
    ///
    /// # Errors
    /// What is there, and how it differs.
    pub fn permit(&self, made_of: &MadeOf, config: &ExperimentConfig) -> Result<(), PipelineError> {
        let path = self.path().to_owned();
        match self.state()? {
            State::Absent => Ok(()),
            State::Foreign => Err(PipelineError::Foreign { path }),
            State::Made(_) if config.run.pipeline == Pipeline::Remake => Ok(()),
            State::Made(there) => {
                let differences = there.differences(made_of);
                let asks = "this config".to_owned();
                match differences.is_empty() {
                    true => Ok(()),
                    false => Err(PipelineError::MadeOtherwise { path, asks, differences }),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_states_of_a_folder() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lm");
        let folder = Product::Folder(path.clone());
        assert_eq!(folder.state().unwrap(), State::Absent);
        files::create_dir_all(&path).unwrap();
        assert_eq!(folder.state().unwrap(), State::Absent);
        files::write_atomic(&path.join("config.json"), b"{}").unwrap();
        assert_eq!(folder.state().unwrap(), State::Foreign);
        let record = MadeOf::default().to_record();
        files::write_atomic(&path.join(MadeOf::FILE), record.as_bytes()).unwrap();
        assert_eq!(folder.state().unwrap(), State::Made(Box::default()));
        let file = Product::Folder(path.join("config.json"));
        assert_eq!(file.state().unwrap(), State::Foreign);
        files::write_atomic(&path.join(MadeOf::FILE), b"{").unwrap();
        assert!(folder.state().unwrap_err().to_string().contains("the record of what"));
    }
}

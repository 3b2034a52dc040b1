//! What a task leaves for others, written: a store of predictions, or a folder of weights.
//!
//! Asked before anything is started whether it may be written, so that a run does not end at a file
//! that is not its own. A folder appears whole or not at all: it is filled under another name and
//! renamed. What is there and was made of the same stays as it is. Invariant: what was made of
//! something else is replaced only where `pipeline=remake` says so.

use std::path::{Path, PathBuf};

use crate::config::Resolved;
use crate::data::TeacherStore;
use crate::data::teacher::export_rows;
use crate::files;
use crate::train::StopSignal;

use super::SetupError;
use super::config::{ExperimentConfig, StoreFormat, Task};
use super::pipeline::{MadeOf, PipelineError, Product, State};
use super::turn::Turn;

/// Where a product goes, and what it was made of.
#[derive(Debug)]
pub(super) struct Publisher {
    form: Form,
    made_of: MadeOf,
}

#[derive(Debug)]
enum Form {
    /// What says what it was made of.
    Native(Product),
    /// A pickle, which does not.
    Pickle(PathBuf),
}

impl Publisher {
    /// What the task of a config leaves; `None` where its run directory is all. A run that `is_complete`
    /// has written its pickle.
    ///
    /// # Errors
    /// A product that is there already and is not this config's.
    pub(super) fn new(
        config: &ExperimentConfig,
        resolved: &Resolved,
        is_complete: bool,
    ) -> Result<Option<Self>, SetupError> {
        if let Some(product) = Product::of(config) {
            let made_of = MadeOf::of(config, resolved)?;
            product.permit(&made_of, config)?;
            return Ok(Some(Self { form: Form::Native(product), made_of }));
        }
        let Some(path) = pickle(config) else { return Ok(None) };
        if files::kind(path).is_some() && !is_complete {
            return Err(PipelineError::Foreign { path: path.to_owned() }.into());
        }
        Ok(Some(Self { form: Form::Pickle(path.to_owned()), made_of: MadeOf::default() }))
    }

    /// Where the product goes.
    pub(super) fn path(&self) -> &Path {
        match &self.form {
            Form::Native(product) => product.path(),
            Form::Pickle(path) => path,
        }
    }

    /// Waits until nobody else makes the product; who had to may find that it is no longer to be made,
    /// which is then refused here.
    ///
    /// # Errors
    /// What another process made meanwhile, where that is another product; a directory that cannot be
    /// made.
    pub(super) fn turn(
        &self,
        config: &ExperimentConfig,
        stop: &dyn StopSignal,
    ) -> Result<Turn, SetupError> {
        create_parent(self.path())?;
        let turn = Turn::wait(self.path(), stop)?;
        if let (Turn::After(_), Form::Native(product)) = (&turn, &self.form) {
            product.permit(&self.made_of, config)?;
        }
        Ok(turn)
    }

    /// Whether the product is there, made of what the config asks for.
    pub(super) fn is_there(&self) -> Result<bool, SetupError> {
        Ok(match &self.form {
            Form::Pickle(path) => files::is_file(path),
            Form::Native(product) => match product.state()? {
                State::Made(there) => there.differences(&self.made_of).is_empty(),
                State::Absent | State::Foreign => false,
            },
        })
    }

    /// Writes predictions.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub(super) fn store(&self, store: TeacherStore) -> Result<&Path, SetupError> {
        let path = self.path();
        create_parent(path)?;
        let written = match &self.form {
            Form::Native(_) => store.made_of(self.made_of.to_record()).write(path),
            Form::Pickle(_) => export_rows(&store, path),
        };
        written.map_err(|e| SetupError::Data { key: "store".into(), source: Box::new(e) })?;
        tracing::info!("wrote {}", path.display());
        Ok(path)
    }

    /// Fills a folder by `fill`, which gets one that is empty.
    ///
    /// # Errors
    /// As `fill` says; a file that cannot be written, and then nothing is there.
    pub(super) fn folder(
        &self,
        fill: impl FnOnce(&Path) -> Result<(), SetupError>,
    ) -> Result<(), SetupError> {
        let Form::Native(product) = &self.form else { return Ok(()) };
        let path = product.path();
        if self.is_there()? {
            tracing::info!("{} is there already, made of the same", path.display());
            return Ok(());
        }
        create_parent(path)?;
        files::write_dir(path, |empty| {
            fill(empty)?;
            let record = self.made_of.to_record();
            Ok::<_, SetupError>(files::write_atomic(&empty.join(MadeOf::FILE), record.as_bytes())?)
        })?;
        tracing::info!("wrote {}", path.display());
        Ok(())
    }
}

fn create_parent(path: &Path) -> Result<(), SetupError> {
    Ok(path.parent().map_or(Ok(()), files::create_dir_all)?)
}

/// The pickle that a task writes in the place of a store.
fn pickle(config: &ExperimentConfig) -> Option<&Path> {
    let language = &config.language;
    let (path, format) = match config.run.task {
        Task::TeacherPredict => language.predict.as_ref().map(|task| (&task.store, task.format))?,
        Task::TeacherEnsemble => {
            language.ensemble.as_ref().map(|task| (&task.store, task.format))?
        }
        Task::Train | Task::ExtractFeatures | Task::TeacherPretrain | Task::TeacherFinetune => {
            return None;
        }
    };
    (format == StoreFormat::Pickle).then_some(path)
}

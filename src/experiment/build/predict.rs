//! Prediction from the config: a trained teacher, and every segment that it is asked about.

use burn::tensor::Device;

use crate::models::TeacherModel;
use crate::models::actions::{ActionClasses, NgramModel};
use crate::text::HistoryBatch;
use crate::train::TrainError;
use crate::train::teacher::{HistorySet, NgramTeacher, Said, Teacher};
use crate::weights;

use super::super::SetupError;
use super::super::config::ExperimentConfig;
use super::super::folder::{self, Card, bad};
use super::Basis;
use super::histories::Histories;
use super::language::{Pupil, pupil, reading};

/// A teacher and what it is asked.
pub(in super::super) struct Prediction {
    pub basis: Basis,
    /// The device, without gradients.
    pub device: Device,
    pub teacher: Asked,
    pub sets: Vec<HistorySet>,
    /// The teacher's name.
    pub name: String,
    /// Identifies the actions and their order.
    pub label_map: String,
    pub classes: usize,
    pub max_batches: Option<usize>,
    pub counting: crate::train::Counting,
}

/// A teacher that has learnt.
pub(in super::super) enum Asked {
    /// By gradients.
    Model(Box<TeacherModel>),
    /// By counting.
    Counts(Box<NgramModel>, ActionClasses),
}

impl Teacher for Asked {
    fn say(&self, batch: &HistoryBatch, device: &Device) -> Result<Said, TrainError> {
        match self {
            Self::Model(model) => model.say(batch, device),
            Self::Counts(model, classes) => NgramTeacher { model, classes }.say(batch, device),
        }
    }
}

impl Prediction {
    /// Opens every data set and the folder of the teacher.
    ///
    /// # Errors
    /// Annotations that are missing or wrong, a folder of another model or other classes.
    pub fn new(config: &ExperimentConfig) -> Result<Self, SetupError> {
        let Some(node) = &config.language.predict else {
            return Err(SetupError::unavailable("task"));
        };
        let histories = Histories::open(config)?;
        let (classes, label_map) = (histories.classes(), histories.label_map());
        let spec = config.run.device.resolve();
        let mut basis = histories.basis(spec);
        let card = Card::new(config, &label_map, &classes, basis.kind)?;
        basis.kind = basis.kind.max(card.check(&node.folder)?);
        let device = spec.open()?;
        let annotations = histories.annotations();
        let (reading, reader) = reading(config, Some(&node.folder), annotations)?;
        let sets = histories.all_sets(&reading)?;
        let teacher = match pupil(config, reader.as_ref(), &classes, false, &device)? {
            Pupil::Model(model) => Asked::Model(Box::new(load(*model, &node.folder)?)),
            Pupil::Counts(counts) => {
                let arrays = folder::to_counts(&folder::arrays(&node.folder)?);
                let model = arrays
                    .and_then(|arrays| NgramModel::from_arrays(counts, &arrays, classes.actions()));
                let model = model.ok_or_else(|| {
                    bad(&node.folder, "its counts are not those of such a model".into())
                })?;
                Asked::Counts(Box::new(model), classes.clone())
            }
        };
        Ok(Self {
            basis,
            device,
            teacher,
            sets,
            name: node.name.clone(),
            label_map,
            classes: classes.actions(),
            max_batches: config.eval.max_batches,
            counting: super::counting(&config.eval),
        })
    }
}

/// The weights of a folder, every one of them.
fn load(model: TeacherModel, path: &std::path::Path) -> Result<TeacherModel, SetupError> {
    let loaded = weights::import(model, &folder::arrays(path)?, true);
    loaded.map(|(model, _)| model).map_err(|e| bad(path, format!("its weights: {e}")))
}

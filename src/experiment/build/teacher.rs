//! Teachers from the `teacher` node.
//!
//! Several teachers stay side by side only for the term `ens_distill`; the other terms take their
//! mean.

use std::path::Path;
use std::sync::Arc;

use crate::data::{
    Dataset, MissingPrediction, SimulatedTeacher, SimulatedTeacherConfig, Teacher, TeacherStore,
    World, join_teachers,
};

use super::super::SetupError;
use super::super::config::{self, ExperimentConfig, TeacherSource};
use super::data::{at, world};

const KEY: &str = "teacher";

/// What teaches the training sets.
pub(super) struct Teachers<'a> {
    config: &'a ExperimentConfig,
    /// The stores, read once for all sets.
    stores: Option<Arc<Teacher>>,
}

impl<'a> Teachers<'a> {
    /// Opens the stores that the config names.
    pub(super) fn open(config: &'a ExperimentConfig) -> Result<Self, SetupError> {
        let stores = match config.teacher.source() {
            Some(TeacherSource::Stores(paths)) => {
                let stores = paths.iter().map(|path| TeacherStore::open(path)).collect();
                let paths: Vec<&Path> = paths.iter().map(AsRef::as_ref).collect();
                let joined =
                    at("teacher.store", stores).map(|stores| join_teachers(&paths, stores))?;
                Some(Arc::new(Teacher::Store(at("teacher.store", joined)?)))
            }
            Some(TeacherSource::Simulated) | None => None,
        };
        Ok(Self { config, stores })
    }

    /// Joins the teacher to a training set; without one the set stays as it is.
    pub(super) fn join(
        &self,
        dataset: Dataset,
        node: &config::DatasetConfig,
    ) -> Result<Dataset, SetupError> {
        let teacher = match (self.config.teacher.source(), &self.stores) {
            (None, _) => return Ok(dataset),
            (Some(_), Some(stores)) => Arc::clone(stores),
            (Some(_), None) => Arc::new(self.simulated(&dataset, node)?),
        };
        check_members(&teacher, self.config)?;
        check_features(&teacher, self.config)?;
        let missing = match self.config.teacher.missing {
            config::MissingPrediction::Error => MissingPrediction::Error,
            config::MissingPrediction::Uniform => MissingPrediction::Uniform,
            config::MissingPrediction::Skip => MissingPrediction::Skip,
        };
        at(KEY, dataset.with_teacher(teacher, missing))
    }

    /// Predictions made up for a set: a generated world has teachers of its own.
    fn simulated(
        &self,
        dataset: &Dataset,
        node: &config::DatasetConfig,
    ) -> Result<Teacher, SetupError> {
        let stacked = weights(self.config).ens_distill > 0.0;
        match node {
            config::DatasetConfig::Synthetic(set) => {
                let world = at(KEY, World::generate(&world(&set.world)))?;
                let name = self.config.teacher.name.as_deref().unwrap_or_default();
                let store = if stacked { world.stacked_teacher(name) } else { world.teacher(name) };
                Ok(Teacher::Store(at(KEY, store)?))
            }
            config::DatasetConfig::EpicKitchens(_) | config::DatasetConfig::BreakfastSalads(_) => {
                let node = &self.config.teacher.simulated;
                Ok(Teacher::Simulated(from_labels(node, stacked, dataset)))
            }
        }
    }
}

fn weights(config: &ExperimentConfig) -> &config::LossWeights {
    &config.train.train_one_epoch_fn.loss_wts
}

/// Refuses to weigh several teachers where there is one, or where they have no features.
fn check_members(teacher: &Teacher, config: &ExperimentConfig) -> Result<(), SetupError> {
    let weight = weights(config).ens_distill;
    if weight > 0.0 && (teacher.members() == 1 || teacher.feature_dim().is_none()) {
        return Err(SetupError::TeacherMembers {
            weight,
            teacher: teacher.name().to_owned(),
            members: teacher.members(),
        });
    }
    Ok(())
}

/// Refuses a weighted feature term that the teacher's features cannot give.
fn check_features(teacher: &Teacher, config: &ExperimentConfig) -> Result<(), SetupError> {
    let weights = weights(config);
    let width = super::model::student(&config.model)?.feature_dim();
    for (key, weight) in
        [("distill_feat", weights.distill_feat), ("distill_feat_mse", weights.distill_feat_mse)]
    {
        if weight > 0.0 && teacher.feature_dim() != Some(width) {
            return Err(SetupError::TeacherFeatures {
                key,
                weight,
                teacher: teacher.name().to_owned(),
                found: teacher.feature_dim(),
                expected: width,
            });
        }
    }
    Ok(())
}

fn from_labels(
    node: &config::SimulatedTeacher,
    stacked: bool,
    dataset: &Dataset,
) -> SimulatedTeacher {
    let config = SimulatedTeacherConfig {
        strength: node.strength as f32,
        related: node.related as f32,
        noise: node.noise as f32,
        teachers: node.teachers,
        stacked,
        feature_dim: node.feature_dim,
        seed: node.seed,
    };
    SimulatedTeacher::new(config, &dataset.annotations().vocabulary)
}

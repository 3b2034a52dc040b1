//! Files beside those of the data sets: predictions, weights, text.

use std::path::Path;

use crate::data::check::{Content, Kind, LANGUAGE_MODEL, source};
use crate::files;
use crate::runs::{CheckpointName, checkpoint_file};

use super::super::SetupError;
use super::super::build::annotations;
use super::super::config::{
    DatasetConfig, ExperimentConfig, FutureLoss, FuturePredictor, LmSize, MissingPrediction, Task,
    TeacherSource,
};
use super::super::language_model::of_run;
use super::Needs;

pub(super) fn add(needs: &mut Needs, config: &ExperimentConfig) -> Result<(), SetupError> {
    match config.run.task {
        Task::Train | Task::ExtractFeatures => {
            predictions(needs, config)?;
            weights(needs, config);
        }
        Task::TeacherPretrain => language_model(needs, config),
        Task::TeacherFinetune => {
            language_model(needs, config);
            histories(needs, config);
        }
        Task::TeacherPredict => {
            histories(needs, config);
            if let Some(predict) = &config.language.predict {
                let content = Content::OneOf(LANGUAGE_MODEL);
                let origin = Some(source::RUNS.page());
                needs.push("predict.folder", Kind::Weights, &predict.folder, content, origin);
            }
        }
        Task::TeacherEnsemble => {
            for path in config.language.ensemble.iter().flat_map(|ensemble| &ensemble.members) {
                needs.add_known("ensemble.members", Kind::Teachers, path);
            }
        }
    }
    Ok(())
}

/// The stores of a teacher, for the segments that are trained on.
fn predictions(needs: &mut Needs, config: &ExperimentConfig) -> Result<(), SetupError> {
    const KEY: &str = "teacher.store";
    let Some(TeacherSource::Stores(paths)) = config.teacher.source() else { return Ok(()) };
    let mut sets = Vec::new();
    for (suffix, set) in &config.dataset_train {
        if let DatasetConfig::EpicKitchens(set) = set {
            sets.push(annotations(&format!("dataset_train{suffix}"), set)?);
        }
    }
    let all = match config.teacher.missing {
        MissingPrediction::Error => true,
        MissingPrediction::Uniform | MissingPrediction::Skip => false,
    };
    for path in paths {
        let content = Content::Teacher { annotations: sets.clone(), all };
        needs.push(KEY, Kind::Teachers, path, content, Some(source::TEACHERS.page()));
    }
    Ok(())
}

/// Weights to start from, and centroids.
fn weights(needs: &mut Needs, config: &ExperimentConfig) {
    const KEY: &str = "train.init_from_model";
    let entries = config.train.init_from_model.iter().flatten();
    for path in entries.filter_map(|entry| entry.last()).map(Path::new) {
        let file = checkpoint_file(path, CheckpointName::Last);
        let origin = needs.origin(path);
        let origin = origin.or(Some(source::RUNS.page()));
        let file = file.unwrap_or_else(|_| path.to_owned());
        if !needs.items.iter().any(|item| item.path == file) {
            needs.push(KEY, Kind::Weights, &file, Content::Weights, origin);
        }
    }
    if let FuturePredictor::Avth(avth) = &config.model.future_predictor {
        let loss = match &avth.future_pred_loss {
            Some(FutureLoss::Quantized(loss)) => Some(&loss.centroids_fpath),
            _ => None,
        };
        for path in loss.into_iter().chain(&avth.assign_to_centroids) {
            needs.add_known("model.future_predictor", Kind::Weights, path);
        }
    }
}

/// Histories made beforehand.
fn histories(needs: &mut Needs, config: &ExperimentConfig) {
    let history = config.language.history.iter();
    for path in history.flat_map(|history| history.files.iter().flatten()) {
        needs.add_known("history.files", Kind::Text, path);
    }
}

/// A language model and what it reads.
fn language_model(needs: &mut Needs, config: &ExperimentConfig) {
    let language = &config.language;
    if let Some(lm) = language.lm.as_ref().and_then(|lm| lm.published())
        && lm.size == LmSize::Published
    {
        needs.add_known("lm.folder", Kind::Weights, &lm.folder);
        if let Some(weights) = lm.weights.as_ref().filter(|weights| **weights != lm.folder) {
            let origin = needs.origin(weights).or(Some(source::RUNS.page()));
            let (path, content) = match of_run(weights) {
                Some(file) => (file, Content::Weights),
                None if files::is_file(weights) => (weights.clone(), Content::File),
                None => (weights.clone(), Content::OneOf(LANGUAGE_MODEL)),
            };
            needs.push("lm.weights", Kind::Weights, &path, content, origin);
        }
    }
    if config.run.task == Task::TeacherPretrain
        && let Some(corpus) = &language.corpus
    {
        needs.add_known("corpus.file", Kind::Text, &corpus.file);
    }
}

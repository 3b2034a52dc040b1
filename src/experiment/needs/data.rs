//! The files of the data sets: segments, classes, and what frames are read from.

use std::path::{Path, PathBuf};

use crate::data::check::{Content, Kind, Observed, names, tidy};
use crate::data::{AnnotationConfig, Anticipation, Version};
use crate::files;

use super::super::SetupError;
use super::super::build::{annotations, anticipation};
use super::super::config::{
    AnnotationReader, BreakfastSalads, DatasetConfig, EpicKitchens, ExperimentConfig, ReaderConfig,
    SaladsOrBreakfast,
};
use super::Needs;

pub(super) fn add(needs: &mut Needs, config: &ExperimentConfig) -> Result<(), SetupError> {
    let frames = config.run.task.reads_frames();
    for (key, set) in config.datasets() {
        match set {
            DatasetConfig::EpicKitchens(set) => {
                let segments = segments(needs, &key, set)?;
                if frames {
                    features(needs, &key, set, segments, config.model.backbone_dim)?;
                }
            }
            DatasetConfig::BreakfastSalads(set) => folds(needs, &key, set, frames),
            DatasetConfig::Synthetic(_) => {}
        }
    }
    Ok(())
}

/// Annotation and class files; returns what they annotate.
fn segments(
    needs: &mut Needs,
    key: &str,
    set: &EpicKitchens,
) -> Result<AnnotationConfig, SetupError> {
    let annotations = annotations(key, set)?;
    for path in &annotations.annotation_path {
        let alone = AnnotationConfig { annotation_path: vec![path.clone()], ..annotations.clone() };
        let content = Content::Segments { annotations: alone, count: None };
        needs.add(key, Kind::Annotations, &present_twin(path), content);
    }
    let first = annotations.annotation_path.first().and_then(|path| path.parent());
    let dir = annotations.annotation_dir.as_deref().or(first).unwrap_or(Path::new(""));
    let lists = [&set.action_labels_fpath, &set.only_keep_videos];
    for path in class_files(annotations.version, dir).iter().chain(lists.into_iter().flatten()) {
        needs.add_known(key, Kind::Annotations, path);
    }
    Ok(annotations)
}

/// A pickle that is not there is read from its csv twin.
fn present_twin(path: &Path) -> PathBuf {
    let twin = path.with_extension("csv");
    let reads_twin = path.extension().is_some_and(|ending| ending == "pkl")
        && !files::is_file(path)
        && files::is_file(&twin);
    if reads_twin { twin } else { path.to_owned() }
}

/// The class files that a vocabulary is read from.
fn class_files(version: Version, dir: &Path) -> Vec<PathBuf> {
    let names: &[&str] = match version {
        Version::Ek55 => &[
            "EPIC_verb_classes.csv",
            "EPIC_noun_classes.csv",
            "EPIC_many_shot_verbs.csv",
            "EPIC_many_shot_nouns.csv",
        ],
        Version::Ek100 => &["EPIC_100_verb_classes.csv", "EPIC_100_noun_classes.csv"],
        Version::Egtea => &[],
    };
    names.iter().map(|name| dir.join(name)).collect()
}

/// What the frames of segments, or features of theirs, are read from.
fn features(
    needs: &mut Needs,
    key: &str,
    set: &EpicKitchens,
    annotations: AnnotationConfig,
    width: usize,
) -> Result<(), SetupError> {
    match &set.reader_fn {
        Some(ReaderConfig::Rulstm(reader)) => {
            let runtime = set.conv_to_anticipate_fn_runtime.as_ref();
            let times = set.conv_to_anticipate_fn.as_ref().or(runtime);
            let anticipation: Option<Anticipation> =
                times.map(|times| anticipation(key, times)).transpose()?;
            // The width of several stores side by side is their sum.
            let width = (reader.lmdb_path.len() == 1).then_some(width);
            for path in &reader.lmdb_path {
                let observed = vec![Observed { annotations: annotations.clone(), anticipation }];
                needs.add(key, Kind::Features, path, Content::Store { width, observed });
            }
        }
        None | Some(ReaderConfig::Video(_)) => {
            let roots: Vec<PathBuf> = set.root.iter().map(|root| tidy(root)).collect();
            if let Some(last) = set.root.last() {
                needs.add(key, Kind::Videos, last, Content::Videos { roots, annotations });
            }
        }
        Some(ReaderConfig::Sener(reader)) => {
            needs.add_known(key, Kind::Features, &reader.feat_dir);
        }
        Some(
            ReaderConfig::Simulated(_) | ReaderConfig::Painted(_) | ReaderConfig::LabelOneHot(_),
        ) => {}
    }
    Ok(())
}

/// The files of one fold of 50-Salads or Breakfast.
fn folds(needs: &mut Needs, key: &str, set: &BreakfastSalads, frames: bool) {
    let part = if set.is_train { "train" } else { "test" };
    let list = tidy(&set.splits_dir.join(format!("{part}.split{}.bundle", set.fold)));
    needs.add_known(key, Kind::Annotations, &list);
    needs.add_known(key, Kind::Annotations, &set.classes_fpath);
    let listed = |names| Content::Listed { lists: vec![list.clone()], names };
    let mut annotated = |dir: &Path, names| needs.add(key, Kind::Annotations, dir, listed(names));
    let asks_video = match &set.annot_reader_fn {
        AnnotationReader::OrigSalads(dirs) => {
            annotated(&dirs.annots_dir, names::salads_annotation);
            annotated(&dirs.timestamps_dir, names::salads_times);
            true
        }
        AnnotationReader::OrigBreakfast(_) => {
            set.root.iter().for_each(|root| annotated(root, names::breakfast_labels));
            false
        }
        AnnotationReader::AbuFarha(dirs) => {
            annotated(&dirs.annots_dir, names::ground_truth);
            dirs.frame_rate.is_none()
        }
    };
    if asks_video || frames && reads_videos(set.reader_fn.as_ref()) {
        let videos = match set.which {
            SaladsOrBreakfast::Salads => names::salads_video,
            SaladsOrBreakfast::Breakfast => names::breakfast_video,
        };
        set.root.iter().for_each(|root| needs.add(key, Kind::Videos, root, listed(videos)));
    }
    if let Some(ReaderConfig::Sener(reader)) = set.reader_fn.as_ref().filter(|_| frames) {
        needs.add_known(key, Kind::Features, &reader.feat_dir);
    }
}

/// Whether frames are those of video files.
fn reads_videos(reader: Option<&ReaderConfig>) -> bool {
    match reader {
        None | Some(ReaderConfig::Video(_)) => true,
        Some(
            ReaderConfig::Rulstm(_)
            | ReaderConfig::Sener(_)
            | ReaderConfig::Simulated(_)
            | ReaderConfig::Painted(_)
            | ReaderConfig::LabelOneHot(_),
        ) => false,
    }
}

//! Teacher predictions from the pickles of the study.
//!
//! | file | predictions | features |
//! |---|---|---|
//! | list of dicts with `uid` | `logit_action`, `logit_action_mean`, `logit_action_maxpool` | `LM_feat` |
//! | dict from uid to tensor | the tensors | a second such file |
//!
//! Decides how axes become one row a segment ([`Pool`]), and how the uids of the file meet those of
//! the annotations. The original reads such a file at every start and fills gaps silently; here it
//! is read once, and what is missing is counted.
//!
//! Source: `process_lm_pred` of the study's `helpers/generate_preds`, `read_lm_outputs` of its
//! `datasets/base_video_dataset.py`.

mod rows;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::data::annotations::Annotations;
use crate::data::error::DataError;
use crate::data::{DataKind, Uid};

use super::{Coverage, TeacherError, TeacherManifest, TeacherStore, label_map_hash};
use rows::Predictions;

/// What to make of the axes of a prediction.
///
/// Axes of length one are dropped first, as the original's `squeeze` does.
///
/// | pool | list of dicts | tensor (C) | tensor (K, C) |
/// |---|---|---|---|
/// | `Single` | `logit_action` | as it is | refused |
/// | `Mean` | `logit_action_mean`, else the mean of `logit_action` | as it is | the mean |
/// | `MaxPool` | `logit_action_maxpool`, else the maximum of `logit_action` | as it is | the maximum |
/// | `Stacked` | `logit_action` | a stack of one | as it is |
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pool {
    /// One teacher.
    #[default]
    Single,
    /// The mean of several.
    Mean,
    /// The maximum of several, class by class.
    MaxPool,
    /// Several, kept apart.
    Stacked,
}

/// What to import.
#[derive(Clone, Debug)]
pub struct ImportConfig {
    /// The pickle with the predictions.
    pub predictions: PathBuf,
    /// The pickle with the features, where they are in a file of their own.
    pub features: Option<PathBuf>,
    /// What to make of several teachers.
    pub pool: Pool,
    /// The teacher's name.
    pub teacher: String,
}

/// An imported teacher and what was noticed.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The predictions.
    pub store: TeacherStore,
    /// How many segments of the annotations have one.
    pub coverage: Coverage,
    /// The first segments without a prediction.
    pub missing: Vec<Uid>,
    /// Predictions for no segment of the annotations; they are kept.
    pub strangers: usize,
    /// Predictions that a later one for the same segment replaced, as in the original.
    pub replaced: usize,
    /// Whether features in the file were left out: those of several teachers, when pooled.
    pub features_left_out: bool,
}

impl Imported {
    /// What a person should know, a line each.
    pub fn summary(&self) -> Vec<String> {
        let Coverage { present, of } = self.coverage;
        let mut lines = vec![format!("predictions for {present} of {of} segments")];
        if !self.missing.is_empty() {
            let names: Vec<String> = self.missing.iter().map(Uid::to_string).collect();
            let more = if of - present > names.len() { ", ..." } else { "" };
            lines.push(format!("missing: {}{more}", names.join(", ")));
        }
        if self.strangers > 0 {
            lines.push(format!("{} predictions are for no segment", self.strangers));
        }
        if self.replaced > 0 {
            lines.push(format!("{} predictions came twice, the last one counts", self.replaced));
        }
        if self.features_left_out {
            lines.push("features are of several teachers and were left out".into());
        }
        lines
    }
}

/// Predictions of a pickle as they are, of whichever data set.
#[derive(Clone, Debug, PartialEq)]
pub struct PickledRows {
    /// The segment of each row.
    pub uids: Vec<Uid>,
    /// Logits, `uids.len() * classes`.
    pub logits: Vec<f32>,
    /// Number of classes.
    pub classes: usize,
    /// The class of each row, where the file has them all.
    pub targets: Option<Vec<i64>>,
}

/// Reads the predictions of a pickle without asking whose they are; of several teachers the mean.
///
/// # Errors
/// A file of another form, unequal widths, numbers that are not finite.
pub fn read_rows(path: &Path) -> Result<PickledRows, DataError> {
    let (uids, logits, targets) = rows::read_labelled(path, Pool::Mean)?;
    Ok(PickledRows { uids, classes: logits.width, logits: logits.values, targets })
}

/// How many missing segments are named.
const NAMED: usize = 10;

impl Pool {
    /// Reads `single`, `mean`, `maxpool` or `stacked`.
    pub fn from_key(key: &str) -> Result<Self, DataError> {
        match key {
            "single" => Ok(Self::Single),
            "mean" => Ok(Self::Mean),
            "maxpool" => Ok(Self::MaxPool),
            "stacked" => Ok(Self::Stacked),
            _ => Err(DataError::UnknownValue {
                setting: "pool",
                value: key.into(),
                expected: ["single", "mean", "maxpool", "stacked"].map(String::from).into(),
            }),
        }
    }
}

/// Reads the predictions of a teacher for a data set.
///
/// # Errors
/// A file of another form, predictions of other classes or unequal widths, numbers that are not
/// finite, no prediction for any segment.
pub fn import(config: &ImportConfig, annotations: &Annotations) -> Result<Imported, DataError> {
    let path = &config.predictions;
    let Predictions { uids, logits, features, replaced } = rows::read(path, config.pool)?;
    let features = match &config.features {
        Some(path) => Some(rows::read_features(path, &uids, logits.members)?),
        None => features,
    };
    let classes = annotations.class_names("action");
    if logits.width != classes.len() {
        let (found, expected) = (logits.width, classes.len());
        return Err(
            TeacherError::Classes { teacher: config.teacher.clone(), found, expected }.into()
        );
    }
    let (coverage, missing) = coverage(config, &uids, annotations)?;
    let strangers = uids.len() - coverage.present;
    let manifest = TeacherManifest {
        teacher: config.teacher.clone(),
        classes: classes.len(),
        label_map: label_map_hash(&classes),
        origin: if annotations.synthetic { DataKind::Synthetic } else { DataKind::Real },
    };
    let members = logits.members;
    let features_left_out = features.as_ref().is_some_and(|f| f.members != members);
    let features = features.filter(|f| f.members == members).map(|f| (f.values, f.width));
    let store = TeacherStore::stacked(path, manifest, members, uids, logits.values, features)?;
    Ok(Imported { store, coverage, missing, strangers, replaced, features_left_out })
}

/// Counts the segments with a prediction and names some of the others.
fn coverage(
    config: &ImportConfig,
    uids: &[Uid],
    annotations: &Annotations,
) -> Result<(Coverage, Vec<Uid>), DataError> {
    let known: HashSet<&Uid> = uids.iter().collect();
    let of = annotations.segments.len();
    let missing: Vec<&Uid> =
        annotations.segments.iter().map(|s| &s.uid).filter(|uid| !known.contains(uid)).collect();
    if missing.len() == of {
        let first = uids.first().map_or(String::new(), |uid| format!(", the first is `{uid}`"));
        let reason = format!("none of its {} uids is a segment of the data set{first}", uids.len());
        return Err(TeacherError::Predictions { path: config.predictions.clone(), reason }.into());
    }
    let coverage = Coverage { present: of - missing.len(), of };
    Ok((coverage, missing.into_iter().take(NAMED).cloned().collect()))
}

//! What a data set is made of, and the label types it predicts.

use crate::data::annotations::{AnnotationConfig, Annotations, FoldsConfig};
use crate::data::anticipation::Anticipation;
use crate::data::clip::SampleStrategy;
use crate::data::error::DataError;
use crate::data::segmentation::OverlapRule;
use crate::data::synth::{Split, SynthConfig, World};

/// Where the segments come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// Annotation files.
    Files(AnnotationConfig),
    /// A fold of 50-Salads or Breakfast.
    Folds(FoldsConfig),
    /// A generated world.
    Synthetic(SynthConfig, Split),
}

impl Source {
    /// The segments of all videos.
    ///
    /// # Errors
    /// Files that are missing or say something wrong.
    pub fn annotations(&self) -> Result<Annotations, DataError> {
        Ok(match self {
            Self::Files(files) => Annotations::read(files)?,
            Self::Folds(folds) => Annotations::read_folds(folds)?,
            Self::Synthetic(synth, split) => World::generate(synth)?.annotations(*split),
        })
    }
}

/// One data set of an experiment (`dataset_train`, `dataset_eval`, ...).
#[derive(Clone, Debug, PartialEq)]
pub struct DatasetConfig {
    /// The segments.
    pub source: Source,
    /// What is predicted: `action`, `verb`, `noun`; the first is the main one.
    pub label_type: Vec<String>,
    /// Where clips lie in the observation.
    pub sample_strategy: SampleStrategy,
    /// From action to observation; `None` observes the action itself.
    pub anticipation: Option<Anticipation>,
    /// Which of several simultaneous actions labels a frame.
    pub overlap: OverlapRule,
}

/// A label type with its class names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelType {
    /// `action`, `verb` or `noun`.
    pub name: String,
    /// Class names.
    pub classes: Vec<String>,
}

/// The label types of a config with their classes; every name must be known.
pub(super) fn label_types(
    names: &[String],
    annotations: &Annotations,
) -> Result<Vec<LabelType>, DataError> {
    const KNOWN: [&str; 3] = ["action", "verb", "noun"];
    let unknown = names.iter().find(|n| !KNOWN.contains(&n.as_str()));
    if names.is_empty() || unknown.is_some() {
        return Err(DataError::UnknownValue {
            setting: "label_type",
            value: unknown.cloned().unwrap_or_default(),
            expected: KNOWN.map(String::from).into(),
        });
    }
    let label =
        |name: &String| LabelType { name: name.clone(), classes: annotations.class_names(name) };
    Ok(names.iter().map(label).collect())
}

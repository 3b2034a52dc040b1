//! `dataset`: what the options of a data set share; `pretrained`: what parts of a model start from.
//!
//! Other keys take their values by interpolation and nothing else reads them; they are typed so that
//! a misspelt key does not pass.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

use super::dataset::{AnnotationReader, DatasetConfig, LabelType, SyntheticWorld, TimePrecision};
use super::reader::ReaderConfig;
use super::target::{OneOrMany, one_or_many};

/// `dataset`
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Shelf {
    /// EPIC-Kitchens-55.
    pub epic_kitchens: Common<Ek55>,
    /// EPIC-Kitchens-100.
    pub epic_kitchens100: Common<Ek100>,
    /// EGTEA Gaze+.
    pub egtea: Common<Egtea>,
    /// 50-Salads.
    pub dundee50salads: FoldedShelf<Salads>,
    /// Breakfast.
    pub breakfast: FoldedShelf<Breakfast>,
    /// The generated world.
    pub synthetic: SyntheticShelf,
    /// What the recipe's third data set starts from, so that `+debug=synthetic` can put another in
    /// its place.
    #[serde(default)]
    pub eval_train: Option<DatasetConfig>,
}

/// `dataset.<name>`
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Common<T> {
    /// What the options share.
    pub common: T,
}

/// `dataset.epic_kitchens.common`
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ek55 {
    /// 0.1
    pub version: f64,
    /// Videos.
    pub data_dir: PathBuf,
    /// The authors' annotations.
    pub annot_dir: PathBuf,
    /// RULSTM's annotations.
    pub rulstm_annot_dir: PathBuf,
    /// RULSTM's features.
    pub rulstm_feats_dir: PathBuf,
    /// What is predicted.
    #[serde(deserialize_with = "one_or_many")]
    #[schemars(with = "OneOrMany<LabelType>")]
    pub label_type: Vec<LabelType>,
    /// Seconds from the end of what is observed to the start of the action.
    pub tau_a: f64,
    /// Seconds observed.
    pub tau_o: f64,
}

/// `dataset.epic_kitchens100.common`
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ek100 {
    /// 0.2
    pub version: f64,
    /// Videos that EK55 does not have.
    pub data_dir_extension: PathBuf,
    /// RULSTM's features.
    pub rulstm_feats_dir: PathBuf,
    /// The authors' annotations.
    pub annot_dir: PathBuf,
    /// RULSTM's annotations.
    pub rulstm_annot_dir: PathBuf,
    /// What is predicted.
    #[serde(deserialize_with = "one_or_many")]
    #[schemars(with = "OneOrMany<LabelType>")]
    pub label_type: Vec<LabelType>,
    /// Seconds from the end of what is observed to the start of the action.
    pub tau_a: f64,
    /// Seconds observed.
    pub tau_o: f64,
}

/// `dataset.egtea.common`
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Egtea {
    /// -1
    pub version: f64,
    /// RULSTM's features.
    pub rulstm_feats_dir: PathBuf,
    /// RULSTM's annotations.
    pub rulstm_annot_dir: PathBuf,
    /// What is predicted.
    #[serde(deserialize_with = "one_or_many")]
    #[schemars(with = "OneOrMany<LabelType>")]
    pub label_type: Vec<LabelType>,
    /// Seconds from the end of what is observed to the start of the action.
    pub tau_a: f64,
    /// Seconds observed.
    pub tau_o: f64,
    /// Which of the published splits.
    pub split: usize,
    /// Which feature store.
    pub modality: String,
}

/// `dataset.dundee50salads`, `dataset.breakfast`
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FoldedShelf<T> {
    /// What the options share.
    pub common: T,
    /// How annotations are written down.
    pub annot_reader_fn: AnnotationReader,
}

/// `dataset.dundee50salads.common`
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Salads {
    /// All of the data set.
    pub data_dir: PathBuf,
    /// Lists of the folds' videos.
    pub splits_dir: PathBuf,
    /// The data set's own annotations.
    pub annots_dir: PathBuf,
    /// Videos.
    pub videos_dir: PathBuf,
    /// The time of each frame.
    pub timestamps_dir: PathBuf,
    /// File that numbers the actions.
    pub classes_fpath: PathBuf,
    /// Abu Farha's annotations.
    pub annots_dir_abu_farha: PathBuf,
    /// Which fold, 1 to 5.
    pub fold: usize,
    /// How finely times are kept.
    #[serde(default)]
    pub time_precision: TimePrecision,
}

/// `dataset.breakfast.common`
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Breakfast {
    /// Videos, with the data set's own annotations beside them.
    pub videos_dir: PathBuf,
    /// Lists of the folds' videos.
    pub splits_dir: PathBuf,
    /// File that numbers the actions.
    pub classes_fpath: PathBuf,
    /// Abu Farha's annotations.
    pub annots_dir_abu_farha: PathBuf,
    /// Which fold, 1 to 4.
    pub fold: usize,
    /// How finely times are kept.
    #[serde(default)]
    pub time_precision: TimePrecision,
}

/// `dataset.synthetic`
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SyntheticShelf {
    /// The world.
    pub world: SyntheticWorld,
    /// What its two sets share.
    pub common: SyntheticCommon,
    /// `+debug=synthetic_video`: what its two sets read.
    #[serde(default)]
    pub pictures: Option<ReaderConfig>,
    /// `+debug=synthetic`: what takes the place of `dataset_train`.
    #[serde(default)]
    pub train: Option<DatasetConfig>,
    /// `+debug=synthetic`: what takes the place of `dataset_eval`.
    #[serde(default)]
    pub val: Option<DatasetConfig>,
}

/// `dataset.synthetic.common`
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SyntheticCommon {
    /// What is predicted.
    #[serde(deserialize_with = "one_or_many")]
    #[schemars(with = "OneOrMany<LabelType>")]
    pub label_type: Vec<LabelType>,
    /// Seconds from the end of what is observed to the start of the action.
    pub tau_a: f64,
    /// Seconds observed.
    pub tau_o: f64,
}

/// `pretrained`
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pretrained {
    /// Entries of `train.init_from_model` for the backbone; an option that replaces the backbone by
    /// features empties it.
    pub backbone: Option<Vec<Vec<String>>>,
}

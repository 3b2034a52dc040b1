//! `dataset`: what the options of a data set share. `dataset_*` nodes take it by interpolation and
//! nothing else reads it; it is typed so that a misspelt key does not pass.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

use super::dataset::{DatasetConfig, LabelType};
use super::synthetic::SyntheticWorld;
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
    /// The generated world.
    pub synthetic: SyntheticShelf,
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

/// `dataset.synthetic`
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SyntheticShelf {
    /// The world.
    pub world: SyntheticWorld,
    /// What its two sets share.
    pub common: SyntheticCommon,
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

//! `extract.json`: what the features of a store were made of.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::data::error::DataError;
use crate::files;

/// What decides a feature, apart from the video. A store holds features of one origin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// Which output of the model.
    pub endpoint: String,
    /// Frames per second that have a feature.
    pub frame_rate: f64,
    /// The backbone, as configs name it.
    pub backbone: String,
    /// SHA-256 of the model's config and of how clips are cut and shown.
    pub config: String,
    /// SHA-256 of the weights.
    pub weights: String,
    /// `real`, `simulated` or `synthetic`.
    pub data: String,
}

impl Origin {
    /// The first thing in which another origin differs, in words.
    pub(super) fn difference(&self, other: &Self) -> Option<String> {
        let pairs = [
            ("endpoint", self.endpoint.clone(), other.endpoint.clone()),
            ("frame_rate", self.frame_rate.to_string(), other.frame_rate.to_string()),
            ("backbone", self.backbone.clone(), other.backbone.clone()),
            ("data", self.data.clone(), other.data.clone()),
            ("model and data_eval, sha256", self.config.clone(), other.config.clone()),
            ("weights, sha256", self.weights.clone(), other.weights.clone()),
        ];
        let (what, here, asked) = pairs.into_iter().find(|(_, here, asked)| here != asked)?;
        Some(format!("{what} is {here}, asked for is {asked}"))
    }
}

/// The content of `extract.json`, and of the same file of a part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreManifest {
    /// Version of this layout.
    pub schema: u64,
    /// Whether all that was asked for is there.
    pub complete: bool,
    /// How many features there are; 0 while they are being stored.
    pub frames: u64,
    /// Elements of each.
    pub width: usize,
    /// What they were made of.
    pub of: Origin,
}

impl StoreManifest {
    /// Its name in a store.
    pub const FILE: &str = "extract.json";
    /// The version written.
    const SCHEMA: u64 = 1;

    /// Of a store without features.
    pub(super) fn of(origin: Origin) -> Self {
        Self { schema: Self::SCHEMA, complete: false, frames: 0, width: 0, of: origin }
    }

    /// Reads one.
    ///
    /// # Errors
    /// When it is none, or of another version.
    pub fn read(path: &Path) -> Result<Self, DataError> {
        let refuse = |reason: String| DataError::Extracted { path: path.to_owned(), reason };
        let manifest: Self =
            serde_json::from_slice(&files::read(path)?).map_err(|e| refuse(e.to_string()))?;
        match manifest.schema {
            Self::SCHEMA => Ok(manifest),
            other => Err(refuse(format!("its schema is {other}, expected {}", Self::SCHEMA))),
        }
    }

    pub(super) fn write(&self, path: &Path) -> Result<(), DataError> {
        let mut text = serde_json::to_vec_pretty(self).expect("it has string keys and numbers");
        text.push(b'\n');
        Ok(files::write_atomic(path, &text)?)
    }
}

//! Predictions of a teacher for the segments of a data set.
//!
//! Decides where they come from ([`Teacher`]), how a missing one is treated
//! ([`MissingPrediction`]), and that a teacher of other classes is refused before training. Several
//! teachers may stand side by side in a row; whether they are averaged is for the losses to say. The
//! student sees rows, never files; the pickles of the original become a store once ([`import()`]).

mod ensemble;
mod error;
mod export;
mod import;
mod joined;
mod simulated;
mod store;

use crate::files::sha256_bytes;

use super::annotations::Labels;
use super::error::DataError;
use crate::data::{DataKind, Uid};

pub use ensemble::{Combine, ensemble};
pub use error::TeacherError;
pub use export::{Content, export, export_rows};
pub use import::{ImportConfig, Imported, PickledRows, Pool, import, read_rows};
pub use joined::join;
pub use simulated::{SimulatedTeacher, SimulatedTeacherConfig};
pub use store::{TeacherManifest, TeacherStore};

/// What happens with a segment the teacher says nothing about.
///
/// | rule | the row |
/// |---|---|
/// | `Error` | refuses to train |
/// | `Uniform` | logits and features are all -1, a uniform distribution, and count: what the original does |
/// | `Skip` | is left out of the distillation terms |
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MissingPrediction {
    /// Every segment needs a prediction.
    #[default]
    Error,
    /// A constant prediction.
    Uniform,
    /// No distillation for the row.
    Skip,
}

impl MissingPrediction {
    /// What the original fills in.
    pub const FILL: f32 = -1.0;

    /// Reads the `missing` key.
    pub fn from_key(key: &str) -> Result<Self, DataError> {
        match key {
            "error" => Ok(Self::Error),
            "uniform" => Ok(Self::Uniform),
            "skip" => Ok(Self::Skip),
            _ => Err(DataError::UnknownValue {
                setting: "teacher.missing",
                value: key.into(),
                expected: vec!["error".into(), "uniform".into(), "skip".into()],
            }),
        }
    }
}

/// How many segments a teacher covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// Segments with a prediction.
    pub present: usize,
    /// All segments.
    pub of: usize,
}

/// A source of predictions.
#[derive(Clone, Debug)]
pub enum Teacher {
    /// A table of predictions.
    Store(TeacherStore),
    /// Predictions derived from the labels.
    Simulated(SimulatedTeacher),
}

/// The teacher's part of a batch of `B` rows.
#[derive(Clone, Debug, PartialEq)]
pub struct TeacherBatch {
    /// Logits, `B * members * classes`.
    pub logits: Vec<f32>,
    /// How many teachers there are, side by side; 1 for one teacher or the mean of several.
    pub members: usize,
    /// Number of classes.
    pub classes: usize,
    /// Features, `B * members * dim`, and `dim`, when the teacher has them.
    pub features: Option<(Vec<f32>, usize)>,
    /// Whether the row counts in the distillation terms. False only under
    /// [`MissingPrediction::Skip`]; such rows are filled with -1.
    pub present: Vec<bool>,
}

/// The teacher's part of one sample.
#[derive(Clone, Debug, PartialEq)]
pub struct TeacherRow {
    /// Logits, `members * classes`.
    pub logits: Vec<f32>,
    /// How many teachers there are.
    pub members: usize,
    /// Features, `members * dim`.
    pub features: Option<Vec<f32>>,
    /// Whether the row counts.
    pub present: bool,
}

impl Teacher {
    /// The teacher's name.
    pub fn name(&self) -> &str {
        match self {
            Teacher::Store(store) => &store.manifest().teacher,
            Teacher::Simulated(_) => "simulated",
        }
    }

    /// How many teachers it is that stand side by side; 1 when they are averaged or only one.
    pub fn members(&self) -> usize {
        match self {
            Teacher::Store(store) => store.members(),
            Teacher::Simulated(teacher) => teacher.members(),
        }
    }

    /// Number of classes it predicts.
    pub fn classes(&self) -> usize {
        match self {
            Teacher::Store(store) => store.manifest().classes,
            Teacher::Simulated(teacher) => teacher.classes(),
        }
    }

    /// Elements of its feature vectors.
    pub fn feature_dim(&self) -> Option<usize> {
        match self {
            Teacher::Store(store) => store.feature_dim(),
            Teacher::Simulated(teacher) => teacher.feature_dim(),
        }
    }

    /// What its predictions are worth.
    pub fn kind(&self) -> DataKind {
        match self {
            Teacher::Store(store) => store.manifest().origin,
            Teacher::Simulated(_) => DataKind::Simulated,
        }
    }

    /// What identifies its predictions.
    pub fn fingerprint(&self) -> String {
        match self {
            Teacher::Store(store) => store.fingerprint().to_owned(),
            Teacher::Simulated(teacher) => teacher.describe(),
        }
    }

    /// Refuses a teacher of other classes than `classes`.
    pub fn check_classes(&self, classes: &[String]) -> Result<(), DataError> {
        let teacher = || self.name().to_owned();
        if self.classes() != classes.len() {
            let (found, expected) = (self.classes(), classes.len());
            return Err(TeacherError::Classes { teacher: teacher(), found, expected }.into());
        }
        let expected = label_map_hash(classes);
        match self {
            Teacher::Store(store) if store.manifest().label_map != expected => {
                let found = store.manifest().label_map.clone();
                Err(TeacherError::LabelMap { teacher: teacher(), found, expected }.into())
            }
            Teacher::Store(_) | Teacher::Simulated(_) => Ok(()),
        }
    }

    /// Whether it has a prediction for a segment.
    pub fn covers(&self, uid: &Uid) -> bool {
        match self {
            Teacher::Store(store) => store.contains(uid),
            Teacher::Simulated(_) => true,
        }
    }

    /// The prediction for a segment, filled according to `missing` where there is none.
    pub fn row(&self, uid: &Uid, labels: Labels, missing: MissingPrediction) -> TeacherRow {
        let found = match self {
            Teacher::Store(store) => store.row(uid),
            Teacher::Simulated(teacher) => Some(teacher.row(uid, labels)),
        };
        let present = found.is_some() || missing != MissingPrediction::Skip;
        let members = self.members();
        let fill = |n| vec![MissingPrediction::FILL; members * n];
        let (logits, features) =
            found.unwrap_or_else(|| (fill(self.classes()), self.feature_dim().map(fill)));
        TeacherRow { logits, members, features, present }
    }
}

/// Identifies class names and their order.
pub fn label_map_hash(classes: &[String]) -> String {
    sha256_bytes(classes.join("\n").as_bytes())
}

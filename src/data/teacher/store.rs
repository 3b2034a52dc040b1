//! The native store of teacher predictions: one safetensors file.
//!
//! | tensor | shape | content |
//! |---|---|---|
//! | `uids` | (N) int64 | segment numbers; absent when uids are strings |
//! | `logits` | (N, C) float32, or (N, K, C) | one row a segment; K teachers stacked |
//! | `features` | (N, D) float32, or (N, K, D) | optional |
//!
//! Metadata: `format` = `runner-teacher-1`, `teacher`, `classes`, `label_map` (see
//! [`super::label_map_hash`]), `origin`, `uids` as a JSON list when they are strings, and `made_of`, a
//! record of what the predictions were made of, where the writer has one.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use crate::files::{HostTensor, TensorFile, TensorIndex, sha256_bytes};

use crate::data::error::DataError;
use crate::data::{DataKind, Uid};

use super::TeacherError;

const FORMAT: &str = "runner-teacher-1";
const MADE_OF: &str = "made_of";

/// What a store says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeacherManifest {
    /// The teacher's name.
    pub teacher: String,
    /// Number of classes.
    pub classes: usize,
    /// Identifies the class names and their order.
    pub label_map: String,
    /// What the predictions are worth.
    pub origin: DataKind,
}

/// Predictions by segment.
#[derive(Clone, Debug)]
pub struct TeacherStore {
    pub(super) manifest: TeacherManifest,
    index: HashMap<Uid, usize>,
    uids: Vec<Uid>,
    logits: Vec<f32>,
    features: Option<(Vec<f32>, usize)>,
    members: usize,
    fingerprint: String,
    record: Option<String>,
}

impl TeacherStore {
    /// A store in memory: `logits` is `uids.len() * classes`, features are `uids.len() * dim`.
    ///
    /// # Errors
    /// When sizes do not fit, a uid occurs twice, or a number is not finite; `path` is for errors.
    pub fn new(
        path: &Path,
        manifest: TeacherManifest,
        uids: Vec<Uid>,
        logits: Vec<f32>,
        features: Option<(Vec<f32>, usize)>,
    ) -> Result<Self, DataError> {
        Self::stacked(path, manifest, 1, uids, logits, features)
    }

    /// A store of `members` teachers that are not averaged: `logits` is
    /// `uids.len() * members * classes`, features are `uids.len() * members * dim`.
    ///
    /// # Errors
    /// As [`TeacherStore::new`].
    pub fn stacked(
        path: &Path,
        manifest: TeacherManifest,
        members: usize,
        uids: Vec<Uid>,
        logits: Vec<f32>,
        features: Option<(Vec<f32>, usize)>,
    ) -> Result<Self, DataError> {
        let refuse = |reason: String| Err(bad(path, &reason));
        let n = uids.len();
        if logits.len() != n * members * manifest.classes {
            let (found, classes) = (logits.len(), manifest.classes);
            let of = if members == 1 { String::new() } else { format!(" by {members} teachers") };
            return refuse(format!("{found} logits for {n} segments of {classes} classes{of}"));
        }
        if features.as_ref().is_some_and(|(values, dim)| values.len() != n * members * dim) {
            return refuse(format!("features do not fit {n} segments"));
        }
        let tables = [("logits", Some(&logits)), ("features", features.as_ref().map(|f| &f.0))];
        for (name, values) in tables {
            if let Some(at) = values.and_then(|v| v.iter().position(|x| !x.is_finite())) {
                let row = at * n / values.map_or(1, Vec::len);
                return refuse(format!("{name} of segment {} are not finite", uids[row]));
            }
        }
        let mut index = HashMap::with_capacity(n);
        for (row, uid) in uids.iter().enumerate() {
            if index.insert(uid.clone(), row).is_some() {
                return refuse(format!("segment {uid} occurs twice"));
            }
        }
        let fingerprint = fingerprint(&manifest, &uids, &logits);
        Ok(Self { manifest, index, uids, logits, features, members, fingerprint, record: None })
    }

    /// Reads and checks a store.
    pub fn open(path: &Path) -> Result<Self, DataError> {
        let mut file = TensorFile::read(path)?;
        let meta = |key: &str| file.metadata.get(key).cloned();
        if meta("format").as_deref() != Some(FORMAT) {
            return Err(bad(path, &format!("its metadata does not say `format: {FORMAT}`")));
        }
        let need = |key: &str| meta(key).ok_or_else(|| bad(path, &format!("it has no `{key}`")));
        let origin = need("origin")?;
        let origin = DataKind::from_name(&origin)
            .ok_or_else(|| bad(path, &format!("its origin is `{origin}`")))?;
        let uids = read_uids(path, &file)?;
        let (logits, members, classes) = take_matrix(path, &mut file, "logits", uids.len())?
            .ok_or_else(|| bad(path, "it has no `logits`"))?;
        let features = match take_matrix(path, &mut file, "features", uids.len())? {
            Some((_, found, _)) if found != members => {
                return Err(bad(
                    path,
                    &format!("logits of {members} teachers, features of {found}"),
                ));
            }
            features => features.map(|(values, _, dim)| (values, dim)),
        };
        let manifest = TeacherManifest {
            teacher: file.metadata.get("teacher").cloned().unwrap_or_else(|| "unnamed".into()),
            classes,
            label_map: file
                .metadata
                .get("label_map")
                .cloned()
                .ok_or_else(|| bad(path, "it has no `label_map`"))?,
            origin,
        };
        Self::stacked(path, manifest, members, uids, logits, features)
    }

    /// What a store says it was made of, without reading its arrays into memory; `None` when it does
    /// not say.
    ///
    /// # Errors
    /// A file that is no store, or a damaged one.
    pub fn record(path: &Path) -> Result<Option<String>, DataError> {
        let mut metadata = TensorIndex::read(path)?.metadata;
        if metadata.get("format").map(String::as_str) != Some(FORMAT) {
            return Err(bad(path, &format!("its metadata does not say `format: {FORMAT}`")));
        }
        Ok(metadata.remove(MADE_OF))
    }

    /// The same store, which says what it was made of.
    pub fn made_of(self, record: String) -> Self {
        Self { record: Some(record), ..self }
    }

    /// Writes the store atomically.
    pub fn write(&self, path: &Path) -> Result<(), DataError> {
        let mut metadata = BTreeMap::from([
            ("format".to_owned(), FORMAT.to_owned()),
            ("teacher".to_owned(), self.manifest.teacher.clone()),
            ("classes".to_owned(), self.manifest.classes.to_string()),
            ("label_map".to_owned(), self.manifest.label_map.clone()),
            ("origin".to_owned(), self.manifest.origin.name().to_owned()),
        ]);
        if let Some(record) = &self.record {
            metadata.insert(MADE_OF.to_owned(), record.clone());
        }
        let n = self.uids.len();
        let mut tensors = BTreeMap::new();
        let ints: Option<Vec<i64>> = self.uids.iter().map(as_int).collect();
        match ints {
            Some(ints) => {
                tensors.insert("uids".to_owned(), HostTensor::i64([n], ints));
            }
            None => {
                let texts: Vec<String> = self.uids.iter().map(Uid::to_string).collect();
                metadata.insert("uids".to_owned(), serde_json::Value::from(texts).to_string());
            }
        }
        let shape = |width: usize| match self.members {
            1 => vec![n, width],
            members => vec![n, members, width],
        };
        let logits = HostTensor::f32(shape(self.manifest.classes), self.logits.clone());
        tensors.insert("logits".into(), logits);
        if let Some((values, dim)) = &self.features {
            tensors.insert("features".into(), HostTensor::f32(shape(*dim), values.clone()));
        }
        Ok(TensorFile { tensors, metadata }.write(path)?)
    }

    /// What the store says about itself.
    pub fn manifest(&self) -> &TeacherManifest {
        &self.manifest
    }

    /// The segments in store order.
    pub fn uids(&self) -> &[Uid] {
        &self.uids
    }

    /// How many segments it has predictions for.
    pub fn len(&self) -> usize {
        self.uids.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.uids.is_empty()
    }

    /// Elements of a feature vector.
    pub fn feature_dim(&self) -> Option<usize> {
        self.features.as_ref().map(|(_, dim)| *dim)
    }

    /// How many teachers are stacked in a row; 1 when they are averaged or only one.
    pub fn members(&self) -> usize {
        self.members
    }

    /// SHA-256 over manifest, uids and logits.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Whether it has a prediction for a segment.
    pub fn contains(&self, uid: &Uid) -> bool {
        self.index.contains_key(uid)
    }

    /// Logits and features of a segment, of stacked teachers one after the other.
    pub fn row(&self, uid: &Uid) -> Option<(Vec<f32>, Option<Vec<f32>>)> {
        let row = *self.index.get(uid)?;
        let slice = |values: &[f32], width: usize| {
            let width = self.members * width;
            values[row * width..(row + 1) * width].to_vec()
        };
        let features = self.features.as_ref().map(|(values, dim)| slice(values, *dim));
        Some((slice(&self.logits, self.manifest.classes), features))
    }
}

fn bad(path: &Path, reason: &str) -> DataError {
    TeacherError::Store { path: path.to_owned(), reason: reason.into() }.into()
}

fn as_int(uid: &Uid) -> Option<i64> {
    match uid {
        Uid::Int(i) => Some(*i),
        Uid::Text(_) => None,
    }
}

fn read_uids(path: &Path, file: &TensorFile) -> Result<Vec<Uid>, DataError> {
    if let Some(ints) = file.tensors.get("uids").and_then(HostTensor::as_i64) {
        return Ok(ints.iter().copied().map(Uid::Int).collect());
    }
    let texts: Option<Vec<String>> =
        file.metadata.get("uids").and_then(|json| serde_json::from_str(json).ok());
    let texts = texts.ok_or_else(|| bad(path, "it has no `uids`"))?;
    Ok(texts.into_iter().map(|t| Uid::Text(t.into())).collect())
}

/// Takes a (rows, width) or (rows, members, width) float tensor as values, members and width;
/// `None` when absent.
fn take_matrix(
    path: &Path,
    file: &mut TensorFile,
    name: &str,
    rows: usize,
) -> Result<Option<(Vec<f32>, usize, usize)>, DataError> {
    let Some(tensor) = file.tensors.remove(name) else { return Ok(None) };
    match (tensor.shape.as_slice(), tensor.as_f32()) {
        ([n, width], Some(values)) if *n == rows => Ok(Some((values.to_vec(), 1, *width))),
        ([n, members, width], Some(values)) if *n == rows && *members > 0 => {
            Ok(Some((values.to_vec(), *members, *width)))
        }
        (shape, _) => Err(bad(
            path,
            &format!(
                "`{name}` has shape {shape:?}, expected floats of ({rows}, width) or ({rows}, teachers, width)"
            ),
        )),
    }
}

fn fingerprint(manifest: &TeacherManifest, uids: &[Uid], logits: &[f32]) -> String {
    let mut bytes = format!("{manifest:?}").into_bytes();
    uids.iter().for_each(|uid| bytes.extend(format!(" {uid}").into_bytes()));
    logits.iter().for_each(|v| bytes.extend(v.to_le_bytes()));
    sha256_bytes(&bytes)
}

//! Feature stores, results, tensors, teachers.

use std::path::Path;

use hdf5_pure::{File, Group};

use crate::files::{self, TensorData, TensorFile, TensorIndex};

use super::Shown;
use crate::data::error::DataError;
use crate::data::reader::FeatureStore;
use crate::data::teacher::TeacherStore;

/// An LMDB store: its videos with their first and last frame.
pub(super) fn lmdb(path: &Path) -> Result<Shown, DataError> {
    let store = FeatureStore::open(path)?;
    let mut shown = Shown::new("LMDB feature store", ["video", "first frame", "last frame"]);
    shown.fact("vectors", store.entries());
    shown.fact("elements of a vector", store.dim());
    for (video, first, last) in store.session()?.videos()? {
        shown.rows.push(vec![video, first.to_string(), last.to_string()]);
    }
    shown.fact("videos", shown.rows.len());
    Ok(shown)
}

/// A safetensors file: a teacher store, or any other.
pub(super) fn safetensors(path: &Path) -> Result<Shown, DataError> {
    let index = TensorIndex::read(path)?;
    if index.metadata.get("format").is_some_and(|f| f.starts_with("runner-teacher-")) {
        return teacher(path);
    }
    let mut shown = Shown::new("safetensors file", ["tensor", "type", "shape"]);
    shown.facts = index.metadata.into_iter().collect();
    shown.fact("tensors", index.tensors.len());
    let row = |(name, (dtype, shape)): (String, (String, Vec<usize>))| {
        vec![name, dtype, format!("{shape:?}")]
    };
    shown.rows = index.tensors.into_iter().map(row).collect();
    Ok(shown)
}

/// Tensors with their shapes; the metadata are facts.
pub(super) fn tensors(kind: &str, file: &TensorFile) -> Shown {
    let mut shown = Shown::new(kind, ["tensor", "type", "shape"]);
    shown.facts = file.metadata.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
    shown.fact("tensors", file.tensors.len());
    for (name, tensor) in &file.tensors {
        let dtype = match tensor.data {
            TensorData::F32(_) => "float",
            TensorData::I64(_) => "int",
        };
        shown.rows.push(vec![name.clone(), dtype.into(), format!("{:?}", tensor.shape)]);
    }
    shown
}

fn teacher(path: &Path) -> Result<Shown, DataError> {
    let store = TeacherStore::open(path)?;
    let manifest = store.manifest();
    let mut shown = Shown::new("teacher store", ["uid", "teacher", "class", "logit"]);
    shown.fact("teacher", &manifest.teacher);
    shown.fact("origin", manifest.origin);
    shown.fact("segments", store.len());
    shown.fact("classes", manifest.classes);
    shown.fact("teachers in a row", store.members());
    shown.fact("features", store.feature_dim().map_or("none".into(), |dim| dim.to_string()));
    shown.fact("label map", &manifest.label_map);
    for uid in store.uids() {
        let (logits, _) = store.row(uid).unwrap_or_default();
        for (member, logits) in logits.chunks(manifest.classes.max(1)).enumerate() {
            let best = logits.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
            let (class, logit) = best.unwrap_or((0, &0.0));
            let cells = [uid.to_string(), member.to_string(), class.to_string(), logit.to_string()];
            shown.rows.push(cells.into());
        }
    }
    Ok(shown)
}

/// An HDF5 file: its data sets with type and shape.
pub(super) fn hdf5(path: &Path) -> Result<Shown, DataError> {
    let failed =
        |e: hdf5_pure::Error| DataError::Hdf5 { path: path.to_owned(), reason: e.to_string() };
    let file = File::from_bytes(files::read(path)?).map_err(failed)?;
    let mut shown = Shown::new("HDF5 file", ["data set", "type", "shape"]);
    collect(&file, "", &file.root(), GROUPS, &mut shown).map_err(failed)?;
    shown.fact("data sets", shown.rows.len());
    Ok(shown)
}

/// How deep groups are followed; a damaged file may link them in circles.
const GROUPS: usize = 16;

fn collect(
    file: &File,
    name: &str,
    group: &Group,
    depth: usize,
    shown: &mut Shown,
) -> Result<(), hdf5_pure::Error> {
    for set in group.datasets()? {
        let name = format!("{name}{set}");
        let set = file.dataset(&name)?;
        shown.rows.push(vec![name, set.dtype()?.to_string(), format!("{:?}", set.shape()?)]);
    }
    for inner in group.groups()? {
        let name = format!("{name}{inner}");
        match depth {
            0 => shown.rows.push(vec![name, "group".into(), "not followed".into()]),
            _ => collect(file, &format!("{name}/"), &file.group(&name)?, depth - 1, shown)?,
        }
    }
    Ok(())
}

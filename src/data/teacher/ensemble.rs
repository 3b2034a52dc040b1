//! Several teachers as one: the mean of their logits, the largest of each class, or side by side.
//!
//! Stricter than [`join`](super::join): members of an ensemble must agree in classes, segments and
//! number of teachers, and the first difference is named, so that a store that was made for another
//! split does not thin the ensemble out unseen.
//!
//! | combine | logits | features |
//! |---|---|---|
//! | `Mean` | their mean | their mean, where all have them in one width |
//! | `MaxPool` | the largest of each class | the same mean |
//! | `Stack` | side by side | side by side, where all have them in one width |
//!
//! Source: `logit_action_mean`, `logit_action_maxpool` and `logit_action` of the study's ensembles.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::data::Uid;
use crate::data::error::DataError;

use super::{TeacherError, TeacherStore, join};

/// What becomes of the logits of several teachers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Combine {
    /// Their mean.
    Mean,
    /// The largest of each class.
    MaxPool,
    /// Side by side.
    Stack,
}

/// One teacher called `name` of the stores at `paths`, with the segments in the order of the first.
///
/// # Errors
/// No member, a file that is no store, members that differ in classes, segments or number of
/// teachers.
pub fn ensemble(
    name: &str,
    paths: &[PathBuf],
    combine: Combine,
) -> Result<TeacherStore, DataError> {
    let stores: Vec<TeacherStore> =
        paths.iter().map(|path| TeacherStore::open(path)).collect::<Result<_, _>>()?;
    let places: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    for (path, store) in places.iter().zip(&stores).skip(1) {
        agree((path, store), (places[0], &stores[0]))?;
    }
    let joined = join(&places, stores)?;
    let mut manifest = joined.manifest().clone();
    manifest.teacher = name.to_owned();
    let members = match combine {
        Combine::Stack => joined.members(),
        Combine::Mean | Combine::MaxPool => 1,
    };
    let mut logits = Vec::with_capacity(joined.len() * members * manifest.classes);
    let mut features = Vec::new();
    for (own, shown) in joined.uids().iter().filter_map(|uid| joined.row(uid)) {
        logits.extend(pooled(own, joined.members(), combine));
        // A feature has no largest element that would mean something.
        let of_features = if combine == Combine::Stack { combine } else { Combine::Mean };
        features
            .extend(shown.map(|f| pooled(f, joined.members(), of_features)).unwrap_or_default());
    }
    let features = joined.feature_dim().map(|dim| (features, dim));
    let uids = joined.uids().to_vec();
    TeacherStore::stacked(places[0], manifest, members, uids, logits, features)
}

/// `members` rows of one segment, one after the other, as one.
fn pooled(rows: Vec<f32>, members: usize, combine: Combine) -> Vec<f32> {
    let width = rows.len() / members;
    let of_class = |c: usize| (0..members).map(|m| rows[m * width + c]).collect::<Vec<f32>>();
    match combine {
        Combine::Stack => rows,
        Combine::Mean => {
            (0..width).map(|c| of_class(c).iter().sum::<f32>() / members as f32).collect()
        }
        Combine::MaxPool => {
            (0..width).map(|c| of_class(c).into_iter().fold(f32::MIN, f32::max)).collect()
        }
    }
}

/// Refuses a member that differs from the first, and says in what.
fn agree(
    (path, store): (&Path, &TeacherStore),
    (first, expected): (&Path, &TeacherStore),
) -> Result<(), DataError> {
    let (own, others) = (store.manifest(), expected.manifest());
    let reason = if own.classes != others.classes {
        format!("it has {} classes, that one {}", own.classes, others.classes)
    } else if own.label_map != others.label_map {
        format!("its label map is {}, that one's {}", own.label_map, others.label_map)
    } else if store.members() != expected.members() {
        format!("it is {} teachers, that one {}", store.members(), expected.members())
    } else if let Some(uid) = stranger(store, expected) {
        format!("segment {uid} is in it alone")
    } else if let Some(uid) = stranger(expected, store) {
        format!("segment {uid} is not in it")
    } else {
        return Ok(());
    };
    let (path, first) = (path.to_owned(), first.to_owned());
    Err(TeacherError::Member { path, first, reason }.into())
}

/// A segment of `one` that is not in `other`.
fn stranger<'a>(one: &'a TeacherStore, other: &TeacherStore) -> Option<&'a Uid> {
    let known: HashSet<&Uid> = other.uids().iter().collect();
    one.uids().iter().find(|uid| !known.contains(uid))
}

#[cfg(test)]
mod tests {
    use super::super::TeacherManifest;
    use super::*;
    use crate::data::DataKind;

    /// Logits of two classes are `value + uid` and `-value`, features `value`.
    fn write(dir: &Path, name: &str, value: f32, uids: &[i64], label_map: &str) -> PathBuf {
        let manifest = TeacherManifest {
            teacher: name.into(),
            classes: 2,
            label_map: label_map.into(),
            origin: DataKind::Real,
        };
        let logits = uids.iter().flat_map(|uid| [value + *uid as f32, -value]).collect();
        let features = (vec![value; uids.len()], 1);
        let uids = uids.iter().map(|uid| Uid::Int(*uid)).collect();
        let path = dir.join(name);
        let store = TeacherStore::new(&path, manifest, uids, logits, Some(features)).unwrap();
        store.write(&path).unwrap();
        path
    }

    #[test]
    fn logits_and_features_are_combined() {
        let dir = tempfile::tempdir().unwrap();
        let one = write(dir.path(), "a", 1.0, &[5, 6], "x");
        let two = write(dir.path(), "b", 3.0, &[6, 5], "x");
        for (combine, members, logits, features) in [
            (Combine::Mean, 1, vec![8.0, -2.0], vec![2.0]),
            (Combine::MaxPool, 1, vec![9.0, -1.0], vec![2.0]),
            (Combine::Stack, 2, vec![7.0, -1.0, 9.0, -3.0], vec![1.0, 3.0]),
        ] {
            let store = ensemble("both", &[one.clone(), two.clone()], combine).unwrap();
            assert_eq!((store.members(), &*store.manifest().teacher), (members, "both"));
            assert_eq!(store.row(&Uid::Int(6)), Some((logits, Some(features))), "{combine:?}");
            assert_eq!(store.uids(), [Uid::Int(5), Uid::Int(6)]);
        }
    }

    #[test]
    fn members_that_differ_are_refused_by_what_differs() {
        let dir = tempfile::tempdir().unwrap();
        let first = write(dir.path(), "first", 1.0, &[1, 2], "x");
        for (other, expected) in [
            (write(dir.path(), "map", 1.0, &[1, 2], "y"), "its label map is y"),
            (write(dir.path(), "more", 1.0, &[1, 2, 3], "x"), "segment 3 is in it alone"),
            (write(dir.path(), "fewer", 1.0, &[1], "x"), "segment 2 is not in it"),
        ] {
            let paths = [first.clone(), other];
            let error = ensemble("e", &paths, Combine::Mean).unwrap_err().to_string();
            assert!(error.contains(expected) && error.contains("first"), "{error}");
        }
        assert!(ensemble("e", &[dir.path().join("nowhere")], Combine::Mean).is_err());
    }
}

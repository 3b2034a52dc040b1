//! Several stores as one: their teachers side by side.

use std::path::Path;

use crate::data::Uid;
use crate::data::error::DataError;

use super::{TeacherError, TeacherStore};

/// Stacks the teachers of `stores`, in their order. A segment has a prediction where all of them
/// have one; features are kept when all have them in one width.
///
/// # Errors
/// No store, or stores of other classes than the first; `paths` are for errors, one for each.
pub fn join(paths: &[&Path], mut stores: Vec<TeacherStore>) -> Result<TeacherStore, DataError> {
    let Some(first) = stores.first() else {
        return Err(DataError::Setting {
            setting: "teacher.store",
            value: "[]".into(),
            reason: "it names no file".into(),
        });
    };
    if stores.len() == 1 {
        return Ok(stores.remove(0));
    }
    let mut manifest = first.manifest().clone();
    for (path, store) in paths.iter().zip(&stores) {
        agree(path, store, first)?;
        manifest.origin = manifest.origin.max(store.manifest().origin);
    }
    let names: Vec<&str> = stores.iter().map(|s| s.manifest().teacher.as_str()).collect();
    manifest.teacher = names.join("+");
    let dim = first.feature_dim().filter(|_| same(stores.iter().map(TeacherStore::feature_dim)));
    let members = stores.iter().map(TeacherStore::members).sum();
    let known = |uid: &&Uid| stores.iter().all(|s| s.contains(uid));
    let uids: Vec<Uid> = first.uids().iter().filter(known).cloned().collect();
    let mut logits = Vec::with_capacity(uids.len() * members * manifest.classes);
    let mut features = Vec::new();
    for (own, shown) in uids.iter().flat_map(|uid| stores.iter().filter_map(|s| s.row(uid))) {
        logits.extend(own);
        features.extend(shown.filter(|_| dim.is_some()).unwrap_or_default());
    }
    let features = dim.map(|dim| (features, dim));
    TeacherStore::stacked(paths[0], manifest, members, uids, logits, features)
}

fn agree(path: &Path, store: &TeacherStore, first: &TeacherStore) -> Result<(), DataError> {
    let (found, expected) = (store.manifest(), first.manifest());
    if found.label_map == expected.label_map && found.classes == expected.classes {
        return Ok(());
    }
    let reason = format!("its classes are not those of teacher `{}`", expected.teacher);
    Err(TeacherError::Store { path: path.to_owned(), reason }.into())
}

fn same<T: PartialEq>(mut values: impl Iterator<Item = T>) -> bool {
    let first = values.next();
    values.all(|value| Some(value) == first)
}

#[cfg(test)]
mod tests {
    use super::super::TeacherManifest;
    use super::*;
    use crate::data::DataKind;

    /// Logits are `value + uid`, features their negatives.
    fn store(name: &str, value: f32, uids: &[i64], dim: Option<usize>) -> TeacherStore {
        let manifest = TeacherManifest {
            teacher: name.into(),
            classes: 2,
            label_map: "x".into(),
            origin: DataKind::Real,
        };
        let of = |uid: &i64| value + *uid as f32;
        let logits = uids.iter().flat_map(|uid| [of(uid); 2]).collect();
        let features = |dim| (uids.iter().flat_map(|uid| vec![-of(uid); dim]).collect(), dim);
        let uids = uids.iter().map(|uid| Uid::Int(*uid)).collect();
        TeacherStore::new(Path::new(name), manifest, uids, logits, dim.map(features)).unwrap()
    }

    fn joined(stores: Vec<TeacherStore>) -> TeacherStore {
        let paths = vec![Path::new("t"); stores.len()];
        join(&paths, stores).unwrap()
    }

    #[test]
    fn teachers_stand_in_order_where_all_have_a_prediction() {
        let both =
            joined(vec![store("a", 10.0, &[1, 2, 3], Some(1)), store("b", 20.0, &[3, 1], Some(1))]);
        assert_eq!((both.members(), both.manifest().teacher.as_str()), (2, "a+b"));
        assert_eq!(both.uids(), [Uid::Int(1), Uid::Int(3)]);
        let row = both.row(&Uid::Int(3)).unwrap();
        assert_eq!(row, (vec![13.0, 13.0, 23.0, 23.0], Some(vec![-13.0, -23.0])));
    }

    #[test]
    fn features_of_other_widths_are_left_out() {
        let wide = joined(vec![store("a", 0.0, &[1], Some(1)), store("b", 0.0, &[1], Some(2))]);
        assert_eq!(wide.feature_dim(), None);
        let partly = joined(vec![store("a", 0.0, &[1], Some(1)), store("b", 0.0, &[1], None)]);
        assert_eq!(partly.feature_dim(), None);
    }

    #[test]
    fn one_store_stays_as_it_is_and_other_classes_are_refused() {
        let alone = store("a", 0.0, &[1], None);
        let fingerprint = alone.fingerprint().to_owned();
        assert_eq!(joined(vec![alone]).fingerprint(), fingerprint);
        assert!(join(&[], Vec::new()).is_err());
        let mut other = store("b", 0.0, &[1], None);
        other.manifest.label_map = "y".into();
        let paths = [Path::new("a"), Path::new("b")];
        let error = join(&paths, vec![store("a", 0.0, &[1], None), other]).unwrap_err();
        assert!(error.to_string().contains("not those of teacher `a`"), "{error}");
    }
}

//! `*.index.json`: which of several files holds which array.
//!
//! Files lie beside their index; a name that leads elsewhere is refused.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path};

use serde::Deserialize;

use crate::weights::WeightsError;

/// The names of the arrays in each file.
pub type Shards = BTreeMap<String, BTreeSet<String>>;

/// What an index says; its `metadata` and whatever else it has do not count.
#[derive(Deserialize)]
struct Index {
    weight_map: BTreeMap<String, String>,
}

/// Reads an index.
///
/// # Errors
/// A text that is none, or that names no array or a file elsewhere.
pub fn read_index(text: &str) -> Result<Shards, WeightsError> {
    let refuse = |reason: String| WeightsError::NoIndex { reason };
    let index: Index = serde_json::from_str(text).map_err(|e| refuse(e.to_string()))?;
    let mut shards = Shards::new();
    for (array, file) in index.weight_map {
        if !is_beside(&file) {
            return Err(refuse(format!("`{array}` is in `{file}`, expected a file beside it")));
        }
        shards.entry(file).or_default().insert(array);
    }
    match shards.is_empty() {
        true => Err(refuse("`weight_map` names no array".into())),
        false => Ok(shards),
    }
}

fn is_beside(file: &str) -> bool {
    let mut parts = Path::new(file).components();
    matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_by_file() {
        let text = r#"{"metadata": {"total_size": 8},
            "weight_map": {"a.weight": "m-1.bin", "b.weight": "m-2.bin", "a.bias": "m-1.bin"}}"#;
        let shards = read_index(text).unwrap();
        let found: Vec<_> = shards.iter().map(|(file, names)| (&**file, names.len())).collect();
        assert_eq!(found, [("m-1.bin", 2), ("m-2.bin", 1)]);
    }

    #[test]
    fn what_is_no_index_is_refused() {
        for (id, text, expected) in [
            ("no JSON", "weights", "expected value"),
            ("no map", "{}", "missing field `weight_map`"),
            ("empty", r#"{"weight_map": {}}"#, "names no array"),
            ("above", r#"{"weight_map": {"a": "../m.bin"}}"#, "`a` is in `../m.bin`, expected"),
            ("absolute", r#"{"weight_map": {"a": "/m.bin"}}"#, "`/m.bin`"),
            ("nowhere", r#"{"weight_map": {"a": ""}}"#, "``"),
        ] {
            let error = read_index(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{id}: {error}");
        }
    }
}

//! Which config keys are worth a column: those that tell the runs apart.

use indexmap::IndexSet;

use super::Record;

/// The keys whose value, as written, is not the same in all of the runs that have a config; in the
/// order of the configs. A key that some lack differs.
pub fn differing(records: &[Record]) -> Vec<String> {
    let mut with_config = records.iter().filter(|record| !record.settings.is_empty());
    let Some(first) = with_config.next() else { return Vec::new() };
    let mut found: IndexSet<&str> = IndexSet::new();
    for record in with_config {
        for (key, value) in &record.settings {
            if first.settings.get(key) != Some(value) {
                found.insert(key);
            }
        }
        let missing = first.settings.keys().filter(|key| !record.settings.contains_key(*key));
        found.extend(missing.map(String::as_str));
    }
    let mut keys: Vec<String> = found.into_iter().map(str::to_owned).collect();
    keys.sort_by_key(|key| first.settings.get_index_of(key).unwrap_or(usize::MAX));
    keys
}

/// The keys that say most, in that order, at most `most`: what was overridden in any of the runs before
/// what came with an experiment, keys at the top before deep ones.
pub fn shown_first(keys: &[String], records: &[Record], most: usize) -> Vec<String> {
    // The name of the experiment has a column already.
    let mut keys: Vec<String> = keys.iter().filter(|key| *key != "expt_name").cloned().collect();
    let is_overridden = |key: &String| records.iter().any(|record| record.is_overridden(key));
    keys.sort_by_cached_key(|key| (!is_overridden(key), key.matches('.').count()));
    keys.truncate(most);
    keys
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::record::tests::finished;
    use super::*;

    #[test]
    fn keys_that_differ_and_those_shown_first() {
        let dir = tempfile::tempdir().unwrap();
        let record = |config| finished(dir.path(), "e", config, json!({}));
        let mut records = vec![
            record(json!({"deep.x": 1, "distill": 1, "same": 2, "lr": 0.1, "expt_name": "a"})),
            record(json!({"deep.x": 2, "distill": 1.0, "same": 2, "lr": 0.2, "expt_name": "b"})),
        ];
        assert_eq!(differing(&records), ["deep.x", "distill", "lr", "expt_name"]);
        assert_eq!(shown_first(&differing(&records), &records, 2), ["distill", "lr"]);
        records[1].overrides = vec!["+deep.x=2".into()];
        assert_eq!(shown_first(&differing(&records), &records, 2), ["deep.x", "distill"]);
        assert!(differing(&records[..1]).is_empty() && differing(&[]).is_empty());
        let third = record(json!({"deep.x": 1, "more": 1}));
        assert_eq!(third.settings.len(), 2);
        records.push(third);
        assert_eq!(differing(&records).len(), 6);
    }
}

//! What a product was made of: settings and inputs, and the hash of both.
//!
//! Recorded in the product, so that it can be told later whether another one would be the same, and
//! if not, what differs. An input that is not there is unknown: it differs from nothing, so that a
//! product stays usable where the files that it was made of were never copied to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::files::sha256_bytes;

/// The settings of a stage by their dotted paths.
pub type Settings = BTreeMap<String, Json>;
/// What identifies each input; `None` where that is unknown.
pub type Inputs = BTreeMap<String, Option<String>>;

/// What a product depends on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MadeOf {
    pub(super) settings: Settings,
    pub(super) inputs: Inputs,
}

/// The record as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    hash: String,
    settings: Settings,
    inputs: Inputs,
}

impl MadeOf {
    /// The metadata key of a store, and what a folder's file is named after.
    pub const KEY: &'static str = "made_of";
    /// The file of a folder.
    pub const FILE: &'static str = "made_of.json";

    /// Identifies the product; the same settings and inputs give the same hash.
    pub fn hash(&self) -> String {
        let whole = serde_json::json!({ "settings": self.settings, "inputs": self.inputs });
        sha256_bytes(whole.to_string().as_bytes())
    }

    /// The hash, where every input is known.
    pub(super) fn known_hash(&self) -> Option<String> {
        self.inputs.values().all(Option::is_some).then(|| self.hash())
    }

    /// The record, one line of JSON.
    pub fn to_record(&self) -> String {
        let (settings, inputs) = (self.settings.clone(), self.inputs.clone());
        let record = Record { hash: self.hash(), settings, inputs };
        serde_json::to_string(&record).expect("texts and JSON values are written without fail")
    }

    /// Reads a record.
    ///
    /// # Errors
    /// In words: text that is no record, or one that was edited.
    pub fn from_record(text: &str) -> Result<Self, String> {
        let record: Record = serde_json::from_str(text).map_err(|e| e.to_string())?;
        let made_of = Self { settings: record.settings, inputs: record.inputs };
        match made_of.hash() == record.hash {
            true => Ok(made_of),
            false => Err("its hash is not that of its settings and inputs".into()),
        }
    }

    /// What differs from `asked`, a line each: settings by name, then inputs.
    pub fn differences(&self, asked: &Self) -> Vec<String> {
        let shown = |value: Option<&Json>| value.map_or("nothing".into(), Json::to_string);
        let setting = |key: &String| {
            let (there, here) = (self.settings.get(key), asked.settings.get(key));
            (there != here).then(|| format!("{key}: {} there, {} asked", shown(there), shown(here)))
        };
        let input = |key: &String| {
            let (there, here) = (self.inputs.get(key), asked.inputs.get(key));
            let is_unknown = |side: Option<&Option<String>>| side == Some(&None);
            let differs = there != here && !is_unknown(there) && !is_unknown(here);
            differs.then(|| match (there, here) {
                (None, _) => format!("{key}: not read for it"),
                (_, None) => format!("{key}: read for it, and not asked for"),
                _ => format!("{key}: another content"),
            })
        };
        let settings = united(&self.settings, &asked.settings).filter_map(setting);
        settings.chain(united(&self.inputs, &asked.inputs).filter_map(input)).collect()
    }
}

/// The keys of both, each once.
fn united<'a, V>(
    a: &'a BTreeMap<String, V>,
    b: &'a BTreeMap<String, V>,
) -> impl Iterator<Item = &'a String> {
    a.keys().chain(b.keys().filter(|key| !a.contains_key(*key)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made_of(seed: u64, corpus: Option<&str>) -> MadeOf {
        let settings = [("seed".to_owned(), Json::from(seed))].into();
        let inputs = [("corpus".to_owned(), corpus.map(str::to_owned))].into();
        MadeOf { settings, inputs }
    }

    #[test]
    fn a_record_is_read_back_and_an_edited_one_refused() {
        let one = made_of(1, Some("a"));
        assert_eq!(MadeOf::from_record(&one.to_record()), Ok(one.clone()));
        let edited = one.to_record().replace("\"seed\":1", "\"seed\":2");
        assert!(MadeOf::from_record(&edited).unwrap_err().contains("hash"));
        assert!(MadeOf::from_record("{}").unwrap_err().contains("hash"));
    }

    #[test]
    fn what_differs_is_named() {
        let one = made_of(1, Some("a"));
        assert!(one.differences(&one).is_empty());
        assert_eq!(one.differences(&made_of(2, Some("a"))), ["seed: 1 there, 2 asked"]);
        assert_eq!(one.differences(&made_of(1, Some("b"))), ["corpus: another content"]);
        let without = MadeOf { inputs: Inputs::new(), ..one.clone() };
        assert_eq!(without.differences(&one), ["corpus: not read for it"]);
        assert_eq!(one.differences(&without), ["corpus: read for it, and not asked for"]);
    }

    #[test]
    fn an_unknown_input_differs_from_nothing_and_leaves_no_known_hash() {
        let (known, unknown) = (made_of(1, Some("a")), made_of(1, None));
        assert!(known.differences(&unknown).is_empty() && unknown.differences(&known).is_empty());
        assert_eq!(unknown.known_hash(), None);
        assert_eq!(known.known_hash(), Some(known.hash()));
        assert_ne!(known.hash(), made_of(2, Some("a")).hash());
    }
}

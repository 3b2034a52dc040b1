//! What every run says of itself in its manifest and beside its results, whatever it does.

use std::collections::BTreeMap;

use crate::data::{Annotations, DataKind};
use crate::device::DeviceSpec;
use crate::files::sha256_bytes;

/// Where a run computes and what its data is.
pub(in super::super) struct Basis {
    /// The device that `auto` stood for, and its backend.
    pub spec: DeviceSpec,
    /// What its numbers are worth.
    pub kind: DataKind,
    /// Identifies everything that is read.
    pub fingerprint: String,
    /// Names of classes by label type.
    pub classes: BTreeMap<String, Vec<String>>,
}

impl Basis {
    /// Of the fingerprints of everything that is read, in order.
    pub fn new(
        spec: DeviceSpec,
        kind: DataKind,
        fingerprints: impl IntoIterator<Item = String>,
    ) -> Self {
        let all: Vec<String> = fingerprints.into_iter().collect();
        let fingerprint = sha256_bytes(all.join("\n").as_bytes());
        Self { spec, kind, fingerprint, classes: BTreeMap::new() }
    }

    /// Names the classes as the annotations do, in words: files have `take_plate`.
    pub fn naming(mut self, annotations: &Annotations) -> Self {
        let names = &annotations.vocabulary;
        let named = [("action", &names.actions), ("verb", &names.verbs), ("noun", &names.nouns)];
        let named = named.into_iter().filter(|(_, names)| !names.is_empty());
        self.classes = named
            .map(|(label, names)| {
                let words = |name: &String| name.trim().replace('_', " ");
                (label.to_owned(), names.iter().map(words).collect())
            })
            .collect();
        self
    }
}

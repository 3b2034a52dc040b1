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
    /// Identifies what the metrics are about, where there is an evaluation set.
    pub eval_fingerprint: Option<String>,
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
        let fingerprint = joined(&fingerprints.into_iter().collect::<Vec<_>>());
        Self { spec, kind, fingerprint, eval_fingerprint: None, classes: BTreeMap::new() }
    }

    /// Says what its evaluation sets ask, in order.
    pub fn asking(mut self, fingerprints: impl IntoIterator<Item = String>) -> Self {
        let all: Vec<String> = fingerprints.into_iter().collect();
        self.eval_fingerprint = (!all.is_empty()).then(|| joined(&all));
        self
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

fn joined(fingerprints: &[String]) -> String {
    sha256_bytes(fingerprints.join("\n").as_bytes())
}

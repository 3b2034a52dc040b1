//! What every run says of itself in its manifest, whatever it does.

use crate::data::DataKind;
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
}

impl Basis {
    /// Of the fingerprints of everything that is read, in order.
    pub fn new(
        spec: DeviceSpec,
        kind: DataKind,
        fingerprints: impl IntoIterator<Item = String>,
    ) -> Self {
        let all: Vec<String> = fingerprints.into_iter().collect();
        Self { spec, kind, fingerprint: sha256_bytes(all.join("\n").as_bytes()) }
    }
}

//! What identifies annotations, and what they are worth.

use crate::data::DataKind;
use crate::files::sha256_bytes;

use super::{Annotations, Segment};

impl Annotations {
    /// SHA-256 over segments and classes; paths do not count.
    pub fn fingerprint(&self) -> String {
        let mut text = String::new();
        for label in ["action", "verb", "noun"] {
            text.push_str(&format!("{}\n", self.class_names(label).join("\u{1f}")));
        }
        for Segment { uid, video, start, end, labels } in &self.segments {
            text.push_str(&format!("{uid} {} {start} {end} {labels:?}\n", self.videos[*video]));
        }
        sha256_bytes(text.as_bytes())
    }

    /// Real, or generated.
    pub fn kind(&self) -> DataKind {
        if self.synthetic { DataKind::Synthetic } else { DataKind::Real }
    }
}

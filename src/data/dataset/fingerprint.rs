//! What makes two data sets the same.

use crate::data::annotations::Segment;
use crate::files::sha256_bytes;

use super::{Dataset, Selection};

impl Dataset {
    /// SHA-256 over annotations, classes, settings, reader and teacher; paths do not count.
    pub fn fingerprint(&self) -> String {
        let mut text = format!(
            "{:?} {:?} {:?} {:?} {:?}\n{}\n",
            self.config.label_type,
            self.config.sample_strategy,
            self.config.anticipation,
            self.config.overlap,
            self.clip,
            self.input.describe(),
        );
        if let Some((teacher, missing)) = &self.teacher {
            text.push_str(&format!("{} {missing:?}\n", teacher.fingerprint()));
        }
        if let Some(futures) = &self.futures {
            text.push_str(&format!("{futures:?}\n"));
        }
        if self.selection != Selection::default() {
            let Selection { repeat, balanced, random_seed, .. } = &self.selection;
            text.push_str(&format!("{repeat} {balanced} {random_seed:?}\n"));
        }
        for label in &self.labels {
            text.push_str(&format!("{}\n", label.classes.join("\u{1f}")));
        }
        for item in &self.items {
            let Segment { uid, video, start, end, labels } =
                &self.annotations.segments[item.segment];
            let video = &self.annotations.videos[*video];
            text.push_str(&format!("{uid} {video} {start} {end} {labels:?} {:?}\n", item.observed));
        }
        sha256_bytes(text.as_bytes())
    }
}

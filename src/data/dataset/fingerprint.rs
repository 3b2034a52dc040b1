//! What makes two data sets the same.

use crate::data::annotations::Segment;
use crate::files::sha256_bytes;

use super::{Dataset, Item, Selection};

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
        text.push_str(&self.classes_listed());
        for item in &self.items {
            text.push_str(&format!("{} {:?}\n", self.segment_listed(item), item.observed));
        }
        sha256_bytes(text.as_bytes())
    }

    /// SHA-256 over classes, segments and their labels: what is asked, whatever is shown.
    pub fn questions_fingerprint(&self) -> String {
        let mut text = self.classes_listed();
        for item in &self.items {
            text.push_str(&format!("{}\n", self.segment_listed(item)));
        }
        sha256_bytes(text.as_bytes())
    }

    fn classes_listed(&self) -> String {
        self.labels.iter().map(|label| format!("{}\n", label.classes.join("\u{1f}"))).collect()
    }

    fn segment_listed(&self, item: &Item) -> String {
        let Segment { uid, video, start, end, labels } = &self.annotations.segments[item.segment];
        let video = &self.annotations.videos[*video];
        format!("{uid} {video} {start} {end} {labels:?}")
    }
}

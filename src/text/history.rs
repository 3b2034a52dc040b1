//! The actions before a segment.
//!
//! Source: `_get_past_segment_pred` of the original: labels of the video before the segment,
//! consecutive duplicates removed; the teacher then keeps the last `length`.

use crate::data::{Annotations, Segment};

/// Which moment an action must have begun before to count as past.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Horizon {
    /// The start of the segment itself: what the original's histories contain.
    SegmentStart,
    /// This many seconds before it (`tau_a`): nothing the student could not have seen.
    Before(f64),
}

/// How histories are made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct History {
    /// How many actions are kept, the latest.
    pub length: usize,
    /// Whether an action repeated at once counts once.
    pub deduplicate: bool,
    /// What counts as past.
    pub horizon: Horizon,
}

/// The past actions of every segment, oldest first, in the order of `annotations.segments`.
///
/// Actions are ordered by start, ties by file order; actions without a class are left out.
pub fn histories(annotations: &Annotations, history: &History) -> Vec<Vec<usize>> {
    let mut by_video: Vec<Vec<&Segment>> = vec![Vec::new(); annotations.videos.len()];
    for segment in &annotations.segments {
        by_video[segment.video].push(segment);
    }
    for segments in &mut by_video {
        segments.sort_by(|a, b| a.start.total_cmp(&b.start));
    }
    annotations.segments.iter().map(|s| history.of(s, &by_video[s.video])).collect()
}

impl History {
    /// The history of `segment` among the segments of its video, sorted by start.
    fn of(&self, segment: &Segment, video: &[&Segment]) -> Vec<usize> {
        let now = match self.horizon {
            Horizon::SegmentStart => segment.start,
            Horizon::Before(seconds) => segment.start - seconds,
        };
        let past = &video[..video.partition_point(|s| s.start < now)];
        let mut actions: Vec<usize> = Vec::with_capacity(self.length);
        for action in past.iter().rev().filter_map(|s| usize::try_from(s.labels.action).ok()) {
            if self.deduplicate && actions.last() == Some(&action) {
                continue;
            }
            if actions.len() == self.length {
                break;
            }
            actions.push(action);
        }
        actions.reverse();
        actions
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Split, SynthConfig, World};

    fn annotations(actions: &[(f64, i64)]) -> Annotations {
        let config = SynthConfig { train_videos: 1, val_videos: 1, ..Default::default() };
        let mut annotations = World::generate(&config).unwrap().annotations(Split::Train);
        let template = annotations.segments[0].clone();
        annotations.segments = (0..)
            .zip(actions)
            .map(|(uid, (start, action))| {
                let mut segment = template.clone();
                segment.uid = i64::into(uid);
                (segment.start, segment.end) = (*start, start + 1.0);
                segment.labels.action = *action;
                segment
            })
            .collect();
        annotations
    }

    #[test]
    fn rows() {
        let annotations =
            annotations(&[(0.0, 4), (2.0, 4), (1.0, 4), (3.0, -1), (4.0, 7), (4.5, 4), (9.0, 1)]);
        for (id, length, deduplicate, horizon, expected) in [
            ("all", 9, false, Horizon::SegmentStart, vec![4, 4, 4, 7, 4]),
            ("deduplicated", 9, true, Horizon::SegmentStart, vec![4, 7, 4]),
            ("last two", 2, true, Horizon::SegmentStart, vec![7, 4]),
            ("seen 4.6 s ahead", 9, true, Horizon::Before(4.6), vec![4, 7]),
            ("none", 9, true, Horizon::Before(9.0), vec![]),
        ] {
            let history = History { length, deduplicate, horizon };
            assert_eq!(histories(&annotations, &history)[6], expected, "{id}");
        }
    }
}

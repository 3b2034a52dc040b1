//! The segments before a segment: which count, in which order.
//!
//! A past segment is one of the same video that began strictly before a moment. They stand in the
//! order of their starts, those with the same start in the order of the sets and files that hold
//! them; one that is in several sets counts once. Unlabelled ones have no action and are left out of
//! histories. Teachers read histories made so, and whoever explains what they read makes the same.

use std::collections::{HashMap, HashSet};

use super::annotations::Segment;
use super::{Annotations, Uid};

/// The segments of videos by time.
#[derive(Clone, Debug)]
pub struct Timeline<'a> {
    videos: HashMap<&'a str, Vec<&'a Segment>>,
}

impl<'a> Timeline<'a> {
    /// The segments of all sets, each once.
    pub fn new(sets: &[&'a Annotations]) -> Self {
        let mut videos: HashMap<&str, Vec<&Segment>> = HashMap::new();
        let mut known: HashSet<(&str, &Uid)> = HashSet::new();
        for set in sets {
            for segment in &set.segments {
                let video = set.videos[segment.video].as_str();
                if known.insert((video, &segment.uid)) {
                    videos.entry(video).or_default().push(segment);
                }
            }
        }
        for segments in videos.values_mut() {
            segments.sort_by(|a, b| a.start.total_cmp(&b.start));
        }
        Self { videos }
    }

    /// What began in a video before `now`, in seconds, earliest first.
    pub fn before(&self, video: &str, now: f64) -> &[&'a Segment] {
        let all = self.videos.get(video).map_or(&[][..], Vec::as_slice);
        &all[..all.partition_point(|segment| segment.start < now)]
    }
}

/// The `length` last of past actions that come latest first; oldest first.
///
/// With `deduplicate` an action that is repeated at once counts once, as its latest.
pub fn last_actions<T>(
    latest_first: impl Iterator<Item = (usize, T)>,
    length: usize,
    deduplicate: bool,
) -> Vec<(usize, T)> {
    let mut past: Vec<(usize, T)> = Vec::new();
    for (action, of) in latest_first {
        if deduplicate && past.last().is_some_and(|(last, _)| *last == action) {
            continue;
        }
        if past.len() == length {
            break;
        }
        past.push((action, of));
    }
    past.reverse();
    past
}

/// The labelled ones of some segments with their actions, latest first.
pub fn latest_first<'a>(past: &[&'a Segment]) -> impl Iterator<Item = (usize, &'a Segment)> {
    let labelled = |segment: &&'a Segment| {
        usize::try_from(segment.labels.action).ok().map(|action| (action, *segment))
    };
    past.iter().rev().filter_map(labelled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_ones_oldest_first() {
        let past = || [3, 3, 1, 2, 2].into_iter().zip('a'..);
        let last = |length, deduplicate| last_actions(past(), length, deduplicate);
        assert_eq!(last(3, false), [(1, 'c'), (3, 'b'), (3, 'a')]);
        assert_eq!(last(3, true), [(2, 'd'), (1, 'c'), (3, 'a')]);
        assert_eq!(last(0, false), []);
    }
}

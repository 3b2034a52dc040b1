//! The actions before a segment: which count, in which order.
//!
//! A past action is one of the same video that began strictly before the segment (or `seconds`
//! before it). So a history never holds the segment itself, one that begins at the same moment, or
//! a later one, whatever the order of the file; an action that overlaps the segment counts when it
//! began first, for it can be seen to have begun. Actions stand in the order of their starts, those
//! with the same start in the order of the sets and files that hold them. Unlabelled ones are left
//! out. A segment that nothing precedes has an empty history; as text it is the empty sentence, which
//! the tokenisers of the original make of the special tokens alone.
//!
//! | coverage | sets whose segments are handed in as `seen` |
//! |---|---|
//! | gappy | the segment's own: in EGTEA, where parts of one video are in both sets, there are gaps |
//! | complete | all: a segment may follow one of the other set, whose *label* it then reads |
//!
//! Complete histories of training segments hold labels of validation segments, as those of the
//! original do (`action_segments_egtea_complete_hist.pickle`): they are inputs that lie before the
//! training segment, never targets. A segment that is in several sets counts once.
//!
//! Source: `_get_past_segment_pred` of the original (labels of earlier rows of the video, repeated
//! ones removed); its teachers read pickles made beforehand, [`pickled`], and keep the last `length`.

pub mod pickled;

use crate::data::{Annotations, Labels, Segment, Timeline, Uid, last_actions, latest_first};

use super::TextError;

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

/// A segment with one of its histories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryRow {
    /// Number of the segment in its set.
    pub idx: usize,
    /// Its name.
    pub uid: Uid,
    /// What it is.
    pub labels: Labels,
    /// What came before it, oldest first.
    pub past: Vec<usize>,
}

/// The segments of `annotations` with their histories, in file order.
///
/// Past actions come from the sets in `seen`, `annotations` among them unless its own segments are
/// not to count.
///
/// # Errors
/// An action in `seen` that is no class of `annotations`.
pub fn rows(
    annotations: &Annotations,
    seen: &[&Annotations],
    history: &History,
) -> Result<Vec<HistoryRow>, TextError> {
    let timeline = Timeline::new(seen);
    let classes = annotations.vocabulary.actions.len();
    let row = |(idx, segment): (usize, &Segment)| {
        let past = history.of(segment, &annotations.videos[segment.video], &timeline);
        if let Some(action) = past.iter().find(|action| **action >= classes) {
            let (uid, action) = (segment.uid.clone(), *action as i64);
            return Err(TextError::UnknownAction { uid, action, classes });
        }
        Ok(HistoryRow { idx, uid: segment.uid.clone(), labels: segment.labels, past })
    };
    annotations.segments.iter().enumerate().map(row).collect()
}

/// Brings rows into the order of time: by the name of the video, then by start.
///
/// Rows keep their numbers; several histories of a segment stay together.
pub fn sort_by_time(rows: &mut [HistoryRow], annotations: &Annotations) {
    let segment = |row: &HistoryRow| &annotations.segments[row.idx];
    let video = |row: &HistoryRow| annotations.videos[segment(row).video].as_str();
    rows.sort_by(|a, b| video(a).cmp(video(b)).then(segment(a).start.total_cmp(&segment(b).start)));
}

impl History {
    /// What came before a segment of a video.
    fn of(&self, segment: &Segment, video: &str, timeline: &Timeline<'_>) -> Vec<usize> {
        let now = match self.horizon {
            Horizon::SegmentStart => segment.start,
            Horizon::Before(seconds) => segment.start - seconds,
        };
        self.last(latest_first(timeline.before(video, now)).map(|(action, _)| action))
    }

    /// The last actions of those that come latest first; oldest first.
    fn last(&self, latest_first: impl Iterator<Item = usize>) -> Vec<usize> {
        let past = last_actions(latest_first.map(|a| (a, ())), self.length, self.deduplicate);
        past.into_iter().map(|(action, ())| action).collect()
    }
}

#[cfg(test)]
mod tests;

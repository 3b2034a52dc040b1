//! The label of a moment of a video.
//!
//! Source: `_get_vidseg_labels` of the original: bounds count as inside, -1 where nothing happens.

use super::annotations::{Labels, Segment};
use super::error::DataError;
use super::precision::TimePrecision;

/// Which of several actions that happen at once gives the label.
///
/// | rule | the action that minimises |
/// |---|---|
/// | `Centre` | the distance from the moment to the middle of the action |
/// | `HalfDuration` | the distance from the moment to half the duration, counted from the start of the video; what the original computes |
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OverlapRule {
    /// The sound rule.
    #[default]
    Centre,
    /// The original's rule.
    HalfDuration,
}

impl OverlapRule {
    /// Reads the `seg_label_overlap` key.
    pub fn from_key(key: &str) -> Result<Self, DataError> {
        match key {
            "centre" => Ok(Self::Centre),
            "half_duration" => Ok(Self::HalfDuration),
            _ => Err(DataError::UnknownValue {
                setting: "seg_label_overlap",
                value: key.into(),
                expected: vec!["centre".into(), "half_duration".into()],
            }),
        }
    }

    /// The labels at `time` seconds among the segments of one video, in file order.
    ///
    /// The first wins a tie. Bounds are compared in the precision that they have.
    pub fn labels_at<'a>(
        self,
        segments: impl Iterator<Item = &'a Segment>,
        time: f64,
        precision: TimePrecision,
    ) -> Option<Labels> {
        let moment = precision.round(time);
        let mut best: Option<(f64, Labels)> = None;
        for segment in segments.filter(|s| s.start <= moment && moment <= s.end) {
            let anchor = match self {
                OverlapRule::Centre => f64::midpoint(segment.start, segment.end),
                OverlapRule::HalfDuration => {
                    precision.round(precision.round(segment.end - segment.start) / 2.0)
                }
            };
            let distance = (time - anchor).abs();
            if best.is_none_or(|(d, _)| distance < d) {
                best = Some((distance, segment.labels));
            }
        }
        best.map(|(_, labels)| labels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(start: f64, end: f64, action: i64) -> Segment {
        let labels = Labels { verb: 0, noun: 0, action };
        Segment { uid: action.into(), video: 0, start, end, labels }
    }

    /// Half a duration is 9.984375 s twice in half precision, in full 9.9833 s of the second.
    #[test]
    fn a_tie_in_half_precision() {
        let segments = [segment(2.0, 21.96875, 1), segment(0.0333251953125, 20.0, 2)];
        for (precision, expected) in [(TimePrecision::Half, 1), (TimePrecision::Full, 2)] {
            let labels = OverlapRule::HalfDuration.labels_at(segments.iter(), 5.0, precision);
            assert_eq!(labels.map(|l| l.action), Some(expected));
        }
    }

    #[test]
    fn rules() {
        let segments = [segment(10.0, 20.0, 1), segment(14.0, 16.0, 2), segment(15.5, 30.0, 3)];
        for (time, centre, half_duration) in [
            (9.9, None, None),
            (10.0, Some(1), Some(1)),
            // middle 15 and 15: the first wins; halves 5 and 1: 5 is nearer to any late moment
            (15.0, Some(1), Some(1)),
            // middles 15, 15, 22.75; halves 5, 1, 7.25
            (16.0, Some(1), Some(3)),
            (19.0, Some(3), Some(3)),
            (20.0, Some(3), Some(3)),
            (30.0, Some(3), Some(3)),
            (30.01, None, None),
        ] {
            let label = |rule: OverlapRule| {
                rule.labels_at(segments.iter(), time, TimePrecision::Full).map(|l| l.action)
            };
            assert_eq!(label(OverlapRule::Centre), centre, "{time}");
            assert_eq!(label(OverlapRule::HalfDuration), half_duration, "{time}");
        }
    }
}

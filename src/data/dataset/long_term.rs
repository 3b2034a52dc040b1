//! Labels behind a clip: what happens at times after its last frame.
//!
//! Source: `load_long_term_future_labels` of `BaseVideoDataset`. They are targets of nothing: an
//! evaluation stores them beside its scores, for whoever compares a long rollout with the truth.

use crate::data::error::DataError;

use super::Dataset;

impl Dataset {
    /// Adds the labels of `count` times behind every clip, each as long after the one before as the
    /// clip's last frame is after its last but one; 0 adds none.
    ///
    /// # Errors
    /// When a clip has one frame, which is no distance from another.
    pub fn with_long_term_labels(mut self, count: usize) -> Result<Self, DataError> {
        if count > 0 && self.clip.subclips() * self.clip.frames_per_subclip() < 2 {
            return Err(DataError::Setting {
                setting: "load_long_term_future_labels",
                value: count.to_string(),
                reason: "the times behind a clip follow from its last two frames, and it has one"
                    .into(),
            });
        }
        self.long_term = count;
        Ok(self)
    }

    /// How many times behind its clip a sample has labels of.
    pub fn long_term_labels(&self) -> usize {
        self.long_term
    }

    /// The class of each label type at each of those times; `None` where none were asked for.
    pub(super) fn labels_behind(&self, video: usize, times: &[f32]) -> Option<Vec<Vec<i64>>> {
        (self.long_term > 0).then(|| self.frame_labels(video, &behind(times, self.long_term)))
    }
}

/// `count` times behind the last. Reckoned in double precision, as Python's floats are.
fn behind(times: &[f32], count: usize) -> Vec<f32> {
    let [.., before, last] = times else { return Vec::new() };
    let (before, last) = (f64::from(*before), f64::from(*last));
    (1..=count).map(|i| (last + (last - before) * i as f64) as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_go_on_as_the_clip_ends() {
        assert_eq!(behind(&[1.0, 2.0, 4.5], 3), [7.0, 9.5, 12.0]);
        assert_eq!(behind(&[3.0, 3.0], 2), [3.0, 3.0], "a padded clip stands still");
    }
}

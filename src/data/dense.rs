//! Clips without label all along the videos, beside the annotated segments or in their place.
//!
//! Decides where such clips end, how long they are and what they are called; what is then observed
//! of them is decided as for annotated segments. How long a video is, its reader says. Source:
//! `dense_clip_sampler` of the original (`datasets/base_video_dataset.py`), which it equals bit for
//! bit: sums and steps are NumPy's, names are Python's.

use std::path::PathBuf;

use super::annotations::{Annotations, Labels, Segment};
use super::error::DataError;
use super::shard::Shard;
use super::uid::Uid;

/// A video with more clips than this is a mistake in `stride`.
const MOST_CLIPS: f64 = 1e7;

/// How clips are cut.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DenseClips {
    /// Seconds of a clip; as many as a segment has on average when `None`.
    pub length: Option<f64>,
    /// Seconds from one clip's end to the next; the first ends at 0.
    pub stride: f64,
    /// Whose videos are cut.
    pub shard: Shard,
    /// Whether the annotated segments stay.
    pub keep: bool,
}

impl DenseClips {
    /// Adds the clips behind the segments of `annotations`, or puts them in their place; `seconds`
    /// says how long a video is.
    ///
    /// # Errors
    /// A stride or length that no clips can have; a video of unknown length.
    pub fn cut(
        &self,
        annotations: &mut Annotations,
        seconds: impl Fn(usize) -> Result<f64, DataError>,
    ) -> Result<(), DataError> {
        self.check()?;
        let length = self.length.unwrap_or_else(|| mean_length(&annotations.segments));
        if !self.keep {
            annotations.segments.clear();
        }
        let videos = annotations.sorted_videos();
        let before = annotations.segments.len();
        for (path, video) in &videos[self.shard.of(videos.len())] {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            for end in ends(seconds(*video)?, self.stride)? {
                annotations.segments.push(Segment {
                    uid: Uid::Text(format!("{stem}_{}", python_float(end)).into()),
                    video: *video,
                    start: end - length,
                    end,
                    labels: Labels::NONE,
                });
            }
        }
        tracing::info!(clips = annotations.segments.len() - before, length, "clips cut densely");
        Ok(())
    }

    fn check(&self) -> Result<(), DataError> {
        let refuse = |setting, value: f64, reason: &str| {
            Err(DataError::Setting { setting, value: value.to_string(), reason: reason.into() })
        };
        if !(self.stride.is_finite() && self.stride > 0.0) {
            return refuse("stride", self.stride, "clips end some seconds apart");
        }
        match self.length {
            Some(length) if !(length.is_finite() && length > 0.0) => {
                refuse("clip_len", length, "a clip is longer than 0 s")
            }
            _ => Ok(()),
        }
    }
}

impl Annotations {
    /// The videos with their files, in the order in which processes share them: Python's `sorted`
    /// of paths.
    pub fn sorted_videos(&self) -> Vec<(PathBuf, usize)> {
        let mut videos: Vec<_> = self.video_files.iter().cloned().zip(0..).collect();
        videos.sort();
        videos
    }
}

/// `np.arange(0, seconds, stride)`.
fn ends(seconds: f64, stride: f64) -> Result<impl Iterator<Item = f64>, DataError> {
    let count = (seconds / stride).ceil().max(0.0);
    if count > MOST_CLIPS {
        return Err(DataError::Setting {
            setting: "stride",
            value: stride.to_string(),
            reason: format!("a video of {seconds} s would have {count} clips"),
        });
    }
    Ok((0..count as usize).map(move |i| i as f64 * stride))
}

/// `np.mean(df.end - df.start)`.
fn mean_length(segments: &[Segment]) -> f64 {
    let lengths: Vec<f64> = segments.iter().map(|s| s.end - s.start).collect();
    pairwise_sum(&lengths) / lengths.len() as f64
}

/// NumPy's sum: eight running sums in blocks of at most 128, blocks added in pairs.
fn pairwise_sum(values: &[f64]) -> f64 {
    const BLOCK: usize = 128;
    const LANES: usize = 8;
    let n = values.len();
    if n < LANES {
        return values.iter().fold(0.0, |sum, value| sum + value);
    }
    if n > BLOCK {
        let half = n / 2;
        let half = half - half % LANES;
        return pairwise_sum(&values[..half]) + pairwise_sum(&values[half..]);
    }
    let (rows, rest) = values.as_chunks::<LANES>();
    let mut r = rows[0];
    for row in &rows[1..] {
        r.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
    }
    let sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
    rest.iter().fold(sum, |sum, value| sum + value)
}

/// `str(value)` of Python: the shortest digits that read as the same number.
fn python_float(value: f64) -> String {
    let text = format!("{value:?}");
    let Some((digits, exponent)) = text.split_once('e') else { return text };
    let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |e| ('-', e));
    format!("{digits}e{sign}{exponent:0>2}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_python_writes_them() {
        for (value, text) in [
            (0.0, "0.0"),
            (12.0, "12.0"),
            (3.0 * 0.1, "0.30000000000000004"),
            (1e-4, "0.0001"),
            (2.5e-5, "2.5e-05"),
            (1e16, "1e+16"),
            (123_456_789.125, "123456789.125"),
        ] {
            assert_eq!(python_float(value), text);
        }
    }

    #[test]
    fn ends_are_those_of_arange() {
        let ends = |seconds, stride| ends(seconds, stride).unwrap().collect::<Vec<f64>>();
        assert_eq!(ends(3.0, 1.0), [0.0, 1.0, 2.0]);
        assert_eq!(ends(3.1, 1.0), [0.0, 1.0, 2.0, 3.0]);
        assert_eq!(ends(0.3, 0.1), [0.0, 0.1, 0.2]);
        assert!(ends(0.0, 1.0).is_empty());
        assert!(super::ends(1e9, 1e-3).is_err());
    }

    #[test]
    fn sums_are_added_in_pairs() {
        // One after the other, the small ones are lost.
        let mut values = vec![1.0; 256];
        values[0] = 1e16;
        assert_eq!(values.iter().sum::<f64>(), 1e16);
        assert_ne!(pairwise_sum(&values), 1e16);
        assert_eq!(pairwise_sum(&[0.1, 0.2]), 0.1 + 0.2);
    }
}

//! One example: what is seen of a segment, labelled, with what the teacher says and with clips of
//! the future where they are asked for.

use crate::data::Uid;
use crate::data::annotations::Labels;
use crate::data::error::DataError;
use crate::data::teacher::TeacherRow;

use super::Dataset;

/// One example.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Position among the kept segments, which is where the sample stands unless segments are
    /// repeated or drawn.
    pub idx: usize,
    /// Name of the segment.
    pub uid: Uid,
    /// Features or pixels, `crops * clips * C * T * H * W`.
    pub features: Vec<f32>,
    /// Views of the clip; 1 of features.
    pub crops: usize,
    /// Size of a picture; 1, 1 for features.
    pub size: [usize; 2],
    /// Times of the frames in seconds, `clips * T`.
    pub times: Vec<f32>,
    /// Class of each label type; -1 where there is none.
    pub targets: Vec<i64>,
    /// Class of each label type at each frame, `clips * T` each, if asked for.
    pub subclips: Option<Vec<Vec<i64>>>,
    /// Class of each label type at each time behind the clip, if asked for.
    pub long_term: Option<Vec<Vec<i64>>>,
    /// What the teacher says.
    pub teacher: Option<TeacherRow>,
    /// Features of each clip of the future, laid out as `features`.
    pub futures: Vec<Vec<f32>>,
}

impl Dataset {
    /// Reads a sample; `seed` fixes what is drawn for it.
    pub fn sample(&self, idx: usize, seed: u64) -> Result<Sample, DataError> {
        let mut features = Vec::new();
        let sample = self.append(idx, seed, &mut features)?;
        Ok(Sample { features, ..sample })
    }

    /// Reads a sample and puts its features behind `features`, where a batch wants them, instead
    /// of into it.
    pub(in crate::data) fn append(
        &self,
        idx: usize,
        seed: u64,
        features: &mut Vec<f32>,
    ) -> Result<Sample, DataError> {
        if idx >= self.len() {
            return Err(DataError::Index { index: idx, len: self.len() });
        }
        let idx = self.position(idx, seed);
        let item = &self.items[idx];
        let segment = &self.annotations.segments[item.segment];
        let seen = self.look(segment, self.observation(item, seed), features)?;
        let futures = self.future_clips(item, seed);
        let futures = futures.map(|wanted| {
            let mut values = Vec::new();
            self.look(segment, wanted, &mut values).map(|_| values)
        });
        let times = self.cut(|frame| seen.times[frame]);
        let subclips = self.clip.load_seg_labels.then(|| self.frame_labels(segment.video, &times));
        let long_term = self.labels_behind(segment.video, &times);
        let teacher = self.teacher.as_ref();
        Ok(Sample {
            idx,
            uid: segment.uid.clone(),
            features: Vec::new(),
            crops: seen.crops,
            size: seen.size,
            times,
            targets: self.labels.iter().map(|l| segment.labels.get(&l.name)).collect(),
            subclips,
            long_term,
            teacher: teacher.map(|(t, missing)| t.row(&segment.uid, segment.labels, *missing)),
            futures: futures.collect::<Result<_, DataError>>()?,
        })
    }

    /// Values of the frames of all sub-clips, `clips * T`.
    fn cut<T>(&self, at: impl Fn(usize) -> T) -> Vec<T> {
        let (clips, frames) = (self.clip.subclips(), self.clip.frames_per_subclip());
        (0..clips * frames).map(|i| at(self.clip.frame_of(i / frames, i % frames))).collect()
    }

    pub(super) fn frame_labels(&self, video: usize, times: &[f32]) -> Vec<Vec<i64>> {
        let at: Vec<Labels> = times
            .iter()
            .map(|t| {
                let (segments, precision) =
                    (self.by_video[video].iter(), self.annotations.precision);
                let labels = self.config.overlap.labels_at(segments, f64::from(*t), precision);
                labels.unwrap_or(Labels::NONE)
            })
            .collect();
        self.labels.iter().map(|l| at.iter().map(|labels| labels.get(&l.name)).collect()).collect()
    }
}

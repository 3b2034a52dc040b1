//! Samples stacked to a batch.

use super::Uid;
use super::dataset::{Dataset, Sample};
use super::error::DataError;
use super::teacher::TeacherBatch;

/// `B` samples side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// Features or pixels: one view after the other, each row-major in `shape`.
    pub features: Vec<f32>,
    /// Views of every clip; 1 of features.
    pub crops: usize,
    /// B, clips, C, T, H, W; the last two are 1 for features.
    pub shape: [usize; 6],
    /// Label type -> class of each row; -1 where there is none.
    pub targets: Vec<(String, Vec<i64>)>,
    /// Label type -> class of each frame, row-major in `subclip_shape`; -1 where nothing happens.
    pub target_subclips: Option<Vec<(String, Vec<i64>)>>,
    /// B, clips, T.
    pub subclip_shape: [usize; 3],
    /// Label type -> class at each time behind every row's clip, row-major; -1 where nothing happens.
    pub long_term: Option<Vec<(String, Vec<i64>)>>,
    /// Names of the segments.
    pub uids: Vec<Uid>,
    /// Positions in the data set.
    pub idx: Vec<usize>,
    /// What the teacher says.
    pub teacher: Option<TeacherBatch>,
    /// Features of each clip of the future of every row, in `shape`.
    pub futures: Vec<Vec<f32>>,
}

impl Batch {
    /// Reads and stacks the samples at `indices`; `seed_of` gives each its seed.
    pub fn read(
        dataset: &Dataset,
        indices: &[usize],
        seed_of: impl Fn(usize) -> u64,
    ) -> Result<Self, DataError> {
        let read = |idx, features: &mut _| dataset.append(idx, seed_of(idx), features);
        Self::of(dataset, indices, read)
    }

    /// Stacks samples of `dataset` or of sets with which it was joined; `read` puts the features of
    /// each behind those that are there.
    pub(super) fn of(
        dataset: &Dataset,
        indices: &[usize],
        read: impl Fn(usize, &mut Vec<f32>) -> Result<Sample, DataError>,
    ) -> Result<Self, DataError> {
        let (mut samples, mut features) = (Vec::with_capacity(indices.len()), Vec::new());
        for idx in indices {
            samples.push(read(*idx, &mut features)?);
            if samples.len() == 1 {
                features.reserve_exact(features.len() * (indices.len() - 1));
            }
        }
        Self::stack(dataset, samples, features)
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.shape[0]
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.shape[0] == 0
    }

    fn stack(
        dataset: &Dataset,
        samples: Vec<Sample>,
        features: Vec<f32>,
    ) -> Result<Self, DataError> {
        let [clips, channels, frames] = dataset.sample_shape();
        let (crops, [height, width]) = views(&samples)?;
        let names = || dataset.classes().iter().map(|l| l.name.clone()).enumerate();
        let targets = names()
            .map(|(i, name)| (name, samples.iter().map(|s| s.targets[i]).collect()))
            .collect();
        let stacked = |labels: fn(&Sample) -> Option<&Vec<Vec<i64>>>| {
            let of =
                |i: usize| samples.iter().filter_map(labels).flat_map(|l| l[i].clone()).collect();
            let all = || names().map(|(i, name)| (name, of(i))).collect();
            samples.iter().any(|s| labels(s).is_some()).then(all)
        };
        let rows = samples.len();
        Ok(Self {
            crops,
            shape: [rows, clips, channels, frames, height, width],
            targets,
            target_subclips: stacked(|s| s.subclips.as_ref()),
            subclip_shape: [rows, clips, frames],
            long_term: stacked(|s| s.long_term.as_ref()),
            uids: samples.iter().map(|s| s.uid.clone()).collect(),
            idx: samples.iter().map(|s| s.idx).collect(),
            teacher: stack_teacher(&samples),
            futures: (0..dataset.future_count())
                .map(|i| samples.iter().flat_map(|s| s.futures[i].iter().copied()).collect())
                .collect(),
            features: by_view(features, rows, crops),
        })
    }
}

/// How often and how large every sample is seen.
fn views(samples: &[Sample]) -> Result<(usize, [usize; 2]), DataError> {
    let first = samples.first().map_or((1, [1, 1]), |s| (s.crops, s.size));
    match samples.iter().find(|s| (s.crops, s.size) != first) {
        None => Ok(first),
        Some(other) => Err(DataError::Setting {
            setting: "crop_size",
            value: "null".into(),
            reason: format!(
                "pictures of {:?} and of {:?} pixels do not fit into one batch",
                first.1, other.size
            ),
        }),
    }
}

/// From all views of a sample side by side to the first view of every sample, then the second, ...
fn by_view(features: Vec<f32>, rows: usize, crops: usize) -> Vec<f32> {
    if crops == 1 || rows == 0 {
        return features;
    }
    let size = features.len() / (rows * crops);
    let view = |at: usize| features[at * size..(at + 1) * size].iter().copied();
    let order = (0..crops).flat_map(|crop| (0..rows).map(move |row| row * crops + crop));
    let mut values = Vec::with_capacity(features.len());
    order.for_each(|at| values.extend(view(at)));
    values
}

fn stack_teacher(samples: &[Sample]) -> Option<TeacherBatch> {
    let rows: Vec<_> = samples.iter().filter_map(|s| s.teacher.as_ref()).collect();
    let first = *rows.first()?;
    let features = first.features.as_ref().map(|f| {
        let all = rows.iter().filter_map(|r| r.features.as_ref()).flatten().copied();
        (all.collect(), f.len() / first.members)
    });
    Some(TeacherBatch {
        logits: rows.iter().flat_map(|r| r.logits.iter().copied()).collect(),
        members: first.members,
        classes: first.logits.len() / first.members,
        features,
        present: rows.iter().map(|r| r.present).collect(),
    })
}

//! Samples stacked to a batch.

use super::Uid;
use super::dataset::{Dataset, Sample};
use super::error::DataError;
use super::teacher::TeacherBatch;

/// `B` samples side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// Features, row-major in `shape`.
    pub features: Vec<f32>,
    /// B, clips, C, T.
    pub shape: [usize; 4],
    /// Label type -> class of each row; -1 where there is none.
    pub targets: Vec<(String, Vec<i64>)>,
    /// Label type -> class of each frame, row-major in `subclip_shape`; -1 where nothing happens.
    pub target_subclips: Option<Vec<(String, Vec<i64>)>>,
    /// B, clips, T.
    pub subclip_shape: [usize; 3],
    /// Names of the segments.
    pub uids: Vec<Uid>,
    /// Positions in the data set.
    pub idx: Vec<usize>,
    /// What the teacher says.
    pub teacher: Option<TeacherBatch>,
}

impl Batch {
    /// Reads and stacks the samples at `indices`; `seed_of` gives each its seed.
    pub fn read(
        dataset: &Dataset,
        indices: &[usize],
        seed_of: impl Fn(usize) -> u64,
    ) -> Result<Self, DataError> {
        let samples = indices.iter().map(|idx| dataset.sample(*idx, seed_of(*idx)));
        Ok(Self::stack(dataset, samples.collect::<Result<Vec<_>, _>>()?))
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.shape[0]
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.shape[0] == 0
    }

    fn stack(dataset: &Dataset, samples: Vec<Sample>) -> Self {
        let [clips, channels, frames] = dataset.sample_shape();
        let names = || dataset.classes().iter().map(|l| l.name.clone()).enumerate();
        let targets = names()
            .map(|(i, name)| (name, samples.iter().map(|s| s.targets[i]).collect()))
            .collect();
        let with_labels = samples.iter().any(|s| s.subclips.is_some());
        let of_frames = |i: usize| {
            samples.iter().filter_map(|s| s.subclips.as_ref()).flat_map(|l| l[i].clone()).collect()
        };
        let target_subclips =
            with_labels.then(|| names().map(|(i, name)| (name, of_frames(i))).collect());
        let rows = samples.len();
        Self {
            shape: [rows, clips, channels, frames],
            targets,
            target_subclips,
            subclip_shape: [rows, clips, frames],
            uids: samples.iter().map(|s| s.uid.clone()).collect(),
            idx: samples.iter().map(|s| s.idx).collect(),
            teacher: stack_teacher(&samples),
            features: samples.into_iter().flat_map(|s| s.features).collect(),
        }
    }
}

fn stack_teacher(samples: &[Sample]) -> Option<TeacherBatch> {
    let rows: Vec<_> = samples.iter().filter_map(|s| s.teacher.as_ref()).collect();
    let first = *rows.first()?;
    let features = first.features.as_ref().map(|f| {
        let all = rows.iter().filter_map(|r| r.features.as_ref()).flatten().copied();
        (all.collect(), f.len())
    });
    Some(TeacherBatch {
        logits: rows.iter().flat_map(|r| r.logits.iter().copied()).collect(),
        members: 1,
        classes: first.logits.len(),
        features,
        present: rows.iter().map(|r| r.present).collect(),
    })
}

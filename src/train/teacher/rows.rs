//! What a teacher says of a whole set, one row a segment.

use std::collections::BTreeMap;

use burn::tensor::Device;

use crate::data::Uid;
use crate::metrics::{EpochAccuracy, RowAverage, Scores, batch_accuracy};
use crate::text::HistoryBatch;
use crate::train::error::TrainError;
use crate::train::evaluate::{EvalOptions, EvalReport, append, append_logits, entry, to_host};
use crate::train::final_values::final_values;
use crate::train::outside::EvalRows;

use super::{HistorySet, Teacher, TeacherObjective};

/// Rows by rising number of their segments.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TeacherRows {
    /// Number of each segment in its set.
    pub idx: Vec<usize>,
    /// Its name.
    pub uids: Vec<Uid>,
    /// Label type and class of each segment; -1 where it is not labelled.
    pub targets: Vec<(String, Vec<i64>)>,
    /// Label type, number of classes, logits row-major.
    pub logits: Vec<(String, usize, Vec<f32>)>,
    /// Width and features row-major; none of a teacher that only counts.
    pub features: Option<(usize, Vec<f32>)>,
    /// Loss term, its unreduced value and what it weighs in the mean; none unless judged.
    losses: Vec<(String, Vec<f32>, Vec<f32>)>,
}

impl TeacherRows {
    /// What a teacher says of some batches, histories of one segment averaged; `device` is without
    /// gradients.
    ///
    /// # Errors
    /// A teacher that does not read what the batches hold.
    pub fn said(
        teacher: &impl Teacher,
        batches: impl Iterator<Item = HistoryBatch>,
        device: &Device,
    ) -> Result<Self, TrainError> {
        Self::judged(teacher, batches, None, device)
    }

    /// The same with the losses of an objective.
    pub(super) fn judged(
        teacher: &impl Teacher,
        batches: impl Iterator<Item = HistoryBatch>,
        objective: Option<&TeacherObjective>,
        device: &Device,
    ) -> Result<Self, TrainError> {
        let mut rows = Self::default();
        for batch in batches {
            rows.add(teacher, batch, objective, device)?;
        }
        Ok(rows.averaged())
    }

    fn add(
        &mut self,
        teacher: &impl Teacher,
        batch: HistoryBatch,
        objective: Option<&TeacherObjective>,
        device: &Device,
    ) -> Result<(), TrainError> {
        let said = teacher.say(&batch, device)?;
        for (label, logits) in said.logits {
            let [_, classes] = logits.dims();
            let targets = batch.targets.iter().find(|(name, _)| *name == label);
            if let (Some(objective), Some((_, targets))) = (objective, targets) {
                let (loss, weight) =
                    objective.losses_of_rows(&label, logits.clone(), targets, device);
                self.add_losses(format!("cls_{label}"), to_host(loss), to_host(weight));
            }
            append_logits(&mut self.logits, &label, classes, to_host(logits));
        }
        if let Some(feature) = said.feature {
            let [_, width] = feature.dims();
            let (_, all) = self.features.get_or_insert((width, Vec::new()));
            all.extend(to_host(feature));
        }
        for (label, targets) in &batch.targets {
            append(&mut self.targets, label, targets);
        }
        self.idx.extend(batch.idx);
        self.uids.extend(batch.uids);
        Ok(())
    }

    fn add_losses(&mut self, name: String, loss: Vec<f32>, weight: Vec<f32>) {
        match self.losses.iter_mut().find(|(n, ..)| *n == name) {
            Some((_, losses, weights)) => {
                losses.extend(loss);
                weights.extend(weight);
            }
            None => self.losses.push((name, loss, weight)),
        }
    }

    /// One row a segment, in the order of their numbers.
    fn averaged(self) -> Self {
        let mut rows: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (row, idx) in self.idx.iter().enumerate() {
            rows.entry(*idx).or_default().push(row);
        }
        let rows: Vec<Vec<usize>> = rows.into_values().collect();
        let first = || rows.iter().map(|rows| rows[0]);
        let mean = |values: &[f32], width| mean_rows(values, width, &rows);
        Self {
            idx: first().map(|row| self.idx[row]).collect(),
            uids: first().map(|row| self.uids[row].clone()).collect(),
            targets: self
                .targets
                .iter()
                .map(|(label, all)| (label.clone(), first().map(|row| all[row]).collect()))
                .collect(),
            logits: self
                .logits
                .iter()
                .map(|(label, classes, all)| (label.clone(), *classes, mean(all, *classes)))
                .collect(),
            features: self.features.as_ref().map(|(width, all)| (*width, mean(all, *width))),
            losses: self
                .losses
                .iter()
                .map(|(name, loss, weight)| (name.clone(), mean(loss, 1), mean(weight, 1)))
                .collect(),
        }
    }

    /// Metrics under their published names, and the rows as they are stored.
    pub(super) fn report(self, set: &HistorySet, options: &EvalOptions) -> EvalReport {
        let mut values = Vec::new();
        let weigh = |weights: &[f32]| weights.iter().map(|w| f64::from(*w)).sum::<f64>();
        for (name, loss, weights) in &self.losses {
            let all = weigh(weights);
            values.extend((all > 0.0).then(|| (format!("loss/{name}"), weigh(loss) / all)));
        }
        if !values.is_empty() {
            let total = values.iter().map(|(_, mean)| mean).sum();
            values.insert(0, ("loss".to_owned(), total));
        }
        let rows = self.stored(options.epoch);
        for ((label, classes, logits), (_, targets)) in rows.logits.iter().zip(&rows.targets) {
            if rows.is_labelled(label) {
                let mut accuracy = EpochAccuracy::new(RowAverage::PerLabelledRow);
                accuracy.add(&batch_accuracy(Scores::new(logits, *classes), targets));
                values.extend(accuracy.named(label));
            }
        }
        values.extend(final_values(&*set.annotations, &rows, options.counting.unlabelled));
        EvalReport { values, rows }
    }

    fn stored(self, epoch: f64) -> EvalRows {
        let mut losses = Vec::new();
        for (name, loss, _) in self.losses {
            *entry(&mut losses, &name, Vec::new) = loss;
        }
        EvalRows {
            idx: self.idx.iter().map(|idx| *idx as i64).collect(),
            uids: self.uids,
            epoch: vec![epoch],
            logits: self.logits,
            targets: self.targets,
            losses,
            ..EvalRows::default()
        }
    }
}

/// The mean of each group of rows.
fn mean_rows(values: &[f32], width: usize, groups: &[Vec<usize>]) -> Vec<f32> {
    let mut means = Vec::with_capacity(groups.len() * width);
    for rows in groups {
        let row = |row: usize| &values[row * width..(row + 1) * width];
        match rows[..] {
            [one] => means.extend_from_slice(row(one)),
            _ => means.extend((0..width).map(|column| {
                let sum: f64 = rows.iter().map(|r| f64::from(row(*r)[column])).sum();
                (sum / rows.len() as f64) as f32
            })),
        }
    }
    means
}

//! Averages over the batches of an epoch.

use super::accuracy::BatchAccuracy;

/// What a batch weighs in the average of an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowAverage {
    /// Every labelled row weighs the same.
    PerLabelledRow,
    /// Every batch weighs as its nominal size, a short last one included, and rows without label
    /// count as wrong; the sum is divided by the count plus 1e-6. What the original computes.
    PerNominalBatch {
        /// Rows of a full batch.
        batch_size: usize,
    },
}

/// The original's guard against an empty epoch (`common/log.py`, `EPS`).
const EPSILON: f64 = 1e-6;

/// Top-k accuracies over an epoch.
#[derive(Clone, Debug)]
pub struct EpochAccuracy {
    average: RowAverage,
    weighted: Vec<f64>,
    weight: f64,
}

impl EpochAccuracy {
    /// An empty epoch.
    pub fn new(average: RowAverage) -> Self {
        Self { average, weighted: Vec::new(), weight: 0.0 }
    }

    /// Adds a batch.
    pub fn add(&mut self, batch: &BatchAccuracy) {
        let (weight, per_row) = match self.average {
            RowAverage::PerNominalBatch { batch_size } => (batch_size as f64, batch_size as f64),
            RowAverage::PerLabelledRow => (batch.labelled as f64, batch.rows as f64),
        };
        self.weighted.resize(self.weighted.len().max(batch.top.len()), 0.0);
        for (sum, accuracy) in self.weighted.iter_mut().zip(&batch.top) {
            *sum += accuracy * per_row;
        }
        self.weight += weight;
    }

    /// Accuracy for k = 1, 2, ..., percent; NaN when no row counted.
    pub fn top(&self) -> Vec<f64> {
        let weight = match self.average {
            RowAverage::PerNominalBatch { .. } => self.weight + EPSILON,
            RowAverage::PerLabelledRow => self.weight,
        };
        self.weighted.iter().map(|sum| sum / weight).collect()
    }

    /// The accuracies under their metric names: `acc1/action`, ...
    pub fn named(&self, label: &str) -> Vec<(String, f64)> {
        let top = self.top().into_iter().enumerate();
        top.map(|(i, accuracy)| (format!("acc{}/{label}", i + 1), accuracy)).collect()
    }
}

/// Mean of one number per batch, such as a loss.
#[derive(Clone, Debug)]
pub struct BatchAverage {
    average: RowAverage,
    sum: f64,
    weight: f64,
}

impl BatchAverage {
    /// An empty epoch.
    pub fn new(average: RowAverage) -> Self {
        Self { average, sum: 0.0, weight: 0.0 }
    }

    /// Adds the value of a batch of `rows`.
    pub fn add(&mut self, value: f64, rows: usize) {
        let weight = match self.average {
            RowAverage::PerNominalBatch { batch_size } => batch_size as f64,
            RowAverage::PerLabelledRow => rows as f64,
        };
        self.sum += value * weight;
        self.weight += weight;
    }

    /// The mean so far; NaN when nothing was added and every row weighs the same.
    pub fn mean(&self) -> f64 {
        match self.average {
            RowAverage::PerNominalBatch { .. } => self.sum / (self.weight + EPSILON),
            RowAverage::PerLabelledRow => self.sum / self.weight,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(accuracy: f64, rows: usize, labelled: usize) -> BatchAccuracy {
        BatchAccuracy { top: vec![accuracy], rows, labelled }
    }

    #[test]
    fn a_short_last_batch() {
        // Ten rows of which five are right, then two rows of which both are right.
        let batches = [batch(50.0, 10, 10), batch(100.0, 2, 2)];
        for (average, expected) in [
            (RowAverage::PerLabelledRow, 700.0 / 12.0),
            (RowAverage::PerNominalBatch { batch_size: 10 }, 1500.0 / (20.0 + 1e-6)),
        ] {
            let mut epoch = EpochAccuracy::new(average);
            batches.iter().for_each(|b| epoch.add(b));
            assert!((epoch.top()[0] - expected).abs() < 1e-9, "{average:?}");
            assert_eq!(epoch.named("verb")[0].0, "acc1/verb");
        }
    }

    #[test]
    fn unlabelled_rows_count_only_where_the_original_counts_them() {
        let mut sound = EpochAccuracy::new(RowAverage::PerLabelledRow);
        sound.add(&batch(25.0, 4, 1));
        assert_eq!(sound.top(), [100.0]);
        let mut original = EpochAccuracy::new(RowAverage::PerNominalBatch { batch_size: 4 });
        original.add(&batch(25.0, 4, 1));
        assert!((original.top()[0] - 25.0).abs() < 1e-5);
    }

    #[test]
    fn losses_weigh_batches_or_rows() {
        for (average, expected) in [
            (RowAverage::PerLabelledRow, 1.5),
            (RowAverage::PerNominalBatch { batch_size: 1 }, 2.0 / (1.0 + 1e-6 / 2.0)),
        ] {
            let mut mean = BatchAverage::new(average);
            mean.add(1.0, 3);
            mean.add(3.0, 1);
            assert!((mean.mean() - expected).abs() < 1e-5, "{average:?}");
        }
    }
}

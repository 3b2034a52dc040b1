//! The terms of a batch that several ranks share.
//!
//! A mean over all rows is no mean of means: ranks may have different numbers of rows, and a term
//! may leave rows out, those without a teacher's prediction say. So each term says how many rows it
//! is over, and weighs so much.

use serde::{Deserialize, Serialize};

use super::super::error::TrainError;
use super::super::evaluate::entry;
use super::{Ranks, exchange};

/// A term as one rank has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in super::super) struct Found {
    pub name: String,
    pub weight: f64,
    /// Rows that the mean is over.
    pub rows: f64,
    pub mean: f64,
}

/// The terms of the whole batch.
#[derive(Debug, PartialEq)]
pub(in super::super) struct Whole {
    /// Names and means.
    pub terms: Vec<(String, f64)>,
    /// The weighted total.
    pub loss: f64,
    /// The share of this rank's means in those of the whole, by its terms.
    pub shares: Vec<f64>,
}

/// Puts the terms of all ranks together.
///
/// # Errors
/// As [`exchange`].
pub(in super::super) fn put_together(
    ranks: &dyn Ranks,
    own: Result<Vec<Found>, TrainError>,
) -> Result<Whole, TrainError> {
    let all = exchange(ranks, own)?;
    let mut sums: Vec<(String, Sum)> = Vec::new();
    for term in all.iter().flatten() {
        let sum = entry(&mut sums, &term.name, Sum::default);
        sum.weight = term.weight;
        sum.rows += term.rows;
        // no row, no mean
        sum.value += if term.rows > 0.0 { term.mean * term.rows } else { 0.0 };
    }
    let weighted = sums.iter().filter(|(_, sum)| sum.weight > 0.0);
    let loss = weighted.map(|(_, sum)| sum.weight * sum.mean()).sum();
    let share = |term: &Found| match sums.iter().find(|(name, _)| *name == term.name) {
        Some((_, sum)) if sum.rows > 0.0 => term.rows / sum.rows,
        _ => 0.0,
    };
    let shares = all[ranks.rank()].iter().map(share).collect();
    let terms = sums.iter().map(|(name, sum)| (name.clone(), sum.mean())).collect();
    Ok(Whole { terms, loss, shares })
}

#[derive(Default)]
struct Sum {
    weight: f64,
    rows: f64,
    value: f64,
}

impl Sum {
    fn mean(&self) -> f64 {
        if self.rows > 0.0 { self.value / self.rows } else { 0.0 }
    }
}

//! Weights that reach the most of a figure on some segments.
//!
//! A figure is constant between the weights at which two classes change places, so that it has no
//! slope to follow. Shares are tried along lines instead, from even weights and from each model alone,
//! until no line leads further; among equals the middle of the widest stretch is taken, which small
//! changes of the data move least. The same scores always give the same weights.

use rayon::prelude::*;

use super::contest::Contest;
use super::{FusionError, Goal, Pool};

/// Shares of one model that are tried along a line: 0, 0.01, ... 1.
const STEPS: usize = 100;
/// Weights are told, and used, with that many decimals.
const DECIMALS: f64 = 1e4;

/// Weights and what they reach where they were searched.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// One a model; they add up to about 1.
    pub weights: Vec<f64>,
    /// The figure there, percent.
    pub value: f64,
}

/// Searches weights on the segments that are kept.
///
/// `set` is what errors call these segments.
///
/// # Errors
/// Segments without labels.
pub fn search(
    pool: &Pool,
    goal: &Goal,
    many_shot: Option<&[usize]>,
    set: &str,
    keep: impl Fn(usize) -> bool,
) -> Result<Found, FusionError> {
    let classes = pool.models[0].scores[&goal.label].classes;
    let targets = pool.targets(&goal.label);
    let kept = |(i, target): (usize, i64)| if keep(i) { target } else { -1 };
    let targets: Vec<i64> = targets.into_iter().enumerate().map(kept).collect();
    let gains = goal.gains(&targets, classes, many_shot);
    let contest = |i: usize| {
        let rows = pool.scores_of(i, &goal.label);
        Some((Contest::new(&rows, classes, usize::try_from(targets[i]).ok()?), gains[i]))
    };
    let counting: Vec<usize> = (0..targets.len()).filter(|i| gains[*i] > 0.0).collect();
    let contests: Vec<(Contest, f64)> = counting.into_par_iter().filter_map(contest).collect();
    if contests.is_empty() {
        return Err(FusionError::Unlabelled { set: set.to_owned(), goal: goal.short() });
    }
    Ok(Field { contests, depth: goal.depth(), models: pool.models.len() }.best())
}

/// What is to be won.
struct Field {
    contests: Vec<(Contest, f64)>,
    depth: usize,
    models: usize,
}

impl Field {
    fn value(&self, weights: &[f64]) -> f64 {
        let won: Vec<bool> =
            self.contests.par_iter().map(|(c, _)| c.is_won(weights, self.depth)).collect();
        // Added up in one order, so that equal sets of wins are equal numbers.
        self.contests.iter().zip(won).filter(|(_, won)| *won).map(|((_, gain), _)| gain).sum()
    }

    fn best(&self) -> Found {
        let alone = |model: usize| (0..self.models).map(move |m| f64::from(u8::from(m == model)));
        let even = vec![1.0 / self.models as f64; self.models];
        // A line between two models holds all their weights.
        let starts = if self.models == 2 { 0 } else { self.models };
        let found = std::iter::once(even)
            .chain((0..starts).map(|model| alone(model).collect()))
            .map(|start| self.climb(start))
            .reduce(|best, other| if other.value > best.value { other } else { best })
            .expect("even weights are a start");
        let weights: Vec<f64> =
            found.weights.iter().map(|w| (w * DECIMALS).round() / DECIMALS).collect();
        let value = self.value(&weights);
        Found { weights, value }
    }

    /// Goes on along the line of each model in turn until none leads further.
    fn climb(&self, start: Vec<f64>) -> Found {
        let value = self.value(&start);
        let mut best = Found { weights: start, value };
        loop {
            let before = best.value;
            best = (0..self.models).fold(best, |best, model| self.along(model, best));
            if best.value <= before {
                return best;
            }
        }
    }

    /// The best share of one model where the others keep theirs to each other.
    fn along(&self, model: usize, best: Found) -> Found {
        let others: f64 = 1.0 - best.weights[model];
        let share = |m: usize| match others > 0.0 {
            true => best.weights[m] / others,
            false => 1.0 / (self.models - 1) as f64,
        };
        let at = |step: usize| -> Vec<f64> {
            let own = step as f64 / STEPS as f64;
            let weight = |m| if m == model { own } else { share(m) * (1.0 - own) };
            (0..self.models).map(weight).collect()
        };
        let values: Vec<f64> = (0..=STEPS).map(|step| self.value(&at(step))).collect();
        let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if most <= best.value {
            return best;
        }
        Found { weights: at(middle_of_widest(&values, most)), value: most }
    }
}

/// The middle of the widest stretch of steps that reach the most.
fn middle_of_widest(values: &[f64], most: f64) -> usize {
    let mut widest = (0, 0);
    let mut start = 0;
    for stretch in values.chunk_by(|a, b| a == b) {
        if stretch[0] == most && stretch.len() > widest.1 {
            widest = (start, stretch.len());
        }
        start += stretch.len();
    }
    widest.0 + (widest.1.max(1) - 1) / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_the_widest() {
        for (values, expected) in [
            (&[1.0, 2.0, 2.0, 1.0, 2.0, 2.0, 2.0, 1.0][..], 5),
            (&[2.0, 1.0], 0),
            (&[1.0, 2.0], 1),
            (&[2.0, 2.0, 2.0, 2.0], 1),
        ] {
            assert_eq!(middle_of_widest(values, 2.0), expected, "{values:?}");
        }
    }
}

//! Which classes are taken for which: counts over the samples of a results file.

use std::collections::HashMap;

use crate::runs::{Results, Rows};

/// Counts of predictions for the classes with most samples.
#[derive(Debug, PartialEq)]
pub(super) struct Confusion {
    /// The classes with most samples, most first.
    pub classes: Vec<usize>,
    /// Samples of each of them.
    pub support: Vec<usize>,
    /// Row a class, column the class predicted, and one more for all other classes.
    pub counts: Vec<Vec<usize>>,
    /// Mistakes over all classes: target, prediction, count; most first.
    pub mistakes: Vec<(usize, usize, usize)>,
    /// Samples of all classes by target.
    pub of_class: HashMap<usize, usize>,
    /// Samples with a target.
    pub samples: usize,
    /// Of them those predicted right.
    pub right: usize,
    /// Samples without a usable target or prediction.
    pub left_out: usize,
}

/// Counts the predictions of a label type: the class with the highest logit, of samples that were
/// evaluated more than once the highest sum. `None` where the file has no such logits and targets.
pub(super) fn confusion(results: &Results, label: &str, most: usize) -> Option<Confusion> {
    let logits = results.logits.get(label).filter(|rows| rows.shape.len() == 2)?;
    let targets = results.target.get(label).filter(|rows| rows.width() == 1)?;
    let mut pairs: HashMap<(usize, usize), usize> = HashMap::new();
    let mut left_out = 0;
    for rows in samples(&results.idx) {
        let target = usize::try_from(targets.data[rows[0]]).ok();
        match (target, predicted(logits, &rows)) {
            (Some(target), Some(predicted)) => *pairs.entry((target, predicted)).or_default() += 1,
            _ => left_out += 1,
        }
    }
    Some(tally(&pairs, most, left_out))
}

/// The rows of each sample, in order of its first row.
fn samples(idx: &[i64]) -> Vec<Vec<usize>> {
    let mut at: HashMap<i64, usize> = HashMap::new();
    let mut samples: Vec<Vec<usize>> = Vec::new();
    for (row, idx) in idx.iter().enumerate() {
        let sample = *at.entry(*idx).or_insert_with(|| {
            samples.push(Vec::new());
            samples.len() - 1
        });
        samples[sample].push(row);
    }
    samples
}

/// The first class with the highest sum; `None` where a logit is no number.
fn predicted(logits: &Rows<f32>, rows: &[usize]) -> Option<usize> {
    let mut best: Option<(usize, f64)> = None;
    for class in 0..logits.width() {
        let sum: f64 = rows.iter().map(|row| f64::from(logits.row(*row)[class])).sum();
        if sum.is_nan() {
            return None;
        }
        if best.is_none_or(|(_, highest)| sum > highest) {
            best = Some((class, sum));
        }
    }
    best.map(|(class, _)| class)
}

fn tally(pairs: &HashMap<(usize, usize), usize>, most: usize, left_out: usize) -> Confusion {
    let mut of_class: HashMap<usize, usize> = HashMap::new();
    for ((target, _), count) in pairs {
        *of_class.entry(*target).or_default() += count;
    }
    let mut ranked: Vec<(usize, usize)> = of_class.iter().map(|(c, n)| (*c, *n)).collect();
    ranked.sort_by_key(|(class, samples)| (std::cmp::Reverse(*samples), *class));
    ranked.truncate(most);
    let classes: Vec<usize> = ranked.iter().map(|(class, _)| *class).collect();
    let place = |class: usize| classes.iter().position(|c| *c == class);
    let mut counts = vec![vec![0; classes.len() + 1]; classes.len()];
    for ((target, predicted), count) in pairs {
        if let Some(row) = place(*target) {
            counts[row][place(*predicted).unwrap_or(classes.len())] += count;
        }
    }
    let mut mistakes: Vec<(usize, usize, usize)> =
        pairs.iter().filter(|((t, p), _)| t != p).map(|((t, p), n)| (*t, *p, *n)).collect();
    mistakes.sort_by_key(|(target, predicted, n)| (std::cmp::Reverse(*n), *target, *predicted));
    Confusion {
        support: ranked.iter().map(|(_, samples)| *samples).collect(),
        counts,
        mistakes,
        samples: of_class.values().sum(),
        right: pairs.iter().filter(|((t, p), _)| t == p).map(|(_, n)| n).sum(),
        classes,
        of_class,
        left_out,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runs::Uids;

    fn results(idx: &[i64], targets: &[i64], logits: &[[f32; 3]]) -> Results {
        let rows = Rows::new([logits.len(), 3], logits.concat());
        Results {
            idx: idx.to_vec(),
            uid: Uids::Numbers(idx.to_vec()),
            logits: [("action".to_owned(), rows)].into(),
            logits_regression: None,
            target: [("action".to_owned(), Rows::column(targets.to_vec()))].into(),
            loss: [].into(),
            epoch: vec![],
        }
    }

    #[test]
    fn counts_of_the_most_frequent_classes() {
        let (a, b, c) = ([1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]);
        let targets = [2, 2, 2, 0, 0, 1, -1];
        let results = results(&[0, 1, 2, 3, 4, 5, 6], &targets, &[c, c, b, a, c, b, a]);
        let found = confusion(&results, "action", 2).unwrap();
        assert_eq!((found.classes, found.support), (vec![2, 0], vec![3, 2]));
        assert_eq!(found.counts, [vec![2, 0, 1], vec![1, 1, 0]]);
        assert_eq!(found.mistakes, [(0, 2, 1), (2, 1, 1)]);
        assert_eq!((found.samples, found.right, found.left_out), (6, 4, 1));
        assert!(confusion(&results, "verb", 2).is_none());
    }

    #[test]
    fn a_sample_counts_once_and_no_number_not_at_all() {
        let rows = [[0.0, 0.9, 0.0], [1.0, 0.2, 0.0], [f32::NAN, 0.0, 0.0]];
        let found = confusion(&results(&[7, 7, 8], &[1, 1, 1], &rows), "action", 9).unwrap();
        assert_eq!((found.samples, found.right, found.left_out), (1, 1, 1));
    }

    #[test]
    fn nothing_stored() {
        let found = confusion(&results(&[], &[], &[]), "action", 9).unwrap();
        assert_eq!((found.samples, found.classes.len()), (0, 0));
    }
}

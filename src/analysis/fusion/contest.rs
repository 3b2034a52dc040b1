//! Which classes can stand above the true one, whatever the weights.
//!
//! With weights of at least zero a class that every model puts above the true one is above it in the
//! sum, and one that every model puts below is below. Only the others have to be looked at again for
//! each set of weights, and they are few.

/// One segment.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Contest {
    /// Classes above the true one for any weights.
    always: usize,
    /// By how much the others exceed it, model by model; of equal sums the first `before` are above.
    rivals: Vec<f64>,
    before: usize,
}

impl Contest {
    /// The contest of one segment: a row of scores for each model that has it, else nothing.
    pub(super) fn new(rows: &[Option<&[f64]>], classes: usize, target: usize) -> Self {
        let mut contest = Self { always: 0, rivals: Vec::new(), before: 0 };
        for class in (0..classes).filter(|class| *class != target) {
            let lead = |row: &Option<&[f64]>| row.map_or(0.0, |row| row[class] - row[target]);
            let leads = rows.iter().map(lead);
            let is_before = class < target;
            if leads.clone().all(|lead| lead > 0.0) {
                contest.always += 1;
            } else if leads.clone().any(|lead| if is_before { lead >= 0.0 } else { lead > 0.0 }) {
                contest.rivals.extend(leads);
                contest.before += usize::from(is_before);
            }
        }
        contest
    }

    /// Whether the true class is among the first `depth` with these weights.
    pub(super) fn is_won(&self, weights: &[f64], depth: usize) -> bool {
        let mut above = self.always;
        for (i, leads) in self.rivals.chunks_exact(weights.len()).enumerate() {
            if above >= depth {
                return false;
            }
            let lead: f64 = leads.iter().zip(weights).map(|(lead, weight)| lead * weight).sum();
            above += usize::from(lead > 0.0 || (lead == 0.0 && i < self.before));
        }
        above < depth
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::{Scores, target_ranks};

    #[test]
    fn as_the_rank_in_the_sum() {
        // Small integers, so that sums tie.
        let row = |seed: u32| -> Vec<f64> {
            (0..12).map(|i| f64::from((i * 7 + seed * 5 + i * i * seed) % 6)).collect()
        };
        for seed in 0..40 {
            let rows = [row(seed), row(seed + 100), row(seed * 3 + 1)];
            for target in [0, 5, 11] {
                let lent: Vec<Option<&[f64]>> = rows.iter().map(|r| Some(r.as_slice())).collect();
                let contest = Contest::new(&lent, 12, target);
                for weights in [[1.0, 1.0, 1.0], [1.0, 0.0, 0.0], [0.0, 2.0, 1.0]] {
                    let sum = |c: usize| rows.iter().zip(weights).map(|(r, w)| r[c] * w).sum();
                    let sums: Vec<f64> = (0..12).map(sum).collect();
                    let rank = target_ranks(Scores::new(&sums, 12), &[target as i64])[0].unwrap();
                    for depth in [1, 5] {
                        let won = contest.is_won(&weights, depth);
                        assert_eq!(won, rank < depth, "{seed} {target} {weights:?} {depth}");
                    }
                }
            }
        }
    }

    #[test]
    fn clear_cases_are_not_looked_at_again() {
        let rows: [Option<&[f64]>; 2] = [Some(&[1.0, 2.0, 0.0, 3.0]), Some(&[1.0, 5.0, 1.0, 0.0])];
        let contest = Contest::new(&rows, 4, 0);
        assert_eq!(contest, Contest { always: 1, rivals: vec![2.0, -1.0], before: 0 });
    }
}

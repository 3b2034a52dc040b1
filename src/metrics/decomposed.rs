//! Verbs or nouns of the actions that score highest.

use super::rank::{Score, Scores, target_ranks};

/// How many actions score above the best one that has the verb (or noun) of the true action, per row;
/// `None` where the target is no action, or one of no class.
///
/// A rank below k says that one of the k highest actions has the true verb: the actions are decomposed
/// into verbs, their probabilities are not added up. `pairs` are (action, class). Ties are broken as in
/// [`target_ranks`].
///
/// # Panics
/// When there is not one target per row, or a pair names an action that is not there.
pub fn decomposed_ranks<T: Score>(
    actions: Scores<'_, T>,
    targets: &[i64],
    pairs: &[(usize, usize)],
) -> Vec<Option<usize>> {
    assert_eq!(actions.rows(), targets.len(), "one target per row");
    let mut of_action = vec![None; actions.classes()];
    for (action, class) in pairs {
        of_action[*action] = Some(*class);
    }
    let best = actions.iter().zip(targets).map(|(row, target)| {
        let target = usize::try_from(*target).ok().filter(|target| *target < row.len());
        let class = target.and_then(|target| of_action[target]);
        class.and_then(|class| highest(row, |action| of_action[action] == Some(class)))
    });
    let best: Vec<i64> = best.map(|best| best.map_or(-1, |action| action as i64)).collect();
    target_ranks(actions, &best)
}

/// The highest of some scores, the first of equal ones; NaN is higher than any number.
fn highest<T: Score>(row: &[T], among: impl Fn(usize) -> bool) -> Option<usize> {
    let above = |a: T, b: T| a > b || (a.is_nan() && !b.is_nan());
    let mut best = None;
    for (at, score) in row.iter().enumerate().filter(|(at, _)| among(*at)) {
        if best.is_none_or(|best: usize| above(*score, row[best])) {
            best = Some(at);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verb_of_a_wrong_action_counts() {
        // actions 0 and 1 have verb 0, actions 2 and 3 verb 1; action 4 has none
        let pairs = [(0, 0), (1, 0), (2, 1), (3, 1)];
        let values = [0.1, 0.5, 0.4, 0.2, 0.0];
        let ranks = |target| {
            decomposed_ranks(Scores::new(&values, 5), &[target], &pairs).first().copied().flatten()
        };
        for (target, expected) in
            [(0, Some(0)), (1, Some(0)), (3, Some(1)), (4, None), (-1, None), (9, None)]
        {
            assert_eq!(ranks(target), expected, "target {target}");
        }
    }
}

//! What a class weighs in the loss so that all classes weigh the same together.

/// Segments / (present classes x segments of the class), as scikit-learn's `balanced`.
///
/// Absent classes weigh 1. The original passes the weights of the present classes alone: where one
/// is absent, PyTorch refuses them for their number. Targets below 0 are not counted; a target
/// beyond `classes` is not either, the loss refuses it.
pub fn balanced(targets: impl IntoIterator<Item = i64>, classes: usize) -> Vec<f32> {
    let mut counts = vec![0_u64; classes];
    for target in targets {
        if let Some(count) = usize::try_from(target).ok().and_then(|class| counts.get_mut(class)) {
            *count += 1;
        }
    }
    let all = counts.iter().sum::<u64>() as f64;
    let present = counts.iter().filter(|count| **count > 0).count() as f64;
    let weight = |count: u64| if count == 0 { 1.0 } else { all / (present * count as f64) };
    counts.into_iter().map(|count| weight(count) as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `compute_class_weight("balanced", classes=[0, 1, 3], y=[0, 0, 0, 1, 3, 3])`.
    #[test]
    fn rows() {
        assert_eq!(balanced([0, 0, -1, 0, 1, 3, 3], 4), [6.0 / 9.0, 2.0, 1.0, 1.0]);
        assert_eq!(balanced([-1], 2), [1.0, 1.0]);
    }
}

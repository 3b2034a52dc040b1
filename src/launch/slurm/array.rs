//! Which tasks of an array, as `sbatch --array` reads them: `0-3,5%2`.

use std::collections::BTreeSet;

/// The tasks with these numbers, at most `parallelism` of them at a time; `None` for all.
pub(super) fn array(numbers: &[usize], parallelism: Option<u64>) -> String {
    let numbers: BTreeSet<usize> = numbers.iter().copied().collect();
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for number in numbers {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => ranges.push((number, number)),
        }
    }
    let range = |(first, last): &(usize, usize)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    };
    let cap = parallelism.map_or(String::new(), |jobs| format!("%{jobs}"));
    format!("{}{cap}", ranges.iter().map(range).collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows() {
        for (numbers, expected) in [
            (&[0][..], "0%4"),
            (&[0, 1, 2], "0-2%4"),
            (&[5, 0, 1, 3], "0-1,3,5%4"),
            (&[7, 7, 8], "7-8%4"),
        ] {
            assert_eq!(array(numbers, Some(4)), expected);
        }
        assert_eq!(array(&[1, 2], None), "1-2");
    }
}

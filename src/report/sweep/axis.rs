//! The values of one key along an axis: numbers by size (or by factor, where they span magnitudes),
//! anything else as names at equal distances.

use serde_json::Value;

use super::super::scale::{Scale, spans_magnitudes};
use super::plot::spaced;
use super::words;

/// An axis with at most so many numbers has its marks at them, else at round ones.
const MARKED: usize = 10;

/// The values of a key, in order, each once.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Axis {
    /// All are numbers, and there are at least two.
    Numbers(Vec<f64>),
    /// Their names; what has no value is one of them.
    Names(Vec<String>),
}

impl Axis {
    /// The axis of the values that runs have.
    pub(super) fn of<'v>(values: impl Iterator<Item = Option<&'v Value>> + Clone) -> Self {
        let number = |value: Option<&Value>| value.and_then(Value::as_f64);
        let all: Option<Vec<f64>> = values.clone().map(number).collect();
        if let Some(mut numbers) = all {
            numbers.sort_by(f64::total_cmp);
            numbers.dedup();
            if numbers.len() > 1 {
                return Self::Numbers(numbers);
            }
        }
        let mut named: Vec<(bool, f64, String)> = values
            .map(|value| {
                let number = number(value);
                (number.is_none(), number.unwrap_or(0.0), words::value(value))
            })
            .collect();
        // Numbers before words.
        named.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
        let mut names: Vec<String> = named.into_iter().map(|(_, _, name)| name).collect();
        names.dedup();
        Self::Names(names)
    }

    /// How many values there are.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Numbers(numbers) => numbers.len(),
            Self::Names(names) => names.len(),
        }
    }

    /// What each value is called.
    pub(super) fn labels(&self) -> Vec<String> {
        match self {
            Self::Numbers(numbers) => numbers.iter().copied().map(words::chosen).collect(),
            Self::Names(names) => names.clone(),
        }
    }

    /// Which of the values this is.
    pub(super) fn index(&self, value: Option<&Value>) -> Option<usize> {
        match self {
            Self::Numbers(numbers) => {
                let value = value?.as_f64()?;
                numbers.iter().position(|number| *number == value)
            }
            Self::Names(names) => {
                let name = words::value(value);
                names.iter().position(|other| *other == name)
            }
        }
    }

    /// Whether equal distances are equal factors.
    pub(super) fn is_log(&self) -> bool {
        matches!(self, Self::Numbers(numbers) if spans_magnitudes(numbers))
    }

    /// The positions of the values between two places.
    pub(super) fn places(&self, from: f64, to: f64) -> Vec<f64> {
        match self {
            Self::Numbers(numbers) => {
                let scale = scale(numbers, from, to);
                numbers.iter().map(|number| scale.place(*number)).collect()
            }
            Self::Names(names) => {
                let step = (to - from) / names.len().max(1) as f64;
                (0..names.len()).map(|at| from + (at as f64 + 0.5) * step).collect()
            }
        }
    }

    /// Marks with their labels, at least `apart` from each other.
    pub(super) fn ticks(&self, from: f64, to: f64, apart: f64) -> Vec<(f64, String)> {
        let all: Vec<(f64, String)> = match self {
            Self::Numbers(numbers) if numbers.len() > MARKED => {
                let scale = scale(numbers, from, to);
                let ticks = scale.ticks(6).into_iter();
                ticks.map(|(value, label)| (scale.place(value), label)).collect()
            }
            _ => self.places(from, to).into_iter().zip(self.labels()).collect(),
        };
        spaced(all.into_iter(), apart)
    }
}

fn scale(numbers: &[f64], from: f64, to: f64) -> Scale {
    match spans_magnitudes(numbers) {
        true => Scale::log(numbers, from, to),
        false => Scale::over(numbers.iter().copied(), from, to),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn axis(values: &Value) -> Axis {
        let values = values.as_array().unwrap();
        Axis::of(values.iter().map(|value| (!value.is_null()).then_some(value)))
    }

    #[test]
    fn numbers_by_size_and_the_rest_by_name() {
        for (values, expected) in [
            (json!([20, 1, 0.5, 1.0]), vec!["0.5", "1", "20"]),
            (json!(["sgd", "adam", "sgd"]), vec!["adam", "sgd"]),
            (json!([10, "x", 9, null]), vec!["9", "10", "x", "\u{2013}"]),
            (json!([3, 3]), vec!["3"]),
            (json!([true, [1, 2]]), vec!["[1,2]", "true"]),
            (json!([]), vec![]),
        ] {
            assert_eq!(axis(&values).labels(), expected, "{values}");
        }
        assert_eq!(axis(&json!([1, 2])).index(Some(&json!(2.0))), Some(1));
        assert_eq!(axis(&json!(["a", null])).index(None), Some(1));
    }

    #[test]
    fn magnitudes_make_a_logarithmic_axis_with_a_place_for_nought() {
        let found = axis(&json!([0, 1, 10, 100]));
        assert!(found.is_log());
        let places: Vec<f64> = found.places(0.0, 100.0).iter().map(|at| at.round()).collect();
        assert_eq!(places, [0.0, 12.0, 56.0, 100.0]);
        assert!(!axis(&json!([1, 2, 3])).is_log());
    }

    #[test]
    fn labels_that_would_overlap_are_left_out() {
        let ticks = axis(&json!([1, 1.01, 1.02, 2])).ticks(0.0, 100.0, 30.0);
        let labels: Vec<&str> = ticks.iter().map(|(_, label)| &**label).collect();
        assert_eq!(labels, ["1", "2"]);
    }
}

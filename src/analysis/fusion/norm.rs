//! What a row of scores is divided by before it is added to those of other models.

use std::fmt;
use std::str::FromStr;

use super::super::Table;
use super::FusionError;

/// As the original's guard against rows of zeros (`_normalize_scores`).
const EPSILON: f64 = 1e-6;

/// A way to bring scores of different models to one scale.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Norm {
    /// Scores stay as they are.
    #[default]
    None,
    /// The p-th root of the sum of the p-th powers; above zero.
    P(f64),
    /// The greatest magnitude.
    Greatest,
}

impl Norm {
    /// Divides every row by its norm plus 1e-6.
    pub fn divide(self, table: &mut Table) {
        if self == Self::None {
            return;
        }
        for row in table.values.chunks_exact_mut(table.classes) {
            let divisor = self.of(row) + EPSILON;
            row.iter_mut().for_each(|score| *score /= divisor);
        }
    }

    fn of(self, row: &[f64]) -> f64 {
        match self {
            Self::None => 1.0,
            Self::P(1.0) => row.iter().map(|score| score.abs()).sum(),
            Self::P(2.0) => row.iter().map(|score| score * score).sum::<f64>().sqrt(),
            Self::P(p) => row.iter().map(|score| score.abs().powf(p)).sum::<f64>().powf(1.0 / p),
            Self::Greatest => row.iter().fold(0.0, |most, score| score.abs().max(most)),
        }
    }
}

impl FromStr for Norm {
    type Err = FusionError;

    fn from_str(text: &str) -> Result<Self, FusionError> {
        match text.parse::<f64>() {
            _ if text == "none" => Ok(Self::None),
            Ok(p) if p == f64::INFINITY => Ok(Self::Greatest),
            Ok(p) if p > 0.0 => Ok(Self::P(p)),
            _ => Err(FusionError::Norm { text: text.to_owned() }),
        }
    }
}

impl fmt::Display for Norm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::P(p) => write!(f, "{p}"),
            Self::Greatest => f.write_str("inf"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_have_norm_one() {
        for (text, expected) in [
            ("none", [3.0, -4.0]),
            ("1", [3.0 / 7.0, -4.0 / 7.0]),
            ("2", [0.6, -0.8]),
            ("inf", [0.75, -1.0]),
            ("3", [3.0 / 91_f64.cbrt(), -4.0 / 91_f64.cbrt()]),
        ] {
            let norm: Norm = text.parse().unwrap();
            let mut table = Table { classes: 2, values: vec![3.0, -4.0, 0.0, 0.0] };
            norm.divide(&mut table);
            let near = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-6;
            assert!(table.values.iter().zip(&expected).all(near), "{text}: {table:?}");
            assert_eq!(table.values[2..], [0.0, 0.0], "{text}");
            assert_eq!(norm.to_string(), text);
        }
    }

    #[test]
    fn refused() {
        for text in ["0", "-1", "nan", "two", "", "-inf"] {
            assert!(text.parse::<Norm>().is_err(), "{text}");
        }
    }
}

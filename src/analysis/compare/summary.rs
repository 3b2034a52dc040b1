//! A metric over repetitions.

/// Mean and spread.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// Mean.
    pub mean: f64,
    /// Standard deviation of a sample (n - 1); `None` for a single value.
    pub deviation: Option<f64>,
    /// Number of values.
    pub n: usize,
    /// Whether no other row is better.
    pub best: bool,
}

impl Summary {
    /// Of some values; `None` of none. A value that is no number makes all of it none.
    pub fn of(values: &[f64]) -> Option<Self> {
        let n = values.len();
        if n == 0 {
            return None;
        }
        let mean = values.iter().sum::<f64>() / n as f64;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let deviation = (n > 1).then(|| (squares / (n - 1) as f64).sqrt());
        Some(Self { mean, deviation, n, best: false })
    }

    /// `12.34 ± 0.56`, two digits after the point.
    pub fn shown(&self) -> String {
        match self.deviation {
            Some(deviation) => format!("{:.2} ± {deviation:.2}", self.mean),
            None => format!("{:.2}", self.mean),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_and_spreads() {
        // Python: statistics.mean, statistics.stdev of [2, 4, 4, 4, 5, 5, 7, 9]
        let summary = Summary::of(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]).unwrap();
        assert_eq!((summary.mean, summary.n), (5.0, 8));
        assert!((summary.deviation.unwrap() - 2.138_089_935_299_395).abs() < 1e-12);
        assert_eq!(summary.shown(), "5.00 ± 2.14");
        assert_eq!(Summary::of(&[1.5]).unwrap().shown(), "1.50");
        assert_eq!(Summary::of(&[]), None);
    }
}

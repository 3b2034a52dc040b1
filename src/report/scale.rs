//! Axes: the range of a chart, round ticks, and how numbers are written.

/// A linear map from values to positions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    /// Range of values; never empty.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    from: f64,
    to: f64,
    /// Distance of ticks, where it is settled.
    step: Option<f64>,
}

impl Scale {
    /// Maps the finite `values` onto `from..to`; one value alone is centred.
    pub(super) fn over(values: impl Iterator<Item = f64>, from: f64, to: f64) -> Self {
        let (mut low, mut high) =
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
        if low > high {
            (low, high) = (0.0, 1.0);
        }
        if high - low <= f64::EPSILON * low.abs().max(high.abs()) {
            let margin = if low == 0.0 { 1.0 } else { low.abs() * 0.1 };
            (low, high) = (low - margin, high + margin);
        }
        Self { low, high, from, to, step: None }
    }

    /// Extends the range to round numbers, for an axis whose ends are ticks.
    pub(super) fn rounded(mut self, ticks: usize) -> Self {
        let step = step(self.low, self.high, ticks);
        self.low = (self.low / step).floor() * step;
        self.high = (self.high / step).ceil() * step;
        self.step = Some(step);
        self
    }

    /// Position of a value.
    pub(super) fn place(&self, value: f64) -> f64 {
        self.from + (value - self.low) / (self.high - self.low) * (self.to - self.from)
    }

    /// About `n` round values within the range, with their labels; a rounded scale has settled
    /// its own.
    pub(super) fn ticks(&self, n: usize) -> Vec<(f64, String)> {
        let step = self.step.unwrap_or_else(|| step(self.low, self.high, n));
        let first = (self.low / step - 1e-9).ceil() as i64;
        let last = (self.high / step + 1e-9).floor() as i64;
        (first..=last).map(|i| i as f64 * step).map(|v| (v, tick_label(v, step))).collect()
    }
}

/// The smallest of 1, 2, 5 times a power of ten that divides the range in at most `n` parts.
fn step(low: f64, high: f64, n: usize) -> f64 {
    let raw = (high - low) / n.max(1) as f64;
    let power = 10f64.powf(raw.log10().floor());
    let factor = [1.0, 2.0, 5.0, 10.0].into_iter().find(|f| f * power >= raw * (1.0 - 1e-9));
    factor.unwrap_or(10.0) * power
}

fn tick_label(value: f64, step: f64) -> String {
    let decimals = (-step.log10().floor()).max(0.0) as usize;
    if value == 0.0 {
        "0".into()
    } else if decimals > 4 || value.abs() >= 1e6 {
        // As many digits as tell neighbours apart.
        let digits = (value.abs().log10().floor() - step.log10().floor()).max(0.0) as usize;
        format!("{value:.digits$e}")
    } else {
        format!("{value:.decimals$}")
    }
}

/// A measured number: four significant digits, exponents only where they help.
pub(super) fn number(value: f64) -> String {
    let magnitude = value.abs();
    if value == 0.0 || !value.is_finite() {
        return format!("{value}");
    }
    if !(1e-3..1e6).contains(&magnitude) {
        return format!("{value:.3e}");
    }
    let decimals = (3 - magnitude.log10().floor() as i32).clamp(0, 6) as usize;
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(low: f64, high: f64) -> Vec<String> {
        let scale = Scale::over([low, high].into_iter(), 0.0, 1.0);
        scale.ticks(5).into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn round_ticks() {
        assert_eq!(labels(0.0, 10.0), ["0", "2", "4", "6", "8", "10"]);
        assert_eq!(labels(0.13, 0.48), ["0.2", "0.3", "0.4"]);
        assert_eq!(labels(-1.0, 1.0), ["-1.0", "-0.5", "0", "0.5", "1.0"]);
        assert_eq!(labels(0.0, 3e-5), ["0", "1e-5", "2e-5", "3e-5"]);
        assert_eq!(labels(0.0, 5e6), ["0", "1e6", "2e6", "3e6", "4e6", "5e6"]);
    }

    #[test]
    fn degenerate_ranges_have_a_width() {
        for values in [vec![], vec![0.0], vec![-3.0, -3.0], vec![1e-300]] {
            let scale = Scale::over(values.clone().into_iter(), 0.0, 100.0);
            assert!(scale.high > scale.low, "{values:?}");
            assert!(scale.ticks(5).len() < 20);
            if let Some(v) = values.first() {
                assert!((scale.place(*v) - 50.0).abs() < 1e-6, "{values:?}");
            }
        }
    }

    #[test]
    fn rounding_covers_the_range() {
        let scale = Scale::over([0.13, 0.48].into_iter(), 0.0, 1.0).rounded(5);
        assert!((scale.low - 0.1).abs() < 1e-9 && (scale.high - 0.5).abs() < 1e-9);
    }

    #[test]
    fn numbers() {
        for (value, text) in [
            (0.0, "0"),
            (12.3456, "12.35"),
            (0.00123, "0.001230"),
            (1e-5, "1.000e-5"),
            (123456.0, "123456"),
        ] {
            assert_eq!(number(value), text);
        }
    }
}

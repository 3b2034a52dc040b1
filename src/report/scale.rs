//! Axes: the range of a chart, round ticks, and how numbers are written.

/// Share of a logarithmic axis that lies between nought, which it has no place for, and the rest.
const GAP: f64 = 0.12;

/// A map from values to positions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    /// Range of values; never empty. Without nought where the scale is logarithmic.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    from: f64,
    to: f64,
    kind: Kind,
    /// Distance of ticks, where it is settled.
    step: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Linear,
    /// Nought, where there is one, is the start of the axis, apart from the rest.
    Log {
        nought: bool,
    },
}

impl Scale {
    /// Maps the finite `values` onto `from..to`; one value alone is centred.
    pub(super) fn over(values: impl Iterator<Item = f64>, from: f64, to: f64) -> Self {
        let (low, high) = range(values).unwrap_or((0.0, 1.0));
        Self::of_range(low, high, from, to, Kind::Linear)
    }

    /// The same with equal distances for equal factors; linear where a value is negative or none is
    /// above nought.
    pub(super) fn log(values: &[f64], from: f64, to: f64) -> Self {
        let positive = range(values.iter().copied().filter(|v| *v > 0.0));
        match positive {
            Some((low, high)) if values.iter().all(|v| *v >= 0.0) => {
                let nought = values.contains(&0.0);
                Self::of_range(low, high, from, to, Kind::Log { nought })
            }
            _ => Self::over(values.iter().copied(), from, to),
        }
    }

    fn of_range(mut low: f64, mut high: f64, from: f64, to: f64, kind: Kind) -> Self {
        if high - low <= f64::EPSILON * low.abs().max(high.abs()) {
            (low, high) = match kind {
                Kind::Log { .. } => (low / 2.0, high * 2.0),
                Kind::Linear if low == 0.0 => (-1.0, 1.0),
                Kind::Linear => (low - low.abs() * 0.1, high + high.abs() * 0.1),
            };
        }
        Self { low, high, from, to, kind, step: None }
    }

    /// Extends the range to round numbers, for a linear axis whose ends are ticks.
    pub(super) fn rounded(mut self, ticks: usize) -> Self {
        let step = step(self.low, self.high, ticks);
        self.low = (self.low / step).floor() * step;
        self.high = (self.high / step).ceil() * step;
        self.step = Some(step);
        self
    }

    /// Position of a value.
    pub(super) fn place(&self, value: f64) -> f64 {
        let part = |value: f64, low: f64, high: f64| (value - low) / (high - low);
        let at = match self.kind {
            Kind::Linear => part(value, self.low, self.high),
            Kind::Log { nought } => {
                let gap = if nought { GAP } else { 0.0 };
                match value > 0.0 {
                    true => gap + (1.0 - gap) * part(value.ln(), self.low.ln(), self.high.ln()),
                    false => 0.0,
                }
            }
        };
        self.from + at * (self.to - self.from)
    }

    /// About `n` round values within the range, with their labels; a rounded scale has settled
    /// its own.
    pub(super) fn ticks(&self, n: usize) -> Vec<(f64, String)> {
        if let Kind::Log { nought } = self.kind {
            let mut ticks = log_ticks(self.low, self.high, n);
            if nought {
                ticks.insert(0, 0.0);
            }
            return ticks.into_iter().map(|v| (v, short(v))).collect();
        }
        let step = self.step.unwrap_or_else(|| step(self.low, self.high, n));
        let first = (self.low / step - 1e-9).ceil() as i64;
        let last = (self.high / step + 1e-9).floor() as i64;
        (first..=last).map(|i| i as f64 * step).map(|v| (v, tick_label(v, step))).collect()
    }
}

/// Whether values are better told apart by their factors: none is negative, and those above nought
/// span more than a factor of 20.
pub(super) fn spans_magnitudes(values: &[f64]) -> bool {
    let positive = range(values.iter().copied().filter(|v| *v > 0.0));
    values.iter().all(|v| *v >= 0.0) && positive.is_some_and(|(low, high)| high / low > 20.0)
}

fn range(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let ends = values
        .filter(|v| v.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
    (ends.0 <= ends.1).then_some(ends)
}

/// Powers of ten, with their two- and fivefolds where few powers lie in the range.
fn log_ticks(low: f64, high: f64, n: usize) -> Vec<f64> {
    let first = low.log10().floor() as i32;
    let last = high.log10().ceil() as i32;
    let in_range = |v: &f64| (low * (1.0 - 1e-9)..=high * (1.0 + 1e-9)).contains(v);
    let of = |factors: &[f64], every: usize| -> Vec<f64> {
        let powers = (first..=last).step_by(every).map(|p| 10f64.powi(p));
        powers.flat_map(|p| factors.iter().map(move |f| f * p)).filter(in_range).collect()
    };
    let decades = of(&[1.0], 1).len();
    match decades {
        _ if decades > n => of(&[1.0], decades.div_ceil(n)),
        0 | 1 => of(&[1.0, 2.0, 5.0], 1),
        _ => of(&[1.0], 1),
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

/// A round number in its shortest form.
fn short(value: f64) -> String {
    // What powers of ten lack in their last bit is not shown.
    let value: f64 = format!("{value:.12e}").parse().unwrap_or(value);
    if value == 0.0 || (1e-3..1e5).contains(&value) {
        value.to_string()
    } else {
        format!("{value:e}")
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

/// A number that counts (an epoch, a step) or was chosen (a setting): whole where it is whole, without
/// noughts at its end.
pub(super) fn plain(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        return format!("{value}");
    }
    let text = number(value);
    match text.contains('.') && !text.contains('e') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
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
    fn logarithmic_axes() {
        for (values, expected) in [
            (&[1e-5, 1e-3][..], &["1e-5", "1e-4", "0.001"][..]),
            (&[0.0, 1.0, 20.0, 150.0], &["0", "1", "10", "100"]),
            (&[1.0, 5.0, 10.0], &["1", "10"]),
            (&[2.0, 9.0], &["2", "5"]),
            (&[1e-12, 1.0], &["1e-12", "1e-9", "1e-6", "0.001", "1"]),
        ] {
            let scale = Scale::log(values, 0.0, 100.0);
            let labels: Vec<String> = scale.ticks(5).into_iter().map(|(_, l)| l).collect();
            assert_eq!(labels, expected, "{values:?}");
        }
        let scale = Scale::log(&[0.0, 1.0, 100.0], 0.0, 100.0);
        let places: Vec<f64> = [0.0, 1.0, 10.0, 100.0].map(|v| scale.place(v).round()).to_vec();
        assert_eq!(places, [0.0, 12.0, 56.0, 100.0]);
        let alone = Scale::log(&[3.0], 0.0, 100.0);
        assert!((alone.place(3.0) - 50.0).abs() < 1e-6);
        let linear = Scale::log(&[-1.0, 1.0], 0.0, 100.0);
        assert!((linear.place(0.0) - 50.0).abs() < 1e-6);
    }

    #[test]
    fn magnitudes() {
        for (values, expected) in [
            (&[0.0, 1.0, 100.0][..], true),
            (&[1e-5, 1e-3], true),
            (&[1.0, 2.0, 10.0], false),
            (&[-1.0, 100.0], false),
            (&[0.0], false),
            (&[], false),
        ] {
            assert_eq!(spans_magnitudes(values), expected, "{values:?}");
        }
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
        for (value, text) in
            [(3.0, "3"), (0.25, "0.25"), (1.0 / 15.0, "0.06667"), (100_000.0, "100000")]
        {
            assert_eq!(plain(value), text);
        }
    }
}

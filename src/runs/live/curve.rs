//! A curve of bounded size, however long the run.

/// Points that are kept at most.
const MOST: usize = 1024;

/// Values over steps; of a long run every second, fourth, ... point.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curve {
    points: Vec<(u64, f64)>,
    /// Values that make one point, less one.
    skip: usize,
    skipped: usize,
    last: Option<(u64, f64)>,
}

impl Curve {
    /// Adds a value. What was said of this step or later ones is forgotten: the run went back.
    pub fn push(&mut self, step: u64, value: f64) {
        if self.last.is_some_and(|(last, _)| last >= step) {
            self.points.retain(|(at, _)| *at < step);
        }
        self.last = Some((step, value));
        if self.skipped < self.skip {
            self.skipped += 1;
            return;
        }
        self.skipped = 0;
        self.points.push((step, value));
        if self.points.len() >= MOST {
            let mut is_kept = false;
            self.points.retain(|_| {
                is_kept = !is_kept;
                is_kept
            });
            self.skip = self.skip * 2 + 1;
        }
    }

    /// The values in order, the newest last.
    pub fn values(&self) -> Vec<f64> {
        let newest = self.last.filter(|last| self.points.last() != Some(last));
        self.points.iter().chain(&newest).map(|(_, value)| *value).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_run_keeps_its_shape_in_bounded_room() {
        let mut curve = Curve::default();
        for step in 0..100_000 {
            curve.push(step, step as f64);
        }
        let values = curve.values();
        assert!(values.len() <= MOST && values.len() >= MOST / 2, "{}", values.len());
        assert_eq!((values[0], values[values.len() - 1]), (0.0, 99_999.0));
        assert!(values.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn a_run_that_goes_back_forgets_what_it_takes_back() {
        let mut curve = Curve::default();
        (0..5).for_each(|step| curve.push(step * 10, step as f64));
        curve.push(20, 9.0);
        assert_eq!(curve.values(), [0.0, 1.0, 9.0]);
    }
}

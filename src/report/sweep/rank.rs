//! Which is better.

use std::cmp::Ordering;

use super::model::{Measured, Metric, Setting, SweepPage};

impl Metric {
    /// The better one first; what is no number comes last.
    pub(super) fn better(&self, a: f64, b: f64) -> Ordering {
        let either = if self.is_cost { a.total_cmp(&b) } else { b.total_cmp(&a) };
        a.is_nan().cmp(&b.is_nan()).then(either)
    }
}

impl Setting {
    /// The result in the metric that decides.
    pub(super) fn main(&self) -> Option<Measured> {
        self.results.first().copied().flatten().filter(|result| result.mean.is_finite())
    }
}

impl SweepPage {
    /// The settings that have a result in the metric that decides, the best first.
    pub(super) fn ranked(&self) -> Vec<(&Setting, Measured)> {
        let Some(metric) = self.metrics.first() else { return Vec::new() };
        let mut ranked: Vec<(&Setting, Measured)> =
            self.settings.iter().filter_map(|one| Some((one, one.main()?))).collect();
        ranked.sort_by(|a, b| metric.better(a.1.mean, b.1.mean));
        ranked
    }

    /// The places of the jobs, the best first, then those without a result by number.
    pub(super) fn jobs_ranked(&self) -> Vec<usize> {
        let result = |at: &usize| {
            let job = &self.jobs[*at];
            let main = job.results.first().copied().flatten();
            main.filter(|main| job.is_completed() && main.is_finite())
        };
        let mut order: Vec<usize> = (0..self.jobs.len()).collect();
        order.sort_by(|a, b| match (result(a), result(b), self.metrics.first()) {
            (Some(a), Some(b), Some(metric)) => metric.better(a, b),
            (a, b, _) => b.is_some().cmp(&a.is_some()),
        });
        order
    }
}

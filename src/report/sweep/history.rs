//! A search as it went: each trial, and the best until then.

use super::super::escape::html;
use super::super::scale::Scale;
use super::model::{Metric, SweepJob, SweepPage};
use super::plot::{APART, BOTTOM, Chart, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Walk, frame, spaced};
use super::words;

/// A trial with a result.
struct Trial<'p> {
    number: usize,
    job: &'p SweepJob,
    result: f64,
    /// The best result of all trials until this one, itself included.
    best: f64,
}

/// The chart; nothing where the points were not drawn one after the other.
pub(super) fn chart(page: &SweepPage) -> String {
    let Some(metric) = page.metrics.first().filter(|_| page.is_drawn) else {
        return String::new();
    };
    let trials = trials(page, metric);
    let (Some(last), true) = (trials.last(), trials.len() > 1) else { return String::new() };
    let found = trials.iter().find(|trial| trial.result == last.best).unwrap_or(last);
    let (from, to) = (LEFT + 6.0, WIDTH - RIGHT - 6.0);
    let x = Scale::over([0.0, (page.jobs.len() - 1) as f64].into_iter(), from, to);
    let y = Scale::over(trials.iter().map(|trial| trial.result), HEIGHT - BOTTOM, TOP).rounded(5);
    let whole = x.ticks(6).into_iter().filter(|(value, _)| value.fract() == 0.0);
    let ticks = spaced(whole.map(|(value, label)| (x.place(value), label)), APART);
    Chart {
        title: format!("{} as the search went", metric.name),
        id: "history".into(),
        about: format!(
            "{} trials with a result; the best, {}, is trial {}.",
            trials.len(),
            words::reached(last.best),
            found.job.name
        ),
        note: "The line is the best until then.".into(),
        class: "points",
        size: (WIDTH, HEIGHT),
        walk: Walk::Order,
        body: frame(&y, &ticks, "trial")
            + &steps(&trials, &x, &y)
            + &marks(page, metric, &trials, &x, &y),
    }
    .figure()
}

fn trials<'p>(page: &'p SweepPage, metric: &Metric) -> Vec<Trial<'p>> {
    let mut trials: Vec<Trial<'p>> = Vec::new();
    for (number, job) in page.jobs.iter().enumerate().filter(|(_, job)| job.is_completed()) {
        let result = job.results.first().copied().flatten();
        let Some(result) = result.filter(|result| result.is_finite()) else { continue };
        let best = match trials.last() {
            Some(last) if metric.better(last.best, result).is_le() => last.best,
            _ => result,
        };
        trials.push(Trial { number, job, result, best });
    }
    trials
}

/// The best until then, which stays until a better one is found.
fn steps(trials: &[Trial<'_>], x: &Scale, y: &Scale) -> String {
    let mut points: Vec<String> = Vec::new();
    let mut before = None;
    for trial in trials {
        let place = x.place(trial.number as f64);
        if let Some(before) = before.filter(|before| *before != trial.best) {
            points.push(format!("{place:.1},{:.1}", y.place(before)));
        }
        points.push(format!("{place:.1},{:.1}", y.place(trial.best)));
        before = Some(trial.best);
    }
    format!("<polyline class=\"l0\" points=\"{}\"/>\n", points.join(" "))
}

fn marks(page: &SweepPage, metric: &Metric, trials: &[Trial<'_>], x: &Scale, y: &Scale) -> String {
    let mark = |trial: &Trial<'_>| {
        let tip = format!(
            "trial {}: {}\n{}: {}\nbest until then: {}",
            trial.job.name,
            words::setting(page, &trial.job.values),
            metric.name,
            words::reached(trial.result),
            words::reached(trial.best)
        );
        format!(
            "<g class=\"{}\" data-tip=\"{}\"><circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"4\"/></g>\n",
            if trial.result == trial.best { "top" } else { "point" },
            html(&tip),
            x.place(trial.number as f64),
            y.place(trial.result)
        )
    };
    trials.iter().map(mark).collect()
}

#[cfg(test)]
mod tests {
    use super::super::example::{metric, page};
    use super::*;

    #[test]
    fn the_best_until_then() {
        let results = vec![(1.0, &[2.0][..]), (2.0, &[1.0]), (3.0, &[5.0])];
        let mut page = page(&["lr"], vec![metric("top1", false)], &results);
        assert!(chart(&page).is_empty(), "a grid has no order");
        page.is_drawn = true;
        let svg = chart(&page);
        assert_eq!(svg.matches("data-tip=").count(), 3);
        assert!(svg.contains("trial 1: lr=2\ntop1: 1.00\nbest until then: 2.00"), "{svg}");
        assert!(svg.contains("the best, 5.00, is trial 2."), "{svg}");
        page.metrics[0].is_cost = true;
        assert!(chart(&page).contains("the best, 1.00, is trial 1."));
    }
}

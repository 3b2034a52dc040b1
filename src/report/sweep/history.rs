//! A search as it went: each trial, and the best until then.

use super::super::escape::html;
use super::super::scale::Scale;
use super::model::SweepPage;
use super::plot::{APART, BOTTOM, Chart, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Walk, frame};
use super::words;
use crate::report::scale::number;

/// The chart; nothing where the points were not drawn one after the other.
pub(super) fn chart(page: &SweepPage) -> String {
    let Some(metric) = page.metrics.first().filter(|_| page.is_drawn) else {
        return String::new();
    };
    let with_result = page.jobs.iter().enumerate().filter_map(|(number, job)| {
        let result = job.results.first().copied().flatten()?;
        (job.is_completed() && result.is_finite()).then_some((number, job, result))
    });
    let trials: Vec<_> = with_result.collect();
    if trials.len() < 2 {
        return String::new();
    }
    let x = Scale::over(
        [0.0, (page.jobs.len() - 1) as f64].into_iter(),
        LEFT + 6.0,
        WIDTH - RIGHT - 6.0,
    );
    let y = Scale::over(trials.iter().map(|trial| trial.2), HEIGHT - BOTTOM, TOP).rounded(5);
    let (mut best, mut path, mut marks) = (trials[0].2, String::new(), String::new());
    let mut found_at = trials[0].0;
    for (at, job, result) in &trials {
        let px = x.place(*at as f64);
        if metric.better(*result, best).is_lt() {
            path += &format!("{px:.1},{:.1} ", y.place(best));
            (best, found_at) = (*result, *at);
        }
        path += &format!("{px:.1},{:.1} ", y.place(best));
        let tip = format!(
            "trial {}: {}\n{}: {}\nbest until then: {}",
            job.name,
            words::setting(page, &job.values),
            metric.name,
            number(*result),
            number(best)
        );
        let class = if best == *result && found_at == *at { "top" } else { "point" };
        marks += &format!(
            "<g class=\"{class}\" data-tip=\"{}\"><circle cx=\"{px:.1}\" cy=\"{:.1}\" r=\"4\"/></g>\n",
            html(&tip),
            y.place(*result)
        );
    }
    let mut ticks: Vec<(f64, String)> = Vec::new();
    for (value, label) in x.ticks(6).into_iter().filter(|(value, _)| value.fract() == 0.0) {
        let at = x.place(value);
        if ticks.last().is_none_or(|last| at - last.0 >= APART) {
            ticks.push((at, label));
        }
    }
    let line = format!("<polyline class=\"l0\" points=\"{}\"/>\n", path.trim_end());
    Chart {
        title: format!("{} as the search went", metric.name),
        id: "history".into(),
        about: format!(
            "{} trials with a result; the best, {}, is trial {}.",
            trials.len(),
            number(best),
            page.jobs[found_at].name
        ),
        note: "The line is the best until then.".into(),
        class: "points",
        size: (WIDTH, HEIGHT),
        walk: Walk::Order,
        body: frame(&y, &ticks, "trial") + &line + &marks,
    }
    .figure()
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
        assert!(svg.contains("trial 1: lr=2\ntop1: 1.000\nbest until then: 2.000"), "{svg}");
        assert!(svg.contains("the best, 5.000, is trial 2."), "{svg}");
        page.metrics[0].is_cost = true;
        assert!(chart(&page).contains("the best, 1.000, is trial 1."));
    }
}

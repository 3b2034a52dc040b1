//! The metric that decides over each swept key: the settings as points, with the spread of their
//! repetitions, and a line through the best of each value.

use serde_json::Value;

use super::super::escape::html;
use super::super::scale::{Scale, number};
use super::axis::Axis;
use super::model::{Measured, Metric, Setting, SweepPage};
use super::plot::{APART, BOTTOM, Chart, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Walk, frame};
use super::words;

/// Keys that get a chart; with more of them a page gets long without telling more.
const MOST_KEYS: usize = 8;
/// Settings that a chart shows.
const MOST_POINTS: usize = 400;

/// One chart for each key that has at least two values with results.
pub(super) fn charts(page: &SweepPage) -> String {
    let Some(metric) = page.metrics.first() else { return String::new() };
    let mut ranked = page.ranked();
    ranked.truncate(MOST_POINTS);
    (0..page.keys.len())
        .filter_map(|key| chart(page, metric, &ranked, key))
        .take(MOST_KEYS)
        .collect()
}

/// A setting where it stands.
struct Point<'p> {
    x: f64,
    value: usize,
    setting: &'p Setting,
    result: Measured,
}

fn chart(
    page: &SweepPage,
    metric: &Metric,
    ranked: &[(&Setting, Measured)],
    key: usize,
) -> Option<String> {
    let value = |setting: &'_ Setting| setting.values.get(key).cloned().flatten();
    let values: Vec<_> = ranked.iter().map(|(setting, _)| value(setting)).collect();
    let axis = Axis::of(values.iter().map(Option::as_ref));
    if axis.len() < 2 {
        return None;
    }
    let (from, to) = (LEFT + 10.0, WIDTH - RIGHT - 10.0);
    let points = points(ranked, &axis, &axis.places(from, to), &values);
    let ends = points.iter().flat_map(|point| {
        let spread = point.result.deviation.unwrap_or(0.0);
        [point.result.mean - spread, point.result.mean + spread]
    });
    let y = Scale::over(ends, HEIGHT - BOTTOM, TOP).rounded(5);
    let best = best_of_each(&points, axis.len());
    let name = &page.keys[key];
    let scaled = if axis.is_log() { " (logarithmic)" } else { "" };
    let others = page.keys.len() > 1;
    let chart = Chart {
        title: format!("{} over {name}", metric.name),
        id: format!("over{key}"),
        about: about(metric, name, &axis, &best),
        note: if others {
            "The line is the best over the other keys.".into()
        } else {
            String::new()
        },
        class: "points",
        size: (WIDTH, HEIGHT),
        walk: Walk::Order,
        body: frame(&y, &axis.ticks(from, to, APART), &format!("{name}{scaled}"))
            + &line(&axis, &best, &y)
            + &marks(page, &points, &best, &y),
    };
    Some(chart.figure())
}

/// The settings where they stand, in their order.
fn points<'p>(
    ranked: &[(&'p Setting, Measured)],
    axis: &Axis,
    places: &[f64],
    values: &[Option<Value>],
) -> Vec<Point<'p>> {
    let point = |((setting, result), value): (&(&'p Setting, Measured), &Option<Value>)| {
        let value = axis.index(value.as_ref())?;
        Some(Point { x: places[value], value, setting, result: *result })
    };
    ranked.iter().zip(values).filter_map(point).collect()
}

/// The best setting of each value; the points are in their order.
fn best_of_each<'a, 'p>(points: &'a [Point<'p>], values: usize) -> Vec<Option<&'a Point<'p>>> {
    (0..values).map(|value| points.iter().find(|point| point.value == value)).collect()
}

/// The line through the best, where the axis has an order.
fn line(axis: &Axis, best: &[Option<&Point<'_>>], y: &Scale) -> String {
    if matches!(axis, Axis::Names(_)) {
        return String::new();
    }
    let points: Vec<String> = best
        .iter()
        .flatten()
        .map(|point| format!("{:.1},{:.1}", point.x, y.place(point.result.mean)))
        .collect();
    format!("<polyline class=\"l0\" points=\"{}\"/>\n", points.join(" "))
}

fn marks(page: &SweepPage, points: &[Point<'_>], best: &[Option<&Point<'_>>], y: &Scale) -> String {
    let mut out = String::new();
    // From the left to the right, where arrow keys go; at one value the better ones lie on top.
    let mut order: Vec<(usize, &Point<'_>)> = points.iter().enumerate().collect();
    order.sort_by(|a, b| a.1.x.total_cmp(&b.1.x).then(b.0.cmp(&a.0)));
    for (rank, point) in order {
        let is_best = best[point.value].is_some_and(|best| std::ptr::eq(best, point));
        let (x, mean) = (point.x, point.result.mean);
        let class = match (rank, is_best) {
            (0, _) => "top",
            (_, true) => "point",
            (_, false) => "point other",
        };
        let bar = match point.result.deviation {
            Some(spread) => error_bar(x, y.place(mean - spread), y.place(mean + spread)),
            None => String::new(),
        };
        out += &format!(
            "<g class=\"{class}\" data-tip=\"{tip}\">{bar}<circle cx=\"{x:.1}\" cy=\"{:.1}\" \
             r=\"{}\"/></g>\n",
            y.place(mean),
            if is_best { 4.5 } else { 3.5 },
            tip = html(&words::tip(page, point.setting)),
        );
    }
    out
}

fn error_bar(x: f64, low: f64, high: f64) -> String {
    let (left, right) = (x - 4.0, x + 4.0);
    format!(
        "<path class=\"bar\" d=\"M{x:.1} {low:.1}V{high:.1}M{left:.1} {low:.1}H{right:.1}M{left:.1} \
         {high:.1}H{right:.1}\"/>"
    )
}

fn about(metric: &Metric, key: &str, axis: &Axis, best: &[Option<&Point<'_>>]) -> String {
    let said: Vec<String> = axis
        .labels()
        .iter()
        .zip(best)
        .filter_map(|(label, best)| {
            Some(format!("{label}: {}", number(best.as_ref()?.result.mean)))
        })
        .collect();
    format!("{} for values of {key}. Best of each value: {}.", metric.name, said.join("; "))
}

#[cfg(test)]
mod tests {
    use super::super::example::{metric, page};
    use super::*;

    #[test]
    fn a_point_for_each_setting_with_its_spread() {
        let results = vec![(0.0, &[1.0, 3.0][..]), (1.0, &[4.0]), (150.0, &[2.0])];
        let svg = charts(&page(&["distill"], vec![metric("top1", false)], &results));
        assert_eq!(svg.matches("data-tip=").count(), 3);
        assert_eq!(svg.matches("class=\"bar\"").count(), 1);
        assert_eq!(svg.matches("class=\"top\"").count(), 1);
        assert!(svg.contains("distill (logarithmic)"), "{svg}");
        assert!(svg.contains("Best of each value: 0: 2.000; 1: 4.000; 150: 2.000."), "{svg}");
        assert!(
            svg.contains("data-tip=\"distill=0\ntop1: 2.00 \u{b1} 1.41 (n = 2)\nruns 0, 1\""),
            "{svg}"
        );
    }

    #[test]
    fn one_value_is_no_chart() {
        let results = vec![(1.0, &[1.0][..])];
        assert!(charts(&page(&["distill"], vec![metric("top1", false)], &results)).is_empty());
    }
}

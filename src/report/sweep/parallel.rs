//! Parallel coordinates: an axis for each swept key and one for the metric that decides, a line for
//! each setting.

use super::super::escape::html;
use super::super::scale::{Scale, number};
use super::axis::Axis;
use super::model::{Measured, Metric, Setting, SweepPage};
use super::plot::{Chart, Tint, Walk};
use super::words::{self, counted};

/// Lines that are drawn, the best.
const MOST_LINES: usize = 400;
/// Keys that get an axis.
const MOST_AXES: usize = 10;
/// Distance of the axes.
const STEP: f64 = 150.0;
const HEIGHT: f64 = 320.0;
const TOP: f64 = 46.0;
const BOTTOM: f64 = 24.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 80.0;
/// Labels of an axis are at least so far apart.
const APART: f64 = 15.0;
/// Characters of a label that fit between two axes.
const LABEL: usize = 18;

/// The chart; nothing where fewer than two settings have results.
pub(super) fn chart(page: &SweepPage) -> String {
    let ranked = page.ranked();
    let Some(metric) = page.metrics.first().filter(|_| ranked.len() > 1) else {
        return String::new();
    };
    let keys = drawn_keys(page, &ranked);
    if keys.is_empty() {
        return String::new();
    }
    let shown = &ranked[..ranked.len().min(MOST_LINES)];
    let axes: Vec<Axis> = keys
        .iter()
        .map(|key| Axis::of(shown.iter().map(|(setting, _)| value(setting, *key))))
        .collect();
    let y = Scale::over(shown.iter().map(|(_, result)| result.mean), HEIGHT - BOTTOM, TOP);
    let tint = Tint::of(shown.iter().map(|(_, result)| result.mean), metric);
    let width = LEFT + STEP * keys.len() as f64 + RIGHT;
    // Labels lie over the lines.
    let body = draw_lines(page, &keys, &axes, shown, &y, &tint)
        + &draw_axes(page, metric, &keys, &axes, &y);
    let chart = Chart {
        title: "All keys at once".into(),
        id: "parallel".into(),
        about: about(page, metric, shown.len()),
        note: note(&ranked, metric, &tint, page.keys.len() - keys.len()),
        class: "parallel",
        size: (width, HEIGHT),
        walk: Walk::Back,
        body,
    };
    let figure = chart.figure().replacen("<figure>", "<figure class=\"wide\">", 1);
    figure
        .replacen("<svg ", &format!("<div class=\"scroll\"><svg style=\"width:{width:.0}px\" "), 1)
        .replacen("</svg>", "</svg></div>", 1)
}

/// The keys that vary among the settings with results.
fn drawn_keys(page: &SweepPage, ranked: &[(&Setting, Measured)]) -> Vec<usize> {
    let varies =
        |key: &usize| Axis::of(ranked.iter().map(|(setting, _)| value(setting, *key))).len() > 1;
    (0..page.keys.len()).filter(varies).take(MOST_AXES).collect()
}

fn value(setting: &Setting, key: usize) -> Option<&serde_json::Value> {
    setting.values.get(key)?.as_ref()
}

fn x(at: usize) -> f64 {
    LEFT + at as f64 * STEP
}

fn draw_axes(
    page: &SweepPage,
    metric: &Metric,
    keys: &[usize],
    axes: &[Axis],
    y: &Scale,
) -> String {
    let mut out = String::from("<g class=\"axes\" aria-hidden=\"true\">\n");
    for (at, (key, axis)) in keys.iter().zip(axes).enumerate() {
        let ticks = axis.ticks(HEIGHT - BOTTOM, TOP, APART);
        out += &one_axis(x(at), &page.keys[*key], &ticks, at % 2 == 1);
    }
    let ticks: Vec<(f64, String)> =
        y.ticks(6).into_iter().map(|(value, label)| (y.place(value), label)).collect();
    out += &one_axis(x(keys.len()), &metric.name, &ticks, keys.len() % 2 == 1);
    out + "</g>\n"
}

/// An axis with its name above, neighbours at different heights.
fn one_axis(x: f64, name: &str, ticks: &[(f64, String)], is_raised: bool) -> String {
    let mut out = format!(
        "<line class=\"pole\" x1=\"{x}\" y1=\"{TOP}\" x2=\"{x}\" y2=\"{bottom}\"/>\
         <text class=\"name\" x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">{name}</text>\n",
        bottom = HEIGHT - BOTTOM,
        y = if is_raised { TOP - 28.0 } else { TOP - 12.0 },
        name = html(name),
    );
    for (at, label) in ticks {
        let label = match label.char_indices().nth(LABEL) {
            Some((end, _)) => format!("{}\u{2026}", &label[..end]),
            None => label.clone(),
        };
        out += &format!(
            "<line class=\"pole\" x1=\"{}\" y1=\"{at:.1}\" x2=\"{x}\" y2=\"{at:.1}\"/>\
             <text x=\"{}\" y=\"{at:.1}\" dy=\"0.35em\" text-anchor=\"end\">{}</text>\n",
            x - 4.0,
            x - 7.0,
            html(&label),
        );
    }
    out
}

/// The lines, the worst first, so that the best lie on top.
fn draw_lines(
    page: &SweepPage,
    keys: &[usize],
    axes: &[Axis],
    shown: &[(&Setting, Measured)],
    y: &Scale,
    tint: &Tint,
) -> String {
    let places: Vec<Vec<f64>> = axes.iter().map(|axis| axis.places(HEIGHT - BOTTOM, TOP)).collect();
    let mut out = String::new();
    for (rank, (setting, result)) in shown.iter().enumerate().rev() {
        let along = keys.iter().zip(axes).zip(&places).enumerate();
        let mut points: Vec<String> = along
            .filter_map(|(at, ((key, axis), places))| {
                let place = places[axis.index(value(setting, *key))?];
                Some(format!("{:.1},{place:.1}", x(at)))
            })
            .collect();
        let (end, height) = (x(keys.len()), y.place(result.mean));
        points.push(format!("{end:.1},{height:.1}"));
        out += &format!(
            "<g class=\"path{top}\" style=\"--v:{v}\" data-tip=\"{tip}\"><polyline points=\"{points}\"/>\
             <circle cx=\"{end:.1}\" cy=\"{height:.1}\" r=\"3\"/></g>\n",
            top = if rank == 0 { " top" } else { "" },
            v = tint.at(result.mean),
            tip = html(&words::tip(page, setting)),
            points = points.join(" "),
        );
    }
    out
}

fn note(ranked: &[(&Setting, Measured)], metric: &Metric, tint: &Tint, left_out: usize) -> String {
    let mut parts = vec![tint.key(metric)];
    if ranked.len() > MOST_LINES {
        parts.push(format!("The best {MOST_LINES} of {} settings.", ranked.len()));
    }
    if left_out > 0 {
        parts.push(format!("{} without an axis.", counted(left_out, "key")));
    }
    parts.retain(|part| !part.is_empty());
    parts.join(". ")
}

fn about(page: &SweepPage, metric: &Metric, lines: usize) -> String {
    let best = page.ranked();
    let best = best.first().map_or(String::new(), |(setting, result)| {
        format!(" The best: {}, {}.", words::setting(page, &setting.values), number(result.mean))
    });
    format!(
        "{} over {}, coloured by {}.{best} The table of settings and jobs has all of them.",
        counted(lines, "line"),
        counted(page.keys.len(), "key"),
        metric.name
    )
}

#[cfg(test)]
mod tests {
    use super::super::example::{grid, metric, page};
    use super::*;

    #[test]
    fn a_line_for_each_setting_the_best_on_top() {
        let svg = chart(&grid(&["a", "b"]));
        assert_eq!(svg.matches("data-tip=").count(), 9);
        assert_eq!(svg.matches("class=\"name\"").count(), 3);
        let last = svg.rfind("data-tip=").unwrap();
        assert!(svg[..last].ends_with("class=\"path top\" style=\"--v:100\" "), "{svg}");
    }

    #[test]
    fn nothing_to_tell_apart_is_no_chart() {
        let results = vec![(1.0, &[1.0][..])];
        assert!(chart(&page(&["distill"], vec![metric("top1", false)], &results)).is_empty());
        let results = vec![(1.0, &[1.0][..]), (1.0, &[2.0])];
        assert!(chart(&page(&["distill"], vec![metric("top1", false)], &results)).is_empty());
    }
}

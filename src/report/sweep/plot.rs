//! What the charts of a sweep share: the figure around them, a frame with axes.

use super::super::escape::html;
use super::super::scale::{Scale, number};
use super::model::Metric;

/// Size of a chart in its own units; a phone shows it at about the same size.
pub(super) const WIDTH: f64 = 420.0;
pub(super) const HEIGHT: f64 = 260.0;
pub(super) const LEFT: f64 = 56.0;
pub(super) const RIGHT: f64 = 14.0;
pub(super) const TOP: f64 = 12.0;
pub(super) const BOTTOM: f64 = 40.0;
/// Labels of a horizontal axis are at least so far apart, in units of the chart.
pub(super) const APART: f64 = 36.0;

/// Where arrow keys go from a mark.
#[derive(Clone, Copy, Default, PartialEq)]
pub(super) enum Walk {
    /// Along the order of the marks.
    #[default]
    Order,
    /// From the last mark to the first: the best are drawn last.
    Back,
}

/// A chart whose marks have tips.
#[derive(Default)]
pub(super) struct Chart {
    /// Its heading, as text.
    pub title: String,
    /// Unique in the page.
    pub id: String,
    /// What a screen reader says, as text.
    pub about: String,
    /// A sentence below the heading, as HTML.
    pub note: String,
    /// Classes of the drawing beside `chart`.
    pub class: &'static str,
    /// Width and height in its own units.
    pub size: (f64, f64),
    /// Where arrow keys go.
    pub walk: Walk,
    /// SVG.
    pub body: String,
}

impl Chart {
    /// The chart as a `<figure>`.
    pub(super) fn figure(&self) -> String {
        let Self { id, class, size: (width, height), note, body, .. } = self;
        let note = match note.is_empty() {
            true => String::new(),
            false => format!("<p class=\"quiet\">{note}</p>"),
        };
        format!(
            "<figure>\n<figcaption><h3>{title}</h3>{note}</figcaption>\n\
             <svg class=\"chart {class}\" viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\" \
             tabindex=\"0\"{walk} aria-labelledby=\"{id}t\" aria-describedby=\"{id}d\">\
             <title id=\"{id}t\">{title}</title><desc id=\"{id}d\">{about}</desc>\n\
             {body}</svg>\n</figure>\n",
            title = html(&self.title),
            about = html(&self.about),
            walk = match self.walk {
                Walk::Order => " data-walk=\"order\"",
                Walk::Back => " data-walk=\"back\"",
            },
        )
    }
}

/// Horizontal lines with their values, and marks with labels below.
pub(super) fn frame(y: &Scale, x: &[(f64, String)], name: &str) -> String {
    let (bottom, right) = (HEIGHT - BOTTOM, WIDTH - RIGHT);
    let mut out = String::from("<g class=\"axes\" aria-hidden=\"true\">\n");
    for (value, label) in y.ticks(5) {
        let at = y.place(value);
        out += &format!(
            "<line x1=\"{LEFT}\" y1=\"{at:.1}\" x2=\"{right}\" y2=\"{at:.1}\"/>\
             <text x=\"{tx}\" y=\"{at:.1}\" dy=\"0.35em\" text-anchor=\"end\">{label}</text>\n",
            tx = LEFT - 6.0,
        );
    }
    for (at, label) in x {
        out += &format!(
            "<line x1=\"{at:.1}\" y1=\"{bottom}\" x2=\"{at:.1}\" y2=\"{mark}\"/>\
             <text x=\"{at:.1}\" y=\"{ty}\" text-anchor=\"middle\">{label}</text>\n",
            mark = bottom + 4.0,
            ty = bottom + 17.0,
            label = html(label),
        );
    }
    out += &format!(
        "<text x=\"{cx}\" y=\"{ty}\" text-anchor=\"middle\">{name}</text>\n</g>\n",
        cx = (LEFT + right) / 2.0,
        ty = HEIGHT - 6.0,
        name = html(name),
    );
    out
}

/// The marks of an axis that are at least `apart` from the one before.
pub(super) fn spaced(ticks: impl Iterator<Item = (f64, String)>, apart: f64) -> Vec<(f64, String)> {
    let mut kept: Vec<(f64, String)> = Vec::new();
    for tick in ticks {
        if kept.last().is_none_or(|last| (last.0 - tick.0).abs() >= apart) {
            kept.push(tick);
        }
    }
    kept
}

/// How good values are, from 0 (worst) to 100 (best), for colours.
pub(super) struct Tint {
    worst: f64,
    best: f64,
}

impl Tint {
    /// Of values that are told apart by a metric.
    pub(super) fn of(values: impl Iterator<Item = f64>, metric: &Metric) -> Self {
        let (low, high) = values
            .filter(|v| v.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
        match metric.is_cost {
            true => Self { worst: high, best: low },
            false => Self { worst: low, best: high },
        }
    }

    /// Of one value.
    pub(super) fn at(&self, value: f64) -> u8 {
        let part = (value - self.worst) / (self.best - self.worst);
        // One value alone is as good as any.
        (if part.is_finite() { part.clamp(0.0, 1.0) } else { 1.0 } * 100.0).round() as u8
    }

    /// What the colours mean.
    pub(super) fn key(&self, metric: &Metric) -> String {
        if !self.worst.is_finite() || self.worst == self.best {
            return String::new();
        }
        format!(
            "<span class=\"ramp\" aria-hidden=\"true\"></span> {} from {} to {} (best)",
            html(&metric.name),
            number(self.worst),
            number(self.best)
        )
    }
}

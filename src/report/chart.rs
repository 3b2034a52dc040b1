//! A figure as SVG, drawn by hand: no script, no fonts, no network.

use super::escape::html;
use super::scale::{Scale, number};
use super::series::{Figure, Line};

/// Size of a chart in its own units; a phone shows it at about the same size.
const WIDTH: f64 = 420.0;
const HEIGHT: f64 = 260.0;
const LEFT: f64 = 56.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 40.0;
/// Lines with at most this many points show them, with their numbers as tooltips.
const DOTTED: usize = 60;
/// Colours (and dash patterns) the style sheet knows: `.l0` to `.l7`.
const STYLES: usize = 8;

/// The chart, its legend and what a screen reader says, as a `<figure>`; `id` is unique in the page.
pub(super) fn figure(figure: &Figure, id: &str) -> String {
    let points = || figure.lines.iter().flat_map(|l| &l.points);
    let x = Scale::over(points().map(|p| p.0), LEFT, WIDTH - RIGHT);
    let y = Scale::over(points().map(|p| p.1), HEIGHT - BOTTOM, TOP).rounded(5);
    let lines: String = figure.lines.iter().enumerate().map(|(i, l)| curve(l, i, &x, &y)).collect();
    format!(
        "<figure>\n<figcaption><h3>{title}</h3>{legend}</figcaption>\n\
         <svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-labelledby=\"{id}t {id}d\">\
         <title id=\"{id}t\">{title}</title><desc id=\"{id}d\">{about}</desc>\n\
         {axes}{lines}</svg>\n</figure>\n",
        title = html(&figure.title),
        legend = legend(figure),
        about = html(&description(figure)),
        axes = axes(&x, &y, figure.axis),
    )
}

fn axes(x: &Scale, y: &Scale, axis: &str) -> String {
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
    for (value, label) in x.ticks(6) {
        let at = x.place(value);
        out += &format!(
            "<text x=\"{at:.1}\" y=\"{ty}\" text-anchor=\"middle\">{label}</text>\n",
            ty = bottom + 16.0,
        );
    }
    out += &format!(
        "<text x=\"{cx}\" y=\"{ty}\" text-anchor=\"middle\">{axis}</text>\n</g>\n",
        cx = (LEFT + right) / 2.0,
        ty = HEIGHT - 6.0,
    );
    out
}

fn curve(line: &Line, index: usize, x: &Scale, y: &Scale) -> String {
    let style = index % STYLES;
    let place = |(px, py): &(f64, f64)| (x.place(*px), y.place(*py));
    let draw = |class: &str, points: &[(f64, f64)]| {
        let path: Vec<String> =
            points.iter().map(place).map(|(px, py)| format!("{px:.1},{py:.1}")).collect();
        format!("<polyline class=\"l{style}{class}\" points=\"{}\"/>\n", path.join(" "))
    };
    let mut out = if line.trend.is_empty() {
        draw("", &line.points)
    } else {
        draw(" raw", &line.points) + &draw("", &line.trend)
    };
    if line.points.len() <= DOTTED {
        for point in &line.points {
            let (cx, cy) = place(point);
            out += &format!(
                "<circle class=\"l{style}\" cx=\"{cx:.1}\" cy=\"{cy:.1}\" r=\"3\">\
                 <title>{}: {} at {}</title></circle>\n",
                html(&line.label),
                number(point.1),
                number(point.0),
            );
        }
    }
    out
}

fn legend(figure: &Figure) -> String {
    let items: String = figure
        .lines
        .iter()
        .enumerate()
        .map(|(i, line)| {
            let style = i % STYLES;
            let last = line.points.last().map_or_else(|| "-".into(), |p| number(p.1));
            format!(
                "<li><svg class=\"key\" viewBox=\"0 0 24 8\" aria-hidden=\"true\">\
                 <polyline class=\"l{style}\" points=\"0,4 24,4\"/></svg>\
                 {label} <b>{last}</b></li>",
                label = html(&line.label),
            )
        })
        .collect();
    format!("<ul>{items}</ul>")
}

fn description(figure: &Figure) -> String {
    let lines: Vec<String> = figure.lines.iter().map(|l| line_in_words(l, figure.axis)).collect();
    format!("{} over {}. {}", figure.title, figure.axis, lines.join(" "))
}

fn line_in_words(line: &Line, axis: &str) -> String {
    let (Some(first), Some(last)) = (line.points.first(), line.points.last()) else {
        return format!("{}: no finite values.", line.label);
    };
    let height = |a: &&(f64, f64), b: &&(f64, f64)| a.1.total_cmp(&b.1);
    let lowest = line.points.iter().min_by(height).unwrap_or(first);
    let highest = line.points.iter().max_by(height).unwrap_or(first);
    let mut text = format!(
        "{}: from {} at {axis} {} to {} at {axis} {}, lowest {} at {}, highest {} at {}.",
        line.label,
        number(first.1),
        number(first.0),
        number(last.1),
        number(last.0),
        number(lowest.1),
        number(lowest.0),
        number(highest.1),
        number(highest.0),
    );
    if line.left_out > 0 {
        text += &format!(" {} values were not finite.", line.left_out);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(points: Vec<(f64, f64)>) -> Figure {
        let line = Line { label: "train <x>".into(), points, trend: vec![], left_out: 0 };
        Figure { title: "loss/\"a\"".into(), axis: "epoch", lines: vec![line] }
    }

    #[test]
    fn a_chart_says_in_words_what_it_draws() {
        let svg = figure(&one(vec![(0.0, 3.0), (1.0, 1.0), (2.0, 2.0)]), "c0");
        assert!(svg.contains("aria-labelledby=\"c0t c0d\""));
        assert!(
            svg.contains("from 3.000 at epoch 0 to 2.000 at epoch 2.000, lowest 1.000"),
            "{svg}"
        );
        assert!(svg.contains("train &lt;x&gt;") && !svg.contains("<x>"));
        assert_eq!(svg.matches("<circle").count(), 3);
    }

    #[test]
    fn odd_data_draws_no_odd_numbers() {
        for points in [vec![], vec![(1.0, 5.0)], vec![(0.0, 0.0), (1.0, 0.0)], vec![(0.0, 1e300)]] {
            let svg = figure(&one(points), "c");
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        }
    }
}

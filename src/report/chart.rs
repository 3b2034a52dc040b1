//! A figure of lines as SVG, drawn by hand: no fonts, no network, complete without a script.

use super::escape::html;
use super::scale::{Scale, number, plain};
use super::series::{Figure, Line};

/// Size of a chart in its own units; a phone shows it at about the same size.
const WIDTH: f64 = 420.0;
const HEIGHT: f64 = 260.0;
const LEFT: f64 = 56.0;
const RIGHT: f64 = 14.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 40.0;
/// Lines with at most this many points show them.
const DOTTED: usize = 60;
/// Colours (and dash patterns) the style sheet knows: `.l0` to `.l7`.
const STYLES: usize = 8;

/// The chart, its legend and what a screen reader says, as a `<figure>`; `id` is unique in the page.
pub(super) fn figure(figure: &Figure, id: &str) -> String {
    let points = || figure.lines.iter().flat_map(|l| &l.points);
    let xs: Vec<f64> = points().map(|p| p.0).collect();
    let x = match figure.log_x {
        true => Scale::log(&xs, LEFT, WIDTH - RIGHT),
        false => Scale::over(xs.iter().copied(), LEFT, WIDTH - RIGHT),
    };
    let y = Scale::over(points().map(|p| p.1), HEIGHT - BOTTOM, TOP).rounded(5);
    let lines: String = figure.lines.iter().enumerate().map(|(i, l)| curve(l, i, &x, &y)).collect();
    format!(
        "<figure>\n<figcaption><h3>{title}</h3>{legend}</figcaption>\n\
         <svg class=\"chart lines\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" tabindex=\"0\" \
         data-axis=\"{axis}\" data-top=\"{TOP}\" data-bottom=\"{bottom}\" \
         aria-labelledby=\"{id}t\" aria-describedby=\"{id}d\">\
         <title id=\"{id}t\">{title}</title><desc id=\"{id}d\">{about}</desc>\n\
         {axes}{lines}</svg>\n</figure>\n",
        title = html(&figure.title),
        axis = html(&figure.axis),
        bottom = HEIGHT - BOTTOM,
        legend = legend(figure),
        about = html(&description(figure)),
        axes = axes(&x, &y, &figure.axis),
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
            "<line x1=\"{at:.1}\" y1=\"{bottom}\" x2=\"{at:.1}\" y2=\"{mark}\"/>\
             <text x=\"{at:.1}\" y=\"{ty}\" text-anchor=\"middle\">{label}</text>\n",
            mark = bottom + 4.0,
            ty = bottom + 17.0,
        );
    }
    out += &format!(
        "<text x=\"{cx}\" y=\"{ty}\" text-anchor=\"middle\">{axis}</text>\n</g>\n",
        cx = (LEFT + right) / 2.0,
        ty = HEIGHT - 6.0,
        axis = html(axis),
    );
    out
}

/// The line, and beside it its points in words for the script.
fn curve(line: &Line, index: usize, x: &Scale, y: &Scale) -> String {
    let style = index % STYLES;
    let place = |(px, py): &(f64, f64)| (x.place(*px), y.place(*py));
    let draw = |class: &str, points: &[(f64, f64)]| {
        let path: Vec<String> =
            points.iter().map(place).map(|(px, py)| format!("{px:.1},{py:.1}")).collect();
        format!("<polyline class=\"l{style}{class}\" points=\"{}\"/>\n", path.join(" "))
    };
    if line.points.is_empty() {
        return String::new();
    }
    let mut out = if line.trend.is_empty() {
        draw("", &line.points)
    } else {
        draw(" raw", &line.points) + &draw("", &line.trend)
    };
    if line.points.len() <= DOTTED {
        for (cx, cy) in line.points.iter().map(place) {
            out += &format!("<circle class=\"l{style}\" cx=\"{cx:.1}\" cy=\"{cy:.1}\" r=\"3\"/>\n");
        }
    }
    let words: Vec<String> =
        line.points.iter().map(|p| format!("{} {}", plain(p.0), number(p.1))).collect();
    format!(
        "<g class=\"series\" data-name=\"{}\" data-style=\"l{style}\" data-points=\"{}\">\n{out}</g>\n",
        html(&line.label),
        words.join(";")
    )
}

/// One entry a line that is drawn, in their order.
fn legend(figure: &Figure) -> String {
    let drawn = figure.lines.iter().enumerate().filter(|(_, line)| !line.points.is_empty());
    let items: String = drawn
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
    format!("<ul class=\"legend\">{items}</ul>")
}

fn description(figure: &Figure) -> String {
    let lines: Vec<String> = figure.lines.iter().map(|l| line_in_words(l, &figure.axis)).collect();
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
        plain(first.0),
        number(last.1),
        plain(last.0),
        number(lowest.1),
        plain(lowest.0),
        number(highest.1),
        plain(highest.0),
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
        let mut figure = Figure::new("loss/\"a\"", "epoch");
        figure.lines.push(Line::new("train <x>", points));
        figure
    }

    #[test]
    fn a_chart_says_in_words_what_it_draws() {
        let svg = figure(&one(vec![(0.0, 3.0), (1.0, 1.0), (2.0, 2.0)]), "c0");
        assert!(svg.contains("aria-labelledby=\"c0t\" aria-describedby=\"c0d\""));
        assert!(svg.contains("from 3.000 at epoch 0 to 2.000 at epoch 2, lowest 1.000"), "{svg}");
        assert!(svg.contains("train &lt;x&gt;") && !svg.contains("<x>"));
        assert!(svg.contains("data-points=\"0 3.000;1 1.000;2 2.000\""), "{svg}");
        assert_eq!(svg.matches("<circle").count(), 3);
    }

    #[test]
    fn odd_data_draws_no_odd_numbers() {
        for points in [vec![], vec![(1.0, 5.0)], vec![(0.0, 0.0), (1.0, 0.0)], vec![(0.0, 1e300)]] {
            for log_x in [false, true] {
                let svg = figure(&Figure { log_x, ..one(points.clone()) }, "c");
                assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
            }
        }
    }
}

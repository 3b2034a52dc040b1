//! A heat map as SVG: rows by columns of values, each a mark with a tip.
//!
//! Decides layout, colours and which values are written into their cells. Invariant: a value is never
//! told by colour alone; its tip has it, and the description the extremes.

use super::escape::html;
use super::scale::{number, plain};

/// Height of a line of text and width of one of its characters, in units of the drawing.
const LINE: f64 = 14.0;
const CHARACTER: f64 = 6.3;
/// Labels of rows and columns are cut behind this many characters; tips have them whole.
const LABEL: usize = 24;
/// Space around.
const MARGIN: f64 = 8.0;
/// Height of the legend.
const KEY: f64 = 46.0;
/// From this share of the range on a cell is dark (or bright, on dark paper), and its text the other.
const OVER: f64 = 0.71;

/// Values of rows by columns.
#[derive(Clone, Debug)]
pub(super) struct Heatmap {
    /// What is drawn.
    pub title: String,
    /// What the rows are, and each of them.
    pub rows: (String, Vec<String>),
    /// What the columns are, and each of them.
    pub columns: (String, Vec<String>),
    /// Row-major, one a cell.
    pub cells: Vec<Cell>,
    /// What the values are, for the legend.
    pub unit: String,
    /// Range of the colours; that of the values where `None`.
    pub range: Option<(f64, f64)>,
    /// Width and height of a cell.
    pub cell: (f64, f64),
}

/// One value.
#[derive(Clone, Debug, Default)]
pub(super) struct Cell {
    /// `None` where there is none.
    pub value: Option<f64>,
    /// What is written in the cell, where it fits.
    pub text: String,
    /// Lines of its tip.
    pub tip: String,
}

/// Where things are, in units of the drawing.
struct Layout {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
    /// Whether labels of columns stand on their end.
    upright: bool,
}

/// The heat map as a `<figure>`; `id` is unique in the page.
pub(super) fn heatmap(map: &Heatmap, id: &str) -> String {
    let at = layout(map);
    let (low, high) = map.range.unwrap_or_else(|| extremes(map));
    let share = |value: f64| match high > low {
        true => ((value - low) / (high - low)).clamp(0.0, 1.0),
        false => 0.5,
    };
    let columns = map.columns.1.len().max(1);
    let cells: String = map
        .cells
        .iter()
        .enumerate()
        .map(|(i, cell)| draw(map, &at, (i / columns, i % columns), cell, share))
        .collect();
    let title = html(&map.title);
    format!(
        "<figure class=\"wide\">\n<figcaption><h3>{title}</h3></figcaption>\n\
         <div class=\"scroll\">\
         <svg class=\"chart heat\" viewBox=\"0 0 {w:.0} {h:.0}\" style=\"width:{w:.0}px\" role=\"img\" \
         tabindex=\"0\" aria-labelledby=\"{id}t\" aria-describedby=\"{id}d\">\
         <title id=\"{id}t\">{title}</title><desc id=\"{id}d\">{about}</desc>\n\
         {labels}<g class=\"cells\">\n{cells}</g>\n{key}</svg></div>\n</figure>\n",
        w = at.width,
        h = at.height,
        about = html(&description(map)),
        labels = labels(map, &at),
        key = key(map, &at, low, high),
    )
}

fn layout(map: &Heatmap) -> Layout {
    let longest = |labels: &[String]| {
        labels.iter().map(|l| l.chars().count().min(LABEL)).max().unwrap_or(0) as f64 * CHARACTER
    };
    let (width, height) = map.cell;
    let across = longest(&map.columns.1);
    let upright = across > width - 4.0;
    let name = (map.rows.0.chars().count() + 2) as f64 * CHARACTER;
    let unit = map.unit.chars().count() as f64 * CHARACTER;
    let left = MARGIN + longest(&map.rows.1).max(name).max(unit) + 8.0;
    let top = MARGIN + LINE + if upright { across } else { LINE } + 10.0;
    let columns = map.columns.1.len() as f64 * width;
    let title = (map.columns.0.chars().count() + 2) as f64 * CHARACTER;
    Layout {
        left,
        top,
        width: left + columns.max(title).max(170.0) + MARGIN,
        height: top + map.rows.1.len() as f64 * height + KEY,
        upright,
    }
}

fn draw(
    map: &Heatmap,
    at: &Layout,
    (row, column): (usize, usize),
    cell: &Cell,
    share: impl Fn(f64) -> f64,
) -> String {
    let (width, height) = map.cell;
    let (x, y) = (at.left + column as f64 * width, at.top + row as f64 * height);
    let part = cell.value.filter(|v| v.is_finite()).map(share);
    let fill = match part {
        Some(part) => format!("class=\"cell\" style=\"--v:{:.0}\"", part * 100.0),
        None => "class=\"cell none\"".into(),
    };
    let mut out = format!(
        "<rect {fill} x=\"{x:.1}\" y=\"{y:.1}\" width=\"{w:.1}\" height=\"{h:.1}\" data-tip=\"{tip}\"/>",
        w = width - 1.0,
        h = height - 1.0,
        tip = html(&cell.tip),
    );
    let fits = cell.text.chars().count() as f64 * CHARACTER <= width - 3.0 && height >= LINE;
    if fits && !cell.text.is_empty() {
        let over = if part.is_some_and(|part| part >= OVER) { " class=\"over\"" } else { "" };
        out += &format!(
            "<text{over} x=\"{cx:.1}\" y=\"{cy:.1}\" dy=\"0.35em\" text-anchor=\"middle\">{}</text>",
            html(&cell.text),
            cx = x + (width - 1.0) / 2.0,
            cy = y + (height - 1.0) / 2.0,
        );
    }
    out + "\n"
}

fn labels(map: &Heatmap, at: &Layout) -> String {
    let (width, height) = map.cell;
    let mut out = String::from("<g class=\"axes\" aria-hidden=\"true\">\n");
    out += &format!(
        "<text x=\"{}\" y=\"{:.1}\">{} \u{2192}</text>\n<text x=\"{:.1}\" y=\"{:.1}\" \
         text-anchor=\"end\">{} \u{2193}</text>\n",
        at.left,
        MARGIN + LINE - 3.0,
        html(&map.columns.0),
        at.left - 6.0,
        at.top - 6.0,
        html(&map.rows.0),
    );
    for (i, label) in map.columns.1.iter().enumerate() {
        let x = at.left + (i as f64 + 0.5) * width - 0.5;
        let y = at.top - 6.0;
        let turn = match at.upright {
            true => format!("transform=\"rotate(-90 {x:.1} {y:.1})\" dy=\"0.35em\""),
            false => "text-anchor=\"middle\"".into(),
        };
        out += &format!("<text x=\"{x:.1}\" y=\"{y:.1}\" {turn}>{}</text>\n", html(&cut(label)));
    }
    for (i, label) in map.rows.1.iter().enumerate() {
        let y = at.top + (i as f64 + 0.5) * height - 0.5;
        out += &format!(
            "<text x=\"{:.1}\" y=\"{y:.1}\" dy=\"0.35em\" text-anchor=\"end\">{}</text>\n",
            at.left - 6.0,
            html(&cut(label)),
        );
    }
    out + "</g>\n"
}

/// The colours from the lowest to the highest value.
fn key(map: &Heatmap, at: &Layout, low: f64, high: f64) -> String {
    const STEPS: usize = 8;
    const STEP: f64 = 20.0;
    let y = at.height - KEY + 12.0;
    let mut out = String::from("<g class=\"axes\" aria-hidden=\"true\">\n");
    for i in 0..STEPS {
        out += &format!(
            "<rect class=\"cell\" style=\"--v:{:.0}\" x=\"{:.1}\" y=\"{y:.1}\" width=\"{STEP}\" \
             height=\"10\"/>",
            i as f64 / (STEPS - 1) as f64 * 100.0,
            at.left + i as f64 * STEP,
        );
    }
    out += &format!(
        "\n<text x=\"{x:.1}\" y=\"{ty:.1}\">{low}</text>\n<text x=\"{end:.1}\" y=\"{ty:.1}\" \
         text-anchor=\"end\">{high}</text>\n<text x=\"{side:.1}\" y=\"{ky:.1}\" dy=\"0.35em\" \
         text-anchor=\"end\">{unit}</text>\n</g>\n",
        x = at.left,
        end = at.left + STEPS as f64 * STEP,
        side = at.left - 6.0,
        ty = y + 24.0,
        ky = y + 5.0,
        low = plain(low),
        high = plain(high),
        unit = html(&map.unit),
    );
    out
}

fn extremes(map: &Heatmap) -> (f64, f64) {
    let values = map.cells.iter().filter_map(|c| c.value).filter(|v| v.is_finite());
    let (low, high) =
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
    if low > high { (0.0, 1.0) } else { (low, high) }
}

fn cut(label: &str) -> String {
    match label.chars().count() > LABEL {
        true => label.chars().take(LABEL - 1).collect::<String>() + "\u{2026}",
        false => label.to_owned(),
    }
}

fn description(map: &Heatmap) -> String {
    let columns = map.columns.1.len().max(1);
    let name = |i: usize| {
        let label = |labels: &[String], i: usize| labels.get(i).cloned().unwrap_or_default();
        format!("{}, {}", label(&map.rows.1, i / columns), label(&map.columns.1, i % columns))
    };
    let valued = || {
        let cells = map.cells.iter().enumerate();
        cells.filter_map(|(i, cell)| Some((i, cell.value.filter(|v| v.is_finite())?)))
    };
    let by_value = |a: &(usize, f64), b: &(usize, f64)| a.1.total_cmp(&b.1);
    let mut text = format!(
        "{} for {} rows ({}) and {} columns ({}).",
        map.unit,
        map.rows.1.len(),
        map.rows.0,
        map.columns.1.len(),
        map.columns.0,
    );
    if let (Some(low), Some(high)) = (valued().min_by(by_value), valued().max_by(by_value)) {
        text += &format!(
            " Lowest {} at {}; highest {} at {}.",
            number(low.1),
            name(low.0),
            number(high.1),
            name(high.0)
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(values: &[Option<f64>], cell: (f64, f64)) -> Heatmap {
        let cells = values.iter().map(|value| Cell {
            value: *value,
            text: value.map_or(String::new(), number),
            tip: "a\n<b>".into(),
        });
        Heatmap {
            title: "m & n".into(),
            rows: ("lr".into(), vec!["1".into(), "2".into()]),
            columns: ("distill".into(), vec!["x".into(), "y".into()]),
            cells: cells.collect(),
            unit: "top1".into(),
            range: None,
            cell,
        }
    }

    #[test]
    fn cells_with_values_where_they_fit() {
        let svg = heatmap(&map(&[Some(1.0), Some(2.0), None, Some(3.0)], (60.0, 24.0)), "h");
        assert_eq!(svg.matches("data-tip=\"a\n&lt;b&gt;\"").count(), 4);
        assert_eq!(svg.matches("class=\"cell none\"").count(), 1);
        for text in [">1.000</text>", "class=\"over\"", "highest 3.000 at 2, y", "m &amp; n"] {
            assert!(svg.contains(text), "{text}\n{svg}");
        }
        let small = heatmap(&map(&[Some(1.0); 4], (12.0, 12.0)), "h");
        assert!(!small.contains("middle\">1.000"), "{small}");
    }

    #[test]
    fn odd_data_draws_no_odd_numbers() {
        for values in [&[None; 4][..], &[Some(f64::NAN); 4], &[Some(0.0); 4], &[]] {
            let svg = heatmap(&map(values, (20.0, 20.0)), "h");
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        }
    }
}

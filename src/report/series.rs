//! From logged records to the figures of a page.

use serde_json::{Map, Value};

/// Points a line keeps at most, about two a pixel.
const MOST_POINTS: usize = 800;
/// Points all lines of a page keep at most: with them a page stays far below two megabytes.
const MOST_OF_ALL: usize = 30_000;
/// Points a line may keep, however many lines there are.
const FEWEST_POINTS: usize = 40;
/// Stretches a trend has, and points each must have for a trend to be drawn.
const STRETCHES: usize = 80;
const SHORTEST_STRETCH: usize = 4;

/// Lines that share their axes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Figure {
    /// What is drawn: `loss`, `loss/distill`, `lr`, `final_acc/action`.
    pub title: String,
    /// What the horizontal axis counts (`epoch`, `step`) or which key it varies.
    pub axis: String,
    /// Whether equal distances on it are equal factors.
    pub log_x: bool,
    /// In the order of their first point.
    pub lines: Vec<Line>,
}

/// One curve.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    /// `train`, `eval`, or `eval top1` where a figure holds several metrics.
    pub label: String,
    /// Finite points in the order logged, thinned.
    pub points: Vec<(f64, f64)>,
    /// Means over stretches, for lines of so many points that noise hides the course.
    pub trend: Vec<(f64, f64)>,
    /// Values that were not finite and are left out.
    pub left_out: usize,
}

impl Figure {
    /// A figure without lines, on a linear axis.
    pub(super) fn new(title: &str, axis: &str) -> Self {
        Self { title: title.to_owned(), axis: axis.to_owned(), log_x: false, lines: Vec::new() }
    }
}

impl Line {
    /// A line through these points.
    pub(super) fn new(label: &str, points: Vec<(f64, f64)>) -> Self {
        Self { label: label.to_owned(), points, trend: Vec::new(), left_out: 0 }
    }
}

/// Sorts all numbers of a log into figures: losses, learning rate, accuracies, the rest.
pub(super) fn figures(records: &[Map<String, Value>]) -> Vec<Figure> {
    let axis = if records.iter().all(|r| r.get("epoch").is_some_and(Value::is_number)) {
        "epoch"
    } else {
        "step"
    };
    let mut figures: Vec<Figure> = Vec::new();
    for record in records {
        let Some(x) = record.get(axis).and_then(Value::as_f64) else { continue };
        let split = record.get("split").and_then(Value::as_str).unwrap_or("run");
        for (metric, value) in record {
            let Some((title, part)) = place(metric) else { continue };
            if value.is_number() || value.is_null() {
                line(&mut figures, axis, &title, &label(split, part)).add(x, value.as_f64());
            }
        }
    }
    let count = figures.iter().map(|f| f.lines.len()).sum::<usize>().max(1);
    let most = (MOST_OF_ALL / count).clamp(FEWEST_POINTS, MOST_POINTS);
    for line in figures.iter_mut().flat_map(|f| &mut f.lines) {
        line.trend = trend(&line.points);
        line.points = thinned(&line.points, most);
    }
    figures.retain(|f| f.lines.iter().any(|l| !l.points.is_empty()));
    figures.sort_by_key(|f| rank(&f.title));
    figures
}

/// Figure and line of a metric; `None` for what is no metric or would crowd a figure (the ranks
/// between 1 and 5, which the table has).
///
/// | metric | figure | line |
/// |---|---|---|
/// | `final_acc/action/top1` | `final_acc/action` | `top1` |
/// | `acc1/action`, `acc5/action` | `acc/action` | `acc1`, `acc5` |
/// | `lr/1`, of the second group of parameters | `lr` | `lr/1` |
/// | any other | itself | one |
fn place(metric: &str) -> Option<(String, &str)> {
    if matches!(metric, "split" | "epoch" | "step" | "time" | "samples") {
        return None;
    }
    if let Some(rest) = metric.strip_prefix("final_acc/") {
        let (kind, part) = rest.split_once('/').unwrap_or((rest, ""));
        return Some((format!("final_acc/{kind}"), part));
    }
    if metric.starts_with("lr/") {
        return Some(("lr".to_owned(), metric));
    }
    let ranked = metric.strip_prefix("acc").and_then(|rest| rest.split_once('/'));
    match ranked {
        Some((k, kind)) if k.parse::<u32>().is_ok() => {
            let line = &metric[.."acc".len() + k.len()];
            matches!(k, "1" | "5").then(|| (format!("acc/{kind}"), line))
        }
        _ => Some((metric.to_owned(), "")),
    }
}

fn label(split: &str, part: &str) -> String {
    if part.is_empty() { split.to_owned() } else { format!("{split} {part}") }
}

fn rank(title: &str) -> u8 {
    match title {
        "loss" => 0,
        t if t.starts_with("loss/") => 1,
        "lr" => 2,
        t if t.starts_with("final_acc/") => 3,
        t if t.starts_with("acc/") => 4,
        _ => 5,
    }
}

fn line<'a>(figures: &'a mut Vec<Figure>, axis: &str, title: &str, label: &str) -> &'a mut Line {
    let at = figures.iter().position(|f| f.title == title).unwrap_or_else(|| {
        figures.push(Figure::new(title, axis));
        figures.len() - 1
    });
    let lines = &mut figures[at].lines;
    let at = lines.iter().position(|l| l.label == label).unwrap_or_else(|| {
        lines.push(Line::new(label, Vec::new()));
        lines.len() - 1
    });
    &mut lines[at]
}

impl Line {
    fn add(&mut self, x: f64, y: Option<f64>) {
        match y {
            Some(y) if y.is_finite() && x.is_finite() => self.points.push((x, y)),
            _ => self.left_out += 1,
        }
    }
}

fn trend(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    if points.len() < STRETCHES * SHORTEST_STRETCH {
        return Vec::new();
    }
    let mean = |part: &[(f64, f64)]| {
        let n = part.len() as f64;
        let (x, y) = part.iter().fold((0.0, 0.0), |(x, y), p| (x + p.0 / n, y + p.1 / n));
        (x, y)
    };
    points.chunks(points.len().div_ceil(STRETCHES)).map(mean).collect()
}

/// Keeps the ends, and of each stretch its lowest and highest point: spikes stay visible.
pub(super) fn thinned(points: &[(f64, f64)], most: usize) -> Vec<(f64, f64)> {
    if points.len() <= most {
        return points.to_vec();
    }
    let (first, rest) = points.split_first().expect("more points than none");
    let (last, middle) = rest.split_last().expect("more points than one");
    let stretch = middle.len().div_ceil((most - 2) / 2);
    let mut kept = vec![*first];
    for part in middle.chunks(stretch) {
        let by_height = |a: &&usize, b: &&usize| part[**a].1.total_cmp(&part[**b].1);
        let indices: Vec<usize> = (0..part.len()).collect();
        let low = *indices.iter().min_by(by_height).expect("chunks are not empty");
        let high = *indices.iter().max_by(by_height).expect("chunks are not empty");
        kept.push(part[low.min(high)]);
        if low != high {
            kept.push(part[low.max(high)]);
        }
    }
    kept.push(*last);
    kept
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn records(values: &[Value]) -> Vec<Map<String, Value>> {
        values.iter().map(|v| v.as_object().unwrap().clone()).collect()
    }

    #[test]
    fn losses_first_then_the_rate_then_accuracies() {
        let figures = figures(&records(&[
            json!({"split": "train", "epoch": 0.5, "step": 1, "lr": 0.1, "loss/distill": 2.0, "loss": 3.0}),
            json!({"split": "eval", "epoch": 1.0, "step": 2, "loss": 2.5, "acc1/action": 10.0,
                "acc2/action": 12.0, "acc5/action": 20.0, "final_acc/action/top1": 9.0}),
            json!({"split": "train", "epoch": 1.5, "step": 3, "lr": 0.1, "loss": null}),
        ]));
        let shape: Vec<(&str, Vec<&str>)> = figures
            .iter()
            .map(|f| (f.title.as_str(), f.lines.iter().map(|l| l.label.as_str()).collect()))
            .collect();
        assert_eq!(
            shape,
            [
                ("loss", vec!["train", "eval"]),
                ("loss/distill", vec!["train"]),
                ("lr", vec!["train"]),
                ("final_acc/action", vec!["eval top1"]),
                ("acc/action", vec!["eval acc1", "eval acc5"]),
            ]
        );
        assert_eq!((figures[0].axis.as_str(), figures[0].lines[0].left_out), ("epoch", 1));
    }

    #[test]
    fn thinning_keeps_ends_and_spikes() {
        let mut points: Vec<(f64, f64)> = (0..100_000).map(|i| (f64::from(i), 1.0)).collect();
        points[54_321].1 = 99.0;
        let kept = thinned(&points, MOST_POINTS);
        assert!(kept.len() <= MOST_POINTS);
        assert!(kept.contains(&(54_321.0, 99.0)));
        assert_eq!((kept[0].0, kept[kept.len() - 1].0), (0.0, 99_999.0));
        assert!(kept.is_sorted_by(|a, b| a.0 < b.0));
    }
}

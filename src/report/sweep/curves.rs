//! Learning curves of all jobs in one chart: the training loss, and the metric that decides.
//!
//! Logs are read here, several at once. A log that cannot be read, or that is not there yet, has no
//! line; its job is in the table all the same.

use rayon::prelude::*;
use serde_json::{Map, Value};

use super::super::escape::html;
use super::super::scale::{Scale, number, plain};
use super::super::series::thinned;
use super::model::{Metric, SweepJob, SweepPage};
use super::plot::{
    APART, BOTTOM, Chart, HEIGHT, LEFT, RIGHT, TOP, Tint, WIDTH, Walk, frame, spaced,
};
use super::words::{self, counted};
use crate::runs::{MetricsLog, read_metrics};

/// Jobs whose curves are drawn, the best.
const MOST_LINES: usize = 300;
/// Points of one chart, shared among its lines, and how many of them a line has at least and at most.
const MOST_POINTS: usize = 16_000;
const FEWEST: usize = 20;
const MOST: usize = 300;

/// What is read from a log.
#[derive(Clone, Copy, PartialEq)]
struct Wanted<'n> {
    split: &'n str,
    name: &'n str,
}

/// The points of one job, of each wanted number.
type Lines = Vec<Vec<(f64, f64)>>;

/// A chart for the loss, and one for the metric that decides.
pub(super) fn charts(page: &SweepPage) -> String {
    let mut wanted = vec![Wanted { split: "train", name: "loss" }];
    if let Some(metric) = page.metrics.first() {
        wanted.push(Wanted { split: "eval", name: &metric.name });
    }
    let mut jobs = page.jobs_ranked();
    jobs.truncate(MOST_LINES);
    let most = (MOST_POINTS / jobs.len().max(1)).clamp(FEWEST, MOST);
    let read = |at: &usize| (*at, lines(&page.jobs[*at], &wanted, most));
    let read: Vec<(usize, Lines)> = jobs.par_iter().map(read).collect();
    let charts = wanted.iter().enumerate().map(|(which, wanted)| {
        let of_job = |(at, lines): &(usize, Lines)| {
            (!lines[which].is_empty()).then(|| (*at, lines[which].clone()))
        };
        let drawn: Vec<(usize, Vec<(f64, f64)>)> = read.iter().filter_map(of_job).collect();
        chart(page, *wanted, &drawn)
    });
    charts.collect()
}

fn lines(job: &SweepJob, wanted: &[Wanted<'_>], most: usize) -> Lines {
    let log = read_metrics(&job.directory.join(MetricsLog::FILE)).unwrap_or_default();
    let of = |wanted: &Wanted<'_>| {
        let points: Vec<(f64, f64)> =
            log.records.iter().filter_map(|record| point(record, wanted)).collect();
        thinned(&points, most)
    };
    wanted.iter().map(of).collect()
}

fn point(record: &Map<String, Value>, wanted: &Wanted<'_>) -> Option<(f64, f64)> {
    let is_of_split = record.get("split").and_then(Value::as_str) == Some(wanted.split);
    let x = record.get("epoch").or_else(|| record.get("step"))?.as_f64()?;
    record.get(wanted.name)?.as_f64().filter(|_| is_of_split).map(|y| (x, y))
}

fn chart(page: &SweepPage, wanted: Wanted<'_>, drawn: &[(usize, Vec<(f64, f64)>)]) -> String {
    let Some(metric) = page.metrics.first().filter(|_| !drawn.is_empty()) else {
        return String::new();
    };
    let points = || drawn.iter().flat_map(|(_, points)| points);
    let x = Scale::over(points().map(|point| point.0), LEFT, WIDTH - RIGHT);
    let y = Scale::over(points().map(|point| point.1), HEIGHT - BOTTOM, TOP).rounded(5);
    let results = page.jobs.iter().filter_map(|job| job.results.first().copied().flatten());
    let tint = Tint::of(results, metric);
    let ticks = x.ticks(6).into_iter().map(|(value, label)| (x.place(value), label));
    let ticks = spaced(ticks, APART);
    let mut body = frame(&y, &ticks, "epoch");
    // The best are drawn last and lie on top.
    for (rank, (at, points)) in drawn.iter().enumerate().rev() {
        body += &line(page, *at, points, rank == 0, (&x, &y), (metric, &tint), wanted);
    }
    let id = format!("curves-{}", wanted.split);
    Chart {
        title: format!("{} {}", wanted.split, wanted.name),
        id,
        about: about(page, wanted, drawn),
        note: note(page, metric, &tint, drawn.len()),
        class: "curves",
        size: (WIDTH, HEIGHT),
        walk: Walk::Back,
        body,
    }
    .figure()
}

fn line(
    page: &SweepPage,
    at: usize,
    points: &[(f64, f64)],
    is_top: bool,
    (x, y): (&Scale, &Scale),
    (metric, tint): (&Metric, &Tint),
    wanted: Wanted<'_>,
) -> String {
    let job = &page.jobs[at];
    let result = job.results.first().copied().flatten();
    let (class, v) = match result {
        Some(result) => (if is_top { "path top" } else { "path" }, tint.at(result)),
        None => ("path without", 0),
    };
    let last = points.last().copied().unwrap_or_default();
    let mut tip = vec![
        format!("run {}: {}", job.name, words::setting(page, &job.values)),
        format!("{} {} {} at epoch {}", wanted.split, wanted.name, number(last.1), plain(last.0)),
    ];
    if !job.repetition.is_empty() {
        tip.insert(1, job.repetition.clone());
    }
    match result {
        Some(result) => tip.push(format!("{}: {}", metric.name, number(result))),
        None => tip.push(job.state.clone()),
    }
    let path: Vec<String> =
        points.iter().map(|p| format!("{:.0},{:.1}", x.place(p.0), y.place(p.1))).collect();
    let dot =
        format!("<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"2.5\"/>", x.place(last.0), y.place(last.1));
    format!(
        "<g class=\"{class}\" style=\"--v:{v}\" data-tip=\"{}\"><polyline points=\"{}\"/>{dot}</g>\n",
        html(&tip.join("\n")),
        path.join(" ")
    )
}

fn note(page: &SweepPage, metric: &Metric, tint: &Tint, lines: usize) -> String {
    let key = tint.key(metric);
    match page.jobs.len() > MOST_LINES {
        true => format!("{key} The best {lines} of {} jobs.", page.jobs.len()),
        false => key,
    }
}

fn about(page: &SweepPage, wanted: Wanted<'_>, drawn: &[(usize, Vec<(f64, f64)>)]) -> String {
    let ends = drawn.iter().filter_map(|(at, points)| Some((*at, points.last()?.1)));
    let by_value = |a: &(usize, f64), b: &(usize, f64)| a.1.total_cmp(&b.1);
    let (low, high) = (ends.clone().min_by(by_value), ends.max_by(by_value));
    let said = |word: &str, end: Option<(usize, f64)>| {
        end.map_or(String::new(), |(at, value)| {
            format!(" {word} at the end: run {} with {}.", page.jobs[at].name, number(value))
        })
    };
    format!(
        "{} {} over epochs, {}.{}{}",
        wanted.split,
        wanted.name,
        counted(drawn.len(), "line"),
        said("Lowest", low),
        said("Highest", high)
    )
}

#[cfg(test)]
mod tests {
    use super::super::example::{metric, page};
    use super::*;
    use crate::files;

    #[test]
    fn a_line_for_each_log_that_can_be_read() {
        let dir = tempfile::tempdir().unwrap();
        let results = vec![(1.0, &[1.0][..]), (20.0, &[3.0]), (150.0, &[2.0])];
        let mut page = page(&["distill"], vec![metric("top1", false)], &results);
        for (at, job) in page.jobs.iter_mut().enumerate() {
            job.directory = dir.path().join(at.to_string());
            files::create_dir_all(&job.directory).unwrap();
            let log = "{\"split\":\"train\",\"epoch\":0.5,\"step\":0,\"loss\":3}\n\
                       {\"split\":\"train\",\"epoch\":1,\"step\":1,\"loss\":null}\n\
                       {\"split\":\"eval\",\"epoch\":1,\"step\":1,\"loss\":2,\"top1\":9}\n{\"spl";
            let log = if at == 2 { "no log" } else { log };
            files::write_atomic(&job.directory.join(MetricsLog::FILE), log.as_bytes()).unwrap();
        }
        let svg = charts(&page);
        assert_eq!(svg.matches("<figure").count(), 2);
        assert_eq!(svg.matches("data-tip=").count(), 4);
        assert!(
            svg.contains("run 1: distill=20\ntrain loss 3.000 at epoch 0.5\ntop1: 3.000"),
            "{svg}"
        );
        assert!(!svg.contains("NaN"));
    }
}

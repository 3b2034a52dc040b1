//! The settings and the jobs as tables: legible as they are, sortable with the script.

use std::path::Path;

use serde_json::Value;

use super::super::escape::html;
use super::super::page::scrolling;
use super::links::link;
use super::model::{SweepJob, SweepPage};
use super::words::{self, counted};

/// Rows of a table; what a page shows of more is the best of them.
const MOST_ROWS: usize = 1000;
/// Characters of an error that a cell shows.
const ERROR: usize = 160;

/// A cell: what it says, as HTML, and by what it is sorted.
struct Cell {
    body: String,
    sort: Option<String>,
    class: &'static str,
}

impl Cell {
    fn text(text: &str) -> Self {
        Self { body: html(text), sort: None, class: "" }
    }

    fn number(body: String, value: Option<f64>) -> Self {
        Self { body, sort: value.map(|value| value.to_string()), class: " class=\"number\"" }
    }

    fn value(value: Option<&Value>) -> Self {
        let sort = value.and_then(Value::as_f64).map(|value| value.to_string());
        Self { body: html(&words::value(value)), sort, class: "" }
    }

    fn render(&self, tag: &str) -> String {
        let sort = match &self.sort {
            Some(sort) => format!(" data-value=\"{sort}\""),
            None => String::new(),
        };
        let name = if tag == "th" { "th scope=\"row\"" } else { tag };
        format!("<{name}{}{sort}>{}</{tag}>", self.class, self.body)
    }
}

/// One row a setting: mean and deviation over its repetitions, the best first; nothing where no setting
/// was repeated, as the table of jobs then says the same.
pub(super) fn settings(page: &SweepPage) -> String {
    if page.settings.iter().all(|setting| setting.jobs.len() < 2) {
        return String::new();
    }
    let ranked = page.ranked();
    let rows = ranked.iter().take(MOST_ROWS).enumerate().map(|(rank, (setting, _))| {
        let mut cells: Vec<Cell> =
            setting.values.iter().map(|value| Cell::value(value.as_ref())).collect();
        cells.push(Cell::number(setting.jobs.len().to_string(), Some(setting.jobs.len() as f64)));
        for (at, result) in setting.results.iter().enumerate() {
            cells.push(match result {
                Some(result) => {
                    let is_best = best_mean(page, at) == Some(result.mean);
                    Cell::number(marked(&words::measured(result), is_best), Some(result.mean))
                }
                None => Cell::number("\u{2013}".into(), None),
            });
        }
        (rank == 0, cells)
    });
    let head: Vec<(String, bool)> = page
        .keys
        .iter()
        .map(|key| (key.clone(), false))
        .chain([("n".to_owned(), true)])
        .chain(page.metrics.iter().map(|metric| (metric.name.clone(), true)))
        .collect();
    let caption = "Mean \u{b1} standard deviation (n \u{2212} 1) over repetitions, the jobs that differ \
                   only in run_id and seed. The best of a column is bold.";
    table("Table of settings", caption, &head, rows.collect())
}

/// One row a job, the best first; `beside` is the directory of the page.
pub(super) fn jobs(page: &SweepPage, beside: &Path) -> String {
    let order = page.jobs_ranked();
    let best = order.first().filter(|at| page.jobs[**at].is_completed());
    let has_repeats = page.jobs.iter().any(|job| !job.repetition.is_empty());
    let has_errors = page.jobs.iter().any(|job| job.error.is_some());
    let rows = order.iter().take(MOST_ROWS).map(|at| {
        let job = &page.jobs[*at];
        let mut cells = vec![name(job, beside), state(job)];
        cells.extend(job.values.iter().map(|value| Cell::value(value.as_ref())));
        if has_repeats {
            cells.push(Cell::text(&job.repetition));
        }
        for (metric, result) in job.results.iter().enumerate() {
            let is_best = result.is_some() && *result == best_result(page, metric);
            let text = result.map_or("\u{2013}".to_owned(), words::reached);
            cells.push(Cell::number(marked(&text, is_best && page.jobs.len() > 1), *result));
        }
        if has_errors {
            let error = first_line(job.error.as_deref().unwrap_or(""));
            cells.push(Cell { class: " class=\"why\"", ..Cell::text(&error) });
        }
        (Some(at) == best && page.jobs.len() > 1, cells)
    });
    let text = |name: &str| (name.to_owned(), false);
    let mut head = vec![text("run"), text("state")];
    head.extend(page.keys.iter().map(|key| text(key)));
    head.extend(has_repeats.then(|| text("repetition")));
    head.extend(page.metrics.iter().map(|metric| (metric.name.clone(), true)));
    head.extend(has_errors.then(|| text("error")));
    let more = match order.len() > MOST_ROWS {
        true => format!(" The first {MOST_ROWS} of {}.", counted(order.len(), "job")),
        false => String::new(),
    };
    let caption = format!(
        "Metrics of the best evaluation, or of the last where none was best; accuracies in percent. The \
         best of a column is bold, the best run comes first.{more}"
    );
    table("Table of runs", &caption, &head, rows.collect())
}

fn name(job: &SweepJob, beside: &Path) -> Cell {
    let body = match link(job, beside) {
        Some(link) => format!("<a href=\"{}\">{}</a>", html(&link), html(&job.name)),
        None => html(&job.name),
    };
    let sort = job.name.parse::<usize>().ok().map(|number| number.to_string());
    Cell { body, sort, class: "" }
}

fn state(job: &SweepJob) -> Cell {
    let class = match &*job.state {
        SweepJob::COMPLETED => "good",
        "failed" | "broken" | "stale" | "incomplete" => "bad",
        _ => "quiet",
    };
    let body = format!("<span class=\"{class}\">{}</span>", html(&job.state));
    Cell { body, sort: None, class: "" }
}

fn marked(text: &str, is_best: bool) -> String {
    if is_best { format!("<strong>{}</strong>", html(text)) } else { html(text) }
}

fn best_mean(page: &SweepPage, at: usize) -> Option<f64> {
    let metric = page.metrics.get(at).filter(|_| page.settings.len() > 1)?;
    let means = page.settings.iter().filter_map(|one| Some(one.results.get(at)?.as_ref()?.mean));
    means.min_by(|a, b| metric.better(*a, *b))
}

fn best_result(page: &SweepPage, at: usize) -> Option<f64> {
    let metric = page.metrics.get(at)?;
    let done = page.jobs.iter().filter(|job| job.is_completed());
    done.filter_map(|job| *job.results.get(at)?).min_by(|a, b| metric.better(*a, *b))
}

/// The first line of an error, cut.
pub(super) fn first_line(error: &str) -> String {
    let line = error.lines().next().unwrap_or_default();
    let line = line.strip_prefix("error: ").unwrap_or(line);
    match line.char_indices().nth(ERROR) {
        Some((at, _)) => format!("{}\u{2026}", &line[..at]),
        None => line.to_owned(),
    }
}

fn table(
    label: &str,
    caption: &str,
    head: &[(String, bool)],
    rows: Vec<(bool, Vec<Cell>)>,
) -> String {
    let heads: String = head
        .iter()
        .map(|(name, is_number)| {
            let class = if *is_number { " class=\"number\"" } else { "" };
            format!("<th scope=\"col\"{class}>{}</th>", html(name))
        })
        .collect();
    let rows: String = rows
        .iter()
        .map(|(is_main, cells)| {
            let mut cells = cells.iter();
            let first = cells.next().map_or(String::new(), |cell| cell.render("th"));
            let rest: String = cells.map(|cell| cell.render("td")).collect();
            let class = if *is_main { " class=\"best\"" } else { "" };
            format!("<tr{class}>{first}{rest}</tr>\n")
        })
        .collect();
    let table = format!(
        "<table class=\"runs\" data-sort>\n<caption>{}</caption>\n<thead><tr>{heads}</tr></thead>\n\
         <tbody>\n{rows}</tbody></table>\n",
        html(caption)
    );
    scrolling(label, &table)
}

#[cfg(test)]
mod tests {
    use super::super::example::{metric, page};
    use super::*;

    #[test]
    fn the_best_is_marked_and_what_failed_says_why() {
        let results = vec![(1.0, &[1.0, 2.0][..]), (20.0, &[4.0, 4.0])];
        let mut page = page(&["distill"], vec![metric("top1", false)], &results);
        page.jobs.push(SweepJob {
            name: "4".into(),
            state: "failed".into(),
            values: vec![None],
            results: vec![None],
            error: Some("error: no <teacher>\nsecond line".into()),
            ..SweepJob::default()
        });
        let found = jobs(&page, Path::new("."));
        assert_eq!(found.matches("<strong>4.00</strong>").count(), 2);
        assert_eq!(found.matches("class=\"best\"").count(), 1);
        assert!(found.contains("<td class=\"why\">no &lt;teacher&gt;</td>"), "{found}");
        assert!(!found.contains("second line"));
        let found = settings(&page);
        assert!(found.contains("<strong>4.00 \u{b1} 0.00</strong>"), "{found}");
        assert!(found.contains("data-value=\"1.5\">1.50 \u{b1} 0.71"), "{found}");
    }

    #[test]
    fn settings_without_repetitions_are_no_table() {
        let results = vec![(1.0, &[1.0][..]), (20.0, &[4.0])];
        assert!(settings(&page(&["distill"], vec![metric("top1", false)], &results)).is_empty());
    }
}

//! The page of a sweep, or of any selection of runs: which setting was best, by how much, and all that
//! it was chosen from.
//!
//! Decides which pictures are worth drawing and what is said of them; [`SweepPage`] holds what is
//! known, and only the logs of the jobs are read here. It does not know ledgers, configs or how
//! repetitions are told. Invariant: whatever is missing or broken, there is a page, and no picture is
//! the only place that says something.
//!
//! | file | decides |
//! |---|---|
//! | `model`, `rank` | what a page is told, and which of it is better |
//! | `verdict` | the answer in a sentence |
//! | `axis`, `plot`, `words` | how values lie along an axis, what charts share, how things are said |
//! | `over`, `maps`, `parallel`, `history`, `curves` | the charts |
//! | `table`, `links`, `failures` | the tables, ways to other pages, how the jobs stand |

mod axis;
mod curves;
#[cfg(test)]
mod example;
mod failures;
mod history;
mod links;
mod maps;
mod model;
mod over;
mod parallel;
mod plot;
mod rank;
mod table;
mod verdict;
mod words;

use std::path::Path;

use super::escape::{html, shell};
use super::page::{Page, scrolling};

pub use model::{Made, Measured, Metric, Setting, SweepJob, SweepPage};

/// The page, with addresses that hold for a file in the directory `beside`.
pub fn render_sweep(sweep: &SweepPage, beside: &Path) -> String {
    let mut page = Page::new(&sweep.title);
    for kind in &sweep.kinds {
        page = page.of_data(*kind);
    }
    page = page.lead(&lead(sweep)).section("best", "Which was best", verdict::verdict(sweep));
    let effects = grouped(over::charts(sweep) + &history::chart(sweep));
    let maps = match maps::maps(sweep) + &parallel::chart(sweep) {
        none if none.is_empty() => none,
        maps => format!("<div class=\"beside\">\n{maps}</div>\n"),
    };
    if !(effects.is_empty() && maps.is_empty()) {
        page = page.section("effects", "Effect of the keys", effects + &maps);
    }
    let settings = match table::settings(sweep) {
        none if none.is_empty() => none,
        table => format!("<h3>Settings</h3>\n{table}<h3>Each run</h3>\n"),
    };
    page = page.section("runs", "Runs", settings + &table::jobs(sweep, beside));
    let curves = grouped(curves::charts(sweep));
    if !curves.is_empty() {
        page = page.section("curves", "Learning curves", curves);
    }
    page.section("states", "How the jobs stand", failures::standing(sweep))
        .section("made", "How it was made", made(sweep))
        .render()
}

fn grouped(charts: String) -> String {
    if charts.is_empty() { charts } else { format!("<div class=\"charts\">\n{charts}</div>\n") }
}

fn lead(sweep: &SweepPage) -> String {
    let about = match sweep.about.is_empty() {
        true => String::new(),
        false => format!("<p>{}</p>\n", html(&sweep.about)),
    };
    let warnings = sweep.warnings.iter();
    let warnings = warnings.map(|warning| format!("<p class=\"note\">{}</p>\n", html(warning)));
    about + &warnings.collect::<String>()
}

fn made(sweep: &SweepPage) -> String {
    let made = &sweep.made;
    let command = match made.command.is_empty() {
        true => String::new(),
        false => format!(
            "<pre data-copy=\"the command\"><code>{}</code></pre>\n",
            html(&shell(&made.command))
        ),
    };
    let differing = match made.differing.is_empty() {
        true => String::new(),
        false => {
            let rows = rows(&made.differing);
            let caption = "With the values that runs have.";
            let table =
                format!("<table>\n<caption>{caption}</caption>\n<tbody>\n{rows}</tbody></table>\n");
            format!(
                "<details>\n<summary>Further config keys that differ ({})</summary>\n{}</details>\n",
                made.differing.len(),
                scrolling("Further config keys that differ", &table)
            )
        }
    };
    let facts = match made.facts.is_empty() {
        true => String::new(),
        false => {
            let rows = rows(&made.facts);
            let table = format!(
                "<table>\n<caption>Environment</caption>\n<tbody>\n{rows}</tbody></table>\n"
            );
            scrolling("Environment", &table)
        }
    };
    command + &facts + &differing
}

fn rows(pairs: &[(String, String)]) -> String {
    let row = |(name, value): &(String, String)| {
        format!("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", html(name), html(value))
    };
    pairs.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use rayon::prelude::*;

    use super::example::{grid, page};
    use super::*;
    use crate::files;
    use crate::runs::MetricsLog;

    #[test]
    fn a_page_of_nothing_is_a_page() {
        let found = render_sweep(&page(&[], vec![], &[]), Path::new("."));
        assert!(found.contains("No job has a result yet"));
        assert!(!found.contains("<svg class=\"chart"));
    }

    /// 243 jobs with 1000 logged steps and 20 evaluations each.
    #[test]
    fn a_large_sweep_has_a_page_that_can_be_mailed() {
        let dir = tempfile::tempdir().unwrap();
        let mut page = grid(&["distill", "opt.lr_wd.0.1", "opt.lr_wd.0.2", "model.dropout", "b"]);
        page.jobs.par_iter_mut().enumerate().for_each(|(number, job)| {
            let step = |step: usize| {
                let loss = 3.0 + (step * 7919 + number * 104_729) as f64 % 1000.0 / 1000.0;
                let epoch = step as f64 / 50.0;
                format!(
                    "{{\"split\":\"train\",\"epoch\":{epoch},\"step\":{step},\"loss\":{loss}}}\n"
                )
            };
            let evaluation = |epoch: usize| {
                let top1 = (epoch * 31 + number) as f64 % 50.0;
                format!("{{\"split\":\"eval\",\"epoch\":{epoch},\"step\":0,\"top1\":{top1}}}\n")
            };
            let log: String = (0..1000).map(step).chain((1..=20).map(evaluation)).collect();
            job.directory = dir.path().join(number.to_string());
            files::create_dir_all(&job.directory).unwrap();
            files::write_atomic(&job.directory.join(MetricsLog::FILE), log.as_bytes()).unwrap();
        });
        let found = render_sweep(&page, dir.path());
        assert_eq!(found.matches("class=\"chart curves\"").count(), 2);
        println!("{} bytes", found.len());
        assert!(found.len() < 1_500_000, "{} bytes", found.len());
    }
}

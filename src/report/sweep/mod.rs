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
    let maps = maps::maps(sweep) + &parallel::chart(sweep);
    if !(effects.is_empty() && maps.is_empty()) {
        page = page.section("effects", "Effect of the keys", effects + &maps);
    }
    page = page.section("runs", "Runs", table::settings(sweep) + &table::jobs(sweep, beside));
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

//! Which classes are taken for which, from the stored results of every evaluation set.

use std::path::Path;

use super::super::escape::html;
use super::super::heatmap::{Cell, Heatmap, heatmap};
use super::super::page::scrolling;
use super::super::scale::plain;
use super::matrix::{Confusion, confusion as count};
use crate::files;
use crate::runs::{ClassNames, read_results};

/// Classes of a map.
const CLASSES: usize = 20;
/// Mistakes listed below it.
const MISTAKES: usize = 10;
/// Label types, in the order shown.
const LABELS: [&str; 3] = ["action", "verb", "noun"];
/// Bytes of a results file that is read for a page; features of whole videos have many more.
const MOST_BYTES: u64 = 1 << 30;
/// Side of a cell, in units of the drawing.
const CELL: (f64, f64) = (24.0, 18.0);

/// A map and a list of mistakes for every set and label type; sentences where there are none.
pub(super) fn confusion(run: &Path) -> String {
    let sets = sets(run);
    if sets.is_empty() {
        return "<p>No results of an evaluation are stored (<code>results/*.h5</code>; \
                <code>eval.eval_fn.store</code> says whether they are).</p>\n"
            .into();
    }
    let (names, note) = match ClassNames::read(run) {
        Ok(names) => (names, String::new()),
        Err(error) => (
            ClassNames::new([].into()),
            format!("<p class=\"note\">Classes are numbers: {}</p>\n", html(&error.to_string())),
        ),
    };
    note + &sets.iter().map(|set| of_set(run, set, &names)).collect::<String>()
}

/// The names of the stored sets, sorted.
fn sets(run: &Path) -> Vec<String> {
    let entries = files::list(&run.join("results")).unwrap_or_default();
    let mut sets: Vec<String> =
        entries.iter().filter_map(|e| e.name.strip_suffix(".h5")).map(str::to_owned).collect();
    sets.sort();
    sets
}

fn of_set(run: &Path, set: &str, names: &ClassNames) -> String {
    let path = run.join("results").join(format!("{set}.h5"));
    if files::size(&path).is_ok_and(|bytes| bytes > MOST_BYTES) {
        return format!(
            "<p>The results of {} are larger than a gigabyte and not read for a page.</p>\n",
            html(set)
        );
    }
    let results = match read_results(&path) {
        Ok(results) => results,
        Err(error) => {
            let error = html(&error.to_string());
            return format!("<p class=\"error\">No confusion of {}: {error}</p>\n", html(set));
        }
    };
    let found: Vec<(&str, Confusion)> = LABELS
        .into_iter()
        .filter_map(|label| Some((label, count(&results, label, CLASSES)?)))
        .filter(|(_, confusion)| confusion.samples > 0)
        .collect();
    if found.is_empty() {
        return format!("<p>The results of {} have no logits beside targets.</p>\n", html(set));
    }
    let epoch = results.epoch.last();
    let epoch = epoch.map_or(String::new(), |e| format!(", after epoch {}", plain(*e)));
    let of_label =
        |(label, found): &(&str, Confusion)| of_label((set, &epoch), label, found, names);
    found.iter().map(of_label).collect()
}

fn of_label(
    (set, epoch): (&str, &str),
    label: &str,
    found: &Confusion,
    names: &ClassNames,
) -> String {
    let name = |class: usize| names.name(label, class);
    let map = Heatmap {
        title: format!("{set}: {label}, the {} most frequent classes", found.classes.len()),
        rows: ("target".into(), found.classes.iter().map(|c| name(*c)).collect()),
        columns: (
            "predicted".into(),
            found.classes.iter().map(|c| name(*c)).chain(["other".to_owned()]).collect(),
        ),
        cells: cells(found, &name),
        unit: "% of row".into(),
        range: Some((0.0, 100.0)),
        cell: CELL,
    };
    let left_out = match found.left_out {
        0 => String::new(),
        n => format!(" {n} samples have no target or no finite logits and are left out."),
    };
    format!(
        "{}<p>{} of {} samples right ({:.2}\u{a0}%), over all classes{epoch}. Every row of the map adds \
         up to 100\u{a0}%.{left_out}</p>\n{}",
        heatmap(&map, &format!("confusion-{}-{label}", id(set))),
        found.right,
        found.samples,
        100.0 * found.right as f64 / found.samples as f64,
        mistakes(set, label, found, &name)
    )
}

/// What an id may hold.
fn id(set: &str) -> String {
    set.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
}

fn cells(found: &Confusion, name: &impl Fn(usize) -> String) -> Vec<Cell> {
    let mut cells = Vec::with_capacity(found.classes.len() * (found.classes.len() + 1));
    for (row, counts) in found.counts.iter().enumerate() {
        let (target, support) = (name(found.classes[row]), found.support[row]);
        for (column, count) in counts.iter().enumerate() {
            let share = 100.0 * *count as f64 / support as f64;
            let predicted =
                found.classes.get(column).map_or("other classes".to_owned(), |c| name(*c));
            let right = if row == column { " (right)" } else { "" };
            cells.push(Cell {
                value: Some(share),
                text: if *count > 0 { format!("{share:.0}") } else { String::new() },
                tip: format!(
                    "{target}\npredicted {predicted}{right}\n{count} of {support} samples, {share:.1} %"
                ),
            });
        }
    }
    cells
}

fn mistakes(set: &str, label: &str, found: &Confusion, name: &impl Fn(usize) -> String) -> String {
    if found.mistakes.is_empty() {
        return String::new();
    }
    let rows: String = found
        .mistakes
        .iter()
        .take(MISTAKES)
        .map(|(target, predicted, count)| {
            let support = found.of_class.get(target).copied().unwrap_or(*count);
            format!(
                "<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"number\">{count}</td>\
                 <td class=\"number\">{:.1} %</td></tr>\n",
                html(&name(*target)),
                html(&name(*predicted)),
                100.0 * *count as f64 / support as f64
            )
        })
        .collect();
    let table = format!(
        "<table>\n<caption>The most frequent mistakes over all classes, and their share of the target's \
         samples.</caption>\n<thead><tr>\
         <th scope=\"col\">target</th><th scope=\"col\">predicted</th>\
         <th scope=\"col\" class=\"number\">samples</th>\
         <th scope=\"col\" class=\"number\">share</th></tr></thead>\n<tbody>\n{rows}</tbody></table>\n"
    );
    scrolling(&format!("Mistakes, {set} {label}"), &table)
}

//! What evaluations found: the main figures large, all of them as a table.

use serde_json::Value;

use super::super::escape::html;
use super::super::page::scrolling;
use super::super::scale::{number, plain};
use super::log::Log;
use crate::runs::{MetricSets, Record};

/// Figures shown large, of the first label type that has them.
const MAIN: [(&str, &str); 4] = [
    ("top1", "top-1"),
    ("top5", "top-5"),
    ("top1_meanOverClasses", "top-1, mean over classes"),
    ("AR5", "recall at 5, mean over classes"),
];
/// Fields of a record that say when it was, not what was found.
const NO_METRIC: [&str; 4] = ["split", "epoch", "step", "time"];

/// One evaluation, under a heading of its own.
struct Column<'a> {
    set: &'a str,
    word: &'static str,
    record: &'a Record,
}

/// Tiles and tables, or a sentence when nothing was evaluated.
pub(super) fn evaluation(metrics: &MetricSets, log: &Log) -> String {
    let columns = columns(metrics, log);
    if columns.is_empty() {
        return "<p>No evaluation has finished.</p>\n".into();
    }
    let mut names: Vec<&str> = Vec::new();
    for name in columns.iter().flat_map(|c| c.record.keys()) {
        if !NO_METRIC.contains(&name.as_str()) && !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let (main, rest): (Vec<&str>, Vec<&str>) = names.into_iter().partition(|name| is_main(name));
    let mut out = tiles(metrics) + &table("Evaluation metrics", &main, &columns);
    if !rest.is_empty() {
        out += &format!(
            "<details>\n<summary>{} more metrics</summary>\n{}</details>\n",
            rest.len(),
            table("More evaluation metrics", &rest, &columns)
        );
    }
    out
}

fn columns<'a>(metrics: &'a MetricSets, log: &'a Log) -> Vec<Column<'a>> {
    let first = [("best", &metrics.best), ("last", &metrics.last)];
    let first = first.into_iter().filter(|(_, record)| !record.is_empty());
    let mut columns: Vec<Column<'a>> =
        first.map(|(word, record)| Column { set: "eval", word, record }).collect();
    for set in log.sets() {
        let known = set == "eval" && !metrics.last.is_empty();
        if let Some(record) = log.last(set).filter(|_| !known) {
            columns.push(Column { set, word: "last", record });
        }
    }
    columns
}

/// Whether a metric is shown without being asked for.
fn is_main(name: &str) -> bool {
    let is_extreme = |k: &str| matches!(k, "1" | "5");
    match name.strip_prefix("acc").and_then(|rest| rest.split_once('/')) {
        Some((k, _)) if k.bytes().all(|b| b.is_ascii_digit()) => is_extreme(k),
        _ => !name.ends_with("_seconds"),
    }
}

/// The main figures of the best evaluation, beside the last.
fn tiles(metrics: &MetricSets) -> String {
    let shown = if metrics.best.is_empty() { &metrics.last } else { &metrics.best };
    let label = ["action", "verb", "noun"]
        .into_iter()
        .find(|label| shown.contains_key(&format!("final_acc/{label}/top1")));
    let Some(label) = label else { return String::new() };
    let tiles: String = MAIN
        .iter()
        .filter_map(|(metric, words)| {
            let name = format!("final_acc/{label}/{metric}");
            let value = shown.get(&name)?.as_f64()?;
            let last = metrics.last.get(&name).and_then(Value::as_f64);
            let last = last.map_or(String::new(), |v| format!("<small>last {v:.2}</small>"));
            Some(format!("<div><dt>{label} {words}</dt><dd>{value:.2}{last}</dd></div>\n"))
        })
        .collect();
    let epoch = epoch(shown).map_or(String::new(), |epoch| format!(", after epoch {epoch}"));
    let which = if metrics.best.is_empty() { "last" } else { "best" };
    format!(
        "<p>The {which} evaluation{epoch}, in percent.</p>\n<dl class=\"tiles\">\n{tiles}</dl>\n"
    )
}

fn epoch(record: &Record) -> Option<String> {
    record.get("epoch").and_then(Value::as_f64).map(plain)
}

fn table(name: &str, metrics: &[&str], columns: &[Column<'_>]) -> String {
    let heads: String = columns.iter().map(head).collect();
    let rows: String = metrics.iter().map(|metric| row(metric, columns)).collect();
    let table = format!(
        "<table class=\"metrics\">\n<caption>Accuracies in percent. <em>Best</em> is the evaluation that \
         was best on the main metric.</caption>\n<thead><tr><th scope=\"col\">metric</th>{heads}</tr>\
         </thead>\n<tbody>\n{rows}</tbody></table>\n"
    );
    scrolling(name, &table)
}

fn head(column: &Column<'_>) -> String {
    let epoch = epoch(column.record).map_or(String::new(), |e| format!("<br>epoch {e}"));
    format!("<th scope=\"col\">{} {}{epoch}</th>", html(column.set), column.word)
}

fn row(metric: &str, columns: &[Column<'_>]) -> String {
    let cells: String =
        columns.iter().map(|c| format!("<td>{}</td>", cell(c.record.get(metric)))).collect();
    format!("<tr><th scope=\"row\">{}</th>{cells}</tr>\n", html(metric))
}

fn cell(value: Option<&Value>) -> String {
    match value {
        None => "–".into(),
        Some(value) => match value.as_f64() {
            Some(value) if value.fract() == 0.0 && value.abs() < 1e6 => format!("{value}"),
            Some(value) => number(value),
            None if value.is_null() => "not finite".into(),
            None => html(value.as_str().unwrap_or(&value.to_string())),
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn record(value: &Value) -> Record {
        value.as_object().unwrap().clone()
    }

    fn log(records: Vec<Record>) -> Log {
        Log { records, figures: Vec::new(), note: String::new() }
    }

    #[test]
    fn best_last_and_further_sets() {
        let metrics = MetricSets {
            last: record(
                &json!({"split": "eval", "epoch": 3.0, "acc1/action": 12.3456, "loss": null,
                "acc2/action": 20.0, "final_acc/action/top1": 10.0}),
            ),
            best: record(
                &json!({"split": "eval", "epoch": 2.0, "acc1/action": 13.0, "only<best>": 1.5,
                "final_acc/action/top1": 11.0}),
            ),
        };
        let further = record(&json!({"split": "eval2", "epoch": 3.0, "acc1/action": 7.5}));
        let page = evaluation(&metrics, &log(vec![metrics.last.clone(), further]));
        for part in [
            "<th scope=\"col\">eval best<br>epoch 2</th><th scope=\"col\">eval last<br>epoch 3</th>\
             <th scope=\"col\">eval2 last<br>epoch 3</th>",
            "<th scope=\"row\">acc1/action</th><td>13</td><td>12.35</td><td>7.500</td>",
            "<th scope=\"row\">loss</th><td>–</td><td>not finite</td><td>–</td>",
            "<dt>action top-1</dt><dd>11.00<small>last 10.00</small></dd>",
            "only&lt;best&gt;",
            "<summary>1 more metrics</summary>",
        ] {
            assert!(page.contains(part), "{part}\n{page}");
        }
    }

    #[test]
    fn nothing_evaluated() {
        let page = evaluation(&MetricSets::default(), &log(Vec::new()));
        assert!(page.contains("No evaluation"));
    }
}

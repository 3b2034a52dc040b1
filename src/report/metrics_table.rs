//! Evaluation metrics as a table: the last evaluation beside the best one.

use serde_json::Value;

use super::escape::html;
use super::scale::number;
use crate::runs::MetricSets;

/// The table, or a sentence when nothing was evaluated.
pub(super) fn metrics_table(metrics: &MetricSets) -> String {
    let mut names: Vec<&String> = metrics.last.keys().collect();
    names.extend(metrics.best.keys().filter(|name| !metrics.last.contains_key(*name)));
    if names.is_empty() {
        return "<p>No evaluation has finished.</p>\n".into();
    }
    let rows: String = names
        .iter()
        .map(|name| {
            format!(
                "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td></tr>\n",
                html(name),
                cell(metrics.last.get(*name)),
                cell(metrics.best.get(*name)),
            )
        })
        .collect();
    format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Evaluation metrics\">\
         <table class=\"metrics\">\n<caption>Accuracies in percent. <em>Best</em> is the \
         evaluation that was best on the main metric.</caption>\n\
         <thead><tr><th scope=\"col\">metric</th><th scope=\"col\">last</th>\
         <th scope=\"col\">best</th></tr></thead>\n<tbody>\n{rows}</tbody></table></div>\n"
    )
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

    #[test]
    fn both_columns_and_what_is_missing() {
        let last = json!({"epoch": 3, "acc1/action": 12.3456, "loss": null});
        let best = json!({"acc1/action": 13.0, "only<best>": 1.5});
        let table = metrics_table(&MetricSets {
            last: last.as_object().unwrap().clone(),
            best: best.as_object().unwrap().clone(),
        });
        assert!(table.contains("<th scope=\"row\">acc1/action</th><td>12.35</td><td>13</td>"));
        assert!(table.contains("<td>not finite</td><td>–</td>"));
        assert!(table.contains("only&lt;best&gt;"));
        assert!(metrics_table(&MetricSets::default()).contains("No evaluation"));
    }
}

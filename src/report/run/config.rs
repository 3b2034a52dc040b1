//! The config of a run with the origin of each value, folded away.

use std::path::Path;

use serde_yaml::Value;

use super::super::escape::html;
use super::super::page::scrolling;
use super::text;

/// A `<details>` with one row a leaf, or a sentence where the run has no record of its config.
pub(super) fn config(run: &Path) -> String {
    let origins = text(run, "provenance.yaml").ok().flatten().unwrap_or_default();
    match text(run, ".hydra/config.yaml") {
        Ok(Some(config)) => details(&config, &origins),
        Ok(None) => "<p>The run has no record of its config.</p>\n".into(),
        Err(error) => format!("<p class=\"error\">{}</p>\n", html(&error)),
    }
}

/// One row a leaf: key, value, where it was set. Text that is not YAML is shown as it is.
fn details(config: &str, provenance: &str) -> String {
    match serde_yaml::from_str::<Value>(config) {
        Ok(value) => {
            let mut leaves = Vec::new();
            flatten("", &value, &mut leaves);
            format!(
                "<details>\n<summary>All {} keys, and where each was set</summary>\n{}</details>\n",
                leaves.len(),
                table(&leaves, provenance)
            )
        }
        Err(_) => format!(
            "<details>\n<summary>The config, which is no YAML</summary>\n<pre>{}</pre>\n</details>\n",
            html(config)
        ),
    }
}

fn table(leaves: &[(String, String)], provenance: &str) -> String {
    let origins = serde_yaml::from_str::<Value>(provenance).unwrap_or(Value::Null);
    let rows: String = leaves
        .iter()
        .map(|(key, value)| {
            // A list on one line was set where its first item was.
            let origin = [key.clone(), format!("{key}.0")]
                .iter()
                .find_map(|k| origins.get(k.as_str()).and_then(Value::as_str))
                .unwrap_or("");
            format!(
                "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td></tr>\n",
                html(key),
                html(value),
                html(origin),
            )
        })
        .collect();
    let table = format!(
        "<table class=\"config\" data-filter=\"Search\">\n<caption>As composed, interpolations \
         unresolved.</caption>\n<thead><tr><th scope=\"col\">key</th><th scope=\"col\">value</th>\
         <th scope=\"col\">set by</th></tr></thead>\n<tbody>\n{rows}</tbody></table>\n"
    );
    scrolling("All keys", &table)
}

fn flatten(prefix: &str, value: &Value, leaves: &mut Vec<(String, String)>) {
    let join = |key: &str| match prefix {
        "" => key.to_owned(),
        _ => format!("{prefix}.{key}"),
    };
    match value {
        Value::Mapping(map) if !map.is_empty() => {
            for (key, value) in map {
                flatten(&join(&inline(key)), value, leaves);
            }
        }
        Value::Sequence(items) if items.iter().any(|i| i.is_mapping() || i.is_sequence()) => {
            for (i, value) in items.iter().enumerate() {
                flatten(&join(&i.to_string()), value, leaves);
            }
        }
        _ => leaves.push((prefix.to_owned(), inline(value))),
    }
}

/// A value on one line.
fn inline(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Sequence(items) => {
            format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", "))
        }
        other => serde_yaml::to_string(other).unwrap_or_default().trim_end().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_with_their_origins() {
        let config = "a:\n  b: 1\n  c: [1, x]\n  d:\n  - e: ${a.b}\n  - f: null\ng: {}\nh: '<i>'\n";
        let page = details(config, "a.b: conf/config.yaml:2:3\na.c.0: here\n");
        for row in [
            "<th scope=\"row\">a.b</th><td>1</td><td>conf/config.yaml:2:3</td>",
            "<th scope=\"row\">a.c</th><td>[1, x]</td><td>here</td>",
            "<th scope=\"row\">a.d.0.e</th><td>${a.b}</td>",
            "<th scope=\"row\">a.d.1.f</th><td>null</td>",
            "<th scope=\"row\">g</th><td>{}</td>",
            "<th scope=\"row\">h</th><td>&lt;i&gt;</td>",
        ] {
            assert!(page.contains(row), "{row}\n{page}");
        }
    }

    #[test]
    fn what_is_no_yaml_is_shown() {
        assert!(details("a: [<", "").contains("<pre>a: [&lt;</pre>"));
    }
}

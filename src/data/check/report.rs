//! What is told of a whole data root.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value as Json, json};

use super::finding::{Finding, State};

/// Everything that was found, in order.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// One for each item.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Whether everything is as it should be.
    pub fn is_good(&self) -> bool {
        self.findings.iter().all(|finding| finding.state == State::Found)
    }

    /// How many are in each state, in words.
    pub fn summary(&self) -> String {
        let mut counts: BTreeMap<State, usize> = BTreeMap::new();
        self.findings.iter().for_each(|finding| *counts.entry(finding.state).or_default() += 1);
        let counts: Vec<String> = counts.iter().map(|(state, n)| format!("{n} {state}")).collect();
        counts.join(", ")
    }

    /// A line for each item under the name of its data set, then where to get what is not there.
    /// Paths below `base` are relative to it.
    pub fn text(&self, base: &Path) -> String {
        let short = |finding: &Finding| {
            finding.item.path.strip_prefix(base).unwrap_or(&finding.item.path).display().to_string()
        };
        let width = self.findings.iter().map(|f| short(f).chars().count()).max().unwrap_or(0);
        let mut text = String::new();
        let mut set = None;
        for finding in &self.findings {
            if finding.item.set != set
                && let Some(name) = finding.item.set
            {
                text.push_str(&format!("{name}\n"));
            }
            set = finding.item.set;
            let gap = if finding.detail.is_empty() { "" } else { ": " };
            let told = format!("{}{gap}{}", finding.item.purpose, finding.detail);
            let (size, path) = (bytes(finding.size), short(finding));
            text.push_str(&format!("  {:<10}  {size:>9}  {path:<width$}  {told}\n", finding.state));
        }
        text.push_str(&self.sources(&short));
        text
    }

    /// Where to get what is missing: source by source, in order of first need.
    fn sources(&self, short: &dyn Fn(&Finding) -> String) -> String {
        let wanted = self.findings.iter().filter(|f| f.state != State::Found);
        let wanted: Vec<_> = wanted.filter_map(|f| Some((f, f.item.origin.as_ref()?))).collect();
        let mut told: Vec<&str> = Vec::new();
        let mut text = String::new();
        for (_, origin) in &wanted {
            let source = origin.source;
            if told.contains(&source.name) {
                continue;
            }
            told.push(source.name);
            let (name, page, terms) = (source.name, source.page, source.terms);
            text.push_str(&format!("\n{name}\n  {page}\n  terms: {terms}\n"));
            let of_it = wanted.iter().filter(|(_, o)| o.source.name == name && o.from != page);
            let mut lines: Vec<_> =
                of_it.map(|(f, origin)| format!("  {} <- {}\n", short(f), origin.from)).collect();
            lines.dedup();
            text.push_str(&lines.concat());
        }
        match text.is_empty() {
            true => text,
            false => format!("\nWhere to get what is not there:\n{text}"),
        }
    }

    /// Everything as one JSON object.
    pub fn json(&self) -> Json {
        let items: Vec<Json> = self.findings.iter().map(object).collect();
        json!({ "complete": self.is_good(), "items": items })
    }
}

fn object(finding: &Finding) -> Json {
    let item = &finding.item;
    json!({
        "set": item.set.map(|set| set.name()),
        "kind": item.kind.name(),
        "path": item.path,
        "purpose": item.purpose,
        "state": finding.state.name(),
        "detail": finding.detail,
        "bytes": finding.size,
        "files": finding.files.len(),
        "sha256": finding.hashed.iter().map(|one| {
            (one.path.display().to_string(), one.sha256.clone().into())
        }).collect::<serde_json::Map<_, _>>(),
        "source": item.origin.as_ref().map(|origin| json!({
            "name": origin.source.name,
            "page": origin.source.page,
            "terms": origin.source.terms,
            "from": origin.from,
        })),
    })
}

/// `2.8 MiB`; empty for nothing.
fn bytes(size: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if size < 1024 {
        return if size == 0 { String::new() } else { format!("{size} B") };
    }
    let mut value = size as f64 / 1024.0;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn sizes() {
        for (size, expected) in [
            (0, ""),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (2_973_977, "2.8 MiB"),
            (1 << 40, "1.0 TiB"),
        ] {
            assert_eq!(bytes(size), expected);
        }
    }
}

//! What was found, as a line each: a mark, a word, what it is about, what to do.

use serde_json::{Value as Json, json};

use super::super::delegate::VERSION;
use super::super::snippet::Style;

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// There, and works.
    Ok,
    /// Not there, and not needed.
    Absent,
    /// Does not work, or is needed and not there.
    Broken,
}

impl Level {
    /// What is not there: broken where it is needed.
    pub(super) fn absent(is_needed: bool) -> Self {
        if is_needed { Self::Broken } else { Self::Absent }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Absent => "absent",
            Self::Broken => "broken",
        }
    }

    fn mark(self) -> char {
        match self {
            Self::Ok => '✓',
            Self::Absent => '-',
            Self::Broken => '✗',
        }
    }

    /// The number of the colour in a terminal.
    fn color(self) -> u8 {
        match self {
            Self::Ok => 32,
            Self::Absent => 33,
            Self::Broken => 31,
        }
    }
}

/// One thing that was looked at.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// Under which head it stands.
    topic: &'static str,
    name: String,
    level: Level,
    said: String,
    /// What to do; empty where there is nothing to do.
    fix: String,
}

impl Line {
    pub(super) fn ok(
        topic: &'static str,
        name: impl Into<String>,
        said: impl Into<String>,
    ) -> Self {
        Self { topic, name: name.into(), level: Level::Ok, said: said.into(), fix: String::new() }
    }

    /// Something that is not as it could be, with what to do.
    pub(super) fn not(
        level: Level,
        topic: &'static str,
        name: impl Into<String>,
        said: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self { level, fix: fix.into(), ..Self::ok(topic, name, said) }
    }
}

/// All lines, in order.
#[derive(Debug, Default)]
pub(super) struct Report {
    lines: Vec<Line>,
}

impl Report {
    pub(super) fn push(&mut self, line: Line) {
        self.lines.push(line);
    }

    /// Whether nothing is broken.
    pub(super) fn is_good(&self) -> bool {
        self.count(Level::Broken) == 0
    }

    fn count(&self, level: Level) -> usize {
        self.lines.iter().filter(|line| line.level == level).count()
    }

    /// How many are how, in words.
    pub(super) fn summary(&self) -> String {
        let [ok, absent, broken] =
            [Level::Ok, Level::Absent, Level::Broken].map(|level| self.count(level));
        let unneeded = match absent {
            0 => String::new(),
            _ => format!("; {absent} not there and not needed"),
        };
        let end = match broken {
            0 => "nothing is broken".to_owned(),
            _ => format!("{broken} broken"),
        };
        format!("{ok} ok, {end}{unneeded}")
    }

    /// A line each under the name of its topic, what to do below it.
    pub(super) fn text(&self, style: Style) -> String {
        let width = self.lines.iter().map(|line| line.name.chars().count()).max().unwrap_or(0);
        let mut text = String::new();
        let mut topic = "";
        for line in &self.lines {
            if line.topic != topic {
                let gap = if topic.is_empty() { "" } else { "\n" };
                text.push_str(&format!("{gap}{}\n", line.topic));
                topic = line.topic;
            }
            let level = painted(line.level, style);
            text.push_str(&format!("  {level}  {:<width$}  {}\n", line.name, line.said));
            if !line.fix.is_empty() {
                // Below the name: mark, word and their gaps take twelve columns.
                text.push_str(&format!("{:12}-> {}\n", "", line.fix));
            }
        }
        text
    }

    pub(super) fn json(&self) -> Json {
        let line = |line: &Line| {
            json!({
                "topic": line.topic,
                "name": line.name,
                "level": line.level.word(),
                "said": line.said,
                "fix": Some(&line.fix).filter(|fix| !fix.is_empty()),
            })
        };
        json!({
            "version": VERSION,
            "good": self.is_good(),
            "checks": self.lines.iter().map(line).collect::<Vec<_>>(),
        })
    }
}

fn painted(level: Level, style: Style) -> String {
    let text = format!("{} {:<6}", level.mark(), level.word());
    match style {
        Style::Plain => text,
        Style::Colored => format!("\u{1b}[{}m{text}\u{1b}[0m", level.color()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_words_and_what_to_do() {
        let mut report = Report::default();
        report.push(Line::ok("a", "one", "there"));
        report.push(Line::not(Level::Absent, "a", "three", "none", "get it"));
        let expected =
            "a\n  ✓ ok      one    there\n  - absent  three  none\n            -> get it\n";
        assert_eq!(report.text(Style::Plain), expected);
        assert!(report.is_good());
        assert_eq!(report.summary(), "1 ok, nothing is broken; 1 not there and not needed");
        report.push(Line::not(Level::absent(true), "b", "two", "gone", ""));
        assert!(!report.is_good());
        let text = report.text(Style::Colored);
        assert!(text.ends_with("\nb\n  \u{1b}[31m✗ broken\u{1b}[0m  two    gone\n"), "{text:?}");
        assert_eq!(report.json()["checks"][1]["fix"], "get it");
        assert_eq!(report.json()["checks"][0]["fix"], Json::Null);
    }
}

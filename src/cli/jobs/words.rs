//! How times, states and texts of others are written for a person.

use crate::cli::snippet::Style;
use crate::launch::JobState;

/// What stands where there is nothing to say.
pub(in crate::cli) const NOTHING: &str = "-";
/// Where a note in a table is cut, in characters.
const NOTE: usize = 100;

/// Seconds since a time of a record; `None` for a text that is no time.
pub(super) fn seconds_since(time: &str, now: jiff::Timestamp) -> Option<i64> {
    let then: jiff::Timestamp = time.parse().ok()?;
    Some(now.as_second() - then.as_second())
}

/// A time span in its largest unit: `45s`, `12m`, `2h`, `5d`. Clocks that disagree give `0s`.
pub(super) fn age(seconds: i64) -> String {
    match seconds.max(0) {
        s @ ..60 => format!("{s}s"),
        s @ 60..3600 => format!("{}m", s / 60),
        s @ 3600..86_400 => format!("{}h", s / 3600),
        s => format!("{}d", s / 86_400),
    }
}

/// A time span in its two largest units: `45s`, `12m30s`, `2h05m`, `5d03h`.
pub(in crate::cli) fn span(seconds: i64) -> String {
    match seconds.max(0) {
        s @ ..60 => format!("{s}s"),
        s @ 60..3600 => format!("{}m{:02}s", s / 60, s % 60),
        s @ 3600..86_400 => format!("{}h{:02}m", s / 3600, s / 60 % 60),
        s => format!("{}d{:02}h", s / 86_400, s / 3600 % 24),
    }
}

/// A text on one line, without anything that a terminal would obey.
pub(in crate::cli) fn one_line(text: &str) -> String {
    text.chars().flat_map(|c| if c.is_control() { escaped(c) } else { vec![c] }).collect()
}

/// A text without anything that a terminal would obey, but for line breaks and tabs.
pub(super) fn printable(text: &str) -> String {
    let plain = |c: &char| !c.is_control() || *c == '\n' || *c == '\t';
    text.chars().flat_map(|c| if plain(&c) { vec![c] } else { escaped(c) }).collect()
}

fn escaped(c: char) -> Vec<char> {
    c.escape_default().collect()
}

/// The first line of a text, cut where it would break a table.
pub(in crate::cli) fn note(text: &str) -> String {
    let first = one_line(text.trim().lines().next().unwrap_or_default());
    match first.chars().count() {
        ..=NOTE => first,
        _ => first.chars().take(NOTE - 3).chain("...".chars()).collect(),
    }
}

/// An argument as a shell takes it.
pub(super) fn quoted(argument: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-+=,./:@%".contains(c);
    match !argument.is_empty() && argument.chars().all(is_plain) {
        true => argument.to_owned(),
        false => format!("'{}'", argument.replace('\'', r"'\''")),
    }
}

/// A text in the colour of a state.
pub(in crate::cli) fn painted(text: &str, state: Option<JobState>, style: Style) -> String {
    let colour = match (style, state) {
        (Style::Plain, _)
        | (Style::Colored, Some(JobState::Queued | JobState::Submitted | JobState::Cancelled)) => {
            return text.to_owned();
        }
        (Style::Colored, Some(JobState::Running)) => 36,
        (Style::Colored, Some(JobState::Completed)) => 32,
        (Style::Colored, Some(JobState::Preempted)) => 33,
        (Style::Colored, Some(JobState::Failed) | None) => 31,
    };
    format!("\x1b[{colour}m{text}\x1b[0m")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_of_time() {
        for (seconds, coarse, fine) in [
            (-5, "0s", "0s"),
            (0, "0s", "0s"),
            (59, "59s", "59s"),
            (750, "12m", "12m30s"),
            (7500, "2h", "2h05m"),
            (86_400 * 5 + 3 * 3600, "5d", "5d03h"),
        ] {
            assert_eq!((&*age(seconds), &*span(seconds)), (coarse, fine), "{seconds}");
        }
        let now = "2026-01-02T03:04:05Z".parse().unwrap();
        assert_eq!(seconds_since("2026-01-02T03:03:05Z", now), Some(60));
        assert_eq!(seconds_since("yesterday", now), None);
    }

    #[test]
    fn texts_of_others_give_no_orders() {
        assert_eq!(one_line("a\nb\x1b[31m"), "a\\nb\\u{1b}[31m");
        assert_eq!(printable("a\n\tb\x1b[0m\r"), "a\n\tb\\u{1b}[0m\\r");
        assert_eq!(note("\n first\nsecond"), "first");
        assert_eq!(note(&"x".repeat(200)).chars().count(), NOTE);
    }

    #[test]
    fn arguments_survive_a_shell() {
        for argument in ["", "a b", "it's", "$(x)", "`x`", "a\nb", "distill=1", "~key", "\"", "*"] {
            let script = format!("printf %s {}", quoted(argument));
            let output = std::process::Command::new("sh").arg("-c").arg(script).output().unwrap();
            assert_eq!(String::from_utf8(output.stdout).unwrap(), argument);
        }
    }

    #[test]
    fn colours_only_where_they_are_wanted() {
        assert_eq!(painted("x", Some(JobState::Failed), Style::Plain), "x");
        assert_eq!(painted("x", Some(JobState::Queued), Style::Colored), "x");
        assert_eq!(painted("x", None, Style::Colored), "\x1b[31mx\x1b[0m");
    }
}

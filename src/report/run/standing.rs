//! How a run stands.

use super::super::escape::html;
use crate::runs::{Manifest, Status};

/// State, times and error, as HTML below the title.
pub(super) fn standing(manifest: &Manifest) -> String {
    let (word, class, more) = state(manifest);
    let ended = manifest.finished.as_ref().map_or(String::new(), |finished| {
        let took = seconds(&manifest.started, finished).map(duration);
        let took = took.map_or(String::new(), |took| format!(", after {took}"));
        format!(", ended {}{took}", moment(finished))
    });
    let error = manifest
        .error
        .as_ref()
        .map_or(String::new(), |e| format!("<p class=\"error\">{}</p>\n", html(e)));
    let started = html(&format!("Started {}{ended}.", moment(&manifest.started)));
    let more =
        if more.is_empty() { String::new() } else { format!("<p class=\"note\">{more}</p>\n") };
    format!("<p><strong class=\"state {class}\">{word}</strong> {started}</p>\n{more}{error}")
}

fn state(manifest: &Manifest) -> (&'static str, &'static str, &'static str) {
    if manifest.is_stale() {
        let more = "It says that it is running, but its process is gone. What it had logged is below; \
                    <code>runner runs resume</code> goes on from its last checkpoint.";
        return ("stopped without a word", "bad", more);
    }
    match manifest.status {
        Status::Running => (
            "running",
            "",
            "This page shows what was there when it was written. It is written anew when the run ends, \
             and by <code>runner runs report</code>; then load it again.",
        ),
        Status::Completed => ("completed", "good", ""),
        Status::Failed => ("failed", "bad", ""),
        Status::Preempted => ("preempted", "", "The same command continues it."),
    }
}

/// A time as people read it; the text itself where it is no time.
fn moment(text: &str) -> String {
    match text.parse::<jiff::Timestamp>() {
        Ok(time) => time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
        Err(_) => text.to_owned(),
    }
}

/// Seconds between two times, where they are times.
pub(super) fn seconds(from: &str, to: &str) -> Option<i64> {
    let time = |text: &str| text.parse::<jiff::Timestamp>().ok();
    Some(time(to)?.as_second() - time(from)?.as_second())
}

/// `3h 20m 5s`.
pub(super) fn duration(seconds: i64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match (hours, minutes) {
        (0, 0) => format!("{seconds}s"),
        (0, _) => format!("{minutes}m {seconds}s"),
        _ => format!("{hours}h {minutes}m {seconds}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let took = |to| seconds("2026-01-01T00:00:00Z", to).map(duration);
        assert_eq!(took("2026-01-01T00:00:09Z").unwrap(), "9s");
        assert_eq!(took("2026-01-02T02:03:04Z").unwrap(), "26h 3m 4s");
        assert_eq!(took("soon"), None);
    }

    #[test]
    fn moments() {
        assert_eq!(moment("2026-01-02T03:04:05Z"), "2026-01-02 03:04:05 UTC");
        assert_eq!(moment("<soon>"), "<soon>");
    }
}

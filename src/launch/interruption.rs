//! Why a job was told to stop: its time was up, or somebody wanted its place.

use std::time::Duration;

/// Slurm may tell a job that its end is near by so much too early.
const EARLY: Duration = Duration::from_secs(60);

/// Why a job stopped before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interruption {
    /// Its time was up.
    Timeout,
    /// Any other reason.
    Preemption,
    /// Somebody took it back.
    Withdrawal,
}

/// Tells one from the other: a job that ran for about as long as it may was out of time.
///
/// `notice` is how long before its `limit` a job is told. "About" is up to a minute, which Slurm takes
/// the freedom of, but never more than a fifth of the limit.
pub fn interruption(elapsed: Duration, limit: Option<Duration>, notice: Duration) -> Interruption {
    let told = |limit: Duration| limit.saturating_sub(notice).saturating_sub(EARLY.min(limit / 5));
    match limit {
        Some(limit) if elapsed >= told(limit) => Interruption::Timeout,
        Some(_) | None => Interruption::Preemption,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows() {
        let s = Duration::from_secs;
        for (id, elapsed, limit, notice, expected) in [
            ("no limit", 1_000_000, None, 120, Interruption::Preemption),
            ("at once", 1, Some(3600), 120, Interruption::Preemption),
            ("half way", 1800, Some(3600), 120, Interruption::Preemption),
            ("told in time", 3480, Some(3600), 120, Interruption::Timeout),
            ("told a minute early", 3420, Some(3600), 120, Interruption::Timeout),
            ("told earlier than that", 3419, Some(3600), 120, Interruption::Preemption),
            ("a short limit", 20, Some(60), 10, Interruption::Preemption),
            ("a short limit, told", 50, Some(60), 10, Interruption::Timeout),
            ("notice beyond the limit", 0, Some(60), 120, Interruption::Timeout),
        ] {
            assert_eq!(interruption(s(elapsed), limit.map(s), s(notice)), expected, "{id}");
        }
    }
}

//! What is known of the work at hand, for those who draw it.

use std::time::{Duration, Instant};

/// How far the work is.
#[derive(Debug, Default)]
pub(in super::super) struct Picture {
    /// Which of several things it is.
    pub title: Option<String>,
    /// The whole of it; `None` where there is nothing to count.
    pub work: Option<Count>,
    /// How many epochs it is, where it is counted in those, too.
    pub epochs: Option<usize>,
    /// What else there is to say, the most telling first.
    pub words: Vec<String>,
    /// A pass over a set within it.
    pub part: Option<Part>,
}

/// A pass over a set.
#[derive(Debug)]
pub(in super::super) struct Part {
    /// What the set is called.
    pub name: String,
    /// How far it is.
    pub count: Count,
}

/// So many of so many, since when.
#[derive(Clone, Debug)]
pub(in super::super) struct Count {
    /// What is counted: `step`, `batch`, `frame`.
    pub unit: &'static str,
    /// How many there are.
    pub all: u64,
    /// How many are done.
    pub done: u64,
    /// How many were done when it began.
    from: u64,
    began: Instant,
    changed: Instant,
}

impl Count {
    /// Begins with so many done.
    pub fn new(unit: &'static str, done: u64, all: u64) -> Self {
        let now = Instant::now();
        Self { unit, all, done, from: done, began: now, changed: now }
    }

    /// So many are done now.
    pub fn reach(&mut self, done: u64) {
        (self.done, self.changed) = (done, Instant::now());
    }

    /// So many were done before; nobody here saw how long they took.
    pub fn skip(&mut self, count: u64) {
        self.done += count;
        self.from += count;
    }

    /// The share that is done, from 0 to 1.
    pub fn share(&self) -> f64 {
        if self.all == 0 { 0.0 } else { (self.done as f64 / self.all as f64).min(1.0) }
    }

    /// How long the rest takes at the pace so far; `None` before there is one.
    pub fn left(&self, now: Instant) -> Option<Duration> {
        let taken = self.done.saturating_sub(self.from);
        if taken == 0 || self.all == 0 {
            return None;
        }
        let each = self.changed.saturating_duration_since(self.began).as_secs_f64() / taken as f64;
        let rest = each * self.all.saturating_sub(self.done) as f64;
        let since = now.saturating_duration_since(self.changed).as_secs_f64();
        Duration::try_from_secs_f64((rest - since).max(0.0)).ok()
    }
}

#[cfg(test)]
impl Count {
    /// As if it had begun so long ago and changed just now.
    pub(super) fn since(self, ago: Duration, now: Instant) -> Self {
        Self { began: now.checked_sub(ago).unwrap_or(now), changed: now, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_is_told_by_the_pace_of_this_attempt() {
        let now = Instant::now() + Duration::from_secs(1000);
        let begun = Count::new("step", 50, 100);
        assert_eq!((begun.left(now), begun.share()), (None, 0.5), "nothing to measure");
        let mut count = begun;
        count.done = 60;
        let count = count.since(Duration::from_secs(20), now);
        assert_eq!(count.left(now), Some(Duration::from_secs(80)));
        let later = now + Duration::from_secs(30);
        assert_eq!(count.left(later), Some(Duration::from_secs(50)), "time goes on");
        assert_eq!(count.left(now + Duration::from_secs(999)), Some(Duration::ZERO));
    }

    #[test]
    fn nothing_to_do_has_no_share_and_no_rest() {
        let now = Instant::now();
        let none = Count::new("step", 0, 0);
        assert_eq!((none.share(), none.left(now)), (0.0, None));
        let mut skipped = Count::new("frame", 0, 10);
        skipped.skip(10);
        assert_eq!((skipped.share(), skipped.left(now)), (1.0, None));
    }
}

//! A run that is looked at again and again while it lives.
//!
//! Decides what is remembered between two looks: only what is new in `metrics.jsonl` is read, curves
//! have a bounded size, and a line that is torn waits for its end. It writes nothing, and a run that is
//! removed meanwhile, or goes back to a checkpoint, is told as such and no error.

mod curve;
mod usage;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::{Elsewhere, Liveness, MetricsLog, RunEntry, read_run_with};
use crate::files::{self, Follow};

pub use curve::Curve;
pub use usage::Usage;

/// Records that the pace is the mean of.
const PACE: usize = 16;

/// A run as it goes on.
#[derive(Debug)]
pub struct Live {
    /// As it stood at the last look.
    pub entry: RunEntry,
    follow: Follow,
    torn: Vec<u8>,
    /// The last logged step of training, or of an extraction.
    pub latest: Option<Map<String, Value>>,
    /// The last evaluation of each set.
    pub evaluations: Vec<Map<String, Value>>,
    /// The loss, its terms and the learning rate.
    pub curves: Vec<(String, Curve)>,
    paces: VecDeque<Pace>,
    log: PathBuf,
}

/// What the steps between two records took.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pace {
    /// How many.
    pub steps: u64,
    /// How long.
    pub seconds: f64,
    /// How much of it they waited for data.
    pub data_seconds: f64,
}

impl Live {
    /// Takes up a run, with the last `lines` of its log; it was not looked at yet.
    pub fn open(path: &Path, lines: usize) -> Self {
        let log = path.join(MetricsLog::FILE);
        let follow = Follow::from_last_lines(&log, lines);
        let follow = follow.unwrap_or_else(|_| Follow::from_start(&log));
        let entry = read_run_with(path, &|_| Liveness::Unknown);
        Self {
            entry,
            follow,
            torn: Vec::new(),
            latest: None,
            evaluations: Vec::new(),
            curves: Vec::new(),
            paces: VecDeque::new(),
            log,
        }
    }

    /// Looks at it once more; somebody may know how runs on other machines stand.
    pub fn look(&mut self, word: Elsewhere<'_>) {
        self.entry = read_run_with(&self.entry.path, word);
        // A log that cannot be read now is read at the next look.
        let Ok(new) = self.follow.more() else { return };
        self.torn.extend(new);
        let Some(end) = self.torn.iter().rposition(|byte| *byte == b'\n') else { return };
        let rest = self.torn.split_off(end + 1);
        let whole = std::mem::replace(&mut self.torn, rest);
        // A line that a crash has torn is followed by whole ones again.
        let lines = whole.split(|byte| *byte == b'\n');
        for record in lines.filter_map(|line| serde_json::from_slice(line).ok()) {
            self.hear(record);
        }
    }

    /// Whether its directory is gone.
    pub fn is_removed(&self) -> bool {
        files::kind(&self.entry.path).is_none()
    }

    /// Seconds since its log grew.
    pub fn quiet_seconds(&self) -> Option<u64> {
        files::age(&self.log).map(|age| age.as_secs())
    }

    /// What the last steps took.
    pub fn pace(&self) -> Option<Pace> {
        let sum = self.paces.iter().fold(Pace::default(), |sum, one| Pace {
            steps: sum.steps + one.steps,
            seconds: sum.seconds + one.seconds,
            data_seconds: sum.data_seconds + one.data_seconds,
        });
        (sum.steps > 0 && sum.seconds > 0.0).then_some(sum)
    }

    fn hear(&mut self, record: Map<String, Value>) {
        match record.get("split").and_then(Value::as_str) {
            Some("train" | "extract") => self.hear_step(record),
            Some(_) => {
                let split = record.get("split");
                self.evaluations.retain(|one| one.get("split") != split);
                self.evaluations.push(record);
            }
            None => {}
        }
    }

    fn hear_step(&mut self, record: Map<String, Value>) {
        let number = |name: &str| record.get(name).and_then(Value::as_f64);
        let step = record.get("step").and_then(Value::as_u64).unwrap_or(0);
        let before = self.latest.as_ref().and_then(|one| one.get("step")?.as_u64());
        let steps = before.and_then(|before| step.checked_sub(before)).unwrap_or(0);
        if before.is_some_and(|before| before >= step) {
            self.paces.clear();
            let step_of = |one: &Map<String, Value>| one.get("step").and_then(Value::as_u64);
            self.evaluations.retain(|one| step_of(one) <= Some(step));
        } else if let (Some(seconds), 1..) = (number("step_seconds"), steps) {
            let data_seconds = number("data_seconds").unwrap_or(0.0);
            self.paces.push_back(Pace { steps, seconds, data_seconds });
            self.paces.drain(..self.paces.len().saturating_sub(PACE));
        }
        let is_curve = |name: &str| matches!(name, "loss" | "lr") || name.starts_with("loss/");
        for (name, value) in record.iter().filter(|(name, _)| is_curve(name)) {
            let Some(value) = value.as_f64() else { continue };
            match self.curves.iter_mut().find(|(known, _)| known == name) {
                Some((_, curve)) => curve.push(step, value),
                None => {
                    let mut curve = Curve::default();
                    curve.push(step, value);
                    self.curves.push((name.clone(), curve));
                }
            }
        }
        self.latest = Some(record);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{MetricsLog, RunDir, RunFacts, RunManifest};
    use super::*;
    use crate::files::{Appender, remove_file, write_atomic};

    fn unknown(live: &mut Live) {
        live.look(&|_| Liveness::Unknown);
    }

    fn train(step: u64, loss: f64) -> String {
        json!({"split": "train", "epoch": 0.5, "step": step, "loss": loss, "loss/a": loss,
            "lr": 0.1, "data_seconds": 1.0, "step_seconds": 4.0})
        .to_string()
            + "\n"
    }

    #[test]
    fn a_log_is_followed_however_it_comes() {
        let dir = tempfile::tempdir().unwrap();
        let run = RunDir::at(&dir.path().join("e/0001")).unwrap();
        let _manifest = RunManifest::begin(&run, RunFacts::example("e", "h")).unwrap();
        let mut live = Live::open(run.path(), 100);
        unknown(&mut live);
        assert!(live.latest.is_none() && live.pace().is_none() && live.quiet_seconds().is_none());
        let path = run.file(MetricsLog::FILE);
        let mut log = Appender::open(&path).unwrap();
        let second = train(10, 2.0);
        log.append((train(0, 3.0) + &second[..20]).as_bytes()).unwrap();
        unknown(&mut live);
        assert_eq!(live.curves[0].1.values(), [3.0]);
        log.append(&second.as_bytes()[20..]).unwrap();
        log.append(b"{\"split\":\"eval\",\"step\":11,\"loss\":1.0}\nno record\n").unwrap();
        unknown(&mut live);
        assert_eq!(live.curves[0].1.values(), [3.0, 2.0]);
        assert_eq!(live.pace(), Some(Pace { steps: 10, seconds: 4.0, data_seconds: 1.0 }));
        assert_eq!(live.evaluations[0]["step"], 11);
        // Resumed from a checkpoint after 5 steps: the log is written anew.
        write_atomic(&path, (train(0, 3.0) + &train(5, 2.5)).as_bytes()).unwrap();
        unknown(&mut live);
        assert_eq!(live.curves[0].1.values(), [3.0, 2.5]);
        assert_eq!(live.latest.as_ref().unwrap()["step"], 5);
        remove_file(&path).unwrap();
        unknown(&mut live);
        assert_eq!(live.curves[0].1.values(), [3.0, 2.5], "what is known stays");
    }

    #[test]
    fn a_run_that_is_removed_is_told_as_such() {
        let dir = tempfile::tempdir().unwrap();
        let mut live = Live::open(&dir.path().join("none"), 10);
        unknown(&mut live);
        assert!(live.is_removed());
    }

    #[test]
    fn of_a_long_log_the_end_is_enough() {
        let dir = tempfile::tempdir().unwrap();
        let text: String = (0..1000).map(|step| train(step, step as f64)).collect();
        write_atomic(&dir.path().join(MetricsLog::FILE), text.as_bytes()).unwrap();
        let mut live = Live::open(dir.path(), 3);
        unknown(&mut live);
        assert_eq!(live.curves[0].1.values(), [997.0, 998.0, 999.0]);
    }
}

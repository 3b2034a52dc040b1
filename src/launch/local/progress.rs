//! The lines by which a person follows jobs that write their own logs elsewhere.

use std::collections::BTreeSet;
use std::time::Duration;

use super::plan::Slot;
use super::verdict::Verdict;
use crate::launch::JobRecord;
use crate::runs::clock;

/// Characters of a job's overrides that are shown.
const SHOWN: usize = 100;

/// What is told of the jobs of one sweep.
pub(super) struct Progress {
    /// Number of jobs in the sweep.
    jobs: usize,
    /// Overrides that all jobs have, which tell nothing.
    common: BTreeSet<String>,
}

impl Progress {
    pub(super) fn of(records: &[JobRecord]) -> Self {
        let mut each = records.iter().filter_map(|job| job.overrides.as_ref());
        let first: BTreeSet<String> = match records.len() {
            0 | 1 => BTreeSet::new(),
            _ => each.next().into_iter().flatten().cloned().collect(),
        };
        let common = each.fold(first, |mut common, overrides| {
            common.retain(|one| overrides.contains(one));
            common
        });
        Self { jobs: records.len(), common }
    }

    /// `job 3 of 12 on cuda:1: distill=20 started`.
    pub(super) fn started(&self, job: &JobRecord, slot: &Slot) -> String {
        let place = match slot.gpus.as_deref() {
            None | Some([]) => String::new(),
            Some(gpus) => {
                format!(" on {}", gpus.iter().map(|g| gpu(g)).collect::<Vec<_>>().join("+"))
            }
        };
        format!("{}{place}{} started", self.name(job), self.words(job))
    }

    /// `job 3 of 12: distill=20 completed in 1:23, value 21.4`.
    pub(super) fn ended(&self, job: &JobRecord, verdict: &Verdict, took: Duration) -> String {
        let took = clock(took);
        let how = match verdict {
            Verdict::Completed => match job.value {
                Some(value) => format!("completed in {took}, value {}", short(value)),
                None => format!("completed in {took}"),
            },
            Verdict::Failed(error) | Verdict::TooOften(error) => {
                let error = error.lines().next().unwrap_or_default();
                format!("failed after {took}: {error}")
            }
            Verdict::Preempted => format!("stopped after {took} with a checkpoint"),
            Verdict::OutOfTime => format!("was out of time after {took}, with a checkpoint"),
            Verdict::Interrupted => format!("stopped after {took}, before a checkpoint"),
            Verdict::Cancelled => format!("was cancelled after {took}"),
        };
        format!("{}{} {how}", self.name(job), self.words(job))
    }

    fn name(&self, job: &JobRecord) -> String {
        format!("job {} of {}", job.number, self.jobs)
    }

    fn words(&self, job: &JobRecord) -> String {
        let own = job.overrides.iter().flatten().filter(|one| !self.common.contains(*one));
        let text = own.map(|one| one.replace(char::is_control, " ")).collect::<Vec<_>>().join(" ");
        match text.char_indices().nth(SHOWN) {
            Some((at, _)) => format!(": {}...", &text[..at]),
            None if text.is_empty() => ":".to_owned(),
            None => format!(": {text}"),
        }
    }
}

fn gpu(name: &str) -> String {
    match name.bytes().all(|b| b.is_ascii_digit()) {
        true => format!("cuda:{name}"),
        false => name.to_owned(),
    }
}

/// A number with four digits that count.
fn short(value: f64) -> String {
    let text = format!("{value:.3e}");
    text.parse::<f64>().map_or(text, |rounded| rounded.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(number: usize, overrides: &[&str]) -> JobRecord {
        let overrides = overrides.iter().map(|one| (*one).to_owned()).collect();
        JobRecord::queued(number, Some(overrides), "d".into())
    }

    #[test]
    fn a_line_tells_what_the_job_has_of_its_own() {
        let jobs = [record(0, &["+a=b", "x=1"]), record(1, &["+a=b", "x=2", "y='1\n2'"])];
        let progress = Progress::of(&jobs);
        let slot = Slot { gpus: Some(vec!["1".into(), "GPU-8".into()]), threads: None };
        assert_eq!(progress.started(&jobs[0], &slot), "job 0 of 2 on cuda:1+GPU-8: x=1 started");
        assert_eq!(progress.started(&jobs[0], &Slot::default()), "job 0 of 2: x=1 started");
        let job = JobRecord { value: Some(21.437_89), ..jobs[1].clone() };
        let took = Duration::from_secs(83);
        assert_eq!(
            progress.ended(&job, &Verdict::Completed, took),
            "job 1 of 2: x=2 y='1 2' completed in 1:23, value 21.44"
        );
        let failed = Verdict::Failed("first\nsecond".into());
        assert!(progress.ended(&job, &failed, took).ends_with(" failed after 1:23: first"));
    }

    #[test]
    fn one_job_and_jobs_without_overrides() {
        let alone = [record(0, &["+a=b"])];
        assert_eq!(
            Progress::of(&alone).started(&alone[0], &Slot::default()),
            "job 0 of 1: +a=b started"
        );
        let drawn =
            [JobRecord::queued(0, None, "d".into()), JobRecord::queued(1, None, "d".into())];
        assert_eq!(
            Progress::of(&drawn).started(&drawn[0], &Slot::default()),
            "job 0 of 2: started"
        );
        let long = [record(0, &[&"é".repeat(200)])];
        let line = Progress::of(&long).started(&long[0], &Slot::default());
        assert!(line.ends_with("... started") && line.chars().count() < 150, "{line}");
    }

    #[test]
    fn values() {
        for (value, text) in [(21.0, "21"), (0.123_456, "0.1235"), (-1e-7, "-0.0000001")] {
            assert_eq!(short(value), text);
        }
        assert_eq!(short(f64::NAN), "NaN");
    }
}

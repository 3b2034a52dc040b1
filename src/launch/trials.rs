//! What the ledger of a sweep tells its sampler.
//!
//! | a job | is a trial |
//! |---|---|
//! | without overrides | no: its point is not drawn yet |
//! | completed, with a value | of that value |
//! | completed without one, failed, cancelled | that failed |
//! | any other | without a value yet |

use super::{JobRecord, JobState};
use crate::sweep::{Trial, TrialOutcome};

/// The trials among the jobs of a sweep.
pub fn trials(records: &[JobRecord]) -> Vec<Trial> {
    let trial = |record: &JobRecord| {
        let (number, overrides) = (record.number, record.overrides.clone()?);
        Some(Trial { number, overrides, outcome: outcome(record) })
    };
    records.iter().filter_map(trial).collect()
}

fn outcome(record: &JobRecord) -> TrialOutcome {
    match (record.state, record.value) {
        (JobState::Completed, Some(value)) => TrialOutcome::Value(value),
        (JobState::Completed | JobState::Failed | JobState::Cancelled, _) => TrialOutcome::Failed,
        (JobState::Queued | JobState::Submitted | JobState::Running | JobState::Preempted, _) => {
            TrialOutcome::Pending
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows() {
        for (state, value, outcome) in [
            (JobState::Queued, None, TrialOutcome::Pending),
            (JobState::Submitted, None, TrialOutcome::Pending),
            (JobState::Running, Some(3.0), TrialOutcome::Pending), // of an attempt before
            (JobState::Preempted, None, TrialOutcome::Pending),
            (JobState::Completed, Some(3.0), TrialOutcome::Value(3.0)),
            (JobState::Completed, None, TrialOutcome::Failed),
            (JobState::Failed, Some(3.0), TrialOutcome::Failed),
            (JobState::Cancelled, None, TrialOutcome::Failed),
        ] {
            let mut record = JobRecord::queued(4, Some(vec!["a=1".into()]), "d".into());
            (record.state, record.value) = (state, value);
            let overrides = vec!["a=1".to_owned()];
            assert_eq!(trials(&[record]), [Trial { number: 4, overrides, outcome }], "{state}");
        }
        assert!(trials(&[JobRecord::queued(0, None, "d".into())]).is_empty());
    }
}

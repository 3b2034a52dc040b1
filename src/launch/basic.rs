//! The serial launcher: one job after the other, in this process, as Hydra's `basic`.

use super::{Job, JobOutcome, JobReport};

/// Runs jobs in order. A failed job does not stop the others; a preempted one does, since the request
/// to stop was meant for the whole process.
pub fn launch(jobs: Vec<Job>, run: &mut dyn FnMut(&Job) -> JobOutcome) -> Vec<JobReport> {
    let mut ended_by = None;
    jobs.into_iter()
        .map(|job| {
            let outcome = match ended_by {
                Some(because_of) => JobOutcome::Skipped { because_of },
                None => run(&job),
            };
            if outcome == JobOutcome::Preempted {
                ended_by = Some(job.number);
            }
            JobReport { job, outcome }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::tally;
    use super::*;

    fn launched(outcomes: &[JobOutcome]) -> (Vec<usize>, Vec<JobReport>) {
        let jobs = (0..outcomes.len())
            .map(|number| Job { number, overrides: vec![], directory: number.to_string().into() })
            .collect();
        let mut started = Vec::new();
        let reports = launch(jobs, &mut |job| {
            started.push(job.number);
            outcomes[job.number].clone()
        });
        (started, reports)
    }

    fn failed() -> JobOutcome {
        JobOutcome::Failed { message: "x".into() }
    }

    #[test]
    fn a_failure_does_not_stop_the_others() {
        let (started, reports) =
            launched(&[JobOutcome::Completed, failed(), JobOutcome::Cancelled, failed()]);
        assert_eq!(started, [0, 1, 2, 3]);
        assert!(
            matches!(tally(&reports), JobOutcome::Failed { message } if message == "2 of 4 jobs failed: 1, 3")
        );
    }

    #[test]
    fn a_request_to_stop_is_for_all() {
        let (started, reports) =
            launched(&[failed(), JobOutcome::Preempted, JobOutcome::Completed]);
        assert_eq!(started, [0, 1]);
        assert_eq!(reports[2].outcome, JobOutcome::Skipped { because_of: 1 });
        assert_eq!(tally(&reports), JobOutcome::Preempted);
    }

    #[test]
    fn no_jobs_is_success() {
        let (started, reports) = launched(&[]);
        assert!(started.is_empty());
        assert_eq!(tally(&reports), JobOutcome::Completed);
    }
}

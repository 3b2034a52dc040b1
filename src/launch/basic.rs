//! The serial launcher: one job after the other, in this process, as Hydra's `basic`.

use super::{Job, JobOutcome, JobReport, LaunchOptions, Launcher};

/// Runs jobs in order. A failed job does not stop the others unless told; a preempted one does,
/// since the request to stop was meant for the whole process.
#[derive(Clone, Copy, Debug)]
pub struct Basic {
    options: LaunchOptions,
}

impl Basic {
    /// Its name in `hydra/launcher`.
    pub const NAME: &str = "basic";

    /// With options.
    pub fn new(options: LaunchOptions) -> Self {
        Self { options }
    }

    fn ends_the_sweep(&self, outcome: &JobOutcome) -> bool {
        match outcome {
            JobOutcome::Preempted => true,
            JobOutcome::Failed { .. } => self.options.stop_on_failure,
            JobOutcome::Completed | JobOutcome::Cancelled | JobOutcome::Skipped { .. } => false,
        }
    }
}

impl Launcher for Basic {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn launch(&self, jobs: Vec<Job>, run: &mut dyn FnMut(&Job) -> JobOutcome) -> Vec<JobReport> {
        let mut ended_by = None;
        jobs.into_iter()
            .map(|job| {
                let outcome = match ended_by {
                    Some(because_of) => JobOutcome::Skipped { because_of },
                    None => run(&job),
                };
                if ended_by.is_none() && self.ends_the_sweep(&outcome) {
                    ended_by = Some(job.number);
                }
                JobReport { job, outcome }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tally;
    use super::*;

    fn launch(stop_on_failure: bool, outcomes: &[JobOutcome]) -> (Vec<usize>, Vec<JobReport>) {
        let jobs = (0..outcomes.len())
            .map(|number| Job { number, overrides: vec![], directory: number.to_string().into() })
            .collect();
        let mut started = Vec::new();
        let reports = Basic::new(LaunchOptions { stop_on_failure }).launch(jobs, &mut |job| {
            started.push(job.number);
            outcomes[job.number].clone()
        });
        (started, reports)
    }

    fn failed() -> JobOutcome {
        JobOutcome::Failed { message: "x".into() }
    }

    #[test]
    fn a_failure_does_not_stop_the_others_unless_told() {
        let outcomes = [JobOutcome::Completed, failed(), JobOutcome::Completed];
        let (started, reports) = launch(false, &outcomes);
        assert_eq!(started, [0, 1, 2]);
        assert!(
            matches!(tally(&reports), JobOutcome::Failed { message } if message == "1 of 3 jobs failed: 1")
        );
        let (started, reports) = launch(true, &outcomes);
        assert_eq!(started, [0, 1]);
        assert_eq!(reports[2].outcome, JobOutcome::Skipped { because_of: 1 });
    }

    #[test]
    fn a_request_to_stop_is_for_all() {
        let (started, reports) =
            launch(false, &[failed(), JobOutcome::Preempted, JobOutcome::Completed]);
        assert_eq!(started, [0, 1]);
        assert_eq!(tally(&reports), JobOutcome::Preempted);
    }

    #[test]
    fn no_jobs_is_success() {
        let (started, reports) = launch(true, &[]);
        assert!(started.is_empty());
        assert_eq!(tally(&reports), JobOutcome::Completed);
    }
}

//! What the person at the terminal reads of a sweep: what becomes of its jobs, and which failed.

use crate::launch::{JobOutcome, JobReport, JobState, Ledger, Verdict};

use super::super::run;
use super::plan::{Plan, Planned};

/// What becomes of all jobs together; `None` where all are run, for the first time.
pub(super) fn summary(plan: &Plan) -> Option<String> {
    let count =
        |is: &dyn Fn(&Verdict) -> bool| plan.jobs.iter().filter(|job| is(&job.verdict)).count();
    let done = count(&|verdict| matches!(verdict, Verdict::Done { .. }));
    let left = count(&|verdict| matches!(verdict, Verdict::Left(_)));
    let to_run = count(&Verdict::runs);
    let all = plan.jobs.len();
    if plan.ledger.is_none() && to_run == all {
        return None;
    }
    let mut parts = Vec::new();
    if done > 0 {
        let have = if done == 1 { "has a completed result" } else { "have completed results" };
        parts.push(format!("{done} {have}"));
    }
    if left > 0 {
        parts.push(format!(
            "{left} left to whoever works on {}",
            if left == 1 { "it" } else { "them" }
        ));
    }
    parts.push(format!("{to_run} to run"));
    let jobs = if all == 1 { "job" } else { "jobs" };
    Some(format!("{all} {jobs}: {} (--force runs all)", parts.join(", ")))
}

/// Which sweep goes on.
pub(super) fn goes_on(ledger: &Ledger) -> String {
    format!("goes on with `{}`", run::shown(ledger.sweep()))
}

/// What becomes of each job, a line each.
pub(super) fn jobs(plan: &Plan) -> String {
    let line = |(number, job): (usize, &Planned)| format!("job {number}: {}\n", verdict(job));
    plan.jobs.iter().enumerate().map(line).collect()
}

/// The jobs that somebody else works on, a line each.
pub(super) fn left(plan: &Plan) -> String {
    let left = plan.jobs.iter().enumerate();
    let left = left.filter(|(_, job)| matches!(job.verdict, Verdict::Left(_)));
    left.map(|(number, job)| format!("job {number}: {}\n", verdict(job))).collect()
}

fn verdict(job: &Planned) -> String {
    match &job.verdict {
        Verdict::Run => "would run".into(),
        Verdict::Again(JobState::Completed) => "would run again: what it left is gone".into(),
        Verdict::Again(JobState::Running) => "would go on: its process died".into(),
        Verdict::Again(JobState::Preempted) => "would go on: it was preempted".into(),
        Verdict::Again(state) => format!("would run again: it is {state}"),
        Verdict::Done { directory } => {
            format!("skipped: `{}` has its result", run::shown(directory))
        }
        Verdict::Left(JobState::Running) => match &job.record.process {
            Some(process) => format!("left: it is being run by {process}"),
            None => "left: it is being run".into(),
        },
        Verdict::Left(state) => match &job.record.slurm {
            Some(task) => {
                let number = task.task.map_or(String::new(), |task| format!("_{task}"));
                format!("left: a cluster has it as {}{number}", task.job_id)
            }
            None => format!("left: it is {state}"),
        },
    }
}

/// The jobs that failed, with what is wrong and where; empty without one.
pub(super) fn failed(reports: &[JobReport]) -> String {
    let mut rows = vec![["job".to_owned(), "directory".to_owned(), "error".to_owned()]];
    for JobReport { job, outcome } in reports {
        if let JobOutcome::Failed { message } = outcome {
            let first = message.lines().next().unwrap_or_default();
            let first = first.strip_prefix("error: ").unwrap_or(first).to_owned();
            rows.push([job.number.to_string(), run::shown(&job.directory), first]);
        }
    }
    if rows.len() == 1 {
        return String::new();
    }
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let (first, second) = (width(0).unwrap_or(0), width(1).unwrap_or(0));
    let line = |[job, directory, error]: &[String; 3]| {
        format!("  {job:<first$}  {directory:<second$}  {error}\n")
    };
    rows.iter().map(line).collect()
}

/// How far a sweep came that was stopped.
pub(super) fn stopped(reports: &[JobReport]) -> String {
    let done = reports.iter().filter(|report| report.outcome == JobOutcome::Completed).count();
    let of = reports.len();
    format!("stopped after {done} of {of} jobs; the same command goes on from there")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::launch::Job;

    #[test]
    fn failed_jobs_are_a_table() {
        let report = |number: usize, outcome| JobReport {
            job: Job { number, overrides: vec![], directory: format!("/o/e/0001/{number}").into() },
            outcome,
        };
        let message = "error: the loss is not finite\n  at x".to_owned();
        let reports = [
            report(0, JobOutcome::Completed),
            report(3, JobOutcome::Failed { message }),
            report(10, JobOutcome::Failed { message: "y".into() }),
        ];
        let expected = "  job  directory     error\n  3    /o/e/0001/3   the loss is not finite\n  \
                        10   /o/e/0001/10  y\n";
        assert_eq!(failed(&reports), expected);
        assert_eq!(failed(&reports[..1]), "");
    }
}

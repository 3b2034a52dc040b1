mod fake;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use super::super::{JobState, tally};
use super::*;
use fake::{Sweep, at_once, limited};

fn message(outcome: &JobOutcome) -> &str {
    match outcome {
        JobOutcome::Failed { message } => message,
        other => panic!("{other:?}"),
    }
}

#[test]
fn jobs_start_in_order_where_they_were_asked_for_and_keep_what_they_print() {
    let sweep = Sweep::new(5, "echo $N >> order; pwd; echo said by $1 $2 $N >&2");
    assert_eq!(sweep.launch(&at_once(1)), vec![JobOutcome::Completed; 5]);
    assert_eq!(sweep.lines("order"), ["0", "1", "2", "3", "4"]);
    assert_eq!(sweep.states(), ["completed"; 5]);
    let record = sweep.ledger.job(3).unwrap();
    let log = files::read_to_string(&record.log.unwrap()).unwrap();
    let here = files::canonical(sweep.dir.path()).unwrap();
    assert_eq!(log, format!("{}\nsaid by jobs run 3\n", here.display()));
}

#[test]
fn at_most_so_many_at_once() {
    let body = "mkdir -p on; : > on/$N; ls on | wc -l >> counts; sleep 0.1; rm on/$N";
    let sweep = Sweep::new(9, body);
    sweep.launch(&at_once(3));
    let counts: BTreeSet<usize> =
        sweep.lines("counts").iter().map(|line| line.trim().parse().unwrap()).collect();
    assert_eq!(counts.last(), Some(&3), "{counts:?}");
}

#[test]
fn no_two_jobs_have_one_gpu_at_the_same_moment() {
    let body = "g=$CUDA_VISIBLE_DEVICES; echo $g >> gpus; mkdir busy$g || exit 1; sleep 0.05; \
                rmdir busy$g";
    let sweep = Sweep::new(12, body).with_gpus(3);
    assert_eq!(tally_of(&sweep, sweep.launch(&at_once(5))), JobOutcome::Completed);
    let seen: BTreeSet<_> = sweep.lines("gpus").into_iter().collect();
    assert_eq!(seen, ["0", "1", "2"].map(str::to_owned).into());
}

#[test]
fn cores_are_divided() {
    let sweep = Sweep::new(2, "echo ${RAYON_NUM_THREADS}-${OMP_NUM_THREADS} >> threads");
    sweep.launch(&at_once(2));
    for line in sweep.lines("threads") {
        let parts: Vec<_> = line.split('-').collect();
        for (name, part) in [("RAYON_NUM_THREADS", parts[0]), ("OMP_NUM_THREADS", parts[1])] {
            let expected = env::var(name).unwrap_or_else(|_| "4".into());
            assert_eq!(part, expected, "{name}");
        }
    }
}

#[test]
fn how_a_worker_ends_is_what_becomes_of_its_job() {
    let body = "case $N in 0) exit 0;; 1) echo why >&2; exit 1;; 2) exit 2;; 3) exit 75;; \
                4) exit 101;; 5) kill -9 $$;; 6) kill -SEGV $$;; 7) kill -TERM $$;; 8) exit 130;; esac";
    let sweep = Sweep::new(9, body);
    let outcomes = sweep.launch(&at_once(2));
    assert_eq!(outcomes[0], JobOutcome::Completed);
    assert_eq!([&outcomes[3], &outcomes[8]], [&JobOutcome::Preempted; 2]);
    for (job, said) in [
        (1, "exit code 1: why\n"),
        (2, "exit code 2"),
        (4, "a panic"),
        (5, "SIGKILL"),
        (6, "SIGSEGV"),
        (7, "SIGTERM"),
    ] {
        assert!(message(&outcomes[job]).contains(said), "{:?}", outcomes[job]);
        let record = sweep.ledger.job(job).unwrap();
        assert_eq!(record.state, JobState::Failed);
        assert_eq!(record.error.as_deref(), Some(message(&outcomes[job])));
    }
    assert_eq!(sweep.ledger.job(8).unwrap().state, JobState::Queued);
    let preempted = sweep.ledger.job(3).unwrap();
    assert_eq!((preempted.state, preempted.preemptions), (JobState::Preempted, 1));
}

#[test]
fn a_program_that_is_not_there_fails_every_job() {
    let sweep = Sweep::new(3, "").with_program("/nonexistent/runner");
    for outcome in sweep.launch(&at_once(2)) {
        let message = message(&outcome);
        assert!(message.contains("/nonexistent/runner") && message.contains("failed to start"));
    }
    assert_eq!(sweep.states(), ["failed"; 3]);
}

#[test]
fn jobs_that_are_done_or_taken_back_are_not_started() {
    let sweep = Sweep::new(3, "echo $N >> ran");
    sweep.ledger.update(0, |job| job.state = JobState::Completed).unwrap();
    sweep.ledger.update(1, |job| job.state = JobState::Cancelled).unwrap();
    let outcomes = sweep.launch(&at_once(1));
    assert_eq!(outcomes[1], JobOutcome::Cancelled);
    assert_eq!(tally_of(&sweep, outcomes), JobOutcome::Completed);
    assert_eq!(sweep.lines("ran"), ["2"]);
}

#[test]
fn a_job_that_a_living_process_works_on_is_left_to_it() {
    let sweep = Sweep::new(1, "echo $N >> ran");
    let held = sweep.ledger.update(0, |job| {
        job.state = JobState::Running;
        job.process = Some(crate::runs::ProcessStamp::current());
    });
    let outcomes = sweep.launch(&at_once(1));
    assert!(message(&outcomes[0]).contains("works on it already"), "{outcomes:?}");
    assert_eq!((sweep.ledger.job(0).unwrap(), sweep.lines("ran").len()), (held.unwrap(), 0));
}

#[test]
fn a_stop_is_passed_on_and_jobs_that_wait_stay_queued() {
    let body = "trap 'echo $N >> told; exit 75' TERM; echo $N >> ran; [ $N = 1 ] && : > stop; \
                while :; do sleep 0.02; done";
    let sweep = Sweep::new(5, body);
    let outcomes = sweep.launch_until_file(&at_once(2), "stop");
    assert_eq!(outcomes, vec![JobOutcome::Preempted; 5]);
    assert_eq!(sweep.states(), ["preempted", "preempted", "queued", "queued", "queued"]);
    assert_eq!(sweep.lines("told").len(), 2);
    assert_eq!(sweep.ledger.job(0).unwrap().preemptions, 1);
}

#[test]
fn a_worker_that_had_no_checkpoint_waits_again() {
    let sweep = Sweep::new(1, ": > stop; exec sleep 60");
    assert_eq!(sweep.launch_until_file(&at_once(1), "stop"), [JobOutcome::Preempted]);
    assert_eq!(sweep.states(), ["queued"]);
}

#[test]
fn a_worker_that_does_not_listen_is_killed() {
    let sweep = Sweep::new(1, "trap '' TERM; : > stop; while :; do sleep 0.02; done");
    let outcomes = sweep.launch_until_file(&limited(1, 60_000, 300, 0), "stop");
    assert!(message(&outcomes[0]).contains("did not end within 0.3 s"), "{outcomes:?}");
    assert_eq!(sweep.states(), ["failed"]);
}

#[test]
fn a_job_that_is_out_of_time_goes_on_in_a_next_attempt() {
    let body = "trap 'exit 75' USR1; echo $N >> ran; [ $(wc -l < ran) -ge 3 ] && exit 0; \
                while :; do sleep 0.02; done";
    let sweep = Sweep::new(1, body);
    assert_eq!(sweep.launch(&limited(1, 10_000, 9_700, 3)), [JobOutcome::Completed]);
    let record = sweep.ledger.job(0).unwrap();
    assert_eq!((record.timeouts, record.preemptions), (2, 0));
}

#[test]
fn out_of_time_too_often() {
    let body = "trap 'exit 75' USR1; echo $N >> ran; while :; do sleep 0.02; done";
    let sweep = Sweep::new(1, body);
    let outcomes = sweep.launch(&limited(1, 800, 400, 1));
    assert!(message(&outcomes[0]).contains("time limit: 2 attempts"), "{outcomes:?}");
    let record = sweep.ledger.job(0).unwrap();
    assert_eq!((record.state, record.timeouts), (JobState::Failed, 2));
    assert_eq!(sweep.lines("ran").len(), 2);
}

#[test]
fn a_worker_that_outlives_its_time_is_killed() {
    let sweep = Sweep::new(1, "trap '' USR1; while :; do sleep 0.02; done");
    let outcomes = sweep.launch(&limited(1, 600, 300, 3));
    assert!(message(&outcomes[0]).contains("time limit of 0.01 min"), "{outcomes:?}");
}

#[test]
fn many_short_jobs() {
    let sweep = Sweep::new(200, "exit 0");
    let started = Instant::now();
    assert_eq!(tally_of(&sweep, sweep.launch(&at_once(4))), JobOutcome::Completed);
    println!("{:?} a job", started.elapsed() / 200);
    assert!(started.elapsed() < Duration::from_secs(120));
}

#[test]
fn no_jobs_and_a_refusal() {
    let sweep = Sweep::new(0, "");
    assert!(sweep.launch(&at_once(2)).is_empty());
    let settings = LocalSettings { uses: vec![DeviceUse::Cuda(0)], ..at_once(1) };
    let nothing = || false;
    let machine = Machine { cores: 1, gpus: Vec::new() };
    let program = Path::new("/nonexistent");
    let error = launch_as(program, &machine, &settings, &sweep.ledger, vec![], &nothing);
    assert!(matches!(error, Err(LaunchError::Setting { key: "device", .. })));
}

fn tally_of(sweep: &Sweep, outcomes: Vec<JobOutcome>) -> JobOutcome {
    let report = |(number, outcome)| JobReport {
        job: Job { number, overrides: vec![], directory: sweep.dir.path().into() },
        outcome,
    };
    tally(&outcomes.into_iter().enumerate().map(report).collect::<Vec<_>>())
}

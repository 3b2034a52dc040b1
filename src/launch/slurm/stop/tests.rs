use serde_json::json;

use super::super::submit::tests::{ledger, slurm};
use super::*;

fn settings(max: u64) -> SlurmSettings {
    let keys = json!({"max_num_timeout": max, "timeout_min": 60});
    SlurmSettings::new(&serde_json::from_value(keys).unwrap()).unwrap()
}

fn word(state: &str, restarts: u64, left: Option<u64>) -> Word {
    Word { state: state.into(), restarts, left: left.map(Duration::from_secs) }
}

#[test]
fn what_squeue_says() {
    // Slurm 22.05.8
    for (line, expected) in [
        ("COMPLETING          0           4:58                ", word("COMPLETING", 0, Some(298))),
        ("RUNNING             2           0:49                ", word("RUNNING", 2, Some(49))),
        ("RUNNING 0 1-02:03:04", word("RUNNING", 0, Some(93_784))),
        ("RUNNING 0 2:03:04", word("RUNNING", 0, Some(7384))),
        ("RUNNING 0 UNLIMITED", word("RUNNING", 0, None)),
        ("COMPLETING 0 0:00", word("COMPLETING", 0, Some(0))),
        ("COMPLETING 0 -0:07", word("COMPLETING", 0, Some(0))),
    ] {
        assert_eq!(Word::read(line), Some(expected), "{line}");
    }
    for line in ["", "RUNNING", "RUNNING x 0:01"] {
        assert_eq!(Word::read(line), None, "{line}");
    }
}

#[test]
fn why_a_job_stopped() {
    let notice = Duration::from_secs(120);
    for (id, word, is_told, expected) in [
        ("requeued by hand", Some(word("COMPLETING", 2, Some(3000))), false, Stop::Requeued),
        ("waits again", Some(word("PENDING", 2, Some(3600))), false, Stop::Requeued),
        ("taken back", Some(word("COMPLETING", 1, Some(3000))), false, Stop::Cancelled),
        ("told in time", Some(word("RUNNING", 1, Some(118))), true, Stop::Timeout),
        ("told a minute early", Some(word("RUNNING", 1, Some(180))), true, Stop::Timeout),
        (
            "the signal, but long before",
            Some(word("RUNNING", 1, Some(3000))),
            true,
            Stop::Preemption,
        ),
        ("another signal", Some(word("RUNNING", 1, Some(100))), false, Stop::Preemption),
        ("the limit is passed", Some(word("COMPLETING", 1, Some(0))), false, Stop::Timeout),
        ("no limit", Some(word("RUNNING", 1, None)), true, Stop::Preemption),
        ("no answer, told", None, true, Stop::Timeout),
        ("no answer", None, false, Stop::Preemption),
    ] {
        assert_eq!(judge(word.as_ref(), 1, is_told, notice), expected, "{id}");
    }
}

const TASK: SlurmTask = SlurmTask { job_id: 17, task: Some(3) };

#[test]
fn time_outs_are_limited_and_preemptions_are_not() {
    let mut job = JobRecord::queued(0, None, "d".into());
    job.preemptions = 100;
    for timeouts in 1..=3 {
        job.timeouts = timeouts;
        let next = |stop, task| next(stop, task, &job, &settings(2));
        for stop in [Stop::Preemption, Stop::Requeued] {
            assert_eq!(next(stop, Some(TASK)), Next::Waits);
        }
        assert_eq!(matches!(next(Stop::Timeout, Some(TASK)), Next::Ends { .. }), timeouts > 2);
        assert_eq!(next(Stop::Cancelled, Some(TASK)), Next::Cancelled);
        assert!(matches!(next(Stop::Preemption, None), Next::Ends { .. }));
    }
    assert!(matches!(next(Stop::Timeout, Some(TASK), &job, &settings(0)), Next::Ends { .. }));
    job.state = JobState::Cancelled;
    assert_eq!(next(Stop::Preemption, Some(TASK), &job, &settings(2)), Next::Cancelled);
}

#[test]
fn the_record_says_what_slurm_was_asked_for() {
    for (stop, scontrol, expected, told) in [
        (Stop::Timeout, "echo \"$@\" > \"$(dirname \"$0\")/said\"", JobState::Submitted, ""),
        (Stop::Requeued, "exit 9", JobState::Submitted, ""),
        (Stop::Cancelled, "exit 9", JobState::Cancelled, ""),
        (
            Stop::Preemption,
            "echo 'Job is disabled' >&2; exit 1",
            JobState::Preempted,
            "is disabled",
        ),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let ledger = ledger(&dir, 1);
        ledger.update(0, |job| (job.state, job.timeouts) = (JobState::Preempted, 1)).unwrap();
        let client = slurm(dir.path(), "scontrol", scontrol);
        let settled = client.settle(&settings(2), (&ledger, 0), Some(TASK), stop);
        assert_eq!(settled.is_err(), !told.is_empty(), "{stop:?}");
        let job = ledger.job(0).unwrap();
        assert_eq!(job.state, expected, "{stop:?}");
        assert!(job.error.unwrap_or_default().contains(told), "{stop:?}");
        if stop == Stop::Timeout {
            let said = crate::files::read_to_string(&dir.path().join("bin/said")).unwrap();
            assert_eq!(said, "requeue 17_3\n");
        }
    }
}

#[test]
fn tasks_of_arrays_are_named_by_their_array() {
    let of = |set: &[(&str, &str)]| {
        let found = |name: &str| set.iter().find(|(n, _)| *n == name);
        Slurm::from_env(|name| Some(found(name)?.1.to_owned())).as_ref().map(task_of)
    };
    assert_eq!(of(&[]), None);
    assert_eq!(of(&[("SLURM_JOB_ID", "18")]).unwrap().to_string(), "18");
    let array =
        [("SLURM_JOB_ID", "18"), ("SLURM_ARRAY_JOB_ID", "17"), ("SLURM_ARRAY_TASK_ID", "3")];
    assert_eq!(of(&array).unwrap().to_string(), "17_3");
}

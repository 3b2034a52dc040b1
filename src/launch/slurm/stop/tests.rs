use serde_json::json;

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
        assert_eq!(why(word.as_ref(), 1, is_told, notice), expected, "{id}");
    }
}

#[test]
fn time_outs_are_limited_and_preemptions_are_not() {
    let mut job = JobRecord::queued(0, None, "d".into());
    for timeouts in 1..=3 {
        count(&mut job, Stop::Timeout);
        count(&mut job, Stop::Preemption);
        count(&mut job, Stop::Requeued);
        assert_eq!((job.timeouts, job.preemptions), (timeouts, 2 * timeouts));
        assert_eq!(next(Stop::Preemption, &job, &settings(2)), Next::Waits);
        let ends = matches!(next(Stop::Timeout, &job, &settings(2)), Next::Ends { .. });
        assert_eq!(ends, timeouts > 2);
    }
    assert!(matches!(next(Stop::Timeout, &job, &settings(0)), Next::Ends { .. }));
    assert_eq!(next(Stop::Cancelled, &job, &settings(2)), Next::Cancelled);
    // `runner jobs cancel` was there first.
    job.state = JobState::Cancelled;
    count(&mut job, Stop::Preemption);
    assert_eq!(next(Stop::Preemption, &job, &settings(2)), Next::Cancelled);
}

#[test]
fn tasks_of_arrays_are_named_by_their_array() {
    let of = |set: &[(&str, &str)]| {
        let found = |name: &str| set.iter().find(|(n, _)| *n == name);
        task_of(&Slurm::from_env(|name| Some(found(name)?.1.to_owned()))?)
    };
    assert_eq!(of(&[]), None);
    assert_eq!(of(&[("SLURM_JOB_ID", "18")]).unwrap().to_string(), "18");
    let array =
        [("SLURM_JOB_ID", "18"), ("SLURM_ARRAY_JOB_ID", "17"), ("SLURM_ARRAY_TASK_ID", "3")];
    assert_eq!(of(&array).unwrap().to_string(), "17_3");
}

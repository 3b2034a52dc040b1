//! The table of the module's documentation, row by row and as a whole.

use super::*;

const RUNS: [RunWord; 5] =
    [RunWord::Silent, RunWord::AtWork, RunWord::Completed, RunWord::Failed, RunWord::Preempted];
const PROCESSES: [Liveness; 3] = [Liveness::Alive, Liveness::Gone, Liveness::Unknown];

fn waits() -> QueueWord {
    QueueWord::Waiting { reason: "Priority".into() }
}

fn over(how: QueueEnd) -> QueueWord {
    QueueWord::Ended { how, word: "WORD".into() }
}

fn queues() -> Vec<QueueWord> {
    let ends =
        [QueueEnd::Completed, QueueEnd::Failed, QueueEnd::Cancelled, QueueEnd::Preempted].map(over);
    [vec![QueueWord::NotAsked, waits(), QueueWord::Running, QueueWord::Forgotten], ends.into()]
        .concat()
}

/// The parts of a row: record, run, process, queue; the words as in the table, `any` for all.
fn row(text: &str) -> (Vec<JobState>, Vec<RunWord>, Vec<Liveness>, Vec<QueueWord>, JobState) {
    let cells: Vec<&str> = text.trim_matches('|').split('|').map(str::trim).collect();
    let words = |cell: &str| cell.split(", ").map(str::to_owned).collect::<Vec<_>>();
    let states = match cells[0] {
        "any" => JobState::ALL.to_vec(),
        cell => words(cell).iter().map(|word| state(word)).collect(),
    };
    let runs = match cells[1] {
        "any" => RUNS.to_vec(),
        "any other" => Vec::new(),
        cell => words(cell).iter().map(|word| run(word)).collect(),
    };
    let processes = match cells[2] {
        "any" => PROCESSES.to_vec(),
        cell => words(cell).iter().map(|word| process(word)).collect(),
    };
    let queue = match cells[3] {
        "any" => queues(),
        "any other" => Vec::new(),
        cell => words(cell).iter().flat_map(|word| queue(word)).collect(),
    };
    (states, runs, processes, queue, state(cells[4]))
}

fn state(text: &str) -> JobState {
    let starts = |state: &JobState| text.starts_with(state.as_str());
    let as_other = ["as the queue says", "as a preempted one"];
    if as_other.iter().any(|words| text.starts_with(words)) {
        return JobState::Queued; // told apart in a test of its own
    }
    JobState::ALL.into_iter().find(starts).unwrap_or_else(|| panic!("{text}"))
}

fn run(text: &str) -> RunWord {
    match text {
        "silent" => RunWord::Silent,
        "at work" => RunWord::AtWork,
        "completed" => RunWord::Completed,
        "failed" => RunWord::Failed,
        "preempted" => RunWord::Preempted,
        _ => panic!("{text}"),
    }
}

fn process(text: &str) -> Liveness {
    match text {
        "alive" => Liveness::Alive,
        "gone" => Liveness::Gone,
        "elsewhere" => Liveness::Unknown,
        _ => panic!("{text}"),
    }
}

fn queue(text: &str) -> Vec<QueueWord> {
    match text {
        "waiting" => vec![waits()],
        "running" => vec![QueueWord::Running],
        "forgotten" => vec![QueueWord::Forgotten],
        "not asked" => vec![QueueWord::NotAsked],
        "ended" => {
            [QueueEnd::Completed, QueueEnd::Failed, QueueEnd::Cancelled, QueueEnd::Preempted]
                .map(over)
                .into()
        }
        _ => panic!("{text}"),
    }
}

#[test]
fn the_table_is_what_the_code_does() {
    let rows: Vec<_> = include_str!("../settle.rs")
        .lines()
        .filter_map(|line| line.strip_prefix("//! |"))
        .skip(2)
        .map(row)
        .collect();
    assert_eq!(rows.len(), 27);
    let mut told = 0;
    for state in JobState::ALL {
        for run in RUNS {
            for process in PROCESSES {
                for queue in queues() {
                    let matches = |row: &&(Vec<JobState>, Vec<RunWord>, _, Vec<QueueWord>, _)| {
                        let (states, runs, processes, words, _): &(_, _, Vec<Liveness>, _, _) = row;
                        states.contains(&state)
                            && (runs.is_empty() || runs.contains(&run))
                            && processes.contains(&process)
                            && (words.is_empty() || words.contains(&queue))
                    };
                    // "any other" stands below the rows that it leaves out.
                    let row = rows.iter().find(matches);
                    let evidence = Evidence { state, run, process, queue: queue.clone() };
                    let (.., expected) = row.unwrap_or_else(|| panic!("no row for {evidence:?}"));
                    let is_other = *expected == JobState::Queued && state != JobState::Queued;
                    let is_ended_preempted = state == JobState::Preempted
                        && matches!(queue, QueueWord::Ended { .. })
                        && !matches!(run, RunWord::Completed | RunWord::AtWork);
                    if !is_other && !is_ended_preempted {
                        assert_eq!(settle(&evidence).state, *expected, "{evidence:?}");
                        told += 1;
                    }
                }
            }
        }
    }
    assert!(told > 650, "{told} of {}", 7 * 5 * 3 * 8);
}

#[test]
fn what_the_queue_says_of_an_end() {
    use JobState::{Cancelled, Failed, Preempted, Running, Submitted};
    let rows = [
        (Submitted, QueueEnd::Completed, Failed),
        (Submitted, QueueEnd::Failed, Failed),
        (Submitted, QueueEnd::Cancelled, Cancelled),
        (Submitted, QueueEnd::Preempted, Preempted),
        (Running, QueueEnd::Completed, Failed),
        (Running, QueueEnd::Failed, Failed),
        (Running, QueueEnd::Cancelled, Cancelled),
        (Running, QueueEnd::Preempted, Preempted),
        (Preempted, QueueEnd::Completed, Preempted),
        (Preempted, QueueEnd::Failed, Preempted),
        (Preempted, QueueEnd::Cancelled, Cancelled),
        (Preempted, QueueEnd::Preempted, Preempted),
    ];
    for (state, how, expected) in rows {
        let evidence =
            Evidence { state, run: RunWord::Silent, process: Liveness::Gone, queue: over(how) };
        assert_eq!(settle(&evidence).state, expected, "{state} {how:?}");
    }
}

#[test]
fn a_run_that_stopped_is_a_preempted_job_that_nobody_recorded() {
    for queue in queues() {
        for process in PROCESSES {
            let evidence =
                |state| Evidence { state, run: RunWord::Preempted, process, queue: queue.clone() };
            let (was, is) = (JobState::Running, JobState::Preempted);
            assert_eq!(settle(&evidence(was)).state, settle(&evidence(is)).state, "{queue:?}");
        }
    }
}

#[test]
fn a_result_is_a_result() {
    for state in JobState::ALL {
        let evidence = Evidence {
            state,
            run: RunWord::Completed,
            process: Liveness::Gone,
            queue: over(QueueEnd::Cancelled),
        };
        assert_eq!(settle(&evidence).state, JobState::Completed, "{state}");
    }
}

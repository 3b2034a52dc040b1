use std::time::Duration;

use super::super::TimeLimit;
use super::*;

fn settings(uses: &[DeviceUse]) -> LocalSettings {
    LocalSettings {
        n_jobs: None,
        gpus: None,
        share_gpus: false,
        gpus_per_job: Some(1),
        cores_per_job: None,
        time: TimeLimit {
            limit: Duration::from_secs(60),
            notice: Duration::from_secs(1),
            restarts: 0,
        },
        uses: uses.to_vec(),
        notes: Vec::new(),
    }
}

fn n_jobs(n: usize, settings: LocalSettings) -> LocalSettings {
    LocalSettings { n_jobs: NonZeroUsize::new(n), ..settings }
}

fn machine(cores: usize, gpus: usize) -> Machine {
    Machine { cores, gpus: (0..gpus).map(|n| n.to_string()).collect() }
}

/// The GPUs of each slot, `-` where nothing is said of them, and the threads.
fn shown(plan: &Plan) -> String {
    let gpus = |slot: &Slot| slot.gpus.as_ref().map_or("-".to_owned(), |gpus| gpus.join("+"));
    let slots: Vec<String> = plan.slots.iter().map(gpus).collect();
    let threads = plan.slots[0].threads.map_or("all".to_owned(), |n| n.to_string());
    format!("[{}] threads {threads}", slots.join(" "))
}

#[test]
fn the_table() {
    use DeviceUse::{Adapter, Auto, Cpu, Cuda};
    let auto = || settings(&[Auto]);
    let shared = |s: LocalSettings| LocalSettings { share_gpus: true, ..s };
    let each = |k, s: LocalSettings| LocalSettings { gpus_per_job: Some(k), ..s };
    let cores = |n, s: LocalSettings| LocalSettings { cores_per_job: NonZeroUsize::new(n), ..s };
    let only = |gpus: &[usize], s: LocalSettings| LocalSettings { gpus: Some(gpus.to_vec()), ..s };
    let unsaid = |s: LocalSettings| LocalSettings { gpus_per_job: None, ..s };
    let rows = [
        ("one job at a time", settings(&[Cpu]), machine(8, 2), "[-] threads all"),
        ("n_jobs on the CPU", n_jobs(3, settings(&[Cpu])), machine(8, 2), "[- - -] threads 2"),
        ("more jobs than cores", n_jobs(3, settings(&[Cpu])), machine(2, 0), "[- - -] threads 1"),
        ("cores of a job", cores(4, settings(&[Cpu])), machine(9, 0), "[- -] threads 4"),
        ("too many cores", cores(10, settings(&[Cpu])), machine(2, 0), "[-] threads all"),
        ("not more than jobs", n_jobs(9, settings(&[Cpu])), machine(8, 0), "[- - - -] threads 2"),
        ("auto without a GPU", auto(), machine(8, 0), "[-] threads all"),
        ("auto with GPUs", auto(), machine(8, 2), "[0 1] threads 4"),
        ("one that is not said", unsaid(auto()), machine(8, 2), "[0 1] threads 4"),
        ("fewer than there are", n_jobs(1, auto()), machine(8, 2), "[0] threads all"),
        ("two each", each(2, auto()), machine(8, 5), "[0+1 2+3] threads 4"),
        ("those named", only(&[3, 1], auto()), machine(8, 4), "[3 1] threads 4"),
        ("none wanted", each(0, n_jobs(2, auto())), machine(8, 4), "[ ] threads 4"),
        ("none given", only(&[], n_jobs(2, auto())), machine(8, 4), "[ ] threads 4"),
        ("shared", shared(n_jobs(4, auto())), machine(8, 3), "[0 1 2 0] threads 2"),
        (
            "shared in twos",
            shared(each(2, n_jobs(3, auto()))),
            machine(8, 3),
            "[0+1 2+0 1+2] threads 2",
        ),
        ("a GPU by number", settings(&[Cuda(0)]), machine(8, 2), "[0 1] threads 4"),
        ("the second of two", each(2, settings(&[Cuda(1)])), machine(8, 2), "[0+1] threads all"),
        ("some need a GPU", settings(&[Cpu, Cuda(0)]), machine(8, 2), "[0 1] threads 4"),
        ("an adapter", settings(&[Adapter]), machine(8, 0), "[-] threads all"),
        (
            "a shared adapter",
            shared(n_jobs(2, settings(&[Adapter]))),
            machine(8, 0),
            "[- -] threads 4",
        ),
    ];
    for (id, settings, machine, expected) in rows {
        let plan = plan(&settings, &machine, 4).unwrap();
        assert_eq!(shown(&plan), expected, "{id}");
        assert!(plan.notes.is_empty(), "{id}: {:?}", plan.notes);
    }
}

#[test]
fn what_cannot_work_is_refused() {
    use DeviceUse::{Adapter, Auto, Cuda};
    let only = |gpus: &[usize]| LocalSettings { gpus: Some(gpus.to_vec()), ..settings(&[Auto]) };
    let none = LocalSettings { gpus_per_job: Some(0), ..settings(&[Cuda(0)]) };
    let four = LocalSettings { gpus_per_job: Some(4), ..settings(&[Auto]) };
    let rows = [
        ("a GPU where there is none", settings(&[Cuda(0)]), 0, "device"),
        ("a GPU and none given", none, 2, "gpus_per_node=0"),
        ("the second GPU", settings(&[Cuda(1)]), 2, "gpus=[1]"),
        ("a GPU that is not there", only(&[2]), 2, "no GPU 2"),
        ("a GPU twice", only(&[1, 1]), 2, "GPU 1 twice"),
        ("more than there are", four, 3, "4 GPUs for a job, and there are 3"),
        ("an adapter for two", n_jobs(2, settings(&[Adapter])), 0, "share_gpus=true"),
    ];
    for (id, settings, gpus, said) in rows {
        let error = plan(&settings, &machine(8, gpus), 4).unwrap_err().to_string();
        assert!(error.contains(said), "{id}: {error}");
    }
}

#[test]
fn more_jobs_than_gpus_wait_and_it_is_said() {
    let plan = plan(&n_jobs(6, settings(&[DeviceUse::Auto])), &machine(8, 2), 12).unwrap();
    assert_eq!(plan.slots.len(), 2);
    assert!(plan.notes[0].contains("share_gpus=true"), "{:?}", plan.notes);
}

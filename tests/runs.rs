//! Runs as they lie on disk: many processes at once, killed processes, damaged files, and (in
//! [`foreign`] and [`edges`]) what other programs read and write of them.
#![allow(clippy::unwrap_used)] // helpers of tests are not inside `#[test]` functions

#[path = "runs/edges.rs"]
mod edges;
#[path = "runs/foreign.rs"]
mod foreign;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use runner::files::{self, HostTensor, TensorFile};
use runner::report::write_html;
use runner::runs::{
    self, CheckpointName, CheckpointStore, DataKind, Liveness, MetricsLog, Pruned, Rules, RunDir,
    RunError, RunFacts, RunManifest, RunState, list_runs, read_metrics,
};
use serde_json::json;

const ROLE: &str = "RUNS_TEST_ROLE";
const PLACE: &str = "RUNS_TEST_PLACE";

/// Starts this test binary again as another process that plays `role` (see [`child`]).
fn start(role: &str, place: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--ignored", "--nocapture"])
        .env(ROLE, role)
        .env(PLACE, place)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Waits for the line `word` of a child.
fn wait_for(child: &mut Child, word: &str) {
    let out = BufReader::new(child.stdout.as_mut().unwrap());
    assert!(out.lines().any(|line| line.unwrap().contains(word)), "the child says {word}");
}

#[test]
#[ignore = "played by other tests in a process of its own"]
fn child() {
    let Ok(role) = std::env::var(ROLE) else { return };
    let place = PathBuf::from(std::env::var(PLACE).unwrap());
    // The parent starts all children and then lets them go together.
    let wait = || std::io::stdin().lines().next();
    match role.as_str() {
        "claim" => {
            wait();
            println!("claimed:{}", RunDir::create(&place, "many").unwrap().version());
        }
        "churn" => {
            wait();
            for _ in 0..CHURNS {
                let run = RunDir::create(&place, "many").unwrap();
                RunManifest::begin(&run, facts("h")).unwrap().fail("x").unwrap();
                println!("\nclaimed:{}", run.version());
            }
        }
        "open" => {
            wait();
            let run = RunDir::at(&place);
            println!("\nopened:{}", run.is_ok());
            // Holds the lock until the parent has heard from everybody.
            wait();
        }
        "work" => {
            let run = RunDir::at(&place).unwrap();
            let _manifest = RunManifest::begin(&run, facts("h")).unwrap();
            println!("\nworking");
            wait();
        }
        other => panic!("no role `{other}`"),
    }
}

/// How many runs each process of that role makes.
const CHURNS: usize = 12;

fn facts(config_hash: &str) -> RunFacts {
    RunFacts {
        experiment: "e".into(),
        command: vec!["runner".into(), "distill=0.5".into()],
        device: "flex".into(),
        backend: "flex".into(),
        seed: 42,
        config_hash: config_hash.into(),
        data: DataKind::Synthetic,
        data_fingerprint: None,
        eval_fingerprint: None,
    }
}

#[test]
fn sixty_four_processes_claim_sixty_four_numbers() {
    let outputs = tempfile::tempdir().unwrap();
    let mut children: Vec<Child> = (0..64).map(|_| start("claim", outputs.path())).collect();
    for child in &mut children {
        child.stdin.as_mut().unwrap().write_all(b"go\n").unwrap();
    }
    let mut claimed = BTreeSet::new();
    for child in children {
        let out = child.wait_with_output().unwrap();
        assert!(out.status.success());
        let text = String::from_utf8(out.stdout).unwrap();
        let number = text.split("claimed:").nth(1).unwrap()[..4].to_owned();
        assert!(claimed.insert(number.clone()), "{number} was claimed twice");
    }
    let expected: BTreeSet<String> = (1..=64).map(|n| format!("{n:04}")).collect();
    assert_eq!(claimed, expected);
    let latest = files::canonical(&outputs.path().join("many/latest")).unwrap();
    assert!(latest.ends_with("0064"), "{}", latest.display());
    assert_eq!(list_runs(outputs.path()).unwrap().len(), 64);
}

#[test]
fn no_number_is_given_twice_while_runs_are_removed() {
    let outputs = tempfile::tempdir().unwrap();
    let mut children: Vec<Child> = (0..8).map(|_| start("churn", outputs.path())).collect();
    for child in &mut children {
        child.stdin.as_mut().unwrap().write_all(b"go\n").unwrap();
    }
    let (rules, mut removed) = (Rules::default(), 0);
    let mut prune = || {
        let runs = list_runs(outputs.path()).unwrap();
        let gone = runs.iter().filter(|run| {
            let pruned = runs::remove(outputs.path(), run, rules, &|_| Liveness::Unknown);
            pruned.unwrap() == Pruned::Removed
        });
        removed += gone.count();
    };
    while children.iter_mut().any(|child| child.try_wait().unwrap().is_none()) {
        prune();
    }
    prune();
    let mut claimed = BTreeSet::new();
    for child in children {
        let out = child.wait_with_output().unwrap();
        assert!(out.status.success());
        for line in String::from_utf8(out.stdout).unwrap().lines() {
            let Some(number) = line.strip_prefix("claimed:") else { continue };
            assert!(claimed.insert(number.to_owned()), "{number} was given twice");
        }
    }
    assert_eq!((claimed.len(), removed), (8 * CHURNS, 8 * CHURNS));
    assert_eq!(files::own_kind(&outputs.path().join("many/latest")), None);
    assert_eq!(RunDir::create(outputs.path(), "many").unwrap().version(), "0097");
}

#[test]
fn threads_claim_numbers_of_their_own() {
    let outputs = tempfile::tempdir().unwrap();
    let runs: Vec<RunDir> = std::thread::scope(|scope| {
        let claims: Vec<_> =
            (0..64).map(|_| scope.spawn(|| RunDir::create(outputs.path(), "t").unwrap())).collect();
        claims.into_iter().map(|t| t.join().unwrap()).collect()
    });
    let versions: BTreeSet<&str> = runs.iter().map(RunDir::version).collect();
    assert_eq!(versions.len(), 64);
}

#[test]
fn one_of_many_processes_gets_the_directory_of_a_killed_one() {
    let outputs = tempfile::tempdir().unwrap();
    let place = outputs.path().join("e/0001");
    let mut worker = start("work", &place);
    wait_for(&mut worker, "working");
    assert!(matches!(RunDir::at(&place), Err(RunError::Locked { .. })));
    assert_eq!(list_runs(outputs.path()).unwrap()[0].state.as_str(), "running");

    worker.kill().unwrap();
    worker.wait().unwrap();
    assert_eq!(list_runs(outputs.path()).unwrap()[0].state, RunState::Stale);

    let mut children: Vec<Child> = (0..16).map(|_| start("open", &place)).collect();
    for child in &mut children {
        child.stdin.as_mut().unwrap().write_all(b"go\n").unwrap();
    }
    let mut opened = 0;
    for child in &mut children {
        let line = BufReader::new(child.stdout.as_mut().unwrap())
            .lines()
            .map(Result::unwrap)
            .find(|l| l.contains("opened:"));
        opened += usize::from(line.unwrap().ends_with("true"));
    }
    assert_eq!(opened, 1);
    for mut child in children {
        child.stdin.as_mut().unwrap().write_all(b"end\n").unwrap();
        child.wait().unwrap();
    }
    let run = RunDir::at(&place).unwrap();
    assert!(run.is_resumed());
    assert_eq!(RunManifest::begin(&run, facts("h")).unwrap().manifest().attempts, 2);
}

#[test]
fn the_same_command_continues_what_was_interrupted() {
    let outputs = tempfile::tempdir().unwrap();
    let open = |hash| RunDir::open(outputs.path(), "e", hash).unwrap();
    let run = open("h");
    let mut manifest = RunManifest::begin(&run, facts("h")).unwrap();
    assert_eq!(open("h").version(), "0002", "a running one is left alone");
    manifest.preempt().unwrap();
    drop((manifest, run));
    assert_eq!(open("other").version(), "0003", "another config is another run");

    let run = open("h");
    assert_eq!((run.version(), run.is_resumed()), ("0001", true));
    RunManifest::begin(&run, facts("h")).unwrap().complete().unwrap();
    drop(run);
    assert_eq!(open("h").version(), "0004", "what is complete stays so");
}

#[test]
fn a_checkpoint_cut_anywhere_is_refused_and_the_previous_one_used() {
    let dir = tempfile::tempdir().unwrap();
    let run = RunDir::at(dir.path()).unwrap();
    let store = CheckpointStore::new(&run, "hash").unwrap();
    let state = |step: f32| {
        let mut file = TensorFile::default();
        file.tensors.insert("w".into(), HostTensor::f32([64], vec![step; 64]));
        file.metadata.insert("step".into(), step.to_string());
        file
    };
    store.save(CheckpointName::Last, &mut state(1.0)).unwrap();
    let last = store.save(CheckpointName::Last, &mut state(2.0)).unwrap();
    let whole = files::read(&last).unwrap();
    for cut in (0..whole.len()).step_by(7) {
        files::write_atomic(&last, &whole[..cut]).unwrap();
        let loaded = store.load_latest().unwrap().unwrap();
        assert_eq!((loaded.name.as_str(), loaded.refused.len()), ("last.previous", 1));
        assert_eq!(loaded.file.metadata["step"], "1");
    }
    for at in (0..whole.len()).step_by(5) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x10;
        files::write_atomic(&last, &damaged).unwrap();
        // Damage to metadata other than the fingerprint may go unseen; never to the arrays.
        let loaded = store.load_latest().unwrap().unwrap();
        if loaded.name == "last" {
            assert_eq!(loaded.file.tensors, state(2.0).tensors);
        }
    }
    assert!(matches!(
        CheckpointStore::new(&run, "other").unwrap().load_latest(),
        Err(RunError::NoUsableCheckpoint { .. })
    ));
}

#[test]
fn a_log_survives_a_kill_at_any_byte() {
    let dir = tempfile::tempdir().unwrap();
    let run = RunDir::at(dir.path()).unwrap();
    RunManifest::begin(&run, facts("h")).unwrap();
    let path = run.file(MetricsLog::FILE);
    let record = |step: u64| {
        let record =
            json!({"split": "train", "epoch": 0.5, "step": step, "loss": 1.0 / step as f64});
        record.as_object().unwrap().clone()
    };
    let mut log = MetricsLog::open(&run).unwrap();
    (1..=3).for_each(|step| log.append(&record(step)).unwrap());
    let whole = files::read(&path).unwrap();
    for cut in 0..whole.len() {
        files::write_atomic(&path, &whole[..cut]).unwrap();
        let before = read_metrics(&path).unwrap().records;
        write_html(run.path()).unwrap();
        MetricsLog::open(&run).unwrap().append(&record(9)).unwrap();
        let after = read_metrics(&path).unwrap();
        assert_eq!(after.records.len(), before.len() + 1, "cut at {cut}");
        assert_eq!(after.records.last(), Some(&record(9)));
    }
}

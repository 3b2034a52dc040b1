//! `runner jobs`: ledgers as launchers and their deaths leave them, and what is said and done about
//! them.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, Output};

use runner::launch::{JobRecord, JobState, Ledger, SlurmTask, SweepRecord};
use runner::runs::{DataKind, ProcessStamp, RunDir, RunFacts, RunManifest};

use crate::support::{Place, stderr, stdout};

#[path = "jobs/cancel.rs"]
mod cancel;
#[path = "jobs/list.rs"]
mod list;
#[path = "jobs/logs.rs"]
mod logs;
#[path = "jobs/queue.rs"]
mod queue;
#[path = "jobs/resubmit.rs"]
mod resubmit;
#[path = "jobs/show.rs"]
mod show;

/// The command, in a place of its own.
fn jobs(place: &Place, args: &[&str]) -> Output {
    place.command(["jobs"].iter().chain(args).copied()).output().unwrap()
}

/// A sweep of so many queued jobs, in `outputs/<name>`.
fn sweep(place: &Place, name: &str, jobs: usize) -> Ledger {
    let head = SweepRecord {
        schema: SweepRecord::SCHEMA,
        experiment: name.split('/').next().unwrap().to_owned(),
        identity: "i".into(),
        arguments: vec!["+experiment=ek55_ensemble".into(), "distill=range(0,9)".into()],
        cwd: place.path().to_owned(),
        sweeper: "basic".into(),
        launcher: "local".into(),
        jobs,
        job_file: None,
        created: "2026-01-02T03:04:05Z".into(),
    };
    let dir = place.path().join("outputs").join(name);
    let record = |number: usize| {
        let overrides = ["+experiment=ek55_ensemble".into(), format!("distill={number}")];
        JobRecord::queued(number, Some(overrides.into()), dir.join(number.to_string()))
    };
    let records: Vec<_> = (0..jobs).map(record).collect();
    Ledger::create(&dir, head, &records).unwrap()
}

/// A job in a state that its record knows of.
fn recorded(ledger: &Ledger, number: usize, state: JobState) {
    ledger.update(number, |job| job.state = state).unwrap();
}

/// A job whose process is said to be this one.
fn running(ledger: &Ledger, number: usize, process: ProcessStamp) {
    let running = |job: &mut JobRecord| {
        (job.state, job.attempts, job.process) = (JobState::Running, 1, Some(process));
    };
    ledger.update(number, running).unwrap();
}

/// The run of a job, on generated data.
fn begun(ledger: &Ledger, number: usize) -> RunManifest {
    let run = RunDir::at(&ledger.job(number).unwrap().directory).unwrap();
    let facts = RunFacts {
        experiment: ledger.head().experiment.clone(),
        command: vec!["runner".into()],
        device: "flex".into(),
        backend: "flex".into(),
        seed: 42,
        config_hash: "h".into(),
        data: DataKind::Synthetic,
        data_fingerprint: None,
        eval_fingerprint: None,
    };
    RunManifest::begin(&run, facts).unwrap()
}

/// A process to look at, or to stop.
fn sleeper() -> (Child, ProcessStamp) {
    let child = Command::new("sleep").arg("300").spawn().unwrap();
    let stamp = ProcessStamp::of(child.id());
    (child, stamp)
}

/// A process that is gone.
fn gone() -> ProcessStamp {
    let (mut child, stamp) = sleeper();
    child.kill().unwrap();
    child.wait().unwrap();
    stamp
}

/// A process of another machine.
fn elsewhere() -> ProcessStamp {
    ProcessStamp { host: "elsewhere".into(), boot: None, ..ProcessStamp::current() }
}

fn in_slurm(ledger: &Ledger, number: usize, job_id: u64) {
    let task = SlurmTask { job_id, task: Some(number as u64) };
    ledger.update(number, |job| job.slurm = Some(task)).unwrap();
}

fn states(ledger: &Ledger) -> Vec<JobState> {
    ledger.jobs().unwrap().iter().map(|job| job.state).collect()
}

/// Every file with its content: what only reads changes nothing.
fn tree(dir: &Path) -> BTreeMap<std::path::PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(tree(&path)),
            false => drop(found.insert(path.clone(), std::fs::read(&path).unwrap())),
        }
    }
    found
}

#[test]
fn every_command_shows_how_it_is_used() {
    let place = Place::new();
    for command in ["list", "show", "logs", "cancel", "resubmit"] {
        let output = jobs(&place, &[command, "--help"]);
        let text = stdout(&output);
        assert!(text.contains(&format!("runner jobs {command} ek55_ensemble/")), "{text}");
    }
}

#[test]
fn a_name_that_means_nothing_is_answered_by_the_nearest() {
    let place = Place::new();
    sweep(&place, "ek55_ensemble/0001", 3);
    std::fs::create_dir_all(place.path().join("outputs/ek55_bert/0001")).unwrap();
    for (name, expected) in [
        ("ek55_ensembel/0001", "did you mean `ek55_ensemble/0001`?"),
        ("ek55_ensembel/0001/2", "did you mean `ek55_ensemble/0001/2`?"),
        ("ek55_ensemble/0001/3", "help: its jobs are 0 to 2"),
        ("ek55_ensemble/0001/x", "failed to find job `x` of sweep `ek55_ensemble/0001`"),
        ("7_1", "failed to find Slurm job `7_1` in the sweeps below `outputs`"),
        ("", "failed to find ``"),
        ("../..", "failed to find `../..`"),
    ] {
        for command in ["show", "logs", "cancel", "resubmit"] {
            let output = jobs(&place, &[command, name]);
            assert_eq!(output.status.code(), Some(2), "{command} {name}");
            assert!(stderr(&output).contains(expected), "{command} {name}: {}", stderr(&output));
        }
    }
    let none = stderr(&jobs(&Place::new(), &["show", "a/0001/0"]));
    assert!(none.contains("there are none yet: `runner -m` starts one"), "{none}");
}

#[test]
fn a_job_is_found_by_all_its_names() {
    let place = Place::new();
    let ledger = sweep(&place, "ek55_ensemble/0001", 3);
    in_slurm(&ledger, 2, 123);
    let run = place.path().join("outputs/ek55_ensemble/0007");
    std::fs::create_dir_all(&run).unwrap();
    let reused = |job: &mut JobRecord| (job.directory, job.reused) = (run.clone(), true);
    ledger.update(1, reused).unwrap();
    std::os::unix::fs::symlink("0001", place.path().join("outputs/ek55_ensemble/latest")).unwrap();
    let absolute = ledger.sweep().join("0").display().to_string();
    for (name, number) in [
        ("ek55_ensemble/0001/0", 0),
        ("ek55_ensemble/latest/0", 0),
        ("outputs/ek55_ensemble/0001/0", 0),
        ("./outputs/ek55_ensemble/0001/0/", 0),
        (&absolute, 0),
        ("outputs/ek55_ensemble/0007", 1),
        ("123_2", 2),
        ("123", 2),
    ] {
        let output = jobs(&place, &["show", name, "--json"]);
        assert!(output.status.success(), "{name}: {}", stderr(&output));
        let shown: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(shown["number"], number, "{name}");
        assert_eq!(shown["job"], format!("ek55_ensemble/0001/{number}"), "{name}");
    }
    let whole = jobs(&place, &["show", "ek55_ensemble/0001"]);
    assert_eq!(whole.status.code(), Some(2));
    assert!(stderr(&whole).contains("name one as `ek55_ensemble/0001/0`"), "{}", stderr(&whole));
}

#[test]
fn names_are_completed() {
    let place = Place::new();
    sweep(&place, "ek55_ensemble/0001", 12);
    sweep(&place, "egtea_bert/0002", 1);
    for (line, expected) in [
        ("jobs l", &["list", "logs"][..]),
        ("jobs show ek55", &["ek55_ensemble/0001"]),
        ("jobs logs -f e", &["ek55_ensemble/0001", "egtea_bert/0002"]),
        ("jobs cancel ek55_ensemble/0001/1", &["1", "10", "11"]),
        ("jobs list --state pre", &["preempted"]),
        ("jobs list --outputs none e", &[]),
    ] {
        let mut command = place.command(["-sc", "query=fish"]);
        let line = format!("runner {line}");
        let output = command.env("COMP_LINE", line.clone()).env_remove("COMP_POINT").output();
        let text = stdout(&output.unwrap());
        let own = |one| str::strip_prefix(one, "ek55_ensemble/0001/").unwrap_or(one);
        let mut found: Vec<_> = text.lines().map(own).collect();
        let mut expected = expected.to_vec();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "{line}");
    }
}

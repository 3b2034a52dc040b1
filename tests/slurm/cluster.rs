//! What the tests ask a cluster, and sweeps for it.

use std::path::Path;
use std::process::{Command, Output};
use std::thread::sleep;
use std::time::{Duration, Instant};

use runner::launch::slurm::{QueueState, queue};
use runner::launch::{JobRecord, JobState, Ledger, SlurmTask};

use crate::support::{Place, stderr};

/// What a job asks for that fits the smallest machine.
pub const SMALL: [&str; 5] = [
    "hydra/launcher=slurm",
    "hydra.launcher.gpus_per_node=0",
    "hydra.launcher.cpus_per_task=1",
    "hydra.launcher.mem_gb=1",
    "hydra.launcher.timeout_min=30",
];

/// Loaded machines take their time.
const PATIENCE: Duration = Duration::from_secs(300);

/// Whether there is a Slurm to test with; says so where there is none.
pub fn is_there() -> bool {
    let there = std::env::var_os("RUNNER_SLURM").is_some();
    if !there {
        println!("skipped: no RUNNER_SLURM (scripts/slurm-local up)");
    }
    there
}

/// Launches a sweep, which must be accepted, and gives its ledger.
pub fn launched(place: &Place, args: &[&str]) -> Ledger {
    let args = ["-m"].into_iter().chain(SMALL).chain(args.iter().copied());
    let output = place.runner(args).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let sweep = String::from_utf8(output.stdout).unwrap();
    Ledger::open(&place.path().join(sweep.trim())).unwrap()
}

/// Waits until a job has begun the ledger of its sweep.
pub fn wait_for_ledger(sweep: &Path) -> Ledger {
    let started = Instant::now();
    while !Ledger::is_in(sweep) {
        assert!(started.elapsed() < PATIENCE, "no ledger in {}", sweep.display());
        sleep(Duration::from_millis(20));
    }
    Ledger::open(sweep).unwrap()
}

/// Waits until something is so; says the records and logs of the sweep where it never is.
pub fn wait_for(ledger: &Ledger, what: &str, is_so: impl Fn(&[JobRecord]) -> bool) {
    let started = Instant::now();
    loop {
        let jobs = ledger.jobs().unwrap();
        if is_so(&jobs) {
            return;
        }
        if started.elapsed() > PATIENCE {
            let logs: Vec<_> = (0..jobs.len()).map(|n| log(ledger, n)).collect();
            panic!("never: {what}\n{jobs:#?}\n{}", logs.join("\n"));
        }
        sleep(Duration::from_millis(200));
    }
}

/// What a job has printed.
pub fn log(ledger: &Ledger, number: usize) -> String {
    std::fs::read_to_string(ledger.log(number)).unwrap_or_default()
}

/// Waits until every job is completed.
pub fn wait_for_completion(ledger: &Ledger) {
    wait_for(ledger, "all are completed", |jobs| {
        jobs.iter().all(|job| job.state == JobState::Completed)
    });
}

/// Waits until a job runs and has a checkpoint.
pub fn wait_for_checkpoint(ledger: &Ledger, number: usize) {
    wait_for(ledger, "it runs and has a checkpoint", |jobs| {
        let job = &jobs[number];
        let checkpoints = job.directory.join("checkpoints");
        let has_one = std::fs::read_dir(checkpoints).is_ok_and(|mut all| all.next().is_some());
        job.state == JobState::Running && has_one
    });
}

/// The task of a job that was submitted.
pub fn task(ledger: &Ledger, number: usize) -> SlurmTask {
    ledger.job(number).unwrap().slurm.unwrap()
}

/// Where the queue says that a task stands.
pub fn word(task: SlurmTask) -> QueueState {
    queue(&[task]).unwrap().remove(&task).unwrap()
}

/// One of Slurm's programs, which must succeed.
pub fn slurm(place: &Path, program: &str, args: &[&str]) -> String {
    let output: Output = Command::new(program)
        .args(args)
        .current_dir(place)
        .env("RUNNER", assert_cmd::cargo::cargo_bin("runner"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{program} {args:?}: {}", stderr(&output));
    String::from_utf8(output.stdout).unwrap()
}

/// Overrides of a run that takes about so many seconds on this machine: what a short one takes tells.
pub fn lasting(place: &Place, seconds: u64) -> String {
    const EPOCHS: u32 = 20;
    let epochs = format!("train.num_epochs={EPOCHS}");
    let args = [BASE[0], BASE[1], BASE[2], &epochs, "hydra.run.dir=measured"];
    let started = Instant::now();
    let output = place.runner(args).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let needed = Duration::from_secs(seconds).as_secs_f64() / started.elapsed().as_secs_f64();
    format!("train.num_epochs={}", (needed * f64::from(EPOCHS)).ceil())
}

/// A run but for its length.
pub const BASE: [&str; 3] =
    ["+experiment=ek55_ensemble", "+debug=synthetic", "train.max_steps_per_epoch=2"];

//! A directory to run in, on several ranks.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

/// Nothing may take longer.
const PATIENCE: Duration = Duration::from_secs(300);

pub struct Place(TempDir);

impl Place {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// One process.
    pub fn alone(&self, args: &[&str]) -> Output {
        let mut command = Command::new(runner());
        self.settle(&mut command).args(shared(args)).output().unwrap()
    }

    /// So many ranks.
    pub fn ranks(&self, ranks: usize, args: &[&str]) -> Command {
        self.each(&vec![args; ranks])
    }

    /// A rank for each list of arguments.
    pub fn each(&self, ranks: &[&[&str]]) -> Command {
        let mut command = Command::new("mpirun");
        command.args(["--oversubscribe", "--bind-to", "none"]);
        for (rank, args) in ranks.iter().enumerate() {
            command.args((rank > 0).then_some(":")).args(["-n", "1"]).arg(runner());
            command.args(shared(args));
        }
        // Containers are root, which Open MPI takes for a mistake.
        command.env("OMPI_ALLOW_RUN_AS_ROOT", "1").env("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1");
        self.settle(&mut command);
        command
    }

    fn settle<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.current_dir(self.path()).env("HOME", self.path()).env_remove("RUST_LOG")
    }

    pub fn json(&self, path: &str) -> Value {
        serde_json::from_str(&std::fs::read_to_string(self.path().join(path)).unwrap()).unwrap()
    }

    /// Every record of a run.
    pub fn metrics(&self, run: &str) -> Vec<Value> {
        let text = std::fs::read_to_string(self.path().join(run).join("metrics.jsonl")).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Starts ranks and waits until the first one has logged so many steps.
    pub fn under_way(&self, mut command: Command, run: &str, steps: usize) -> Started {
        let child = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let metrics = self.path().join(run).join("metrics.jsonl");
        let lines = || std::fs::read_to_string(&metrics).map_or(0, |text| text.lines().count());
        let started = Instant::now();
        while lines() < steps {
            assert!(started.elapsed() < PATIENCE, "the run does not get going");
            std::thread::sleep(Duration::from_millis(10));
        }
        Started(child)
    }
}

/// Ranks at work.
pub struct Started(Child);

impl Started {
    /// Signals the `mpirun`.
    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.0), signal).unwrap();
    }

    /// Signals one rank.
    pub fn signal_rank(&self, rank: usize, signal: Signal) {
        kill_process(self.rank(rank), signal).unwrap();
    }

    fn rank(&self, rank: usize) -> Pid {
        let own = format!("OMPI_COMM_WORLD_RANK={rank}");
        let is_rank = |pid: &i32| {
            let read = |file| std::fs::read(format!("/proc/{pid}/{file}")).unwrap_or_default();
            let parent = format!("PPid:\t{}\n", self.0.id());
            String::from_utf8_lossy(&read("status")).contains(&parent)
                && read("environ").split(|byte| *byte == 0).any(|word| word == own.as_bytes())
        };
        let processes = std::fs::read_dir("/proc").unwrap();
        let mut pids = processes.filter_map(|p| p.unwrap().file_name().to_str()?.parse().ok());
        Pid::from_raw(pids.find(is_rank).expect("the rank is a child of mpirun")).unwrap()
    }

    /// How all of it ended, and after how long.
    pub fn end(self) -> (Output, Duration) {
        let started = Instant::now();
        (self.0.wait_with_output().unwrap(), started.elapsed())
    }
}

fn runner() -> PathBuf {
    assert_cmd::cargo::cargo_bin("runner")
}

fn shared(args: &[&str]) -> Vec<String> {
    let conf = Path::new(env!("CARGO_MANIFEST_DIR")).join("conf");
    let own = args.iter().map(|arg| (*arg).to_owned());
    ["--config-path".to_owned(), conf.display().to_string()].into_iter().chain(own).collect()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Runs to the end, which must be a good one.
pub fn succeed(mut command: Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    output
}

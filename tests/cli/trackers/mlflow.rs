//! A real MLflow server: `RUNNER_MLFLOW` is a Python that has the package.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use serde_json::Value;

use super::tracked;
use crate::support::{Place, repository, stderr};

/// A server with its database in a folder of its own.
struct Server {
    child: Child,
    python: String,
    uri: String,
    _dir: tempfile::TempDir,
}

impl Server {
    /// Starts one; `None`, with the reason printed, where there is no package.
    fn start() -> Option<Self> {
        let Ok(python) = std::env::var("RUNNER_MLFLOW") else {
            println!("skipped: RUNNER_MLFLOW names no Python with mlflow");
            return None;
        };
        let dir = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = std::os::unix::process::CommandExt::process_group(
            Command::new(&python)
                .args(["-m", "mlflow", "server", "--host", "127.0.0.1", "--workers", "1"])
                .args(["--port", &port.to_string()])
                .arg("--backend-store-uri")
                .arg(format!("sqlite:///{}", dir.path().join("mlflow.db").display()))
                .arg("--artifacts-destination")
                .arg(dir.path().join("files"))
                .env("MLFLOW_DISABLE_TELEMETRY", "true")
                .stdout(Stdio::null())
                .stderr(Stdio::null()),
            0,
        )
        .spawn()
        .unwrap();
        let server = Self { child, python, uri: format!("http://127.0.0.1:{port}"), _dir: dir };
        let since = Instant::now();
        let is_up = || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok();
        while !is_up() {
            assert!(since.elapsed() < Duration::from_secs(180), "mlflow does not start");
            sleep(Duration::from_millis(200));
        }
        // Its first answers take as long as it takes to load everything.
        assert!(server.runs().is_empty());
        Some(server)
    }

    /// Every run that MLflow's own client finds, with its metrics' histories and files.
    fn runs(&self) -> Vec<Value> {
        let output = Command::new(&self.python)
            .args(["-B", "-W", "ignore"])
            .arg(repository().join("tests/cli/trackers/read.py"))
            .arg(&self.uri)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Its workers are of its group.
        let _ = kill_process_group(Pid::from_child(&self.child), Signal::TERM);
        let _ = self.child.wait();
    }
}

#[test]
fn a_sweep_on_a_real_server() {
    let Some(server) = Server::start() else { return };
    let place = Place::new();
    let uri = format!("tracker.uri={}", server.uri);
    let args = ["-m", "distill=1,20", &uri, "hydra.sweep.dir=sweep"];
    let output = tracked(&place, &args).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(!stderr(&output).contains("not sent"), "{}", stderr(&output));
    let runs = server.runs();
    assert_eq!(runs.len(), 2);
    for (job, distill) in [("0", "1"), ("1", "20")] {
        let run = runs.iter().find(|run| run["params"]["distill"] == distill).unwrap();
        assert_eq!(run["status"], "FINISHED");
        assert_eq!(run["experiment"], "ek55_ensemble");
        assert_eq!(run["tags"]["runner.data"], "synthetic");
        let files = run["files"].as_array().unwrap();
        assert!(files.contains(&"report.html".into()), "{files:?}");
        assert_same_numbers(&place, &format!("sweep/{job}"), run);
    }
}

#[test]
fn a_killed_run_goes_on_as_the_same_run() {
    let Some(server) = Server::start() else { return };
    let place = Place::new();
    let args = |uri: &str| {
        [
            "+experiment=ek55_ensemble",
            "+debug=synthetic",
            "train.num_epochs=2",
            "train.train_one_epoch_fn.print_freq=1",
            "tracker=mlflow",
            "hydra.run.dir=run",
        ]
        .map(str::to_owned)
        .into_iter()
        .chain([format!("tracker.uri={uri}")])
        .collect::<Vec<_>>()
    };
    let args = args(&server.uri);
    let mut child = Command::new(assert_cmd::cargo::cargo_bin("runner"))
        .current_dir(place.path())
        .env("HOME", place.path())
        .arg("--config-path")
        .arg(repository().join("conf"))
        .args(&args)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let since = Instant::now();
    let is_told = |dir: &Path| {
        let note = std::fs::read_to_string(dir.join("run/tracking.json")).unwrap_or_default();
        let log = std::fs::read_to_string(dir.join("run/metrics.jsonl")).unwrap_or_default();
        note.contains("\"eval\"") || (note.contains("\"train\"") && log.contains("\"eval\""))
    };
    while !is_told(place.path()) {
        assert!(since.elapsed() < Duration::from_secs(300), "the run does not get going");
        sleep(Duration::from_millis(20));
    }
    kill_process(Pid::from_child(&child), Signal::KILL).unwrap();
    child.wait().unwrap();
    assert_eq!(server.runs()[0]["status"], "RUNNING");

    place.runner(args.iter().map(String::as_str)).assert().success();
    let runs = server.runs();
    assert_eq!(runs.len(), 1, "the same run");
    assert_eq!(runs[0]["status"], "FINISHED");
    assert_same_numbers(&place, "run", &runs[0]);
}

/// Every record of the run, once, with its value.
fn assert_same_numbers(place: &Place, run: &str, told: &Value) {
    let records = place.metrics(run);
    for name in ["loss", "loss/cls_action", "acc1/action"] {
        for split in ["train", "eval"] {
            let of_split = records.iter().filter(|record| record["split"] == split);
            let expected: Vec<(u64, f64)> = of_split
                .map(|record| (record["step"].as_u64().unwrap(), record[name].as_f64().unwrap()))
                .collect();
            let history = told["metrics"][format!("{split}/{name}")].as_array().unwrap();
            let history: Vec<(u64, f64)> = history
                .iter()
                .map(|point| (point[0].as_u64().unwrap(), point[1].as_f64().unwrap()))
                .collect();
            assert_eq!(history, expected, "{run} {split}/{name}");
        }
    }
}

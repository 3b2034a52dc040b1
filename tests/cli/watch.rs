//! `runner watch`: what is shown of runs and sweeps, on a terminal and without one.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Place, QUICK, repository, stderr, stdout};
use crate::terminal::{is_coloured, on_terminal};

const RUN: &str = "ek55_ensemble/0001";

fn completed() -> Place {
    let place = Place::new();
    let output = place.runner(QUICK).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    place
}

/// Everything below a directory: names, sizes and times.
fn contents(dir: &Path) -> Vec<(String, u64, std::time::SystemTime)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let meta = std::fs::symlink_metadata(&path).unwrap();
        found.push((path.display().to_string(), meta.len(), meta.modified().unwrap()));
        if meta.is_dir() {
            found.extend(contents(&path));
        }
    }
    found.sort();
    found
}

fn board(place: &Place, args: &[&str]) -> Value {
    let args = [&["watch", "--json"], args].concat();
    let output = place.command(args).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_run_that_is_over_and_nothing_is_written() {
    let place = completed();
    let before = contents(place.path());
    let found = board(&place, &[RUN]);
    let run = &found["runs"][0];
    assert_eq!(
        (&run["run"], &run["state"], &run["share"]),
        (&json!(RUN), &json!("completed"), &json!(1.0))
    );
    assert_eq!(
        (&run["step"], &run["steps"], &run["data"]),
        (&json!(2), &json!(2), &json!("synthetic"))
    );
    assert!(run["losses"]["loss"].is_number() && run["metrics"]["last"]["loss"].is_number());
    let text = place.command(["watch", "--once", "ek55_ensemble/latest"]).output().unwrap();
    let text = stdout(&text);
    assert!(text.starts_with("run ") && text.contains(RUN) && !text.contains('\x1b'), "{text}");
    assert!(text.contains("completed") && text.contains("synthetic"), "{text}");
    let nothing = place.command(["watch"]).output().unwrap();
    assert_eq!((nothing.status.code(), &*stdout(&nothing)), (Some(0), ""));
    assert!(stderr(&nothing).contains("nothing runs"), "{}", stderr(&nothing));
    assert_eq!(contents(place.path()), before);
}

#[test]
fn wrong_names_and_intervals() {
    let place = completed();
    for (args, told) in [
        (&["watch", "ek55_ensmble/0001"][..], "did you mean `ek55_ensemble/0001`?"),
        (&["watch", RUN, "--interval", "0"], "from 0.1 to 3600"),
        (&["watch", RUN, "--interval", "NaN"], "from 0.1 to 3600"),
    ] {
        let output = place.command(args.iter().copied()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(stderr(&output).contains(told), "{args:?}: {}", stderr(&output));
    }
}

#[test]
fn a_sweep_with_all_its_jobs() {
    let place = Place::new();
    let more = ["-m", "distill=1,2"];
    let output = place.runner(QUICK.into_iter().chain(more)).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let found = board(&place, &["ek55_ensemble/latest"]);
    let sweep = &found["sweeps"][0];
    assert_eq!((&sweep["sweep"], &sweep["jobs"]), (&json!(RUN), &json!(2)), "{sweep}");
    assert_eq!(sweep["states"], json!({"completed": 2}));
    assert_eq!(sweep["of"][1]["overrides"], "distill=2");
    let text = stdout(&place.command(["watch", RUN, "--once"]).output().unwrap());
    assert!(text.contains("2 completed of 2 jobs") && text.contains("distill=1"), "{text}");
    let job = board(&place, &["ek55_ensemble/1/1"]);
    assert_eq!(job["runs"][0]["run"], "ek55_ensemble/0001/1", "{job}");
    let keys = json!([
        {"see": "distill=2", "type": "\x1b[B"},
        {"see": "distill=2", "type": "\r"},
        {"see": "last", "type": "q"},
    ]);
    if let Some(drawn) = on_terminal(place.path(), [30, 110], &["watch", RUN], &[], &keys) {
        assert!(drawn.code == 0 && drawn.restored, "{}", drawn.text);
    }
}

#[test]
fn the_terminal_is_given_back_however_it_ends() {
    let place = completed();
    let ends = [
        (json!([{"see": "completed", "type": "q"}]), 0),
        (json!([{"see": "completed", "type": "\u{3}"}]), 130),
        (json!([{"see": "completed", "signal": "TERM"}]), 130),
        (
            json!([{"see": "completed", "resize": [12, 40]}, {"see": "completed", "type": "?"},
                {"see": "quit", "type": "qq"}]),
            0,
        ),
    ];
    for (steps, code) in ends {
        let watch = ["watch", RUN, "--interval", "0.2"];
        let Some(drawn) = on_terminal(place.path(), [24, 80], &watch, &[], &steps) else { return };
        assert_eq!((drawn.code, drawn.restored), (code, true), "{steps}: {}", drawn.text);
        assert!(drawn.text.contains("\x1b[?1049h") && drawn.text.contains("\x1b[?1049l"));
    }
}

#[test]
fn no_color_on_a_terminal() {
    let place = completed();
    let quit = json!([{"see": "completed", "type": "q"}]);
    let coloured = |variables: &[(&str, &str)]| {
        let drawn = on_terminal(place.path(), [24, 80], &["watch", RUN], variables, &quit)?;
        Some(is_coloured(&drawn.text))
    };
    assert!(coloured(&[]).unwrap_or(true));
    assert!(!coloured(&[("NO_COLOR", "1")]).unwrap_or(false));
}

/// A run that goes on until it is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// How busy the GPU is of a run whose record says that it has one, as an `nvidia-smi` of ours says.
fn gpu_of_a_copy(place: &Place) -> Value {
    use std::os::unix::fs::PermissionsExt;
    let (run, copy) = (place.path().join("outputs").join(RUN), place.path().join("gpu/copy/0001"));
    std::fs::create_dir_all(&copy).unwrap();
    let mut manifest: Value =
        serde_json::from_slice(&std::fs::read(run.join("run.json")).unwrap()).unwrap();
    manifest["device"] = json!("libtorch:cuda:0");
    std::fs::write(copy.join("run.json"), manifest.to_string()).unwrap();
    let smi = place.path().join("nvidia-smi");
    std::fs::write(&smi, "#!/bin/sh\necho '0, GPU-aa, 97, 1024, 81559'\n").unwrap();
    std::fs::set_permissions(&smi, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", place.path().display(), std::env::var("PATH").unwrap());
    let output = place
        .command(["watch", "--json", "--outputs", "gpu"])
        .env("PATH", path)
        .env_remove("CUDA_VISIBLE_DEVICES")
        .output()
        .unwrap();
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    found["runs"][0]["gpu"]["busy_percent"].clone()
}

#[test]
fn a_run_that_runs() {
    let place = Place::new();
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("runner"));
    command
        .current_dir(place.path())
        .arg("--config-path")
        .arg(repository().join("conf"))
        .args(["+experiment=ek55_ensemble", "+debug=synthetic", "train.num_epochs=10000"])
        .args(["train.train_one_epoch_fn.print_freq=1", "train.eval_freq=null"])
        .env_remove("CUDA_VISIBLE_DEVICES")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut running = Running(command.spawn().unwrap());
    let begun = Instant::now();
    let run = loop {
        assert!(begun.elapsed() < Duration::from_secs(180), "{:#}", board(&place, &[]));
        let found = board(&place, &[]);
        if found["runs"][0]["rate"].is_number() {
            break found["runs"][0].clone();
        }
        std::thread::sleep(Duration::from_millis(300));
    };
    assert_eq!((&run["state"], &run["run"]), (&json!("running"), &json!(RUN)), "{run:#}");
    let share = run["data_share"].as_f64().unwrap();
    assert!((0.0..=1.0).contains(&share), "{run:#}");
    assert!(run["left_s"].as_f64().unwrap() > 0.0 && run["rate"].as_f64().unwrap() > 0.0);
    if Path::new("/proc/self/stat").exists() {
        assert!(run["cores"].is_number() && run["resident_bytes"].as_u64() > Some(1 << 20));
    }
    assert_eq!(gpu_of_a_copy(&place), json!(97.0));
    let steps = json!([{"see": "running", "type": "\r"}, {"see": "epoch", "type": "q"}]);
    if let Some(drawn) = on_terminal(place.path(), [24, 100], &["watch"], &[], &steps) {
        assert!(drawn.code == 0 && drawn.restored, "{}", drawn.text);
        assert!(drawn.text.contains("SYNTHETIC") && drawn.text.contains("distill"));
    }
    running.0.kill().unwrap();
    running.0.wait().unwrap();
    assert_eq!(board(&place, &[RUN])["runs"][0]["state"], "stale");
    assert_eq!(board(&place, &[])["runs"], json!([]), "what died before nobody watches");
    std::fs::remove_dir_all(place.path().join("outputs").join(RUN)).unwrap();
    assert_eq!(board(&place, &[])["runs"], json!([]));
}

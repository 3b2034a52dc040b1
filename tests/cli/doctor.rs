//! `runner doctor`: a line for everything that runs need, and what is broken.

use std::fs;
use std::process::Output;

use serde_json::Value;

use crate::support::{Place, QUICK, repository, stderr, stdout};

fn doctor(place: &Place, args: &[&str]) -> Output {
    let conf = repository().join("conf").display().to_string();
    let args = ["doctor", "--config-path", &conf].into_iter().chain(args.iter().copied());
    place.command(args).env("HOME", place.path()).output().unwrap()
}

fn checks(output: &Output) -> Vec<Value> {
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    json["checks"].as_array().unwrap().clone()
}

/// The level and what was said of the first line of that name.
fn line(checks: &[Value], name: &str) -> (String, String) {
    let found = checks.iter().find(|one| one["name"] == name);
    let found = found.unwrap_or_else(|| panic!("no `{name}` in {checks:#?}"));
    let text = |key: &str| found[key].as_str().unwrap_or_default().to_owned();
    (text("level"), format!("{}; {}", text("said"), text("fix")))
}

#[test]
fn a_clone_without_data_is_healthy() {
    let place = Place::new();
    let output = doctor(&place, &[]);
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(0), "{text}{}", stderr(&output));
    for head in ["config", "devices", "machine", "outputs", "data", "programs"] {
        assert!(text.lines().any(|line| line == head), "{head}: {text}");
    }
    assert!(text.contains("  ✓ ok      flex"), "{text}");
    assert!(text.contains("  - absent  ek55"), "{text}");
    assert!(text.contains("`runner data check --set ek55`"), "{text}");
    assert!(!text.contains('\u{1b}') && !text.contains("broken"), "{text}");
    assert!(stderr(&output).contains("nothing is broken"), "{}", stderr(&output));
    assert!(place.is_empty(), "something was written");
}

#[test]
fn overrides_narrow_to_what_the_run_needs() {
    let place = Place::new();
    let output = doctor(&place, &["+experiment=ek55_ensemble", "+debug=synthetic", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    let found = checks(&output);
    assert_eq!(line(&found, "files").0, "ok");
    assert!(line(&found, "auto").1.contains("computes"), "{found:#?}");
    assert!(!found.iter().any(|one| one["topic"] == "programs"), "{found:#?}");

    let output = doctor(&place, &["+experiment=ek55_ensemble", "device=flex", "--json"]);
    assert_eq!(output.status.code(), Some(1), "{}", stdout(&output));
    let found = checks(&output);
    let (level, said) = line(&found, "features");
    assert_eq!(level, "broken");
    assert!(said.contains("missing") && said.contains("from https://"), "{said}");
    assert!(line(&found, "teachers").1.contains("import-teacher"), "{found:#?}");
    assert_eq!(line(&found, "flex").0, "ok");
    assert!(place.is_empty(), "something was written");
}

#[test]
fn slurm_matters_only_where_it_is_asked_for() {
    let place = Place::new();
    let empty = place.path().join("empty");
    fs::create_dir(&empty).unwrap();
    let ask = |args: &[&str]| {
        let conf = repository().join("conf").display().to_string();
        let mut command = place.command(["doctor", "--json", "--config-path", &conf]);
        command.args(args).env("PATH", &empty).output().unwrap()
    };
    let output = ask(&[]);
    let (level, said) = line(&checks(&output), "Slurm");
    assert_eq!((output.status.code(), &*level), (Some(0), "absent"), "{said}");
    assert!(said.contains("not needed for runs on this machine"), "{said}");
    assert_eq!(line(&checks(&output), "ffmpeg").0, "absent");
    let output = ask(&["+experiment=ek55_ensemble", "+debug=synthetic", "hydra/launcher=slurm"]);
    let (level, said) = line(&checks(&output), "Slurm");
    assert_eq!((output.status.code(), &*level), (Some(1), "broken"), "{said}");
    assert!(said.contains("no `sbatch`") && said.contains("hydra/launcher=local"), "{said}");
    let output = ask(&["+experiment=ek100_avt", "device=flex"]);
    assert_eq!(line(&checks(&output), "ffmpeg").0, "broken", "{}", stdout(&output));
}

/// A fake `runner-libtorch`: a shell script with this body.
fn fake(place: &Place, body: &str) -> String {
    let path = place.path().join("fake-libtorch");
    let write = r##"printf '#!/bin/sh\n%s\n' "$2" > "$1" && chmod +x "$1""##;
    let mut shell = std::process::Command::new("sh");
    assert!(shell.arg("-c").arg(write).arg("sh").arg(&path).arg(body).status().unwrap().success());
    path.display().to_string()
}

#[test]
fn libtorch_is_asked_in_its_own_process() {
    if cfg!(feature = "tch") {
        println!("skipped: this binary has a libtorch of its own");
        return;
    }
    let place = Place::new();
    let version = stdout(&place.command(["--version"]).output().unwrap());
    let same = format!("[ \"$1\" = --version ] && echo '{}' && exit\n", version.trim());
    let good = r#"echo '{"device":"libtorch","backend":"libtorch","gpus":0,"libtorch":"2.9.0"}'"#;
    for (body, level, said) in [
        (format!("{same}{good}"), "ok", "computes with libtorch 2.9.0 in `"),
        (format!("{same}kill -SEGV $$"), "broken", "crashed: signal: 11"),
        (format!("{same}echo 'error: no kernel' >&2; exit 1"), "broken", "no kernel"),
        ("echo 'runner 0.0.1 (abc)'".to_owned(), "broken", "is version 0.0.1 (abc)"),
        ("echo 'libtorch_cpu.so: gone' >&2; exit 127".to_owned(), "broken", "libtorch_cpu.so"),
    ] {
        let fake = fake(&place, &body);
        let conf = repository().join("conf").display().to_string();
        let args = ["+experiment=ek55_ensemble", "+debug=synthetic", "device=libtorch", "--json"];
        let mut command = place.command(["doctor", "--config-path", &conf]);
        let output = command.args(args).env("RUNNER_LIBTORCH", fake).output().unwrap();
        let found = line(&checks(&output), "libtorch");
        assert_eq!(found.0, level, "{body}: {}", found.1);
        assert!(found.1.contains(said), "{body}: {}", found.1);
        assert_eq!(output.status.code(), Some(if level == "ok" { 0 } else { 1 }), "{body}");
    }
}

#[test]
fn outputs_that_cannot_be_written_to_and_locks() {
    let place = Place::new();
    assert!(place.runner(QUICK).output().unwrap().status.success());
    let before = fs::read_dir(place.path().join("outputs")).unwrap().count();
    let output = doctor(&place, &["--json"]);
    assert_eq!(line(&checks(&output), "locks").0, "ok");
    assert_eq!(fs::read_dir(place.path().join("outputs")).unwrap().count(), before);
    fs::write(place.path().join("taken"), "").unwrap();
    let output = doctor(&place, &[QUICK[0], QUICK[1], "paths.outputs=taken/by/a/file", "--json"]);
    let (level, said) = line(&checks(&output), "taken");
    assert_eq!((output.status.code(), &*level), (Some(1), "broken"), "{said}");
    assert!(said.contains("is no directory") && said.contains("paths.outputs=DIR"), "{said}");
}

#[test]
fn outside_a_clone_and_with_wrong_overrides() {
    let place = Place::new();
    let output = place.command(["doctor"]).env("HOME", place.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = stdout(&output);
    assert!(text.contains("✗ broken  conf") && text.contains("`--config-path DIR`"), "{text}");
    assert!(text.contains("✓ ok      flex"), "the rest is looked at all the same: {text}");
    let output = doctor(&place, &["+experiment=ek55_ensembel"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("did you mean `ek55_ensemble`?"), "{}", stderr(&output));
    assert!(output.stdout.is_empty() && place.is_empty());
}

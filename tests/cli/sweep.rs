//! `runner -m`: jobs in order, each in its own directory.

use std::process::{Command, Stdio};

use crate::support::{Place, QUICK, repository, stderr, stdout};

#[test]
fn a_sweep_runs_every_job_in_its_own_directory() {
    let place = Place::new();
    let args = ["-m"].into_iter().chain(QUICK).chain(["distill=0,20"]);
    let output = place.runner(args).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    for (job, distill) in [("0", "distill=0"), ("1", "distill=20")] {
        let dir = format!("outputs/ek55_ensemble/0001/{job}");
        assert_eq!(place.json(&format!("{dir}/run.json"))["status"], "completed");
        assert!(place.text(&format!("{dir}/.hydra/overrides.yaml")).contains(distill));
    }
}

/// As in `runner -m ... 2>&1 | head`.
#[test]
fn a_sweep_goes_on_where_nobody_reads_what_it_tells() {
    let place = Place::new();
    let args = ["-m"].into_iter().chain(QUICK).chain(["distill=0,20"]);
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("runner"));
    command.current_dir(place.path()).env("HOME", place.path());
    command.arg("--config-path").arg(repository().join("conf")).args(args);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stderr.take());
    assert!(child.wait().unwrap().success());
    for job in ["0", "1"] {
        let run = place.json(&format!("outputs/ek55_ensemble/0001/{job}/run.json"));
        assert_eq!(run["status"], "completed");
    }
}

#[test]
fn a_dry_run_prints_one_array_a_job_and_writes_nothing() {
    let place = Place::new();
    let args = ["-m", "--dry-run"].into_iter().chain(QUICK).chain(["distill=1,20,150"]);
    let output = place.runner(args).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let jobs: Vec<Vec<String>> =
        stdout(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let last = |job: &Vec<String>| job.last().unwrap().clone();
    assert_eq!(
        jobs.iter().map(last).collect::<Vec<_>>(),
        ["distill=1", "distill=20", "distill=150"]
    );
    assert!(place.is_empty());
}

#[test]
fn one_bad_combination_stops_the_sweep_before_it_starts() {
    let place = Place::new();
    let sweep = ["distill=1,a", "train.batch_size=4,8,many"];
    let args = ["-m"].into_iter().chain(QUICK).chain(sweep);
    let output = place.runner(args).output().unwrap();
    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    for part in [
        "error: failed to check the sweep: 4 of 6 jobs are wrong, none was started\n",
        "\n  2    1       +experiment=ek55_ensemble +debug=synthetic",
        "\n[1] jobs 2, 5:\n",
        "\n[2] jobs 3-5:\n",
        "distill=1,a",
    ] {
        assert!(text.contains(part), "`{part}` in {text}");
    }
    assert!(place.is_empty());
}

#[test]
fn zips_edits_and_conditions_make_the_jobs() {
    let place = Place::new();
    let sweep = [
        "run_id=zip(0,1,2)",
        "distill=zip(1,20,150)",
        "opt.lr_wd=choice(append([classifiers,1,0]),prepend([backbone,1,0]))",
        "hydra.sweeper.exclude='distill == 20 or run_id > 1'",
    ];
    let args = ["-m", "--dry-run"].into_iter().chain(QUICK).chain(sweep);
    let output = place.runner(args).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let jobs: Vec<Vec<String>> =
        stdout(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let swept: Vec<String> = jobs.iter().map(|job| job[QUICK.len()..].join(" ")).collect();
    assert_eq!(
        swept,
        [
            "run_id=0 distill=1 opt.lr_wd=append([classifiers,1,0])",
            "run_id=0 distill=1 opt.lr_wd=prepend([backbone,1,0])",
        ]
    );
}

#[test]
fn that_nobody_reads_on_is_no_failure() {
    let place = Place::new();
    for args in [&["--hydra-help"][..], &["--help"], &["schema"], &["--info", "config"]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_runner"));
        command.args(args).current_dir(repository()).env("HOME", place.path());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", stderr(&output));
        assert!(!stderr(&output).contains("panicked"), "{args:?}: {}", stderr(&output));
    }
}

//! `hydra/sweeper=grid|random|tpe`: which jobs a dry run tells of, and what is refused.

use std::collections::BTreeSet;

use crate::support::{Place, QUICK, stderr, stdout};

/// What a dry run says: the jobs without what they share, and stderr.
fn dry_run(sweep: &[&str]) -> (Vec<String>, String) {
    let place = Place::new();
    let args = ["-m", "--dry-run"].into_iter().chain(QUICK).chain(sweep.iter().copied());
    let output = place.runner(args).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(place.is_empty());
    let job =
        |line: &str| serde_json::from_str::<Vec<String>>(line).unwrap()[QUICK.len()..].join(" ");
    (stdout(&output).lines().map(job).collect(), stderr(&output))
}

#[test]
fn a_grid_leaves_keys_alone_that_a_job_has_not() {
    let (jobs, _) = dry_run(&[
        "hydra/sweeper=grid",
        "opt/optimizer=sgd,adam",
        "opt.optimizer.momentum=0.5,0.9",
        "hydra.sweeper.when={opt.optimizer.momentum:\"opt/optimizer == 'sgd'\"}",
    ]);
    let expected = [
        "opt/optimizer=sgd opt.optimizer.momentum=0.5",
        "opt/optimizer=sgd opt.optimizer.momentum=0.9",
        "opt/optimizer=adam",
    ];
    assert_eq!(jobs, expected);
}

#[test]
fn all_points_of_random_are_told() {
    let sweep = [
        "hydra/sweeper=random",
        "opt.lr_wd.0.1=tag(log,interval(1e-4,1e-1))",
        "train.batch_size=int(interval(2,8))",
        "hydra.sweeper.n_trials=12",
    ];
    let (jobs, said) = dry_run(&sweep);
    assert_eq!(jobs.len(), 12);
    assert!(!said.contains("as results come"), "{said}");
    assert_eq!(dry_run(&sweep).0, jobs);
    for job in &jobs {
        let values: Vec<f64> =
            job.split(' ').map(|one| one.split_once('=').unwrap().1.parse().unwrap()).collect();
        assert!((1e-4..=1e-1).contains(&values[0]) && (2.0..=8.0).contains(&values[1]), "{job}");
    }
}

#[test]
fn a_random_sweep_runs_the_points_that_a_dry_run_told_of() {
    let sweep = ["hydra/sweeper=random", "distill=interval(0,10)", "hydra.sweeper.n_trials=2"];
    let (told, _) = dry_run(&sweep);
    let place = Place::new();
    let args = ["-m"].into_iter().chain(QUICK).chain(sweep);
    let output = place.runner(args).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    for (number, overrides) in told.iter().enumerate() {
        let dir = format!("outputs/ek55_ensemble/0001/{number}");
        assert_eq!(place.json(&format!("{dir}/run.json"))["status"], "completed");
        let ran = place.text(&format!("{dir}/.hydra/overrides.yaml"));
        assert!(ran.contains(overrides), "{overrides} in {ran}");
    }
}

#[test]
fn of_tpe_those_are_told_that_no_result_changes() {
    let sweep = ["distill=interval(0,10)", "hydra.sweeper.n_trials=9"];
    let few = "hydra.sweeper.sampler.n_startup_trials=4";
    let (jobs, said) = dry_run(&[&["hydra/sweeper=tpe", few][..], &sweep].concat());
    assert_eq!(jobs.len(), 4);
    assert!(said.contains("4 of 9 jobs are known; the rest is drawn as results come"), "{said}");
    let (even, _) = dry_run(&[&["hydra/sweeper=random"][..], &sweep].concat());
    assert_eq!(jobs, even[..4]);
}

#[test]
fn what_is_refused_says_what_to_write_instead() {
    for (sweep, parts) in [
        (
            &["hydra/sweeper=optuna", "seed=1,2"][..],
            &["`hydra/sweeper=tpe`", "basic, grid, random, tpe"][..],
        ),
        (&["hydra/sweeper=tep", "seed=1,2"], &["did you mean `tpe`?"]),
        (
            &["hydra/sweeper=tpe", "+hydra.sweeper.n_trails=3", "seed=1,2"],
            &["`hydra.sweeper.n_trails`: unknown key", "did you mean `n_trials`?", "argument"],
        ),
        (
            &["hydra/sweeper=tpe", "hydra.sweeper.n_trials=0"],
            &["expected at least 1", "argument 6"],
        ),
        (&["hydra/sweeper=tpe", "hydra.sweeper.n_jobs=4"], &["hydra.launcher.n_jobs"]),
        (&["seed=interval(0,1)"], &["`hydra/sweeper=random` and `=tpe`"]),
        (&["hydra/sweeper=random", "distill=tag(log,interval(0,1))"], &["starts above 0"]),
        (
            &["hydra/sweeper=random", "distill=interval(0,1)", "hydra.sweeper.only='distill > 1'"],
            &["none of 1000 is a job", "hydra.sweeper.only"],
        ),
        (
            &["hydra/sweeper=random", "distill=interval(0,1)", "model.dropuot=interval(0,1)"],
            &["`model.dropuot`", "argument 7"],
        ),
    ] {
        let place = Place::new();
        let args = ["-m"].into_iter().chain(QUICK).chain(sweep.iter().copied());
        let output = place.runner(args).output().unwrap();
        let text = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{sweep:?}: {text}");
        assert!(parts.iter().all(|part| text.contains(part)), "{sweep:?}: {text}");
        assert!(place.is_empty(), "{sweep:?}");
    }
}

#[test]
fn a_sweeper_of_ones_own_builds_on_one_of_the_programs() {
    let place = Place::new();
    let group = place.path().join("mine/hydra/sweeper");
    std::fs::create_dir_all(&group).unwrap();
    let text = "defaults: [tpe]\nn_trials: 5\nsampler: {n_startup_trials: 3}\nparams:\n  \
                opt.lr_wd.0.1: tag(log,interval(1e-4,1e-1))\n  train.batch_size: range(4,9,2)\n";
    std::fs::write(group.join("mine.yaml"), text).unwrap();
    let args =
        ["-m", "--dry-run", "--config-dir", "mine", "hydra/sweeper=mine", "hydra.sweeper.seed=7"];
    let output = place.runner(args.into_iter().chain(QUICK)).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stderr(&output).contains("3 of 5 jobs are known"), "{}", stderr(&output));
    let jobs = stdout(&output);
    assert_eq!(jobs.lines().count(), 3, "{jobs}");
    assert!(jobs.lines().all(|job| job.starts_with("[\"opt.lr_wd.0.1=")), "{jobs}");

    std::fs::write(group.join("mine.yaml"), text.replace("n_trials", "n_trails")).unwrap();
    let output = place.runner(args.into_iter().chain(QUICK)).output().unwrap();
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    for part in
        ["`hydra.sweeper.n_trails`: unknown key", "mine.yaml:2:1", "did you mean `n_trials`?"]
    {
        assert!(said.contains(part), "`{part}` in {said}");
    }
}

#[test]
fn a_study_is_drawn_by_its_workers_and_goes_on_where_it_stands() {
    let place = Place::new();
    let sweep = [
        "hydra/launcher=local",
        "hydra.launcher.n_jobs=2",
        "hydra/sweeper=tpe",
        "hydra.sweeper.n_trials=4",
        "hydra.sweeper.sampler.n_startup_trials=2",
        "distill=tag(log,interval(0.1,100))",
    ];
    let run = || place.runner(["-m"].into_iter().chain(QUICK).chain(sweep)).output().unwrap();
    let record =
        |job: usize| place.json(&format!("outputs/ek55_ensemble/0001/ledger/{job:04}.json"));
    let output = run();
    assert!(output.status.success(), "{}", stderr(&output));
    let jobs: Vec<_> = (0..4).map(record).collect();
    let points: BTreeSet<_> = jobs.iter().map(|job| job["overrides"].to_string()).collect();
    assert_eq!(points.len(), 4, "no point twice: {points:?}");
    assert!(
        jobs.iter().all(|job| job["state"] == "completed" && job["value"].is_f64()),
        "{jobs:?}"
    );

    // As it stands when the machine dies in the middle of a trial.
    let sweep_dir = place.path().join("outputs/ek55_ensemble/0001");
    std::fs::remove_dir_all(sweep_dir.join("3")).unwrap();
    let mut lost = jobs[3].clone();
    (lost["state"], lost["value"]) = ("failed".into(), serde_json::Value::Null);
    std::fs::write(sweep_dir.join("ledger/0003.json"), lost.to_string()).unwrap();
    let output = run();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stderr(&output).contains("4 jobs: 3 have completed results, 1 to run"));
    assert_eq!(record(3)["overrides"], jobs[3]["overrides"], "its point stays");
    assert_eq!(record(3)["value"], jobs[3]["value"], "and has the same result");
}

//! Hydra's flags around a config: `--info`, `--help`, `--hydra-help`, `--experimental-rerun`.

use crate::support::{Place, QUICK, repository, stderr, stdout};

#[test]
fn info_and_help_have_hydras_layout() {
    let place = Place::new();
    for (args, parts) in [
        (
            vec!["--info", "plugins"],
            vec!["Installed Hydra Plugins\n***", "\tLauncher:\n\t---------\n\t\tbasic"],
        ),
        (
            vec!["--info"],
            vec!["Hydra 1.3.8\n===========\n", "\nDefaults Tree\n", "\nConfig\n******\n"],
        ),
        (vec!["--info", "searchpath"], vec!["\nConfig search path\n***", "| main     | file://"]),
        (
            vec!["--hydra-help"],
            vec!["--config-path,-cp : ", "hydra/job_logging: ", "Use '--cfg hydra'"],
        ),
        (
            vec!["--help"],
            vec!["--config-path", "Usage: runner", "opt/optimizer: ", "runner --cfg job"],
        ),
        (
            vec!["--help", "seed=7", "--resolve", "hydra.help.template='$CONFIG'"],
            vec!["\nseed: 7\n", "\n      distill: 0.0\n"],
        ),
        (vec!["--help", "hydra.help.template=only this"], vec!["Usage: runner", "\nonly this\n"]),
    ] {
        let output = place.runner(args.iter().copied()).output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", stderr(&output));
        let text = stdout(&output);
        parts
            .iter()
            .for_each(|part| assert!(text.contains(part), "{args:?}: no {part:?} in\n{text}"));
    }
    assert!(place.is_empty());
}

#[test]
fn help_comes_without_a_config() {
    let place = Place::new();
    let output = place.command(["--help"]).output().unwrap();
    assert!(output.status.success() && stdout(&output).contains("Usage: runner"));
}

#[test]
fn flags_that_exclude_each_other_are_refused() {
    let place = Place::new();
    for args in [
        &["--cfg", "job", "--multirun"][..],
        &["--cfg", "job", "--info"],
        &["--info", "config", "-m"],
        &["--resolve"],
        &["--package", "opt"],
        &["--experimental-rerun", "x", "-m"],
        &["--info", "nothing"],
        &["--cfg", "nothing"],
        &["--cfg", "job", "-p", "nothing"],
        &["--version-base", "1.0", "--cfg", "job"],
        &["--config-dir", "nothing", "--cfg", "job"],
        &["--hydra-help", "seed=1"],
    ] {
        let output = place.runner(args.iter().copied()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", stdout(&output));
        assert!(stdout(&output).is_empty() && !stderr(&output).is_empty(), "{args:?}");
    }
    assert!(place.is_empty());
}

#[test]
fn a_directory_with_a_primary_config_stands_for_itself() {
    let place = Place::new();
    let write = |path: &str, text: &str| {
        let path = place.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("conf/config.yaml", "defaults:\n- g: a\nown: true\n");
    write("conf/g/a.yaml", "x: 1\n");
    write("other/config.yaml", "other: true\n");
    write("more/g/b.yaml", "x: 2\n");
    for (args, expected) in [
        (vec![], "g:\n  x: 1\nown: true\n"),
        (vec!["--config-dir", "other"], "other: true\n"),
        (vec!["--config-path", "conf", "--config-dir", "other"], "g:\n  x: 1\nown: true\n"),
        (vec!["-cd", "more", "g=b"], "g:\n  x: 2\nown: true\n"),
    ] {
        let args = args.iter().copied().chain(["--cfg", "job"]);
        assert_eq!(stdout(&place.command(args).output().unwrap()), expected);
    }
}

#[test]
fn the_mode_may_stand_in_the_config() {
    let place = Place::new();
    let jobs = |args: &[&str]| {
        let args = [&QUICK[..], &["--dry-run"], args].concat();
        let output = place.runner(args).output().unwrap();
        (output.status.code(), stdout(&output).lines().count(), stderr(&output))
    };
    assert_eq!(jobs(&["seed=1,2"]).0, Some(2));
    for args in [&["seed=1,2", "-m"][..], &["seed=1,2", "hydra.mode=MULTIRUN"]] {
        assert_eq!((jobs(args).0, jobs(args).1), (Some(0), 2), "{args:?}");
    }
    let (code, count, said) = jobs(&["seed=1,2", "hydra.mode=RUN", "-m"]);
    assert!((code, count) == (Some(0), 2) && said.contains("hydra.mode=RUN"), "{said}");
}

#[test]
fn a_run_is_run_again_from_its_record() {
    let place = Place::new();
    let first = place.runner(QUICK).output().unwrap();
    assert!(first.status.success(), "{}", stderr(&first));
    let first = stdout(&first).trim().to_owned();
    let record = format!("{first}/.hydra/config.yaml");
    let output = place.command(["--experimental-rerun", &record, "seed=7"]).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stderr(&output).contains("without `seed=7`"), "{}", stderr(&output));
    let second = stdout(&output).trim().to_owned();
    assert!(first.ends_with("0001") && second.ends_with("0002"), "{first} {second}");
    for name in ["config.yaml", "overrides.yaml"] {
        let text = |run: &str| place.text(&format!("{run}/.hydra/{name}"));
        assert_eq!(text(&first), text(&second), "{name}");
    }
    let origins = place.text(&format!("{second}/provenance.yaml"));
    assert!(origins.contains(&format!("{record}:")), "{origins}");
    let loss = |run: &str| place.json(&format!("{run}/run.json"))["metrics"]["last"].clone();
    assert_eq!(loss(&first), loss(&second));
}

#[test]
fn a_record_may_be_named_in_three_ways_and_no_other() {
    let place = Place::new();
    let run = place.runner(QUICK).output().unwrap();
    let run = stdout(&run).trim().to_owned();
    for (path, code) in [
        (run.clone(), 0),
        (format!("{run}/.hydra"), 0),
        (format!("{run}/.hydra/config.yaml"), 0),
        (format!("{run}/.hydra/hydra.yaml"), 2),
        (format!("{run}/config.pickle"), 2),
        ("nothing".to_owned(), 2),
        (repository().join("conf").display().to_string(), 2),
    ] {
        let args = ["--experimental-rerun", path.as_str(), "--dry-run"];
        let output = place.command(args).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{path}: {}", stderr(&output));
    }
}

//! Help, the manual, and what a bare or misplaced command says.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command as Process;

use crate::support::{Place, QUICK, repository, stderr, stdout};

fn help(place: &Place, args: &[&str]) -> String {
    let output = place.command(args.iter().copied()).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", stderr(&output));
    stdout(&output)
}

/// Every command by its words, as the helps list them.
fn commands(place: &Place, path: &[String], found: &mut Vec<Vec<String>>) {
    let mut args = vec!["help"];
    args.extend(path.iter().map(String::as_str));
    let text = help(place, &args);
    let listed = text.lines().skip_while(|line| *line != "Commands:").skip(1);
    let names = listed.take_while(|line| !line.is_empty()).filter_map(|line| {
        let name = line.strip_prefix("  ")?;
        (!name.starts_with(' ')).then(|| name.split_whitespace().next().unwrap().to_owned())
    });
    for name in names {
        let path = [path, &[name]].concat();
        found.push(path.clone());
        commands(place, &path, found);
    }
}

#[test]
fn both_ways_to_the_help_of_a_command_print_the_same() {
    let place = Place::new();
    let mut all = Vec::new();
    commands(&place, &[], &mut all);
    assert!(all.len() > 30, "{all:?}");
    for path in &all {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let before = help(&place, &[&["help"], &path[..]].concat());
        assert_eq!(before, help(&place, &[&path[..], &["--help"]].concat()), "{path:?}");
        let usage = format!("Usage: runner {}", path.join(" "));
        assert!(before.contains(&usage), "{path:?}: {before}");
    }
    assert!(place.is_empty());
}

#[test]
fn help_starts_with_examples_and_is_no_wall() {
    let place = Place::new();
    let text = stdout(&place.runner(["--help"]).output().unwrap());
    assert!(text.starts_with("Examples:\n  runner +experiment="), "{text}");
    let wide = text.lines().filter(|line| !line.contains(": ")).map(str::len).max().unwrap();
    assert!(text.lines().count() < 130 && wide <= 100, "{} {wide}", text.lines().count());
    assert!(text.contains("runner runs compare"), "{text}");
    assert!(text.contains("experiment: "), "{text}");
    let long = help(&place, &["help"]);
    assert!(long.contains("With -m prints the overrides of every job"), "{long}");
}

#[test]
fn unknown_commands_have_no_help_and_proposals() {
    let place = Place::new();
    for (args, hint) in [
        (&["help", "anlyze"][..], "did you mean `analyze`?"),
        (&["help", "runs", "lst"], "did you mean `list`?"),
        (&["man", "runs", "banana"], "it has list, show, compare"),
        (&["help", "doctor", "x"], "it has none"),
    ] {
        let output = place.command(args.iter().copied()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(stderr(&output).contains(hint), "{args:?}: {}", stderr(&output));
    }
}

/// The directory says what to do: nothing is there, a clone is above.
#[test]
fn outside_a_clone() {
    let place = Place::new();
    for args in [&[][..], &["+experiment=ek55_ensemble"], &["-m", "distill=1,2"]] {
        let output = place.command(args.iter().copied()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        let text = stderr(&output);
        for part in ["config directory `conf`", "in a clone", "--config-path DIR", "runner --help"]
        {
            assert!(text.contains(part), "{args:?}: {part} in {text}");
        }
    }
    assert!(place.is_empty());
    fs::create_dir_all(place.path().join("conf")).unwrap();
    fs::write(place.path().join("conf/config.yaml"), "a: 1\n").unwrap();
    fs::create_dir_all(place.path().join("src/deep")).unwrap();
    let mut command = place.command([]);
    let output = command.current_dir(place.path().join("src/deep")).output().unwrap();
    let text = stderr(&output);
    assert!(
        text.contains("it is in `../..`") && text.contains("--config-path ../../conf"),
        "{text}"
    );
}

/// In a clone, the next step.
#[test]
fn without_arguments() {
    let place = Place::new();
    std::os::unix::fs::symlink(repository().join("conf"), place.path().join("conf")).unwrap();
    let output = place.command([]).env("HOME", place.path()).output().unwrap();
    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("help: name an experiment: `runner +experiment="), "{text}");
    assert!(!place.path().join("outputs").exists());
}

/// The pages as `man` and its kin read them.
#[test]
fn pages_of_the_manual() {
    let place = Place::new();
    let output = place.command(["man", "--out", "pages"]).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let pages = place.path().join("pages");
    let names: BTreeSet<String> = fs::read_dir(&pages)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    for name in ["runner.1", "runner-runs.1", "runner-runs-compare.1", "runner-doctor.1"] {
        assert!(names.contains(name), "{name}: {names:?}");
    }
    let one = stdout(&place.command(["man", "runs", "compare"]).output().unwrap());
    assert_eq!(one, place.text("pages/runner-runs-compare.1"));
    let again = place.command(["man", "--out", "pages"]).output().unwrap();
    assert_eq!(again.status.code(), Some(2));
    assert!(stderr(&again).contains("exists already"), "{}", stderr(&again));
    for name in &names {
        set(&pages.join(name));
    }
}

/// Sets a page with groff and reads its name with lexgrog, where they are here.
fn set(page: &std::path::Path) {
    let run = |program: &str, args: &[&str]| {
        let output = Process::new(program).args(args).arg(page).output();
        output.inspect_err(|_| println!("skipped: there is no {program} here")).ok()
    };
    if let Some(output) = run("groff", &["-man", "-Tutf8", "-ww", "-P-cbou"]) {
        assert!(
            output.status.success() && output.stderr.is_empty(),
            "{page:?}: {}",
            stderr(&output)
        );
        let text = stdout(&output);
        assert!(text.contains("DESCRIPTION"), "{page:?}: {text}");
    }
    if let Some(output) = run("lexgrog", &[]) {
        assert!(output.status.success(), "{page:?}: {}{}", stdout(&output), stderr(&output));
    }
}

/// What only reads is run as it stands in the help, where a run is that it may speak of.
#[test]
fn examples_that_only_read_work_as_they_are_written() {
    const READING: [&str; 12] = [
        "runner runs list",
        "runner runs show",
        "runner runs compare",
        "runner runs diff",
        "runner runs prune --dry-run",
        "runner jobs list\n",
        "runner schema",
        "runner completions",
        "runner man runs",
        "runner help",
        "runner doctor\n",
        "runner new",
    ];
    let place = Place::new();
    for _ in 0..2 {
        assert!(place.runner(QUICK).output().unwrap().status.success());
    }
    // A copy, since `runner new` writes one.
    let mut copy = Process::new("cp");
    copy.arg("-r").arg(repository().join("conf")).arg(place.path());
    assert!(copy.status().unwrap().success());
    let mut all = Vec::new();
    commands(&place, &[], &mut all);
    let mut examples = BTreeSet::new();
    for path in &all {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let text = help(&place, &[&["help"], &path[..]].concat());
        examples.extend(text.lines().filter(|line| line.starts_with("runner ")).map(str::to_owned));
    }
    let program = assert_cmd::cargo::cargo_bin("runner");
    let programs =
        format!("{}:{}", program.parent().unwrap().display(), std::env::var("PATH").unwrap());
    let mut count = 0;
    for example in &examples {
        let line = format!("{example}\n");
        if !READING.iter().any(|start| line.starts_with(start)) || example.contains("man -l") {
            continue;
        }
        let mut shell = Process::new("bash");
        shell.args(["-c", example]).env("PATH", &programs).env("HOME", place.path());
        let output = shell.current_dir(place.path()).output().unwrap();
        let is_fish = example.contains("| source");
        assert!(output.status.success() || is_fish, "{example}: {}", stderr(&output));
        count += 1;
    }
    assert!(count >= 12, "{count} of {examples:#?}");
}

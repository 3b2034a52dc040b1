//! Completion: the proposals for a line, and the scripts in the shells that are here.

use std::process::Command as Process;

use crate::support::{Place, QUICK, repository, stderr, stdout};

/// The proposals for a line, one each.
fn proposals(place: &Place, line: &str) -> Vec<String> {
    let line = format!("runner {line}");
    let output = place
        .command(["-sc", "query=fish"])
        .current_dir(repository())
        .env("COMP_LINE", line)
        .env_remove("COMP_POINT")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    stdout(&output).lines().map(str::to_owned).collect()
}

#[test]
fn every_kind_of_word_is_completed() {
    let place = Place::new();
    for (line, expected) in [
        ("opt/opt", "opt/optimizer="),
        ("opt/optimizer=a", "opt/optimizer=adam"),
        ("+experiment=egtea_avt", "+experiment=egtea_avt_tsn"),
        ("+exp", "+experiment="),
        ("~opt/opt", "~opt/optimizer"),
        ("dataset@dataset_tr", "dataset@dataset_train="),
        ("dataset@dataset_train=eg", "dataset@dataset_train=egtea/"),
        ("opt.war", "opt.warmup."),
        ("opt.warmup.num", "opt.warmup.num_epochs="),
        ("++opt.war", "++opt.warmup."),
        ("train.shuffle_data=", "train.shuffle_data=false"),
        ("opt.overlap=", "opt.overlap=update_each_time"),
        ("device=", "device=flex"),
        ("@READ", "@README.md"),
        ("--ver", "--version-base"),
        ("--version-base ", "1.1"),
        ("--cfg ", "hydra"),
        ("--cfg=j", "--cfg=job"),
        ("--info ", "defaults-tree"),
        ("-cn exp", "experiment/"),
        ("--explain opt.lr", "opt.lr_wd."),
        ("comp", "completions"),
        ("completions b", "bash"),
        ("opt/optimizer=adam opt.optimizer._", "opt.optimizer._target_="),
        ("data ch", "check"),
        ("data check +experiment=egtea_avt", "+experiment=egtea_avt_tsn"),
        ("data check paths.ex", "paths.external="),
        ("data check --set 50", "50salads"),
        ("doc", "doctor"),
        ("doctor +experiment=egtea_avt", "+experiment=egtea_avt_tsn"),
        ("doctor --js", "--json"),
        ("help ru", "runs"),
        ("help runs co", "compare"),
        ("man data ch", "check"),
        ("runs list --state st", "stale"),
        ("completions elv", "elvish"),
    ] {
        let found = proposals(&place, line);
        assert!(found.iter().any(|one| one == expected), "{line}: {found:?}");
    }
}

/// What past runs left: their names, sweeps, tags, keys and metrics.
#[test]
fn runs_are_completed() {
    let place = Place::new();
    assert!(place.runner(QUICK).output().unwrap().status.success());
    let tag = ["runs", "tag", "ek55_ensemble/0001", "paper"];
    assert!(place.command(tag).output().unwrap().status.success());
    let sweep = ["-m", QUICK[0], QUICK[1], QUICK[2], QUICK[3], "seed=1,2"];
    assert!(place.runner(sweep).output().unwrap().status.success());
    let here = |line: &str| {
        let mut command = place.command(["-sc", "query=fish"]);
        let command = command.env("COMP_LINE", format!("runner {line}")).env_remove("COMP_POINT");
        let text = stdout(&command.output().unwrap());
        text.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    for (line, expected) in [
        ("runs show ek", "ek55_ensemble/0001"),
        ("runs show ek", "ek55_ensemble/latest"),
        ("runs list ek", "ek55_ensemble"),
        ("runs compare ek55_ensemble/0002", "ek55_ensemble/0002/1"),
        ("runs diff ek55_ensemble/1 ek", "ek55_ensemble/0002/0"),
        ("runs list --sort best.action.top", "best.action.top1"),
        ("runs list --columns distill,last.l", "distill,last.loss"),
        ("runs list --tag pa", "paper"),
        ("runs list --experiment ek", "ek55_ensemble"),
        ("runs list --state com", "completed"),
        ("jobs show ek55_ensemble/0002/", "ek55_ensemble/0002/1"),
        ("runs show --outputs outputs ek", "ek55_ensemble/0001"),
    ] {
        let found = here(line);
        assert!(found.iter().any(|one| one == expected), "{line}: {expected} in {found:?}");
    }
    assert_eq!(here("runs show --outputs nowhere ek"), Vec::<String>::new());
}

/// The scripts of clap for the shells that no words of ours reach.
#[test]
fn other_shells_know_the_commands() {
    let place = Place::new();
    for shell in ["elvish", "powershell"] {
        let script = stdout(&place.command(["completions", shell]).output().unwrap());
        for word in ["doctor", "analyze", "compare", "multirun"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
}

#[test]
fn hydra_separates_by_blanks_for_bash_and_by_lines_for_fish() {
    let place = Place::new();
    let ask = |shell: &str| {
        let mut command = place.command(["-sc", &format!("query={shell}")]);
        let command = command.current_dir(repository()).env("COMP_LINE", "runner opt/optimizer=s");
        stdout(&command.output().unwrap())
    };
    assert_eq!(ask("bash"), "opt/optimizer=sgd opt/optimizer=sgd_nesterov\n");
    assert_eq!(ask("fish"), "opt/optimizer=sgd\nopt/optimizer=sgd_nesterov\n");
}

#[test]
fn what_is_asked_must_be_clear() {
    let place = Place::new();
    for args in [
        &["-sc"][..],
        &["-sc", "install=bash", "query=bash"],
        &["-sc", "install=csh"],
        &["-sc", "query=bash"],
    ] {
        let output = place.command(args.iter().copied()).env_remove("COMP_LINE").output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", stderr(&output));
    }
}

#[test]
fn both_commands_print_the_same_script() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = stdout(&place.command(["completions", shell]).output().unwrap());
        let hydra = format!("install={shell}");
        assert_eq!(script, stdout(&place.command(["-sc", &hydra]).output().unwrap()));
        assert!(script.contains("query=fish"), "{script}");
    }
}

/// Runs a script in a shell, with the program's directory first in the path.
fn shell(name: &str, args: &[&str], script: &str) -> Option<String> {
    let program = assert_cmd::cargo::cargo_bin("runner");
    let path = format!("{}:{}", program.parent()?.display(), std::env::var("PATH").ok()?);
    let mut process = Process::new(name);
    process.args(args).arg("-c").arg(script).env("PATH", path).current_dir(repository());
    let output = process.output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn bash_replaces_what_follows_its_last_word_break() {
    let script = r#"
        eval "$(runner completions bash)"
        try() {
            COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDS=(runner) COMPREPLY=()
            _runner_complete 2>/dev/null
            echo "${COMPREPLY[*]}"
        }
        try "runner opt/opt"
        try "runner opt/optimizer=s"
        try "runner --cfg j"
        try "runner train.shuffle_data=t"
        try "runner help runs com"
        eval "$(runner -sc uninstall=bash)"
        complete -p runner 2>/dev/null || echo gone
    "#;
    let found = shell("bash", &["--norc"], script).unwrap();
    assert_eq!(found, "opt/optimizer=\nsgd sgd_nesterov\njob\ntrue\ncompare\ngone\n");
}

#[test]
fn fish_takes_the_proposals_as_they_are() {
    let script = "runner completions fish | source; complete -C 'runner opt/optimizer=s'; \
                  complete -C 'runner help runs com'";
    // Not every machine has fish.
    if let Some(found) = shell("fish", &["--no-config"], script) {
        assert_eq!(found, "opt/optimizer=sgd\nopt/optimizer=sgd_nesterov\ncompare\n");
    }
}

#[test]
fn zsh_accepts_the_script() {
    let script = "autoload -Uz compinit && compinit -u -D; eval \"$(runner completions zsh)\"; \
                  print $_comps[runner]";
    // Not every machine has zsh.
    if let Some(found) = shell("zsh", &["-f"], script) {
        assert_eq!(found, "_runner\n");
    }
}

/// With a `compadd` that prints what it is given: its own needs a terminal.
#[test]
fn zsh_is_given_the_proposals() {
    let script = r#"
        compdef() { : }
        compadd() { local list=${@[-1]}; print -l -- ${(P)list} }
        eval "$(runner completions zsh)"
        try() { words=(runner "$@"); CURRENT=${#words}; PREFIX=${words[-1]}; _runner }
        try opt/optimizer=s
        try help runs com
        try data chec
    "#;
    if let Some(found) = shell("zsh", &["-f"], script) {
        assert_eq!(found, "opt/optimizer=sgd\nopt/optimizer=sgd_nesterov\ncompare\ncheck\n");
    }
}

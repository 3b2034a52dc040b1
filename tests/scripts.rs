//! `scripts/install-libtorch` says plainly what is missing, on machines made of a few links.
#![allow(clippy::disallowed_methods, clippy::unwrap_used)] // a test makes its own files

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// A machine that has these programs and no others.
fn machine(programs: &[&str]) -> TempDir {
    let machine = tempfile::tempdir().unwrap();
    for program in ["bash", "env", "dirname", "basename", "cut", "mkdir"].iter().chain(programs) {
        let folders = std::env::var_os("PATH").unwrap();
        let found = std::env::split_paths(&folders).map(|folder| folder.join(program));
        let found = found.into_iter().find(|path| path.is_file());
        let found = found.unwrap_or_else(|| panic!("the test needs `{program}`"));
        symlink(found, machine.path().join(program)).unwrap();
    }
    machine
}

/// Adds a program to the machine: a shell script.
///
/// A child process writes it: were this one to, a test that forks at the same moment would inherit
/// the open file, and executing the script would fail as busy.
fn program(machine: &Path, name: &str, body: &str) {
    let write = r##"printf '#!/usr/bin/env bash\n%s\n' "$2" > "$1" && chmod +x "$1""##;
    let mut shell = Command::new("sh");
    shell.args(["-c", write, "sh"]).arg(machine.join(name)).arg(body);
    assert!(shell.status().unwrap().success());
}

/// Adds `python3` that claims to have a version of torch, and a folder that looks like torch.
fn python_with_torch(machine: &Path, version: &str) {
    fs::create_dir_all(machine.join("torch/lib")).unwrap();
    fs::write(machine.join("torch/lib/libtorch_cpu.so"), "").unwrap();
    let torch = machine.join("torch").display().to_string();
    let body = format!("case $2 in *version*) echo {version};; *) echo '{torch}';; esac");
    program(machine, "python3", &body);
}

fn install_libtorch(machine: &Path, arguments: &[&str]) -> Output {
    Command::new("bash")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/install-libtorch"))
        .args(arguments)
        .env("PATH", machine)
        .env_remove("CXX")
        .output()
        .unwrap()
}

/// Runs the script, which must fail, and gives back what it says.
fn refusal(machine: &Path, arguments: &[&str]) -> String {
    let output = install_libtorch(machine, arguments);
    assert!(!output.status.success());
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn missing_programs_are_named() {
    let bare = machine(&[]);
    let venv = bare.path().join("venv").display().to_string();
    assert!(refusal(bare.path(), &["--venv", &venv]).contains("python3 is missing"));
    let said = refusal(bare.path(), &["--python", "/nonexistent/python3"]);
    assert!(said.contains("'/nonexistent/python3'"), "{said}");

    python_with_torch(bare.path(), "2.9.0+cu128");
    let said = refusal(bare.path(), &["--python", "python3"]);
    assert!(said.contains("cargo is missing"), "{said}");
    program(bare.path(), "cargo", "exit 1");
    let said = refusal(bare.path(), &["--python", "python3"]);
    assert!(said.contains("'c++' is missing"), "{said}");
}

#[test]
fn an_environment_that_cannot_be_made_is_explained() {
    let machine = machine(&[]);
    program(machine.path(), "python3", "exit 1");
    let venv = machine.path().join("venv").display().to_string();
    let said = refusal(machine.path(), &["--venv", &venv]);
    assert!(said.contains("'venv' and 'pip' modules"), "{said}");
}

#[test]
fn torch_must_be_there_in_the_version_that_fits() {
    let machine = machine(&[]);
    program(machine.path(), "python3", "exit 1");
    assert!(refusal(machine.path(), &["--python", "python3"]).contains("has no torch"));
    python_with_torch(machine.path(), "2.11.0");
    let said = refusal(machine.path(), &["--python", "python3"]);
    assert!(said.contains("wanted 2.9.0; say '--torch 2.11.0'"), "{said}");
}

#[test]
fn the_environment_for_cargo_is_printed() {
    let machine = machine(&[]);
    let torch = machine.path().join("torch").display().to_string();
    for (version, lines) in [("2.9.0", 1), ("2.11.0", 2)] {
        python_with_torch(machine.path(), version);
        let arguments = ["--python", "python3", "--torch", version, "--env"];
        let printed = install_libtorch(machine.path(), &arguments).stdout;
        let printed = String::from_utf8(printed).unwrap();
        assert!(printed.starts_with(&format!("export LIBTORCH={torch}\n")), "{printed}");
        assert_eq!(printed.lines().count(), lines, "{printed}");
    }
}

#[test]
fn both_binaries_must_start_and_be_one_version() {
    let machine = machine(&["cat"]);
    let folder = machine.path().display();
    python_with_torch(machine.path(), "2.9.0");
    // The last question to Python is where cargo puts what it builds.
    program(machine.path(), "cargo", "echo \"$LIBTORCH $*\" >> \"${0%/*}/log\"");
    program(machine.path(), "c++", "exit 1");
    fs::create_dir(machine.path().join("torch/release")).unwrap();
    let release = machine.path().join("torch/release");
    program(&release, "runner", "echo runner 1");

    program(&release, "runner-libtorch", "exit 127");
    assert!(refusal(machine.path(), &["--python", "python3"]).contains("does not start"));
    program(&release, "runner-libtorch", "echo runner 2");
    let said = refusal(machine.path(), &["--python", "python3"]);
    assert!(said.contains("runner is 'runner 1' but runner-libtorch is 'runner 2'"), "{said}");
    program(&release, "runner-libtorch", "echo runner 1");
    assert!(install_libtorch(machine.path(), &["--python", "python3"]).status.success());

    let log = fs::read_to_string(machine.path().join("log")).unwrap();
    let built =
        format!("{folder}/torch build --release --locked --bin runner-libtorch --features tch");
    assert!(log.contains(&built), "{log}");
}

#[test]
fn unknown_arguments_are_refused() {
    let machine = machine(&["cat"]);
    let said = refusal(machine.path(), &["--torhc", "2.9.0"]);
    assert!(said.contains("usage:") && said.contains("'--torhc'"), "{said}");
    assert!(refusal(machine.path(), &["--venv"]).contains("--venv needs a value"));
}

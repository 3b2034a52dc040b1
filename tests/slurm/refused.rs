//! What cannot be submitted is told before anything is written. These need no Slurm.

use std::process::Command;

use crate::cluster::SMALL;
use crate::support::{Place, QUICK, stderr};

fn launch(place: &Place, more: &[&str]) -> assert_cmd::Command {
    let args = ["-m"].into_iter().chain(SMALL).chain(QUICK).chain(more.iter().copied());
    assert_cmd::Command::from_std({
        let command = place.runner(args);
        let mut plain = Command::new(command.get_program());
        plain.args(command.get_args()).current_dir(place.path()).env("HOME", place.path());
        plain
    })
}

#[test]
fn without_slurm() {
    let place = Place::new();
    let output = launch(&place, &[]).env("PATH", "/nonexistent").output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    for part in ["error: failed to find Slurm's `sbatch`", "hydra.launcher.submit=false"] {
        assert!(stderr(&output).contains(part), "{}", stderr(&output));
    }
    assert!(place.is_empty());
}

#[test]
fn settings_that_are_none() {
    for (value, told) in [
        ("hydra.launcher.signal=KILL", "USR1"),
        ("hydra.launcher.timeout_min=-3", "expected a number from 1 on"),
        ("hydra.launcher.timeout_min=ten", "timeout_min"),
        ("hydra.launcher.mem_per_cpu=1G", "hydra.launcher.mem_gb=null"),
        ("+hydra.launcher.timeout=5", "timeout"),
        ("+hydra.launcher.additional_parameters.output=x", "the job file sets this itself"),
    ] {
        let place = Place::new();
        for more in [&[value][..], &[value, "--dry-run"]] {
            let output = launch(&place, more).output().unwrap();
            assert_eq!(output.status.code(), Some(2), "{value}: {}", stderr(&output));
            assert!(stderr(&output).contains(told), "{value}: {}", stderr(&output));
            assert!(stderr(&output).contains("hydra.launcher"), "{value}: {}", stderr(&output));
            assert!(place.is_empty(), "{value}");
        }
    }
}

/// A directory with an `sbatch` that accepts everything. A child writes it: were this process to, a
/// test that forks at the same moment would inherit the open file, and it could not be executed.
fn accepting(place: &Place) -> String {
    let programs = place.path().join("programs");
    std::fs::create_dir(&programs).unwrap();
    let script = "printf '#!/bin/sh\\necho \"$@\" >> %s/said\\necho 17\\n' \"$1\" > \"$1/sbatch\" && chmod +x \"$1/sbatch\"";
    let status = Command::new("sh").args(["-c", script, "sh"]).arg(&programs).status();
    assert!(status.unwrap().success());
    programs.display().to_string()
}

#[test]
fn submitits_names_are_known() {
    let place = Place::new();
    let programs = accepting(&place);
    let how =
        ["hydra/launcher=submitit_slurm", "hydra.launcher.partition=learnfair", "distill=0,1"];
    let output = launch(&place, &how).env("PATH", &programs).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stderr(&output).contains("submitted as job 17: 2 to run"), "{}", stderr(&output));
    let text = place.text("jobs/ek55_ensemble-0001.job");
    for part in
        ["#SBATCH --partition=learnfair\n", "#SBATCH --time=00:30:00\n", "#SBATCH --mem=1G\n"]
    {
        assert!(text.contains(part), "{text}");
    }
    let said = place.text("programs/said");
    assert!(said.contains("--parsable --array=0-1%256 /"), "{said}");
    let record = place.json("outputs/ek55_ensemble/0001/ledger/0001.json");
    assert_eq!((&record["state"], &record["slurm"]["task"]), (&"submitted".into(), &1.into()));
}

#[test]
fn a_file_of_another_origin_is_kept() {
    let place = Place::new();
    std::fs::write(place.path().join("mine.job"), "#!/bin/bash\necho mine\n").unwrap();
    let how = ["hydra.launcher.submit=false", "hydra.launcher.job_file=mine.job"];
    let output = launch(&place, &how).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("mine.job"), "{}", stderr(&output));
    assert_eq!(place.text("mine.job"), "#!/bin/bash\necho mine\n");
}

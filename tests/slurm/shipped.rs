//! The job files in `jobs/` are what `scripts/regenerate-jobs` writes from `conf/` today.

use std::collections::BTreeMap;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use crate::cluster::{is_there, slurm};
use crate::support::{Place, repository, stderr};

fn job_files(dir: &Path) -> BTreeMap<String, String> {
    let entries = std::fs::read_dir(dir).unwrap().flatten();
    let files = entries.filter(|entry| entry.path().extension().is_some_and(|ext| ext == "job"));
    let text = |entry: std::fs::DirEntry| std::fs::read_to_string(entry.path()).unwrap();
    files.map(|entry| (entry.file_name().to_string_lossy().into_owned(), text(entry))).collect()
}

#[test]
fn shipped_job_files_are_in_step_with_conf() {
    let place = Place::new();
    symlink(repository().join("conf"), place.path().join("conf")).unwrap();
    let script = repository().join("scripts/regenerate-jobs");
    let output = Command::new(script)
        .arg(place.path())
        .env("RUNNER", assert_cmd::cargo::cargo_bin("runner"))
        .env("HOME", place.path())
        .env_remove("XDG_CONFIG_HOME")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let (shipped, fresh) =
        (job_files(&repository().join("jobs")), job_files(&place.path().join("jobs")));
    assert_eq!(
        shipped.keys().collect::<Vec<_>>(),
        fresh.keys().collect::<Vec<_>>(),
        "left: jobs/, right: what scripts/regenerate-jobs writes"
    );
    for (name, text) in &fresh {
        assert_eq!(&shipped[name], text, "jobs/{name}: run scripts/regenerate-jobs");
    }
    for name in [
        "ek55_ensemble.job",
        "egtea_bert.job",
        "ek55_teacher_bert.job",
        "ek55_ensemble_weights.job",
    ] {
        assert!(fresh.contains_key(name), "{name}");
    }
}

#[test]
fn slurm_would_take_the_shipped_job_files() {
    if !is_there() {
        return;
    }
    for name in job_files(&repository().join("jobs")).into_keys() {
        // Less than they ask for: this machine has no GPU, and few cores.
        let file = format!("jobs/{name}");
        let fits = ["--gpus-per-node=0", "--cpus-per-task=1", "--mem=100M", "--test-only", &file];
        slurm(&repository(), "sbatch", &fits);
    }
}

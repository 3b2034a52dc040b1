use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::json;

use super::*;

fn settings(value: serde_json::Value) -> SlurmSettings {
    SlurmSettings::new(&serde_json::from_value(value).unwrap()).unwrap()
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

const SWEEP: &str = "/data/outputs/ek55_ensemble/0003";

fn sweep(sweep: &Path) -> Place<'_> {
    Place::Sweep { sweep, cwd: Path::new("/home/me/avt"), program: Path::new("/opt/bin/runner") }
}

#[test]
fn a_sweep_is_an_array() {
    let settings = settings(json!({
        "name": "ek55_ensemble", "timeout_min": 2880, "cpus_per_task": 10, "mem_gb": 64, "gpus_per_node": 1,
        "array_parallelism": 2, "setup": ["module load cuda/12", "nvidia-smi"], "partition": "gpu",
    }));
    let file = JobFile {
        settings: &settings,
        experiment: "ek55_ensemble",
        arguments: &words(&[
            "+experiment=ek55_ensemble",
            "distill=0,0.5,1",
            "hydra/launcher=slurm",
        ]),
        place: sweep(Path::new(SWEEP)),
        tasks: &[Some(words(&["distill=0"])), Some(words(&["distill=0.5"])), None],
    };
    let text = file.text(Path::new("jobs/ek55_ensemble-0003.job")).unwrap();
    assert_eq!(text, include_str!("sweep.job"));
    // What all tasks share is not repeated for each.
    let experiment = |distill| Some(words(&["+experiment=ek55_ensemble", distill]));
    let tasks = [experiment("distill=0"), experiment("distill=0.5")];
    let text = JobFile { tasks: &tasks, ..file }.text(Path::new("e.job")).unwrap();
    assert!(text.contains("#   0: distill=0\n#   1: distill=0.5\n"), "{text}");
}

#[test]
fn one_job_is_no_array_and_works_anywhere() {
    let settings =
        settings(json!({"nodes": 1, "tasks_per_node": 2, "srun_args": ["--label", "a b"]}));
    let file = JobFile {
        settings: &settings,
        experiment: "egtea_bert",
        arguments: &words(&["+experiment=egtea_bert", "hydra.launcher.submit=false"]),
        place: Place::Anywhere {
            outputs: Path::new("outputs/egtea_bert"),
            logs: Path::new("jobs"),
        },
        tasks: &[Some(vec![])],
    };
    let text = file.text(Path::new("jobs/egtea_bert.job")).unwrap();
    assert_eq!(text, include_str!("single.job"));
}

#[test]
fn values_cannot_become_lines_or_commands() {
    let hostile = "a\n#SBATCH --uid=0\ntouch x; $(touch x) `touch x` \"';";
    let settings = settings(json!({"srun_args": [hostile]}));
    let sweep_dir = PathBuf::from("/tmp/a b;$(touch x)'\"#");
    let file = JobFile {
        settings: &settings,
        experiment: "e",
        arguments: &words(&[hostile, "-rf", "", "+note='x'"]),
        place: sweep(&sweep_dir),
        tasks: &[Some(words(&[hostile])), Some(vec![])],
    };
    let text = file.text(Path::new("jobs/e.job")).unwrap();
    let directives = text.lines().filter(|line| line.starts_with("#SBATCH"));
    assert!(directives.clone().all(|line| !line.contains("uid")), "{text}");
    // What bash makes of the command: `srun` is a function that prints its words.
    let body =
        format!("srun() {{ printf '%s\\0' \"$@\"; }}\n{}", text.replace("exec srun", "srun"));
    let mut bash = Command::new("bash");
    bash.env("SLURM_ARRAY_TASK_ID", "1").env("SLURM_ARRAY_JOB_ID", "17").env_remove("RUNNER");
    let mut bash = bash.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    bash.stdin.take().unwrap().write_all(body.as_bytes()).unwrap();
    let output = String::from_utf8(bash.wait_with_output().unwrap().stdout).unwrap();
    let found: Vec<&str> = output.split_terminator('\0').collect();
    let expected = [
        hostile,
        "/opt/bin/runner",
        "jobs",
        "run",
        sweep_dir.to_str().unwrap(),
        "1",
        "--",
        hostile,
        "-rf",
        "",
        "+note='x'",
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_directory_that_slurm_would_not_take() {
    let settings = settings(json!({}));
    for (sweep_dir, told) in [("/a\\b", "backslash"), ("/a\nb", "line break")] {
        let file = JobFile {
            settings: &settings,
            experiment: "e",
            arguments: &[],
            place: sweep(Path::new(sweep_dir)),
            tasks: &[None],
        };
        let error = file.text(Path::new("e.job")).unwrap_err().to_string();
        assert!(error.contains(told), "{error}");
    }
}

use std::process::Command;
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::launch::SweepRecord;

fn settings(value: serde_json::Value) -> SlurmSettings {
    SlurmSettings::new(&serde_json::from_value(value).unwrap()).unwrap()
}

/// A Slurm whose `sbatch` does as the script says; a child writes it, as in the test of handing over.
pub(in crate::launch::slurm) fn slurm(dir: &Path, program: &str, body: &str) -> Client {
    let write =
        r##"mkdir -p "$1" && printf '#!/bin/bash\n%s\n' "$3" > "$1/$2" && chmod +x "$1/$2""##;
    let mut shell = Command::new("sh");
    shell.args(["-c", write, "sh"]).arg(dir.join("bin")).args([program, body]);
    assert!(shell.status().unwrap().success());
    Client::of(dir.join("bin"), Duration::from_secs(5))
}

pub(in crate::launch::slurm) fn ledger(dir: &TempDir, jobs: usize) -> Ledger {
    let head = SweepRecord {
        schema: SweepRecord::SCHEMA,
        experiment: "e".into(),
        identity: "i".into(),
        arguments: vec!["a=0,1".into()],
        cwd: dir.path().to_owned(),
        sweeper: "basic".into(),
        launcher: "slurm".into(),
        jobs,
        job_file: None,
        created: crate::runs::now(),
    };
    let sweep = dir.path().join("outputs/e/0003");
    let record = |n: usize| JobRecord::queued(n, Some(vec![format!("a={n}")]), sweep.join("0"));
    Ledger::create(&sweep, head, &(0..jobs).map(record).collect::<Vec<_>>()).unwrap()
}

fn states(ledger: &Ledger) -> Vec<(JobState, Option<String>)> {
    let jobs = ledger.jobs().unwrap();
    jobs.into_iter().map(|job| (job.state, job.slurm.map(|task| task.to_string()))).collect()
}

#[test]
fn accepted_jobs_are_submitted_and_the_others_are_not() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = ledger(&dir, 4);
    let client =
        slurm(dir.path(), "sbatch", "echo \"$@\" > \"$(dirname \"$0\")/said\"; echo '17;c'");
    let submitted = client.submit(Path::new("e.job"), Some(2), &ledger, &[1, 2]).unwrap();
    assert_eq!((submitted.job_id, submitted.jobs), (17, 2));
    let said = files::read_to_string(&dir.path().join("bin/said")).unwrap();
    assert_eq!(said, "--parsable --array=1-2%2 e.job\n");
    let submitted = |task: &str| (JobState::Submitted, Some(task.to_owned()));
    let queued = || (JobState::Queued, None);
    assert_eq!(states(&ledger), [queued(), submitted("17_1"), submitted("17_2"), queued()]);
    assert_eq!(ledger.job(1).unwrap().log, Some(ledger.log(1)));
}

#[test]
fn a_worker_that_was_faster_is_not_contradicted() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = ledger(&dir, 1);
    let before = ledger.job(0).unwrap();
    let start = |job: &mut JobRecord| (job.state, job.attempts) = (JobState::Running, 1);
    ledger.update(0, start).unwrap();
    note(&ledger, &before, SlurmTask { job_id: 17, task: None }).unwrap();
    assert_eq!(states(&ledger), [(JobState::Running, Some("17".into()))]);
}

#[test]
fn what_is_not_accepted_changes_nothing() {
    let refused = "echo 'sbatch: error: invalid partition specified: x' >&2; exit 1";
    for (id, body, told) in [
        ("refused", refused, "invalid partition specified: x"),
        ("says nothing", "exit 3", "exit status: 3"),
        ("gives no number", "echo Submitted batch job 17", "expected the number of a job"),
        ("does not answer", "exec sleep 60", "has not answered for 5 s"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let ledger = ledger(&dir, 2);
        let client = slurm(dir.path(), "sbatch", body);
        let error = client.submit(Path::new("e.job"), Some(2), &ledger, &[0, 1]).unwrap_err();
        assert!(error.to_string().contains(told), "{id}: {error}");
        assert_eq!(states(&ledger), [(JobState::Queued, None), (JobState::Queued, None)], "{id}");
    }
    let dir = tempfile::tempdir().unwrap();
    let nobody = Client::of(dir.path().to_owned(), Duration::from_secs(5));
    let error = nobody.submit(Path::new("e.job"), Some(2), &ledger(&dir, 1), &[0]).unwrap_err();
    assert!(error.to_string().contains("failed to find Slurm's `sbatch`"), "{error}");
}

#[test]
fn jobs_whose_records_cannot_be_changed_are_taken_back() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = ledger(&dir, 2);
    slurm(dir.path(), "scancel", "echo \"$@\" > \"$(dirname \"$0\")/cancelled\"");
    let broken = ledger.folder().join("0001.json").display().to_string();
    let client = slurm(dir.path(), "sbatch", &format!("echo broken > '{broken}'; echo 17"));
    let error = client.submit(Path::new("e.job"), Some(2), &ledger, &[0, 1]).unwrap_err();
    assert!(error.to_string().contains("0001.json"), "{error}");
    assert_eq!(files::read_to_string(&dir.path().join("bin/cancelled")).unwrap(), "17\n");
}

#[test]
fn a_sweep_goes_back_by_the_file_that_it_has() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = ledger(&dir, 2);
    assert!(resubmit(&ledger, &[0]).unwrap_err().to_string().contains("it has no job file"));
    ledger.update_head(|head| head.job_file = Some("/nowhere.job".into())).unwrap();
    assert!(resubmit(&ledger, &[0]).unwrap_err().to_string().contains("its job file is gone"));
    for (line, expected) in [("#SBATCH --array=0-3%2", Some(2)), ("#SBATCH --array=0", None)] {
        assert_eq!(parallelism(&format!("#!/bin/bash\n{line}\n")), expected);
    }
}

#[test]
fn files_are_numbered_and_kept() {
    let dir = tempfile::tempdir().unwrap();
    let settings = settings(json!({}));
    let sweep = dir.path().join("outputs/e/0003");
    let place = Place::Sweep { sweep: &sweep, cwd: dir.path(), program: Path::new("/runner") };
    let (tasks, words) = ([None, None], ["a=0,1".to_owned()]);
    let file =
        |settings| JobFile { settings, experiment: "e/f", arguments: &words, place, tasks: &tasks };
    let first = put(&file(&settings), None, Some(3)).unwrap();
    assert_eq!(first, dir.path().join("jobs/e_f-0003.job"));
    assert_eq!(put(&file(&settings), Some(&first), Some(3)).unwrap(), first);
    let longer = SlurmSettings { notice: Duration::from_secs(300), ..settings.clone() };
    let second = put(&file(&longer), Some(&first), Some(3)).unwrap();
    assert_eq!(second, dir.path().join("jobs/e_f-0004.job"));
    // By name: its own are replaced, another's is not.
    let named = SlurmSettings { job_file: Some("jobs/mine.job".into()), ..longer.clone() };
    for _ in 0..2 {
        assert_eq!(put(&file(&named), None, None).unwrap(), dir.path().join("jobs/mine.job"));
    }
    files::write_atomic(&dir.path().join("jobs/mine.job"), b"#!/bin/bash\necho mine\n").unwrap();
    let error = put(&file(&named), None, None).unwrap_err().to_string();
    assert!(error.contains("mine.job"), "{error}");
}

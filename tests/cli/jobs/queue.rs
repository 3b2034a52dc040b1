//! Jobs of a cluster, whose programs are stood in for by scripts.

use std::os::unix::fs::PermissionsExt;

use super::*;

/// A machine with a Slurm that says what a test wants and writes down what it is told.
struct Cluster {
    place: Place,
}

impl Cluster {
    fn new() -> Self {
        let cluster = Self { place: Place::new() };
        cluster.program("squeue", "cat \"$here/queue\"");
        cluster.program("sacct", "exit 1");
        cluster.program("scancel", "echo \"$@\" >> \"$here/told\"");
        cluster.program("sbatch", "echo \"$@\" >> \"$here/told\"; echo 77");
        cluster.says("");
        cluster
    }

    fn program(&self, name: &str, script: &str) {
        let path = self.place.path().join("bin").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let here = self.place.path().display();
        std::fs::write(&path, format!("#!/bin/sh\nhere='{here}'\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    }

    /// Lines of `squeue`: job, task, state, reason.
    fn says(&self, lines: &str) {
        std::fs::write(self.place.path().join("queue"), lines).unwrap();
    }

    fn told(&self) -> String {
        std::fs::read_to_string(self.place.path().join("told")).unwrap_or_default()
    }

    fn jobs(&self, args: &[&str]) -> Output {
        let path = format!("{}:/usr/bin:/bin", self.place.path().join("bin").display());
        let args = ["jobs"].iter().chain(args).copied();
        self.place.command(args).env("PATH", path).output().unwrap()
    }

    /// A sweep of that many jobs, submitted as job 5.
    fn sweep(&self, count: usize) -> Ledger {
        let mut ledger = sweep(&self.place, "ek55_ensemble/0001", count);
        let file = self.place.path().join("e.job");
        std::fs::write(&file, "#!/bin/bash\n#SBATCH --array=0-9%2\n").unwrap();
        let slurm = |head: &mut SweepRecord| {
            (head.launcher, head.job_file) = ("slurm".into(), Some(file));
        };
        ledger.update_head(slurm).unwrap();
        for number in 0..count {
            in_slurm(&ledger, number, 5);
            recorded(&ledger, number, JobState::Submitted);
        }
        ledger
    }
}

#[test]
fn the_queue_knows_what_no_record_says() {
    let cluster = Cluster::new();
    let ledger = cluster.sweep(7);
    running(&ledger, 2, elsewhere());
    running(&ledger, 3, elsewhere());
    recorded(&ledger, 4, JobState::Preempted);
    cluster.says(
        "5|0|PENDING|Priority\n5|1|RUNNING|None\n5|2|RUNNING|None\n5|3|OUT_OF_MEMORY|OutOfMemory\n\
         5|4|PENDING|BeginTime\n5|5|CANCELLED|None\n",
    );
    let before = tree(ledger.sweep());
    let output = cluster.jobs(&["list", "ek55_ensemble/0001", "--json"]);
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let told = |key| -> Vec<_> { found.as_array().unwrap().iter().map(|job| &job[key]).collect() };
    let expected =
        ["submitted", "running", "running", "failed", "submitted", "cancelled", "failed"];
    assert_eq!(told("state"), expected);
    assert_eq!(told("reason")[0], "waits in the queue (Priority)");
    assert!(told("error")[3].as_str().unwrap().contains("OUT_OF_MEMORY"), "{found}");
    assert_eq!(told("error")[6], "the queue does not know it, it never started");
    assert_eq!(tree(ledger.sweep()), before);
}

#[test]
fn a_queue_that_does_not_answer_is_named_and_the_records_are_shown() {
    let cluster = Cluster::new();
    cluster.sweep(1);
    cluster.program("squeue", "echo 'Unable to contact slurm controller' >&2; exit 1");
    let output = cluster.jobs(&["list", "ek55_ensemble/0001"]);
    assert!(output.status.success());
    assert!(stderr(&output).contains("Unable to contact slurm controller"), "{}", stderr(&output));
    assert!(stdout(&output).contains("submitted"), "{}", stdout(&output));
}

#[test]
fn jobs_of_a_cluster_are_taken_back() {
    let cluster = Cluster::new();
    let ledger = cluster.sweep(3);
    recorded(&ledger, 1, JobState::Completed);
    cluster.says("5|0|RUNNING|None\n5|2|PENDING|Priority\n");
    let output = cluster.jobs(&["cancel", "5", "--yes"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(cluster.told(), "5_0 5_2\n");
    let expected = [JobState::Cancelled, JobState::Completed, JobState::Cancelled];
    assert_eq!(states(&ledger), expected);
    let output = cluster.jobs(&["resubmit", "ek55_ensemble/0001"]);
    assert_eq!(output.status.code(), Some(2), "they have not stopped yet");
    assert!(stderr(&output).contains("has not stopped yet"), "{}", stderr(&output));
}

#[test]
fn what_cannot_be_taken_back_stays_as_it_was() {
    let cluster = Cluster::new();
    let ledger = cluster.sweep(2);
    cluster.says("5|0|RUNNING|None\n5|1|PENDING|Priority\n");
    cluster.program("scancel", "echo 'Access denied' >&2; exit 1");
    let output = cluster.jobs(&["cancel", "ek55_ensemble/0001", "--yes"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("Access denied"), "{}", stderr(&output));
    assert_eq!(states(&ledger), [JobState::Submitted; 2]);
}

#[test]
fn what_ended_is_submitted_again_and_nothing_else() {
    let cluster = Cluster::new();
    let ledger = cluster.sweep(4);
    for (number, state) in [
        (0, JobState::Failed),
        (1, JobState::Completed),
        (2, JobState::Cancelled),
        (3, JobState::Preempted),
    ] {
        recorded(&ledger, number, state);
    }
    cluster.program("sbatch", "echo 'Invalid partition' >&2; exit 1");
    let before = states(&ledger);
    let output = cluster.jobs(&["resubmit", "ek55_ensemble/0001"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("Invalid partition"), "{}", stderr(&output));
    assert_eq!(states(&ledger), before, "nothing is half submitted");
    cluster.program("sbatch", "echo \"$@\" >> \"$here/told\"; echo 77");
    let output = cluster.jobs(&["resubmit", "ek55_ensemble/0001", "--failed", "--preempted"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(stdout(&output), "77\n");
    let file = cluster.place.path().join("e.job");
    assert_eq!(cluster.told(), format!("--parsable --array=0,3%2 {}\n", file.display()));
    let expected =
        [JobState::Submitted, JobState::Completed, JobState::Cancelled, JobState::Submitted];
    assert_eq!(states(&ledger), expected);
    assert_eq!(ledger.job(3).unwrap().slurm, Some(SlurmTask { job_id: 77, task: Some(3) }));
}

//! A job file that is only written, submitted by hand: as those in `jobs/`.

use crate::cluster::{
    BASE, SMALL, is_there, lasting, slurm, wait_for, wait_for_checkpoint, wait_for_completion,
    wait_for_ledger,
};
use crate::support::{Place, stderr, stdout};

#[test]
fn a_file_makes_the_sweep_that_it_holds_and_finds_it_again() {
    if !is_there() {
        return;
    }
    let place = Place::new();
    let length = lasting(&place, 20);
    let how = ["hydra.launcher.submit=false", "hydra.launcher.job_file=jobs/mine.job"];
    let args = ["-m"].into_iter().chain(SMALL).chain(how).chain(BASE);
    let output = place.runner(args.chain([&*length, "distill=0,1"])).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(stdout(&output), "jobs/mine.job\n");
    assert!(!place.path().join("outputs").exists(), "something besides the file was written");

    let id = slurm(place.path(), "sbatch", &["--parsable", "jobs/mine.job"]);
    let sweep = place.path().join(format!("outputs/ek55_ensemble/slurm-{}", id.trim()));
    let ledger = wait_for_ledger(&sweep);
    wait_for_checkpoint(&ledger, 1);
    slurm(place.path(), "scontrol", &["requeue", &format!("{}_1", id.trim())]);
    wait_for(&ledger, "it was preempted", |jobs| jobs[1].preemptions == 1);
    wait_for_completion(&ledger);
    assert_eq!(ledger.job(1).unwrap().attempts, 2);
    let sweep = format!("outputs/ek55_ensemble/slurm-{}", id.trim());
    assert_eq!(place.json(&format!("{sweep}/1/run.json"))["experiment"], "ek55_ensemble");
}

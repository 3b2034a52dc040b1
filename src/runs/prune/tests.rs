//! What goes, what stays, and what is never touched.

use super::super::{RunDir, RunFacts, RunManifest, SweepDir, list_runs};
use super::*;

const AT_ONCE: Rules = Rules { all_files: false, young: Duration::ZERO };
const UNKNOWN: Elsewhere<'static> = &|_| Liveness::Unknown;

fn failed(outputs: &Path, experiment: &str) -> PathBuf {
    let run = RunDir::create(outputs, experiment).unwrap();
    fail(&run);
    run.path().to_owned()
}

fn fail(run: &RunDir) {
    let mut manifest = RunManifest::begin(run, RunFacts::example("e", "h")).unwrap();
    manifest.fail("x").unwrap();
}

fn remove_all(outputs: &Path, rules: Rules) -> Vec<(String, Pruned)> {
    let runs = list_runs(outputs).unwrap();
    let of = |run: RunEntry| (run.id(), remove(outputs, &run, rules, UNKNOWN).unwrap());
    runs.into_iter().map(of).collect()
}

#[test]
fn numbers_are_not_given_again_and_latest_points_to_what_is_left() {
    let dir = tempfile::tempdir().unwrap();
    let (outputs, first) = (dir.path(), failed(dir.path(), "e"));
    failed(outputs, "e");
    let runs = list_runs(outputs).unwrap();
    assert_eq!(remove(outputs, &runs[1], AT_ONCE, UNKNOWN).unwrap(), Pruned::Removed);
    let latest = || files::canonical(&outputs.join("e/latest"));
    assert_eq!(latest().unwrap(), first);
    assert_eq!(remove(outputs, &runs[0], AT_ONCE, UNKNOWN).unwrap(), Pruned::Removed);
    assert_eq!(files::own_kind(&outputs.join("e/latest")), None);
    // Even where the other memory of numbers was overtaken.
    files::write_atomic(&outputs.join("e/.highest"), b"1").unwrap();
    assert_eq!(RunDir::create(outputs, "e").unwrap().version(), "0003");
    assert!(latest().unwrap().ends_with("0003"));
}

#[test]
fn what_is_running_queued_or_starting_stays() {
    let dir = tempfile::tempdir().unwrap();
    let outputs = dir.path();
    let running = RunDir::create(outputs, "a").unwrap();
    let _manifest = RunManifest::begin(&running, RunFacts::example("a", "h")).unwrap();
    let _starting = RunDir::create(outputs, "a").unwrap();
    let young = remove_all(outputs, Rules::default());
    assert_eq!(young[0].1, Pruned::Kept(Refusal::Running));
    assert_eq!(young[1].1, Pruned::Kept(Refusal::Young));
    // The lock of a run that has no manifest yet.
    assert_eq!(remove_all(outputs, AT_ONCE)[1].1, Pruned::Kept(Refusal::Running));

    let path = failed(outputs, "b");
    let text = files::read_to_string(&path.join("run.json")).unwrap();
    let slurm = r#""slurm": {"job_id": 7, "array_job_id": null, "array_task_id": null,
        "restart_count": 0, "rank": 0, "tasks": 1, "nodes": null, "partition": null},
        "metrics": {"#;
    let text = text.replace("\"slurm\": null,\n  \"metrics\": {", slurm);
    files::write_atomic(&path.join("run.json"), text.as_bytes()).unwrap();
    let run = read_run_with(&path, UNKNOWN);
    assert!(run.manifest.as_ref().unwrap().slurm.is_some());
    let queued = remove(outputs, &run, AT_ONCE, &|_| Liveness::Alive).unwrap();
    assert_eq!(queued, Pruned::Kept(Refusal::Queued));
    assert_eq!(remove(outputs, &run, AT_ONCE, &|_| Liveness::Gone).unwrap(), Pruned::Removed);
}

#[test]
fn a_run_that_was_taken_up_meanwhile_stays() {
    let dir = tempfile::tempdir().unwrap();
    let path = failed(dir.path(), "e");
    let planned = read_run_with(&path, UNKNOWN);
    let run = RunDir::at(&path).unwrap();
    RunManifest::begin(&run, RunFacts::example("e", "h")).unwrap().complete().unwrap();
    drop(run);
    let kept = remove(dir.path(), &planned, AT_ONCE, UNKNOWN).unwrap();
    assert_eq!(kept, Pruned::Kept(Refusal::Changed));
    assert!(files::is_file(&path.join("run.json")));
}

#[test]
fn files_of_others_keep_a_run_and_links_are_never_followed() {
    let dir = tempfile::tempdir().unwrap();
    let (outputs, outside) = (dir.path().join("outputs"), dir.path().join("DATA"));
    files::create_dir_all(&outside).unwrap();
    files::write_atomic(&outside.join("teacher.safetensors"), b"x").unwrap();
    let path = failed(&outputs, "e");
    files::write_atomic(&path.join("notes.txt"), b"mine").unwrap();
    files::link_latest(&outside, &path.join("data")).unwrap();
    let run = read_run_with(&path, UNKNOWN);
    let plan = plan(&outputs, vec![run.clone()], AT_ONCE, UNKNOWN);
    let Refusal::Foreign(mut foreign) = plan.stays[0].1.clone() else { panic!("{plan:?}") };
    foreign.sort();
    assert_eq!(foreign, [Path::new("data"), Path::new("notes.txt")]);
    let all = Rules { all_files: true, ..AT_ONCE };
    assert_eq!(remove(&outputs, &run, all, UNKNOWN).unwrap(), Pruned::Removed);
    assert!(files::is_file(&outside.join("teacher.safetensors")) && !files::is_dir(&path));
}

#[test]
fn what_lies_behind_a_link_is_not_ours() {
    let dir = tempfile::tempdir().unwrap();
    let (outputs, elsewhere) = (dir.path().join("outputs"), dir.path().join("elsewhere"));
    let path = failed(&elsewhere, "e");
    files::create_dir_all(&outputs.join("own")).unwrap();
    files::link_latest(&elsewhere.join("e"), &outputs.join("linked")).unwrap();
    files::link_latest(&path, &outputs.join("own/0001")).unwrap();
    let all = Rules { all_files: true, ..AT_ONCE };
    let found = remove_all(&outputs, all);
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|(_, one)| *one == Pruned::Kept(Refusal::Linked)), "{found:?}");
    let outside = read_run_with(&path, UNKNOWN);
    let kept = remove(&outputs, &outside, all, UNKNOWN).unwrap();
    assert_eq!(kept, Pruned::Kept(Refusal::Linked));
    assert!(files::is_file(&path.join("run.json")));
}

#[test]
fn a_sweep_goes_with_its_last_job_unless_it_has_a_ledger() {
    let dir = tempfile::tempdir().unwrap();
    let outputs = dir.path();
    for ledger in [false, true] {
        let sweep = SweepDir::create(outputs, "s").unwrap();
        sweep.write_multirun("x: 1\n").unwrap();
        files::write_atomic(&sweep.path().join("report.html"), b"<!doctype html>").unwrap();
        if ledger {
            files::create_dir_all(&sweep.path().join("ledger")).unwrap();
            files::write_atomic(&sweep.path().join("ledger/sweep.json"), b"{}").unwrap();
        }
        for job in 0..2 {
            fail(&RunDir::at(&sweep.job(job)).unwrap());
        }
        assert!(remove_all(outputs, AT_ONCE).iter().all(|(_, one)| *one == Pruned::Removed));
        assert_eq!(files::is_dir(sweep.path()), ledger);
    }
    assert!(list_runs(outputs).unwrap().is_empty(), "a sweep is no run");
    assert!(files::canonical(&outputs.join("s/latest")).unwrap().ends_with("0002"));
}

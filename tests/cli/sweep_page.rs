//! `report.html` of a sweep, and `runner runs report`.

use std::sync::OnceLock;

use crate::support::{Place, QUICK, stderr, stdout};

const SWEEP: &str = "outputs/ek55_ensemble/0001";

/// Two settings, two repetitions each, and one setting that fails.
fn swept() -> &'static Place {
    static PLACE: OnceLock<Place> = OnceLock::new();
    PLACE.get_or_init(|| {
        let place = Place::new();
        // The third step with a learning rate like that is no number.
        let all = ["+experiment=ek55_ensemble", "+debug=synthetic", "train.num_epochs=1"];
        let own = ["train.max_steps_per_epoch=4", "opt.lr_wd.0.1=0.001,0.006,1e30", "seed=1,2"];
        let sweep = ["-m"].into_iter().chain(all).chain(own);
        let output = place.runner(sweep).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        place
    })
}

fn count(page: &str, part: &str) -> usize {
    page.matches(part).count()
}

#[test]
fn a_sweep_leaves_a_page_with_its_answer() {
    let place = swept();
    let page = place.text(&format!("{SWEEP}/report.html"));
    for part in [
        "Synthetic data.",
        "A sweep of 6 jobs over opt.lr_wd.0.1: 4 completed, 2 failed.",
        "<strong>Best: opt.lr_wd.0.1=0.00",
        "over 2 repetitions. Second is opt.lr_wd.0.1=0.00",
        "opt.lr_wd.0.1=1e30: 2 of 2",
        "href=\"0/report.html\"",
        "href=\"4/report.html\"",
        "<td>seed 1</td>",
        "runner -m",
        "1 (3 runs), 2 (3 runs)",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    assert_eq!(count(&page, "<svg class=\"chart points\""), 1);
    assert_eq!(count(&page, "<svg class=\"chart curves\""), 2);
    assert_eq!(count(&page, "class=\"best\""), 2);
    assert!(!page.contains("NaN,"), "a chart draws no number: {page}");
    assert!(page.len() < 2_000_000);
}

#[test]
fn report_writes_the_page_of_a_sweep_and_of_a_run_and_nothing_else() {
    let place = Place::new();
    let sweep = ["-m"].into_iter().chain(QUICK).chain(["distill=1,20"]);
    assert!(place.runner(sweep).output().unwrap().status.success());
    let before = place.text(&format!("{SWEEP}/1/run.json"));
    for (name, page) in [
        ("ek55_ensemble/0001", "outputs/ek55_ensemble/0001/report.html"),
        ("ek55_ensemble/latest", "outputs/ek55_ensemble/0001/report.html"),
        ("outputs/ek55_ensemble/0001", "outputs/ek55_ensemble/0001/report.html"),
        ("ek55_ensemble/1/1", "outputs/ek55_ensemble/0001/1/report.html"),
    ] {
        let path = place.path().join(page);
        std::fs::remove_file(&path).unwrap();
        let output = place.command(["runs", "report", name]).output().unwrap();
        assert!(output.status.success(), "{name}: {}", stderr(&output));
        assert_eq!(stdout(&output), format!("{page}\n"));
        assert!(place.text(page).starts_with("<!doctype html>"), "{name}");
    }
    assert_eq!(place.text(&format!("{SWEEP}/1/run.json")), before);
    assert!(place.text(&format!("{SWEEP}/report.html")).contains("Each setting ran once"));
}

#[test]
fn a_selection_has_a_page_in_a_file_of_its_own() {
    let place = swept();
    let out = place.path().join("weights.html");
    let out = out.to_str().unwrap();
    let args = ["runs", "report", "ek55_*", "status!=failed", "--out", out];
    let output = place.command(args).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(stdout(&output), format!("{out}\n"));
    let page = place.text("weights.html");
    for part in [
        "<h1>ek55_*, status!=failed</h1>",
        "4 runs: 4 completed. They differ in opt.lr_wd.",
        "href=\"outputs/ek55_ensemble/0001/0/report.html\"",
        ">ek55_ensemble/0001/0</a>",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    let output = place.command(args).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("it exists already"), "{}", stderr(&output));
    assert_eq!(place.text("weights.html"), page);
}

#[test]
fn what_has_no_page_is_said() {
    let place = swept();
    std::fs::create_dir_all(place.path().join("outputs/ek55_ensemble/0009")).unwrap();
    for (args, said) in [
        (&["nowhere/0001"][..], "error: failed to find"),
        (&[], "no run and no sweep is named"),
        (&["status==failed"], "help: `--out FILE` writes one page of all of them together"),
        (&["ek55_ensemble/9"], "it has no manifest"),
        (&["distill==77", "--out", "x.html"], "no run is selected"),
        (&["distill>=0", "--out", "no/such/x.html"], "there is no directory `no/such`"),
    ] {
        let args = ["runs", "report"].into_iter().chain(args.iter().copied());
        let output = place.command(args.clone()).output().unwrap();
        let args: Vec<&str> = args.collect();
        assert_eq!(output.status.code(), Some(2), "{args:?} {}", stderr(&output));
        assert!(stderr(&output).contains(said), "{args:?} {}", stderr(&output));
        assert!(stdout(&output).is_empty());
    }
    assert!(!place.path().join("x.html").exists());
}

#[test]
fn half_written_runs_are_listed_as_such() {
    let place = Place::new();
    let sweep = ["-m"].into_iter().chain(QUICK).chain(["distill=1,20,150"]);
    assert!(place.runner(sweep).output().unwrap().status.success());
    let file = |name: &str| place.path().join(SWEEP).join(name);
    std::fs::write(file("1/run.json"), "{\"schema\":1,").unwrap();
    std::fs::write(file("1/metrics.jsonl"), "{\"split\":\"train\",\"ep").unwrap();
    std::fs::write(file("ledger/0002.json"), "{").unwrap();
    let output = place.command(["runs", "report", "ek55_ensemble/1"]).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let page = place.text(&format!("{SWEEP}/report.html"));
    assert!(page.contains("<span class=\"bad\">broken</span>"), "{page}");
    assert!(page.contains("<strong>Best: distill=1</strong>"), "{page}");
    let args = ["runs", "report", "ek55_ensemble", "--out", "all.html"];
    let output = place.command(args).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stderr(&output).contains("warning: ek55_ensemble/0001/1:"), "{}", stderr(&output));
    assert!(place.text("all.html").contains("1 broken"), "{}", place.text("all.html"));
}

/// Each job in a process of its own, as on a cluster: nobody launched them together.
#[test]
fn the_last_worker_leaves_a_page_with_all_jobs() {
    let place = Place::new();
    let run = |number: &str| {
        let args = ["jobs", "run", "s", number, "--", "--config-path"];
        let mut command = place.command(args);
        command.arg(crate::support::repository().join("conf")).env("HOME", place.path());
        let output = command.args(QUICK).arg("distill=1,20").output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        place.text("s/report.html")
    };
    assert!(run("0").contains("1 completed, 1 queued"));
    assert!(run("1").contains("2 completed"));
}

#[test]
fn runs_on_different_data_are_compared_with_a_warning() {
    let place = Place::new();
    for seed in ["seed=1", "seed=2"] {
        let args = QUICK.into_iter().chain([seed]);
        assert!(place.runner(args).output().unwrap().status.success());
    }
    let path = place.path().join("outputs/ek55_ensemble/0002/run.json");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("\"synthetic\"", "\"real\"")).unwrap();
    let args = ["runs", "report", "ek55_ensemble", "--out", "all.html"];
    let output = place.command(args).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let said = "different kinds of data are compared";
    assert!(stderr(&output).contains(said), "{}", stderr(&output));
    assert!(place.text("all.html").contains(said));
}

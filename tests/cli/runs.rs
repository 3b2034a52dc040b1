//! `runner runs`: what was run, how well, and what of it may go.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Output;

use runner::files::sha256_bytes;

use crate::support::{Place, QUICK, stderr, stdout};

/// Three runs: two weights, the second with two seeds.
fn three(place: &Place) {
    for own in [&["distill=1"][..], &["distill=20"], &["distill=20", "seed=7", "run_id=1"]] {
        place.runner(QUICK.into_iter().chain(own.iter().copied())).assert().success();
    }
}

fn runs(place: &Place, args: &[&str]) -> Output {
    place.command(["runs"].into_iter().chain(args.iter().copied())).output().unwrap()
}

fn told(place: &Place, args: &[&str]) -> String {
    let output = runs(place, args);
    assert!(output.status.success(), "{args:?}: {}", stderr(&output));
    stdout(&output)
}

fn json(place: &Place, args: &[&str]) -> serde_json::Value {
    serde_json::from_str(&told(place, args)).unwrap()
}

fn refused(place: &Place, args: &[&str]) -> String {
    let output = runs(place, args);
    assert_eq!(output.status.code(), Some(2), "{args:?}: {}{}", stdout(&output), stderr(&output));
    stderr(&output)
}

/// Every path below a directory with what it is and holds.
fn tree(root: &Path) -> BTreeMap<String, String> {
    fn collect(dir: &Path, found: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            let meta = fs::symlink_metadata(&path).unwrap();
            let content = if meta.is_file() { fs::read(&path).unwrap() } else { Vec::new() };
            let modified = meta.modified().unwrap();
            let state = format!("{modified:?} {:?} {}", meta.file_type(), sha256_bytes(&content));
            found.insert(path.display().to_string(), state);
            if meta.is_dir() {
                collect(&path, found);
            }
        }
    }
    let mut found = BTreeMap::new();
    collect(root, &mut found);
    found
}

/// What a baseline does not read makes no comparison with it doubtful.
#[test]
fn a_baseline_without_a_teacher_is_compared_without_a_warning() {
    let place = Place::new();
    let baseline = ["teacher=none", "distill=0"];
    place.runner(QUICK).assert().success();
    place.runner(QUICK.into_iter().chain(baseline)).assert().success();
    let fingerprint = |name: &str, run: &str| {
        place.json(&format!("outputs/ek55_ensemble/{run}/run.json"))[name].clone()
    };
    assert_ne!(fingerprint("data_fingerprint", "0001"), fingerprint("data_fingerprint", "0002"));
    assert_eq!(fingerprint("eval_fingerprint", "0001"), fingerprint("eval_fingerprint", "0002"));
    let output = runs(&place, &["compare", "ek55_ensemble"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(!stderr(&output).contains("fingerprints"), "{}", stderr(&output));
    let listed = told(&place, &["list", "--columns", "eval_fingerprint", "--csv"]);
    let print = fingerprint("eval_fingerprint", "0001");
    assert_eq!(listed.matches(print.as_str().unwrap()).count(), 2, "{listed}");
}

#[test]
fn listed_compared_and_shown() {
    let place = Place::new();
    three(&place);
    let table = told(&place, &["list"]);
    let head = table.lines().next().unwrap();
    assert!(head.contains("distill") && head.contains("seed") && !head.contains("num_epochs"));
    assert_eq!(told(&place, &["list", "distill>=20"]).lines().count(), 3);
    assert_eq!(told(&place, &["list", "distill>=20", "seed==7"]).lines().count(), 2);
    // A key that is nothing but another one.
    let deep = "train.train_one_epoch_fn.loss_wts.distill==1";
    assert_eq!(json(&place, &["list", deep, "--json"])[0]["version"], "0001");
    assert_eq!(
        told(&place, &["list", "status==completed", "best.action.top1>=0"]).lines().count(),
        4
    );
    let full = "metrics.best[\"final_acc/action/top1\"]>100";
    assert_eq!(told(&place, &["list", full]), "");
    let sorted =
        json(&place, &["list", "--sort", "distill", "--reverse", "--limit", "1", "--json"]);
    assert_eq!(sorted[0]["config"], serde_json::json!({}), "nothing differs among one run");
    assert_eq!(sorted[0]["version"], "0002");
    let columns = told(&place, &["list", "--columns", "device,opt.optimizer._target_,last.loss"]);
    assert!(columns.contains("torch.optim.Adam"), "{columns}");
    assert!(told(&place, &["list", "--csv"]).lines().next().unwrap().contains(",distill,"));

    let error = refused(&place, &["list", "distil>1"]);
    assert!(error.contains("did you mean `distill`?"), "{error}");
    let error = refused(&place, &["list", "best.action.top7>1"]);
    assert!(error.contains("did you mean `best.action.top"), "{error}");
    let error = refused(&place, &["list", "distill=1"]);
    assert!(error.contains("`==`"), "{error}");
    let error = refused(&place, &["list", "ek55_ensembel"]);
    assert!(error.contains("did you mean `ek55_ensemble`?"), "{error}");

    let compared = json(&place, &["compare", "ek55_ensemble", "--json"]);
    assert_eq!(compared["rows"].as_array().unwrap().len(), 2);
    assert_eq!(compared["rows"][1]["n"], 2);
    assert_eq!(compared["keys"], serde_json::json!(["distill"]));
    for form in ["--markdown", "--latex", "--csv"] {
        assert_eq!(told(&place, &["compare", form]).matches("distill").count(), 1, "{form}");
    }
    assert!(told(&place, &["compare"]).contains(" ± "));
    let error = refused(&place, &["compare", "distill>100"]);
    assert!(error.contains("none is selected"), "{error}");
    let error = refused(&place, &["compare", "--outputs", "nowhere"]);
    assert!(error.contains("none is selected"), "{error}");

    let shown = told(&place, &["show", "ek55_ensemble/2"]);
    for part in ["ek55_ensemble/0002  completed", "distill  ", "synthetic, fingerprint", "run.json"]
    {
        assert!(shown.contains(part), "`{part}` in {shown}");
    }
    let shown = json(&place, &["show", "ek55_ensemble/latest", "--json"]);
    assert_eq!(shown["overridden"]["seed"], 7);
    assert_eq!(shown["manifest"]["version"], "0003");
    let error = refused(&place, &["show", "ek55_ensemble/0009"]);
    assert!(error.contains("did you mean `ek55_ensemble/000"), "{error}");
    let error = refused(&place, &["show", "ek55"]);
    assert!(error.contains("several runs: ek55_ensemble/0001"), "{error}");

    let apart = told(&place, &["diff", "ek55_ensemble/1", "ek55_ensemble/2"]);
    assert!(apart.contains("distill  A  1") && apart.contains("METRIC"), "{apart}");
    assert!(!apart.contains("ENVIRONMENT"), "{apart}");
    let apart = json(&place, &["diff", "ek55_ensemble/1", "ek55_ensemble/3", "--json"]);
    assert_eq!(apart["environment"][0]["name"], "seed");
    assert!(
        told(&place, &["diff", "ek55_ensemble/1", "ek55_ensemble/1"]).contains("nothing differs")
    );
}

#[test]
fn tags_are_kept_beside_the_run() {
    let place = Place::new();
    place.runner(QUICK).assert().success();
    let manifest = place.text("outputs/ek55_ensemble/0001/run.json");
    let run = "ek55_ensemble/1";
    assert_eq!(
        told(&place, &["tag", "--note", "table 2", run, "good", "+paper"]),
        "good\npaper\nnote: table 2\n"
    );
    assert_eq!(told(&place, &["tag", run, "-good"]), "paper\nnote: table 2\n");
    assert_eq!(json(&place, &["tag", "--json", run])["tags"], serde_json::json!(["paper"]));
    assert_eq!(place.text("outputs/ek55_ensemble/0001/run.json"), manifest);
    assert!(told(&place, &["list", "tag==paper"]).contains("paper"));
    assert_eq!(told(&place, &["list", "--tag", "good"]), "");
    assert!(told(&place, &["show", run]).contains("table 2"));
    let error = refused(&place, &["tag", run, "-none"]);
    assert!(error.contains("it has paper"), "{error}");
    for wrong in ["a b", "$(x)", "x\ny"] {
        assert!(refused(&place, &["tag", run, wrong]).contains("only letters, digits"));
    }
    assert!(refused(&place, &["tag", run, "x", "--json"]).contains("options stand before"));
}

#[test]
fn what_is_half_there_is_named_and_nothing_that_reads_changes_anything() {
    let place = Place::new();
    place.runner(QUICK).assert().success();
    let outputs = place.path().join("outputs");
    let dir = |name: &str| {
        let path = outputs.join(name);
        fs::create_dir_all(&path).unwrap();
        path
    };
    dir("half/0001/.hydra");
    fs::write(dir("half/0002").join("run.json"), "{\"schema\": 1, \"stat").unwrap();
    fs::write(dir("half/0003").join("run.json"), "{\"schema\": 99, \"new\": true}").unwrap();
    fs::write(dir("half/0004").join("run.json"), b"\xff\xfe\x00").unwrap();
    dir("half/0005/run.json");
    std::os::unix::fs::symlink("0009", outputs.join("half/latest")).unwrap();
    let copy = dir("copied/0001");
    fs::copy(outputs.join("ek55_ensemble/0001/run.json"), copy.join("run.json")).unwrap();
    fs::write(copy.join("tags.json"), "[]").unwrap();
    fs::create_dir(copy.join(".hydra")).unwrap();
    fs::write(copy.join(".hydra/config.yaml"), "a: [").unwrap();
    fs::write(outputs.join("stray.txt"), "x").unwrap();

    let before = tree(&outputs);
    let output = runs(&place, &["list", "--json"]);
    let listed: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    let states: Vec<&str> =
        listed.as_array().unwrap().iter().map(|run| run["status"].as_str().unwrap()).collect();
    assert_eq!(
        states,
        ["completed", "completed", "incomplete", "broken", "broken", "broken", "broken"]
    );
    for named in ["half/0002", "half/0003", "half/0004", "half/0005", "copied/0001"] {
        assert!(stderr(&output).contains(named), "{named}: {}", stderr(&output));
    }
    for args in [
        &["list"][..],
        &["list", "--csv", "--sort", "best.loss"],
        &["list", "status==broken"],
        &["show", "ek55_ensemble/latest"],
        &["show", "half/0002"],
        &["compare"],
        &["compare", "--latex", "--unfinished"],
        &["diff", "ek55_ensemble/1", "ek55_ensemble/1"],
        &["tag", "ek55_ensemble/1"],
        &["prune", "--dry-run"],
        &["resume", "ek55_ensemble/1"],
    ] {
        told(&place, args);
    }
    for args in [
        &["show", "half/latest"][..],
        &["diff", "half/0002", "ek55_ensemble/1"],
        &["resume", "half/0001"],
        &["resume", "half/0002"],
        &["rerun", "copied/0001"],
        &["list", "half/latest"],
        &["prune", "nothing"],
        &["prune", "status==completed"],
    ] {
        let error = refused(&place, args);
        assert!(error.starts_with("error: ") || error.contains("\nerror: "), "{args:?}: {error}");
    }
    assert_eq!(tree(&outputs), before);
}

#[test]
fn pruned_are_those_of_no_use() {
    let place = Place::new();
    three(&place);
    let outputs = place.path().join("outputs");
    let dir = |number: u32| outputs.join(format!("ek55_ensemble/{number:04}"));
    let set_status = |number: u32, status: &str| {
        let path = dir(number).join("run.json");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace("\"completed\"", &format!("\"{status}\""))).unwrap();
    };
    // The newest failed, and another whose process is gone says that it is running.
    set_status(3, "failed");
    set_status(2, "running");
    fs::write(dir(2).join("mine.txt"), "x").unwrap();
    fs::create_dir_all(outputs.join(".generated/teachers")).unwrap();
    fs::write(outputs.join(".generated/teachers/bert.safetensors"), "x").unwrap();
    let dry = json(&place, &["prune", "--dry-run", "--json"]);
    assert_eq!(dry["planned"][0]["run"], "ek55_ensemble/0003");
    assert_eq!(dry["kept"][0]["run"], "ek55_ensemble/0002");
    assert!(dry["kept"][0]["reason"].as_str().unwrap().contains("mine.txt"));
    let error = refused(&place, &["prune"]);
    assert!(error.contains("--yes") && dir(3).is_dir(), "{error}");

    let told_of = told(&place, &["prune", "--yes"]);
    assert!(told_of.contains("mine.txt (--all-files removes them)"), "{told_of}");
    assert!(!dir(3).exists() && dir(2).is_dir() && dir(1).is_dir());
    let latest = fs::read_link(outputs.join("ek55_ensemble/latest")).unwrap();
    assert_eq!(latest, Path::new("0002"));
    told(&place, &["prune", "--yes", "--all-files"]);
    assert!(!dir(2).exists() && dir(1).is_dir());
    let left = json(&place, &["prune", "distill>100", "--yes", "--json"]);
    assert_eq!(left["removed"], serde_json::json!([]));
    let left = json(&place, &["prune", "best.action.top1>=0", "--yes", "--json"]);
    assert_eq!(left["removed"], serde_json::json!(["ek55_ensemble/0001"]));
    assert!(
        outputs.join(".generated").exists() == place.path().join("outputs/.generated").exists()
    );
    place.runner(QUICK).assert().success();
    assert!(dir(4).is_dir(), "no number is given twice");
}

//! `runner analyze metrics` and `marginalize`, and what they refuse.

use std::path::{Path, PathBuf};
use std::process::Command as Process;

use hdf5_pure::FileBuilder;
use serde_json::Value;

use crate::support::{Place, QUICK, external, repository, stderr, stdout};

const RUN: &str = "outputs/ek55_ensemble/0001";

/// A place with one short run on generated data.
fn place() -> Place {
    let place = Place::new();
    place.runner(QUICK).assert().success();
    place
}

fn fixture(name: &str) -> PathBuf {
    repository().join("tests/fixtures").join(name)
}

fn json(place: &Place, args: &[&str]) -> Value {
    let output = place.command(args.iter().copied()).arg("--json").output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    serde_json::from_str(&stdout(&output)).unwrap()
}

/// What a command says that is refused.
fn refused(place: &Place, args: &[&str]) -> String {
    let output = place.command(args.iter().copied()).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{args:?}: {}", stderr(&output));
    assert!(output.stdout.is_empty(), "{}", stdout(&output));
    stderr(&output)
}

/// Every file below a directory with its content.
fn content(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(content(&path)),
            false => found.push((path.clone(), std::fs::read(&path).unwrap())),
        }
    }
    found.sort();
    found
}

#[test]
fn a_run_says_the_same_of_itself() {
    let place = place();
    let before = content(&place.path().join("outputs"));
    let measured = json(&place, &["analyze", "metrics", "ek55_ensemble/latest"]);
    let records = place.metrics(RUN);
    let is_final = |name: &str| name.starts_with("final_acc/");
    let own = records.iter().rev().find(|r| r.as_object().unwrap().keys().any(|k| is_final(k)));
    let own = own.unwrap().as_object().unwrap().iter().filter(|(name, _)| is_final(name));
    let metrics = measured[0]["metrics"].as_object().unwrap();
    let mut compared = 0;
    for (name, theirs) in own {
        let ours = metrics.get(name).unwrap_or_else(|| panic!("no {name} in {metrics:?}"));
        let apart = ours.as_f64().unwrap() - theirs.as_f64().unwrap();
        assert!(apart.abs() < 1e-9, "{name}: {ours}, in the run {theirs}");
        compared += 1;
    }
    assert!(compared >= 12, "{compared} metrics compared");
    for further in ["decomposed/verb/top1", "final_acc/action/top1_meanOverPresent"] {
        assert!(metrics.contains_key(further), "no {further}");
    }
    assert_eq!(measured[0]["data"], "synthetic");
    // by its directory and by its file it is the same, and nothing has changed
    let file = format!("{RUN}/results/eval.h5");
    let three = json(&place, &["analyze", "metrics", RUN, &file, "ek55_ensemble/1"]);
    for row in three.as_array().unwrap() {
        assert_eq!(row["metrics"], measured[0]["metrics"]);
    }
    assert!(content(&place.path().join("outputs")) == before, "reading has changed a file");
    shown(&place);
}

/// The forms of the table.
fn shown(place: &Place) {
    let args = ["analyze", "metrics", "ek55_ensemble/1", RUN, "--topk", "1,3"];
    let text = |flag: &str| {
        let output = place.command(args).arg(flag).output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output)
    };
    let plain = text("--metrics=top3,AR5");
    let titles: Vec<&str> = plain.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(titles.contains(&"action") && titles.contains(&"decomposed"), "{plain}");
    assert!(plain.contains("synthetic") && !plain.contains("top1"), "{plain}");
    let csv = text("--csv");
    assert_eq!(csv.lines().count(), 3, "{csv}");
    assert!(csv.lines().next().unwrap().contains(",final_acc/action/top3,"), "{csv}");
    assert!(text("--markdown").contains("| --- |"));
    assert!(text("--latex").contains("\\begin{tabular}"));
}

#[test]
fn marginals_are_stored_once() {
    let place = place();
    let args = ["analyze", "marginalize", "ek55_ensemble/1", "--out", "marginals.h5"];
    let output = place.command(args).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let table = stdout(&output);
    assert!(table.contains("of actions") && table.contains("synthetic"), "{table}");
    let file = place.path().join("marginals.h5");
    let bytes = std::fs::read(&file).unwrap();
    let again = refused(&place, &args);
    assert!(again.contains("marginals.h5") && again.contains("exists"), "{again}");
    assert_eq!(std::fs::read(&file).unwrap(), bytes);
    let read = json(&place, &["analyze", "metrics", "marginals.h5", "--of", "ek55_ensemble/1"]);
    assert_eq!(read[0]["from_actions"], serde_json::json!([]));
    assert_eq!(read[0]["data"], "synthetic");
    assert!(read[0]["metrics"]["final_acc/noun/top5"].is_f64(), "{read}");
    let Some(python) = std::env::var_os("RUNNER_PYTHON") else { return };
    let script = "import h5py, sys\n\
                  f = h5py.File(sys.argv[1])\n\
                  n = len(f['idx'])\n\
                  for label in ('action', 'verb', 'noun'):\n\
                  \x20   assert f['logits/' + label].shape[0] == len(f['target/' + label]) == n\n\
                  assert abs(f['logits/verb'][()].sum(axis=1) - 1).max() < 1e-5\n";
    let status = Process::new(python).args(["-c", script]).arg(&file).status().unwrap();
    assert!(status.success());
}

#[test]
fn predictions_of_others() {
    let place = Place::new();
    for name in ["results.h5", "results.pth", "student.pickle", "teacher.pickle"] {
        std::fs::copy(fixture(&format!("analysis/{name}")), place.path().join(name)).unwrap();
    }
    let args =
        ["analyze", "metrics", "results.h5", "results.pth", "student.pickle", "teacher.pickle"];
    let rows = json(&place, &args);
    let rows = rows.as_array().unwrap();
    assert_eq!((rows.len(), &rows[0]["segments"]), (4, &Value::from(7)));
    for row in rows {
        assert_eq!(row["metrics"], rows[0]["metrics"], "{row}");
    }
    let output = place.command(args).output().unwrap();
    assert!(stderr(&output).contains("--of EXPERIMENT"), "{}", stderr(&output));
    let unlabelled = refused(&place, &["analyze", "marginalize", "results.h5"]);
    assert!(unlabelled.contains("--of"), "{unlabelled}");
}

/// The study's pickles are of real data sets, whose experiments name the classes.
#[test]
fn the_labels_of_an_experiment() {
    let Some(external) = external() else { return };
    let place = Place::new();
    let pickle = fixture("analysis/teacher.pickle");
    let of = format!("ek55_ensemble paths.external={}", external.display());
    let args = ["analyze", "metrics", pickle.to_str().unwrap(), "--of", &of];
    let output = place.runner_in_repository(args).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = stderr(&output);
    assert!(said.contains("scores 6 classes of `action`, the data set has 2513"), "{said}");
}

#[test]
fn wrong_places() {
    let place = Place::new();
    let put = |name: &str, bytes: &[u8]| std::fs::write(place.path().join(name), bytes).unwrap();
    let results = std::fs::read(fixture("analysis/results.h5")).unwrap();
    put("empty.h5", b"");
    put("text.h5", b"idx,uid,logits\n1,2,3\n");
    put("truncated.h5", &results[..results.len() / 2]);
    let mut foreign = FileBuilder::new();
    foreign.create_dataset("weights").with_f32_data(&[1.0, 2.0]);
    put("foreign.h5", &foreign.finish().unwrap());
    put("nan.pickle", &not_a_number());
    for name in ["hostile-eval.pkl", "hostile-teacher.pkl"] {
        put(name, &std::fs::read(fixture(&format!("pickle/{name}"))).unwrap());
    }
    for (file, said) in [
        ("empty.h5", "it is empty"),
        ("text.h5", "begins like none of"),
        ("truncated.h5", "no whole HDF5 file"),
        ("foreign.h5", "it is no results file: `idx`"),
        ("nan.pickle", "has the number NaN"),
        ("hostile-eval.pkl", "a dict where a tensor was expected"),
        ("hostile-teacher.pkl", "was not called"),
        ("nothing.h5", "no file `nothing.h5`"),
        ("nobody/3", "failed to find run `nobody/3`"),
    ] {
        let error = refused(&place, &["analyze", "metrics", file]);
        assert!(error.contains(said) && error.contains(file), "{file}: {error}");
    }
    let depth = refused(&place, &["analyze", "metrics", "text.h5", "--topk", "0"]);
    assert!(depth.contains("whole numbers from 1"), "{depth}");
}

/// The student's pickle with a score that is no number: the first float of its logits.
fn not_a_number() -> Vec<u8> {
    let mut bytes = std::fs::read(fixture("analysis/student.pickle")).unwrap();
    let logits = include_str!("../parity/fixtures/analysis.json");
    let logits: Value = serde_json::from_str(logits).unwrap();
    let first = logits["small"]["logits"][0][0].as_f64().unwrap().to_le_bytes();
    let at = bytes.windows(8).position(|eight| eight == first).unwrap();
    bytes[at..at + 8].copy_from_slice(&f64::NAN.to_le_bytes());
    bytes
}

#[test]
fn runs_without_results_and_sets_that_are_not_there() {
    let place = place();
    let set = refused(&place, &["analyze", "metrics", "ek55_ensemble/1", "--set", "evil"]);
    assert!(set.contains("evil") && set.contains("eval"), "{set}");
    let results = place.path().join(RUN).join("results");
    let stored = fixture("analysis/student.pickle");
    let stored = stored.to_str().unwrap();
    let mixed = refused(&place, &["analyze", "metrics", "ek55_ensemble/1", stored]);
    assert!(mixed.contains("it scores 6 classes of `action`, the data set has"), "{mixed}");
    let metric =
        refused(&place, &["analyze", "metrics", "ek55_ensemble/1", "--metrics", "action/top"]);
    assert!(metric.contains("did you mean"), "{metric}");
    std::fs::remove_dir_all(results).unwrap();
    let none = refused(&place, &["analyze", "metrics", "ek55_ensemble/1"]);
    assert!(none.contains("it has no results"), "{none}");
}

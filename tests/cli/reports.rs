//! `report.html` of runs, and the names of classes beside their results.

use runner::runs::{ClassNames, read_results};
use serde_json::json;

use crate::support::{Place, QUICK, stderr};

#[test]
fn a_run_names_the_classes_of_its_results() {
    let place = Place::new();
    let args = QUICK.into_iter().chain(["hydra.run.dir=run"]);
    place.runner(args).assert().success();
    let results = read_results(&place.path().join("run/results/eval.h5")).unwrap();
    let file = place.json("run/results/classes.json");
    assert_eq!(file["schema"], json!(1));
    let names = ClassNames::read(&place.path().join("run")).unwrap();
    assert!(results.logits.contains_key("action"));
    for (label, logits) in &results.logits {
        assert_eq!(names.classes[label].len(), logits.width(), "{label}");
    }
    let page = place.text("run/report.html");
    let most = &names.classes["action"];
    assert!(most.iter().any(|name| page.contains(&format!("{name}\npredicted "))), "no names");
    assert!(names.classes.values().flatten().all(|name| !name.contains('_')), "{names:?}");
}

#[test]
fn nothing_is_named_where_nothing_is_stored() {
    let place = Place::new();
    let args = ["hydra.run.dir=run", "eval.eval_fn.store=false"];
    place.runner(QUICK.into_iter().chain(args)).assert().success();
    assert!(!place.path().join("run/results").exists());
    assert!(place.text("run/report.html").contains("No results of an evaluation are stored"));
}

#[test]
fn a_run_that_fails_leaves_a_page_that_says_why() {
    let place = Place::new();
    let far = ["opt.lr_wd=[[__all__,1e30,0]]", "train.max_steps_per_epoch=6"];
    let args = far.into_iter().chain(["hydra.run.dir=run"]);
    let output = place.runner(QUICK.into_iter().chain(args)).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let page = place.text("run/report.html");
    assert!(page.contains(">failed</strong>") && page.contains("<p class=\"error\">"), "no error");
}

//! Sweeps beyond Hydra: settings of the sweeper, conditions, edits, tags of files.

use runner::config::{Composer, RunMode, compose};
use runner::sweep::{batch_size, jobs};

use super::behaviour::{request, tree};

const CONFIG: &str = "\
defaults: [_self_, model: small]
lr: 0.1
temperature: 1
double: ${lr}
tags: [a, b]
";

fn files(hydra: &str) -> tempfile::TempDir {
    tree(&[
        ("conf/config.yaml", &format!("{CONFIG}{hydra}")),
        ("conf/model/small.yaml", "depth: 2\nlayers: {one: 1, two: 2}\n"),
        ("conf/model/big.yaml", "depth: 8\nlayers: !replace {three: 3}\n"),
    ])
}

/// The jobs, overrides joined with blanks, or what is wrong.
fn swept(hydra: &str, args: &[&str]) -> Result<Vec<String>, String> {
    let dir = files(hydra);
    let mut request = request(dir.path(), args);
    request.runtime.mode = Some(RunMode::Multirun);
    let composer = Composer::new(request);
    let whole = composer.compose().map_err(|errors| errors.to_string())?;
    let jobs = jobs(&whole, &composer).map_err(|error| error.to_string())?;
    let join = |task: &[runner::config::OverrideArg]| {
        task.iter().map(|one| one.text.as_str()).collect::<Vec<_>>().join(" ")
    };
    Ok(jobs.iter().map(|(_, task)| join(task)).collect())
}

#[test]
fn parameters_stand_in_a_file_and_overrides_win() {
    let params = "hydra: {sweeper: {params: {lr: '1,2', temperature: 'range(2)'}}}\n";
    let jobs = swept(params, &[]).unwrap();
    assert_eq!(jobs[..2], ["lr=1 temperature=0", "lr=1 temperature=1"]);
    assert_eq!(jobs.len(), 4);
    let jobs = swept(params, &["model=big", "temperature=5"]).unwrap();
    assert_eq!(jobs, ["lr=1 temperature=5 model=big", "lr=2 temperature=5 model=big"]);
    let zipped = "hydra: {sweeper: {params: {lr: 'zip(1,2)', temperature: 'zip(3,4)'}}}\n";
    assert_eq!(swept(zipped, &[]).unwrap(), ["lr=1 temperature=3", "lr=2 temperature=4"]);
    let reference = "values: 1,2\nhydra: {sweeper: {params: {lr: '${values}'}}}\n";
    assert_eq!(swept(reference, &[]).unwrap(), ["lr=1", "lr=2"]);
    let wrong = "hydra: {sweeper: {params: {lr: 'range('}}}\n";
    let error = swept(wrong, &[]).unwrap_err();
    assert!(error.contains("config.yaml:6:32"), "{error}");
}

#[test]
fn conditions_leave_jobs_out() {
    let args = ["lr=1,2", "temperature=1,2"];
    for (condition, left) in [
        ("lr == 1", 2),
        ("lr == 1 and temperature == 2", 3),
        ("lr == temperature", 2),
        ("double == 2", 2),
        ("model == 'small'", 0),
        ("model.depth > 2", 4),
        ("not (lr < 2 or temperature >= 2)", 3),
    ] {
        let exclude = format!("hydra.sweeper.exclude=\"{condition}\"");
        let jobs = swept("", &[&args[..], &[exclude.as_str()]].concat()).unwrap();
        assert_eq!(jobs.len(), left, "{condition}: {jobs:?}");
    }
    let jobs = swept(
        "",
        &["model=small,big", "lr=1,2", "hydra.sweeper.exclude=[\"model.depth > 2 and lr == 2\"]"],
    );
    assert_eq!(jobs.unwrap(), ["model=small lr=1", "model=small lr=2", "model=big lr=1"]);
    let file = "hydra: {sweeper: {exclude: ['lr == 1', 'temperature == 1']}}\n";
    assert_eq!(swept(file, &args).unwrap(), ["lr=2 temperature=2"]);
}

#[test]
fn conditions_that_cannot_be_used() {
    for (exclude, problem) in [
        ("\"lr = 1\"", "expected `==` or `!=` but found `=` at column 4"),
        ("\"lr == small\"", "`small` has no value; a text is written in quotes"),
        ("\"lr < 'x'\"", "for the job `lr=1`: 1 and 'x' have no order"),
        ("[1]", "a condition is a text"),
        ("{a: 1}", "expected a condition or a list of conditions"),
    ] {
        let exclude = format!("hydra.sweeper.exclude={exclude}");
        let error = swept("", &["lr=1,2", &exclude]).unwrap_err();
        assert!(error.contains(problem), "{exclude}: {error}");
        assert!(error.contains("argument 2"), "{exclude}: {error}");
    }
}

#[test]
fn the_condition_is_shown_only_when_it_is_set() {
    let dir = files("");
    let hydra = |args: &[&str]| {
        let composed = compose(&request(dir.path(), args)).unwrap();
        composed.to_yaml(runner::config::Part::Hydra, false, None).unwrap()
    };
    assert!(!hydra(&[]).contains("exclude:"), "Hydra has no such key");
    assert!(hydra(&["hydra.sweeper.exclude=x"]).contains("exclude: x"));
}

#[test]
fn batches() {
    for (size, expected) in
        [("null", Ok(None)), ("3", Ok(Some(3))), ("0", Err(())), ("-1", Err(()))]
    {
        let dir = files("");
        let size = format!("hydra.sweeper.max_batch_size={size}");
        let composed = compose(&request(dir.path(), &[&size])).unwrap();
        assert_eq!(batch_size(&composed).map_err(|_| ()), expected, "{size}");
    }
}

#[test]
fn edits_are_swept_and_explained() {
    let jobs = swept("", &["tags=append(c),list_clear()", "tags=prepend(z)"]).unwrap();
    assert_eq!(jobs, ["tags=append(c) tags=prepend(z)", "tags=list_clear() tags=prepend(z)"]);
    let dir = files("");
    let composed = compose(&request(dir.path(), &["tags=append(c)", "tags=remove_at(0)"])).unwrap();
    assert_eq!(
        composed.root().get("tags.1").unwrap().origin.to_string(),
        "argument 1 `tags=append(c)`"
    );
    let text = composed.explain("tags").unwrap().to_string();
    assert!(
        text.contains("argument 2 `tags=remove_at(0)`") && text.contains("argument 1"),
        "{text}"
    );
    let keys = compose(&request(dir.path(), &["model=big"])).unwrap();
    assert_eq!(keys.root().get("model.layers").unwrap().keys(), ["three"]);
}

#[test]
fn ten_thousand_jobs_expand_at_once() {
    let start = std::time::Instant::now();
    let jobs = swept(
        "",
        &["lr=range(100)", "temperature=range(100)", "hydra.sweeper.exclude=\"lr == 1\""],
    );
    assert_eq!(jobs.unwrap().len(), 9_900);
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

//! `test_only=true`: any checkpoint on any set, on a small EK100 written here (generated segments,
//! simulated features).

use std::fmt::Write as _;

use runner::runs::read_results;
use serde_json::Value;

use crate::support::{Place, stderr};

const ANNOTATIONS: &str = "external/epic-kitchens-100-annotations";
const RULSTM: &str = "external/rulstm/RULSTM/data/ek100";
const VERBS: usize = 6;
const NOUNS: usize = 7;
const FEATURES: [&str; 4] = [
    "+features=simulated",
    "+debug=tiny",
    "paths.external=external",
    "train.max_steps_per_epoch=2",
];

fn put(place: &Place, path: &str, text: &str) {
    let path = place.path().join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn names(of: &str, count: usize) -> String {
    let rows = (0..count).map(|i| format!("{i},{of}{i},\"['{of}{i}']\"\n"));
    format!("id,key,instances\n{}", rows.collect::<String>())
}

/// Segments three seconds apart in two videos of one participant.
fn segments(participant: &str, count: usize, labelled: bool) -> String {
    let classes = if labelled { ",verb_class,noun_class" } else { "" };
    let mut text =
        format!("narration_id,participant_id,video_id,start_timestamp,stop_timestamp{classes}\n");
    for i in 0..count {
        let (video, start) = (format!("{participant}_{:02}", 101 + i % 2), 4 + 3 * (i / 2));
        let time = |s: usize| format!("00:{:02}:{:02}.50", s / 60, s % 60);
        let (from, to) = (time(start), time(start + 2));
        let _ = write!(text, "{video}_{},{participant},{video},{from},{to}", i / 2);
        let classes = format!(",{},{}", i % VERBS, (i * i) % NOUNS);
        text.push_str(if labelled { &classes } else { "" });
        text.push('\n');
    }
    text
}

fn world() -> Place {
    let place = Place::new();
    for (name, text) in [
        ("EPIC_100_verb_classes.csv", names("verb", VERBS)),
        ("EPIC_100_noun_classes.csv", names("noun", NOUNS)),
        ("EPIC_100_train.csv", segments("P01", 60, true)),
        ("EPIC_100_validation.csv", segments("P02", 40, true)),
        ("EPIC_100_test_timestamps.csv", segments("P03", 30, false)),
    ] {
        put(&place, &format!("{ANNOTATIONS}/{name}"), &text);
    }
    let pairs = (0..VERBS).flat_map(|v| (0..NOUNS).map(move |n| (v, n)));
    let rows = pairs.enumerate().map(|(id, (v, n))| format!("{id},verb{v} noun{n},{v},{n}\n"));
    let actions = format!("id,action,verb,noun\n{}", rows.collect::<String>());
    put(&place, &format!("{RULSTM}/actions.csv"), &actions);
    for (list, ids) in [
        ("tail_verbs", "P02_101_3\nP02_102_4\n"),
        ("tail_nouns", "P02_102_7\n"),
        ("tail_actions", "P02_101_3\nP02_101_5\n"),
        ("unseen_participants", "P02_101_1\nP02_101_2\nP02_101_3\n"),
    ] {
        put(&place, &format!("{RULSTM}/validation_{list}_ids.csv"), ids);
    }
    place
}

/// The only evaluation of a split.
fn record(place: &Place, run: &str, split: &str) -> Value {
    let records = place.metrics(run).into_iter().filter(|r| r["split"] == split);
    let records: Vec<Value> = records.collect();
    assert_eq!(records.len(), 1, "{run}: {split}");
    records[0].clone()
}

fn without_labels(place: &Place, run: &str, split: &str) {
    let found = record(place, run, split);
    for name in found.as_object().unwrap().keys() {
        let of_labels = ["acc", "loss/cls_", "loss/past_cls_"].iter().any(|p| name.starts_with(p));
        assert!(!of_labels && !name.contains("acc/"), "{name} in {found}");
    }
    assert!(!found.as_object().unwrap().values().any(Value::is_null), "{found}");
    let rows = read_results(&place.path().join(format!("{run}/results/{split}.h5"))).unwrap();
    assert_eq!(rows.idx.len(), 30);
    assert!(rows.target["action"].data.iter().all(|target| *target == -1));
}

#[test]
fn every_checkpoint_is_tested_on_every_set() {
    let place = world();
    let kept = ["save_freq=1", "save_intermediates=true"];
    let kept = kept.map(|key| format!("train.train_one_epoch_fn.{key}"));
    let args = ["+experiment=ek100_avt_ig65m", "hydra.run.dir=first", "train.store_best=true"];
    let args = args.into_iter().chain(FEATURES).chain(kept.iter().map(String::as_str));
    let output = place.runner(args).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    check_reported(&place);

    let checkpoints = ["first", "first/checkpoints/best", "first/checkpoints/epoch_0001"];
    for checkpoint in checkpoints {
        let run = format!("from_{}", checkpoint.replace('/', "_"));
        let from = format!("train.init_from_model=[[{checkpoint}]]");
        let dir = format!("hydra.run.dir={run}");
        let recipe = ["+experiment=ek100_avt_ig65m_test_testonly", &from, &dir];
        let output = place.runner(recipe.into_iter().chain(FEATURES)).output().unwrap();
        assert!(output.status.success(), "{checkpoint}: {}", stderr(&output));
        without_labels(&place, &run, "eval");
        // the validation set beside it, under a name of its own
        let found = record(&place, &run, "eval_train");
        assert!(found["final_acc/action/AR5"].is_number(), "{found}");
        assert!(place.path().join(&run).join("results/eval_train.h5").is_file());
        let metrics = &place.json(&format!("{run}/run.json"))["metrics"];
        assert!(metrics["best"].is_null() || metrics["best"] == serde_json::json!({}), "{metrics}");
    }
    let again = ["+experiment=ek100_avt_ig65m", "test_only=true", "hydra.run.dir=again"];
    let from = ["train.init_from_model=[[first]]"];
    place.runner(again.into_iter().chain(FEATURES).chain(from)).assert().success();
    let trained = place.metrics("first").into_iter().rfind(|r| r["split"] == "eval").unwrap();
    let same = record(&place, "again", "eval");
    for (name, value) in trained.as_object().unwrap().iter().filter(|(name, _)| name.contains('/'))
    {
        assert_eq!(&same[name], value, "{name}");
    }
}

/// The recipe reports lists, verbs and nouns with no key of its own.
fn check_reported(place: &Place) {
    let records = place.metrics("first");
    let found = records.iter().rfind(|r| r["split"] == "eval").unwrap();
    for label in ["action", "verb", "noun"] {
        for metric in ["top1", "top5", "AR5", "AR5_tail", "AR5_unseen"] {
            let percent = &found[format!("final_acc/{label}/{metric}")];
            assert!(percent.as_f64().is_some_and(|p| (0.0..=100.0).contains(&p)), "{found}");
        }
    }
    assert!(found.get("final_acc/verb/AR5_manyshot").is_none(), "{found}");
    let last = &place.json("first/run.json")["metrics"]["last"];
    assert_eq!(last["final_acc/noun/AR5_unseen"], found["final_acc/noun/AR5_unseen"]);
    assert!(place.text("first/report.html").contains("AR5_tail"));
}

#[test]
fn training_beside_the_test_set_ends_well() {
    let place = world();
    let args = ["+experiment=ek100_avt_ig65m_test_trainval", "hydra.run.dir=run"];
    let output = place.runner(args.into_iter().chain(FEATURES)).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let said = stderr(&output);
    assert!(said.contains("samples=100"), "training and validation set together: {said}");
    let evals = place.metrics("run").into_iter().filter(|r| r["split"] == "eval").count();
    assert_eq!(evals, 2);
    assert!(!place.path().join("run/checkpoints/best.safetensors").exists());
}

#[test]
fn lists_that_are_not_there_are_told_of() {
    let place = world();
    let remove = |list: &str| {
        let path = place.path().join(format!("{RULSTM}/validation_{list}_ids.csv"));
        std::fs::remove_file(path).unwrap();
    };
    let start = |run: &str| {
        let dir = format!("hydra.run.dir={run}");
        let args = ["+experiment=ek100_avt_ig65m", "train.num_epochs=1", &dir];
        place.runner(args.into_iter().chain(FEATURES)).output().unwrap()
    };
    remove("tail_nouns");
    let output = start("partly");
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("validation_tail_nouns_ids.csv"), "{}", stderr(&output));
    ["tail_verbs", "tail_actions", "unseen_participants"].iter().for_each(|list| remove(list));
    let output = start("without");
    let said = stderr(&output);
    assert!(output.status.success() && said.contains("no AR5_tail, AR5_unseen"), "{said}");
    let found = record(&place, "without", "eval");
    assert!(found.as_object().unwrap().keys().all(|name| !name.contains("_tail")), "{found}");
}

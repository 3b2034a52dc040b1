//! What teachers cannot be made of: each is named, and nothing is written.

use std::path::{Path, PathBuf};

use crate::support::Place;
use crate::teacher::{of, refuse, succeed};

/// A folder of a small BERT as published ones are laid out.
fn bert(place: &Place) -> PathBuf {
    succeed(of(
        place,
        "pretrain_bert",
        &["train.max_steps_per_epoch=1", "hydra.run.dir=pretrained"],
    ));
    place.path().join("data/lm/recipes_bert")
}

fn edit(path: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{text}");
    std::fs::write(path, text.replace(from, to)).unwrap();
}

fn nothing_is_written(place: &Place) {
    assert!(!place.path().join("outputs").exists() && !place.path().join("data/teachers").exists());
    let lm = std::fs::read_dir(place.path().join("data/lm"));
    let left: Vec<_> = lm.into_iter().flatten().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| name == "recipes_bert"), "{left:?}");
}

const PUBLISHED: [&str; 2] = ["lm.size=published", "lm.weights=${lm.folder}"];

#[test]
fn a_folder_that_lacks_a_file() {
    let place = Place::new();
    let folder = bert(&place);
    let finetune = || {
        of(
            &place,
            "ek55_teacher_bert",
            &[PUBLISHED[0], PUBLISHED[1], "lm.folder=data/lm/recipes_bert"],
        )
    };
    for (file, expected) in [
        ("model.safetensors", "lacks `model.safetensors`"),
        ("tokenizer.json", "has no tokeniser of BERT"),
        ("config.json", "lacks `config.json`"),
    ] {
        std::fs::remove_file(folder.join(file)).unwrap();
        refuse(finetune(), expected);
    }
    refuse(of(&place, "ek55_teacher_bert", &["lm.size=published"]), "+experiment=pretrain_<lm>");
    nothing_is_written(&place);
}

#[test]
fn a_vocabulary_that_is_not_the_models_and_models_of_another_family() {
    let place = Place::new();
    let folder = bert(&place);
    let here = "lm.folder=data/lm/recipes_bert";
    refuse(
        of(&place, "ek55_teacher_electra", &[PUBLISHED[0], PUBLISHED[1], here]),
        "type bert, expected electra",
    );
    let config = std::fs::read_to_string(folder.join("config.json")).unwrap();
    let size = config.lines().find(|line| line.contains("\"vocab_size\"")).unwrap().to_owned();
    edit(&folder.join("config.json"), &size, "  \"vocab_size\": 9000,");
    refuse(of(&place, "ek55_teacher_bert", &[PUBLISHED[0], PUBLISHED[1], here]), "9000");
    nothing_is_written(&place);
}

#[test]
fn weights_of_another_family() {
    let place = Place::new();
    bert(&place);
    succeed(of(
        &place,
        "pretrain_electra",
        &["train.max_steps_per_epoch=1", "hydra.run.dir=electra"],
    ));
    let weights = [
        "lm.size=published",
        "lm.folder=data/lm/recipes_bert",
        "lm.weights=data/lm/recipes_electra",
    ];
    refuse(of(&place, "ek55_teacher_bert", &weights), "electra");
    assert!(!place.path().join("outputs").exists());
}

#[test]
fn a_trained_folder_that_was_changed() {
    let place = Place::new();
    succeed(of(&place, "ek55_teacher_action_gru", &["train.max_steps_per_epoch=1"]));
    let folder = place.path().join("data/lm/ek55_action_gru");
    let predict = |more: &[&'static str]| {
        let mut command = of(&place, "ek55_teacher_action_gru", &["task=teacher_predict"]);
        command.args(more);
        command
    };
    refuse(predict(&["lm.dim=16"]), "its weights");
    refuse(predict(&["history.length=7"]), "history.length is 5 there, 7 here");
    refuse(
        predict(&["lm=action_ngram", "predict.folder=data/lm/ek55_action_gru"]),
        "lm is \"models.action_lm.Gru\" there",
    );
    edit(&folder.join("teacher.json"), "\"label_map\": \"", "\"label_map\": \"0");
    refuse(predict(&[]), "label_map is \"0");
    std::fs::remove_file(folder.join("teacher.json")).unwrap();
    refuse(predict(&[]), "there is no `teacher.json` in it");
    assert!(!place.path().join("data/teachers").exists());
}

#[test]
fn a_corpus_that_is_none() {
    let place = Place::new();
    let pretrain = || of(&place, "pretrain_bert", &["lm.size=tiny", "corpus.file=corpus.txt"]);
    refuse(pretrain(), "corpus.txt");
    let long = format!("take <v> pan\n{}\n", "take <v> pan <a> ".repeat(70_000));
    for (text, expected) in [
        (long.as_bytes(), "`corpus.txt`, line 2: longer than"),
        (b"take <v> pan\nopen\xff\n", "line 2: not UTF-8 at byte 4"),
        (b"\n \n", "is an empty corpus"),
    ] {
        std::fs::write(place.path().join("corpus.txt"), text).unwrap();
        refuse(pretrain(), expected);
    }
    nothing_is_written(&place);
    std::fs::write(place.path().join("corpus.txt"), "take <v> pan <a> wash <v> pan\n".repeat(9))
        .unwrap();
    succeed(pretrain());
}

#[test]
fn annotations_that_are_wrong() {
    let place = Place::new();
    place.command(["data", "synth", "root"]).assert().success();
    let csv = place
        .path()
        .join("root/external/epic-kitchens-55-annotations/EPIC_train_action_labels.csv");
    let finetune = || {
        let mut command = place.runner(["+experiment=ek55_teacher_action_gru", "+debug=tiny"]);
        command.args(["paths.external=root/external", "paths.data=data", "device=flex"]);
        command
    };
    let whole = std::fs::read_to_string(&csv).unwrap();
    let mut lines: Vec<String> = whole.lines().map(str::to_owned).collect();
    let header: Vec<&str> = lines[0].split(',').collect();
    let verb = header.iter().position(|name| *name == "verb_class").unwrap();
    let mut cells: Vec<&str> = whole.lines().nth(1).unwrap().split(',').collect();
    cells[verb] = "999";
    lines[1] = cells.join(",");
    std::fs::write(&csv, lines.join("\n") + "\n").unwrap();
    refuse(finetune(), "verb class 999 does not exist");
    std::fs::write(&csv, format!("{}\n", whole.lines().next().unwrap())).unwrap();
    refuse(finetune(), "has no rows");
    nothing_is_written(&place);
    std::fs::write(&csv, whole).unwrap();
    std::fs::write(place.path().join("none.csv"), "P99_99\n").unwrap();
    let mut of_nothing = finetune();
    of_nothing.arg("dataset_eval.only_keep_videos=none.csv");
    refuse(of_nothing, "dataset_eval: no segment is left");
    nothing_is_written(&place);
    succeed(finetune());
}

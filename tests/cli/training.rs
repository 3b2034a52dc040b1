//! What a run says of its steps, and the ways to train, through the program.

use std::path::Path;

use runner::files::TensorFile;

use crate::support::{Place, stderr};

const TINY: [&str; 4] = [
    "+experiment=ek55_ensemble",
    "+debug=synthetic",
    "train.num_epochs=1",
    "train.train_one_epoch_fn.print_freq=1",
];

/// How a run is compared with the original's, number by number.
#[test]
fn every_step_tells_all_rates_and_the_norm_of_the_gradient() {
    const FIXED: [&str; 7] = [
        "+compat=avt",
        "train.shuffle_data=false",
        "model.dropout=0",
        "model.future_predictor.embd_pdrop=0",
        "model.future_predictor.attn_pdrop=0",
        "model.future_predictor.resid_pdrop=0",
        "opt.lr_wd=[[future_predictor,0.001,0.0001],[classifiers,0.01,0]]",
    ];
    let place = Place::new();
    let losses = ["one", "two"].map(|run| {
        let dir = format!("hydra.run.dir={run}");
        let args = TINY.into_iter().chain(FIXED).chain(["train.max_steps_per_epoch=3"]);
        place.runner(args).arg(dir).assert().success();
        let records = place.metrics(run);
        let steps: Vec<_> = records.iter().filter(|r| r["split"] == "train").collect();
        assert_eq!(steps.len(), 3);
        for record in &steps {
            for name in ["loss", "grad_norm", "lr", "lr/1", "lr/2", "lr/3"] {
                assert!(record[name].as_f64().is_some_and(|v| v > 0.0), "{name}: {record}");
            }
            assert!(record.get("lr/4").is_none(), "{record}");
        }
        assert_eq!(steps[0]["lr"], 1e-7, "the floor of the warm-up");
        steps.iter().map(|record| record["loss"].clone()).collect::<Vec<_>>()
    });
    assert_eq!(losses[0], losses[1]);
}

#[test]
fn the_ways_to_train_go_together() {
    let place = Place::new();
    let ways = [
        "opt/optimizer=adafactor",
        "opt/scheduler=linear",
        "train.precision=bf16",
        "train.gradient_checkpointing=true",
        "train.ema_decay=0.9",
        "train.accumulate_steps=2",
        "train.train_one_epoch_fn.save_freq=0.5",
        "train.train_one_epoch_fn.save_intermediates=true",
        "hydra.run.dir=run",
    ];
    let output = place.runner(TINY.into_iter().chain(ways)).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stderr(&output).contains("relative_step"), "{}", stderr(&output));
    let checkpoints = place.path().join("run/checkpoints");
    let within = std::fs::read_dir(&checkpoints).unwrap();
    let names: Vec<String> =
        within.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    for name in ["last", "best", "epoch_0000_"] {
        assert!(names.iter().any(|found| found.starts_with(name)), "{name} in {names:?}");
    }
    let best = checkpoints.join("best.safetensors");
    assert_ne!(arrays(&best, "model."), arrays(&best, "average."));

    // The average is what was evaluated, and what a later run takes from the file.
    let start = format!("train.init_from_model=[[{}]]", best.display());
    let args = TINY.into_iter().chain(["test_only=true", &start, "hydra.run.dir=again"]);
    place.runner(args).assert().success();
    let evaluation = |run: &str| {
        let records = place.metrics(run);
        records.into_iter().rfind(|record| record["split"] == "eval").unwrap()["loss"].clone()
    };
    assert_eq!(evaluation("run"), evaluation("again"));
}

/// Values of the file's arrays whose names start so.
fn arrays(path: &Path, prefix: &str) -> Vec<Vec<f32>> {
    let tensors = TensorFile::read(path).unwrap().tensors.into_iter();
    let named = tensors.filter(|(name, _)| name.starts_with(prefix));
    named.map(|(_, array)| array.as_f32().unwrap().to_vec()).collect()
}

#[test]
fn the_classifier_alone() {
    let place = Place::new();
    let only = ["opt.classifier_only=true", "opt.lr_wd=[[classifiers,0.01,0]]"];
    let args = TINY.into_iter().chain(only).chain(["hydra.run.dir=run"]);
    let output = place.runner(args).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(!stderr(&output).contains("not trained"), "{}", stderr(&output));
    let state = TensorFile::read(&place.path().join("run/checkpoints/last.safetensors")).unwrap();
    let moved = state.tensors.keys().filter(|name| name.starts_with("optimizer."));
    assert!(moved.clone().count() > 0);
    for name in moved {
        assert!(name.starts_with("optimizer.classifiers."), "{name}");
    }
}

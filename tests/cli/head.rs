//! Options of AVT's head and of the objective, through the program.

use hdf5_pure::File;
use runner::files::{HostTensor, TensorFile};

use crate::support::{Place, QUICK, stderr};

const HEAD: &str = "model.future_predictor";
const CROSS_ENTROPY: &str = "model.future_predictor.future_pred_loss._target_=\
                             loss_fn.multidim_xentropy.MultiDimCrossEntropy";

fn quick(place: &Place, more: &[&str]) -> std::process::Output {
    let dir = ["hydra.run.dir=run"];
    place.runner(QUICK.iter().chain(&dir).chain(more).copied()).output().unwrap()
}

fn succeed(place: &Place, more: &[&str]) {
    let output = quick(place, more);
    assert!(output.status.success(), "{more:?}: {}", stderr(&output));
}

#[test]
fn attention_maps_are_stored_when_asked_for() {
    let place = Place::new();
    let options = ["output_attentions=true", "output_len_eval=2"].map(|o| format!("+{HEAD}.{o}"));
    let stored = "eval.eval_fn.store_endpoint=gpt2_att";
    succeed(&place, &[&options[0], &options[1], stored]);
    let file = File::from_bytes(std::fs::read(place.path().join("run/results/eval.h5")).unwrap());
    let file = file.unwrap();
    let samples = file.dataset("idx").unwrap().shape().unwrap()[0];
    let shape = |name: &str| file.dataset(name).unwrap().shape().unwrap();
    let [first, second] = [shape("gpt2_att_0"), shape("gpt2_att_1")];
    let frames = first[4];
    assert_eq!(first, [samples, 2, 4, frames, frames]);
    assert_eq!(second, [samples, 2, 4, 1, frames + 1]);
    assert_eq!(shape("loss/feat"), [samples]);
    assert!(file.dataset("logits/action").is_err(), "only what was asked for");
    let eval = place.metrics("run").into_iter().find(|r| r["split"] == "eval").unwrap();
    assert!(eval["final_acc/action/top1"].is_number(), "{eval}");
}

/// Writes centroids of 6 elements as `weight` under another name too.
fn centroids(place: &Place, name: &str, count: usize) {
    let values = (0..count * 6).map(|i| (i as f32 * 1.7).sin()).collect();
    let mut file = TensorFile::default();
    file.tensors.insert(name.into(), HostTensor::f32([count, 6], values));
    file.write(&place.path().join("centroids.safetensors")).unwrap();
}

#[test]
fn centroids_stand_for_features_and_travel_with_the_model() {
    let place = Place::new();
    centroids(&place, "weight", 7);
    let assign = format!("+{HEAD}.assign_to_centroids=centroids.safetensors");
    let count = format!("+{HEAD}.num_cluster_centers=7");
    let quantize = format!("+{HEAD}.quantize_before_rollout=true");
    let width = "model.intermediate_featdim=6";
    let options = [assign.as_str(), &count, &quantize, width, CROSS_ENTROPY];
    succeed(&place, &options);
    let checkpoint = place.path().join("run/checkpoints/last.safetensors");
    let saved = TensorFile::read(&checkpoint).unwrap().tensors;
    let part = |name: &str| &saved[&format!("model.future_predictor.{name}")];
    assert_eq!(part("encoder.weight"), part("decoder.weight"));
    let file = TensorFile::read(&place.path().join("centroids.safetensors")).unwrap();
    assert_eq!(part("assigner.centroids"), &file.tensors["weight"]);
    assert!(!saved.keys().any(|k| k.starts_with("optimizer.future_predictor.assigner")));

    let start = format!("train.init_from_model=[[{}]]", checkpoint.display());
    let again = [&options[..], &[&start, "test_only=true", "hydra.run.dir=again"]].concat();
    succeed(&place, &again);
    assert!(place.text("again/runner.log").contains("0 missing, 0 unused"));

    centroids(&place, "centres", 7);
    let output = quick(&place, &[&options[..], &["hydra.run.dir=other"]].concat());
    assert_eq!(output.status.code(), Some(2));
    for said in [HEAD, "assign_to_centroids", "no array `weight`, only `centres`"] {
        assert!(stderr(&output).contains(said), "{}", stderr(&output));
    }
}

#[test]
fn without_label_losses_something_else_trains() {
    let place = Place::new();
    succeed(&place, &["train_eval_op/cls_loss_acc_fn=no"]);
    for record in place.metrics("run") {
        assert!(record["loss/feat"].is_number(), "{record}");
        for absent in ["loss/cls_action", "acc1/action"] {
            assert!(record.get(absent).is_none(), "{record}");
        }
        assert!(record["split"] == "train" || record["final_acc/action/top1"].is_number());
    }
}

#[test]
fn balanced_classes_change_the_loss_of_labels_alone() {
    let place = Place::new();
    let first = |dir: &str, more: &[&str]| {
        let dir_key = format!("hydra.run.dir={dir}");
        succeed(&place, &[&[dir_key.as_str(), "distill=0"][..], more].concat());
        place.metrics(dir).into_iter().next().unwrap()
    };
    let plain = first("plain", &[]);
    let balanced = first("balanced", &["train_eval_op.cls_loss_acc_fn.balance_classes=true"]);
    assert_eq!(plain["loss/feat"], balanced["loss/feat"]);
    let loss = |r: &serde_json::Value| r["loss/cls_action"].as_f64().unwrap();
    // A class weighs as much as there are classes, more or less.
    assert!(loss(&balanced) > 2.0 * loss(&plain), "{plain} {balanced}");
}

#[test]
fn features_that_should_be_class_numbers_and_are_not_are_named() {
    let place = Place::new();
    let one = ["dataset.synthetic.world.dim=1", "model.intermediate_featdim=null", CROSS_ENTROPY];
    let output = quick(&place, &one);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    for said in ["segment", "class numbers below num_cluster_centers = 50000"] {
        assert!(stderr(&output).contains(said), "{}", stderr(&output));
    }
}

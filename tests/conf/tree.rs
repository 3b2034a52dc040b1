//! Every option of every group, and every group, option and key of AVT.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::{conf, good, options, resolved};

/// Groups that other tests go through, and files that are no options.
const ELSEWHERE: [&str; 4] = ["experiment", "experiment/parts", "debug/parts", "teacher"];

/// Every group below a directory of conf/.
fn groups(below: &str) -> Vec<String> {
    let entries = runner::files::list(&conf().join(below)).expect("a directory of conf/");
    let names =
        entries.iter().filter(|e| e.kind == runner::files::Kind::Dir).map(|e| e.name.as_str());
    let groups = names.map(|name| Path::new(below).join(name).display().to_string());
    groups.flat_map(|group| [vec![group.clone()], self::groups(&group)].concat()).collect()
}

/// What chooses an option, with what it needs beside it, and where its keys then are.
fn chosen(group: &str, option: &str) -> (Vec<String>, String) {
    const FEAT: &str = "train.train_one_epoch_fn.loss_wts.feat=0";
    let choice = format!("{group}={option}");
    let set = |name: &str| format!("{}/{name}", group.trim_start_matches("dataset/"));
    let (more, place): (Vec<String>, &str) = match (group, option) {
        ("data", _) => return (vec![format!("data@data_train={option}")], "data_train".into()),
        ("compat" | "debug" | "features" | "extract", _) => (vec![format!("+{choice}")], ""),
        (_, "common") => (vec![], ""),
        (_, _) if group.starts_with("dataset/") && !group.ends_with("annot_reader_fn") => {
            let choice = format!("dataset@dataset_eval={}", set(option));
            if group.ends_with("synthetic") {
                return (vec![choice, "model.backbone_dim=32".into()], "dataset_eval".into());
            }
            return (vec![choice], "dataset_eval".into());
        }
        ("model/backbone", _) => {
            let (width, drop) = match option {
                "avt_b" | "avt_b_in21k" => (768, 0),
                "bn_inception" => (1024, 0),
                "r3d_18" | "r2plus1d_18" | "r2plus1d_34" => (512, 2),
                _ => (2048, 2),
            };
            let width = format!("model.backbone_dim={width}");
            let drop = format!("model.backbone_last_n_modules_to_drop={drop}");
            let mut keys = vec![choice, width, drop];
            if option == "bn_inception" {
                keys.extend(
                    ["data_train", "data_eval"].map(|data| format!("{data}.crop_size=224")),
                );
            }
            (keys, "")
        }
        ("model/temporal_aggregator", "identity") => {
            (vec![choice, "model/temporal_aggregator_after_future_pred=mean".into()], "")
        }
        ("model/temporal_aggregator_after_future_pred", "mean" | "rulstm" | "transformer") => {
            (vec![choice, "model/temporal_aggregator=identity".into()], "")
        }
        ("model/future_predictor", "avth") => {
            let keys = ["output_len=1", "avg_last_n=1"];
            let keys = keys.map(|key| format!("+model.future_predictor.{key}"));
            ([&[choice, FEAT.into()], &keys[..]].concat(), "")
        }
        ("train_eval_op", "pred_future_feat") => {
            (vec![choice, "+dataset_train.return_future_clips_too=true".into()], "")
        }
        ("train_eval_op/cls_loss_acc_fn", "no") => {
            (vec![choice, "teacher=ek55_bert".into(), "distill=1".into()], "")
        }
        _ => (vec![choice], ""),
    };
    let nested = group.replace('/', ".");
    let place = match (option, place) {
        ("common", _) => format!("{nested}.common"),
        (_, "") => nested,
        (_, place) => place.to_owned(),
    };
    (more, place)
}

#[test]
fn every_option_of_every_group() {
    let mut tried = 0;
    for group in groups("").iter().filter(|group| !ELSEWHERE.contains(&group.as_str())) {
        for option in options(group) {
            let (overrides, _) = chosen(group, &option);
            good(&overrides.iter().map(String::as_str).collect::<Vec<_>>());
            tried += 1;
        }
    }
    assert!(tried > 90, "{tried} options");
}

/// AVT's tree, as scripts/conf_against_avt.py lists it.
#[derive(Deserialize)]
struct Avt {
    config: Vec<String>,
    groups: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

#[test]
fn avts_groups_options_and_keys_are_here() {
    let avt: Avt = serde_json::from_str(include_str!("avt_keys.json")).expect("a list of keys");
    let primary = resolved(&[]).expect("config.yaml");
    let missing = avt.config.iter().filter(|key| primary.get(key).is_none());
    assert_eq!(missing.collect::<Vec<_>>(), Vec::<&String>::new());
    for (group, options) in &avt.groups {
        for (option, keys) in options {
            let file = conf().join(group).join(format!("{option}.yaml"));
            assert!(runner::files::is_file(&file), "{group}={option}");
            let (overrides, place) = chosen(group, option);
            let texts: Vec<&str> = overrides.iter().map(String::as_str).collect();
            let composed = resolved(&texts).unwrap_or_else(|e| panic!("{e:?}"));
            for key in keys {
                let key = format!("{place}.{key}");
                assert!(composed.get(&key).is_some(), "{group}={option}: {key}");
            }
        }
    }
}

/// Where our own default is not AVT's: what runs without video comes first.
#[test]
fn defaults_that_are_not_avts() {
    let composed = resolved(&[]).expect("config.yaml");
    let text = |key: &str| composed.get(key).and_then(|node| node.as_str()).unwrap_or_default();
    for (choice, ours, avts) in [
        ("model/backbone", "identity", "r2plus1d_34"),
        ("opt/scheduler", "cosine", "warmup_multi_step"),
        ("dataset@dataset_train", "epic_kitchens/anticipation_train_minus_val", ""),
        ("dataset@dataset_eval", "epic_kitchens/anticipation_val", ""),
        ("hydra/launcher", "serial", "submitit_slurm"),
    ] {
        assert_eq!(text(&format!("hydra.runtime.choices.{choice}")), ours, "AVT: {avts}");
    }
    // AVT: false.
    assert!(good(&[]).train.store_best);
}

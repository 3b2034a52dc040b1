//! Keys of data sets that no recipe sets, on a data root that was generated in the real formats.

use crate::support::{Place, stderr, stdout};

const RUN: &str = "outputs/ek55_ensemble/0001";

/// A small data root, and a run over it with further arguments.
fn run(args: &[&str]) -> (Place, std::process::Output) {
    let place = Place::new();
    let synth = ["data", "synth", "root", "--train-videos", "4", "--val-videos", "2"];
    place.command(synth).assert().success();
    let base = [
        "+experiment=ek55_ensemble",
        "+debug=tiny",
        "train.max_steps_per_epoch=1",
        "paths.external=root/external",
        "paths.data=root/DATA",
        "paths.made=root/DATA",
    ];
    let output = place.runner(base.into_iter().chain(args.iter().copied())).output().unwrap();
    (place, output)
}

#[test]
fn labels_behind_clips_are_stored() {
    let (place, output) = run(&[
        "model.backbone_dim=32",
        "+dataset_eval.load_long_term_future_labels=3",
        "+dataset_train.load_long_term_future_labels=3",
        "+dataset_train.dummy_label=0",
    ]);
    assert!(output.status.success(), "{}", stderr(&output));
    for said in [
        "dataset_train.load_long_term_future_labels has no effect",
        "dataset_train.dummy_label has no effect",
    ] {
        assert!(stderr(&output).contains(said), "no {said} in {}", stderr(&output));
    }
    let results = format!("{RUN}/results/eval.h5");
    let shown = place.command(["data", "show", &results, "--json"]).output().unwrap();
    let shown: serde_json::Value = serde_json::from_str(&stdout(&shown)).unwrap();
    let text = shown.to_string();
    let shape = |name: &str| {
        let rows = shown["rows"].as_array().unwrap_or_else(|| panic!("{text}"));
        let row = rows.iter().find(|row| row.to_string().contains(&format!("\"{name}\"")));
        row.unwrap_or_else(|| panic!("no {name} in {text}")).to_string()
    };
    assert!(shape("future_subclips/action").contains(", 3]"), "{text}");
    assert!(!shape("target/action").contains(", 3]"), "{text}");
}

#[test]
fn labels_stand_for_features() {
    let reader = "+extra.r={_target_: datasets.reader_fns.VideoAsLabelOnehotReader}";
    let both = ["++dataset_train.reader_fn=${extra.r}", "++dataset_eval.reader_fn=${extra.r}"];
    let args = |width: &'static str| [&both[..], &[reader, width]].concat();
    let (_, output) = run(&args("model.backbone_dim=7"));
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    let said = "model.backbone_dim is 7, but the features have 24 elements";
    assert!(stderr(&output).contains(said), "{}", stderr(&output));
    let (place, output) = run(&args("model.backbone_dim=24"));
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(place.json(&format!("{RUN}/run.json"))["data"], "synthetic");
}

#[test]
fn the_other_place_for_times_gives_the_same_data() {
    let fingerprint = |args: &[&str]| {
        let (place, output) = run(&[&["model.backbone_dim=32"], args].concat());
        assert!(output.status.success(), "{}", stderr(&output));
        place.json(&format!("{RUN}/run.json"))["data_fingerprint"].clone()
    };
    let runtime = fingerprint(&[
        "~dataset_eval.conv_to_anticipate_fn",
        "+dataset_eval.conv_to_anticipate_fn_runtime=${dataset_train.conv_to_anticipate_fn}",
    ]);
    assert_eq!(fingerprint(&[]), runtime);
    let rulstm = fingerprint(&["dataset_eval.conv_to_anticipate_fn.drop_style=rulstm"]);
    assert_eq!(rulstm, runtime);
}

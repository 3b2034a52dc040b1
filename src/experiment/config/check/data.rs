//! Clips, data sets, readers.

use super::super::{DatasetConfig, ExperimentConfig, ReaderConfig};
use super::Findings;

pub(super) fn check(config: &ExperimentConfig, found: &mut Findings) {
    for (key, data) in [("data_train", &config.data_train), ("data_eval", &config.data_eval)] {
        found.at_least_one(&format!("{key}.num_frames"), data.num_frames);
        found.at_least_one(&format!("{key}.subclips.num_frames"), data.subclips.num_frames);
        found.at_least_one(&format!("{key}.subclips.stride"), data.subclips.stride);
        found.positive(&format!("{key}.frame_rate"), data.frame_rate.unwrap_or(1.0));
    }
    if config.dataset_train.is_empty() {
        found.add("dataset_train", "there is nothing to train on");
    }
    if let Some((suffix, _)) = config.dataset_train.get(1) {
        found.add(format!("dataset_train{suffix}"), "several training sets are not joined yet");
    }
    if !config.dataset_eval.iter().any(|(suffix, _)| suffix.is_empty()) {
        found.add("dataset_eval", "the main evaluation set is missing");
    }
    for (key, set) in config.datasets() {
        labels(config, &key, set, found);
        times(&key, set, found);
        reader(config, &key, set, found);
    }
}

fn labels(config: &ExperimentConfig, key: &str, set: &DatasetConfig, found: &mut Findings) {
    let labels = set.label_types();
    let key = format!("{key}.label_type");
    if labels.is_empty() {
        found.add_with(&key, "names nothing to predict", &["action", "verb", "noun"]);
    } else if (1..labels.len()).any(|i| labels[..i].contains(&labels[i])) {
        found.add(&key, "names a label twice");
    } else if labels != config.label_types() {
        found.add(&key, "differs from dataset_train.label_type, which the model is built for");
    }
}

fn times(key: &str, set: &DatasetConfig, found: &mut Findings) {
    let times = set.anticipation();
    let key = format!("{key}.conv_to_anticipate_fn");
    found.positive(&format!("{key}.tau_o"), times.tau_o);
    if !times.tau_a.is_finite() {
        found.add(format!("{key}.tau_a"), format!("must be a number, is {}", times.tau_a));
    }
    if let DatasetConfig::EpicKitchens(set) = set
        && ![0.1, 0.2, -1.0].contains(&set.version)
    {
        let key = key.replace("conv_to_anticipate_fn", "version");
        let known = ["0.1", "0.2", "-1"];
        found.add_with(key, format!("no data set has version {}", set.version), &known);
    }
}

fn reader(config: &ExperimentConfig, key: &str, set: &DatasetConfig, found: &mut Findings) {
    let path = format!("{key}.reader_fn");
    match set.reader() {
        None => found.add_with(
            key,
            "has no reader_fn, and video files cannot be read yet: choose an experiment that reads \
             features, or make them up",
            &["+experiment=<name>", "+features=simulated"],
        ),
        Some(ReaderConfig::Rulstm(reader)) if reader.lmdb_path.is_empty() => {
            found.add(format!("{path}.lmdb_path"), "names no store");
        }
        Some(ReaderConfig::Simulated(reader)) => {
            found.not_negative(&format!("{path}.noise"), reader.noise);
            if reader.dim != config.model.backbone_dim {
                let message = format!("is {}, model.backbone_dim is not", reader.dim);
                found.add(format!("{path}.dim"), message);
            }
        }
        Some(ReaderConfig::Rulstm(_)) => {}
    }
}

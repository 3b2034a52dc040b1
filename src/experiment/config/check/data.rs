//! Clips, data sets, readers.

use super::super::{
    AbuFarha, AnnotationReader, Anticipation, ClipLength, DataConfig, DatasetConfig, DenseClips,
    ExperimentConfig, LabelType, LossAccuracy, ReaderConfig, ScaleSide,
};
use super::Findings;

pub(super) fn check(config: &ExperimentConfig, found: &mut Findings) {
    for (key, data) in [("data_train", &config.data_train), ("data_eval", &config.data_eval)] {
        found.at_least_one(&format!("{key}.num_frames"), data.num_frames);
        found.at_least_one(&format!("{key}.subclips.num_frames"), data.subclips.num_frames);
        found.at_least_one(&format!("{key}.subclips.stride"), data.subclips.stride);
        found.positive(&format!("{key}.frame_rate"), data.frame_rate.unwrap_or(1.0));
        frames(key, data, found);
    }
    if config.dataset_train.is_empty() {
        found.add("dataset_train", "there is nothing to train on");
    }
    if !config.dataset_eval.iter().any(|(suffix, _)| suffix.is_empty()) {
        found.add("dataset_eval", "the main evaluation set is missing");
    }
    for (key, set) in config.datasets() {
        labels(config, &key, set, found);
        folds(&key, set, found);
        times(&key, set, found);
        segments(config, &key, set, found);
        reader(config, &key, set, found);
    }
}

/// What becomes of the pictures of a clip.
fn frames(key: &str, data: &DataConfig, found: &mut Findings) {
    for (name, side) in [("scale_h", data.scale_h), ("scale_w", data.scale_w)] {
        let fits = match side {
            ScaleSide::Fixed(pixels) => pixels > 0 || (pixels == -1 && name == "scale_w"),
            ScaleSide::Range(low, high) => 0 < low && low <= high,
        };
        if !fits {
            found.add(format!("{key}.{name}"), "must be pixels or a rising range of them");
        }
    }
    found.at_least_one(&format!("{key}.crop_size"), data.crop_size.unwrap_or(1));
    if ![1, 3].contains(&data.eval_num_crops) {
        let message = "must be the middle alone, or the middle and two corners";
        found.add_with(format!("{key}.eval_num_crops"), message, &["1", "3"]);
    }
    for (name, by) in [
        ("brightness", data.color_jitter_brightness),
        ("contrast", data.color_jitter_contrast),
        ("saturation", data.color_jitter_saturation),
    ] {
        found.not_negative(&format!("{key}.color_jitter_{name}"), by);
    }
    if !(0.0..=0.5).contains(&data.color_jitter_hue) {
        let message = format!("must be from 0 to 0.5 of a turn, is {}", data.color_jitter_hue);
        found.add(format!("{key}.color_jitter_hue"), message);
    }
    found.share(&format!("{key}.flip_p"), data.flip_p);
    data.std.iter().for_each(|std| found.positive(&format!("{key}.std"), *std));
}

fn folds(key: &str, set: &DatasetConfig, found: &mut Findings) {
    let DatasetConfig::BreakfastSalads(set) = set else { return };
    if !(1..=set.folds()).contains(&set.fold) {
        found.add(format!("{key}.fold"), format!("must be 1 to {}, is {}", set.folds(), set.fold));
    }
    if set.label_type != [LabelType::Action] {
        found.add_with(format!("{key}.label_type"), "this data set has actions only", &["action"]);
    }
    if let AnnotationReader::AbuFarha(AbuFarha { frame_rate: Some(rate), .. }) =
        &set.annot_reader_fn
    {
        found.positive(&format!("{key}.annot_reader_fn.frame_rate"), *rate);
    }
}

/// Which segments there are and how often.
fn segments(config: &ExperimentConfig, key: &str, set: &DatasetConfig, found: &mut Findings) {
    if let Some(clips) = set.dense_clips() {
        dense(&format!("{key}.sample_clips_densely_fn"), &clips, found);
    }
    let Some(videos) = set.videos() else { return };
    found.positive(&format!("{key}.repeat_data_times"), videos.repeat_data_times);
    if videos.conv_to_anticipate_fn.is_some() && videos.conv_to_anticipate_fn_runtime.is_some() {
        let message = "does what conv_to_anticipate_fn does: set one of the two";
        found.add(format!("{key}.conv_to_anticipate_fn_runtime"), message);
    }
    if videos.class_balanced_sampling && set.label_types().len() > 1 {
        let message = "balances the classes of one label type";
        found.add_with(format!("{key}.label_type"), message, &["action"]);
    }
    let weighs = matches!(
        config.train_eval_op.cls_loss_acc_fn(), LossAccuracy::Basic(f) if f.balance_classes
    );
    if videos.class_balanced_sampling && weighs {
        let message = "draws rare classes more often, and \
                       train_eval_op.cls_loss_acc_fn.balance_classes=true weighs them more: \
                       choose one";
        found.add(format!("{key}.class_balanced_sampling"), message);
    }
}

fn dense(key: &str, clips: &DenseClips, found: &mut Findings) {
    found.positive(&format!("{key}.stride"), clips.stride);
    if let ClipLength::Seconds(seconds) = clips.clip_len {
        found.positive(&format!("{key}.clip_len"), seconds);
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
    if let Some(times) = set.anticipation() {
        anticipation(&format!("{key}.{}", set.anticipation_key()), times, found);
    }
    if let DatasetConfig::EpicKitchens(set) = set
        && ![0.1, 0.2, -1.0].contains(&set.version)
    {
        let known = ["0.1", "0.2", "-1"];
        let message = format!("no data set has version {}", set.version);
        found.add_with(format!("{key}.version"), message, &known);
    }
}

fn anticipation(key: &str, times: &Anticipation, found: &mut Findings) {
    found.positive(&format!("{key}.tau_o"), times.tau_o);
    if !times.tau_a.is_finite() {
        found.add(format!("{key}.tau_a"), format!("must be a number, is {}", times.tau_a));
    }
    let near = |ratio: f64| ratio == Anticipation::OBSERVED || (ratio > -10.0 && ratio < 10.0);
    if let Some(ratio) = times.future_clip_ratios.iter().find(|ratio| !near(**ratio)) {
        let message = format!("{ratio} is out of bounds: between -10 and 10, or -999");
        found.add(format!("{key}.future_clip_ratios"), message);
    }
}

fn reader(config: &ExperimentConfig, key: &str, set: &DatasetConfig, found: &mut Findings) {
    let path = format!("{key}.reader_fn");
    match set.reader() {
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
        Some(ReaderConfig::Painted(reader)) => {
            found.at_least_one(&format!("{path}.size"), reader.size);
            found.not_negative(&format!("{path}.noise"), reader.noise);
        }
        Some(ReaderConfig::LabelOneHot(reader)) => {
            if let Some(width) = reader.num_classes.filter(|n| *n != config.model.backbone_dim) {
                let message = format!("is {width}, model.backbone_dim is not");
                found.add(format!("{path}.num_classes"), message);
            }
        }
        Some(ReaderConfig::Sener(reader)) => {
            found.positive(&format!("{path}.frame_rate"), reader.frame_rate.unwrap_or(1.0));
        }
        Some(ReaderConfig::Video(_)) if set.videos().is_none() => {
            let message = "reads video files, of which a generated world has none";
            found.add_with(path, message, &["datasets.simulated.LabelPictures"]);
        }
        None | Some(ReaderConfig::Rulstm(_) | ReaderConfig::Video(_)) => {}
    }
}

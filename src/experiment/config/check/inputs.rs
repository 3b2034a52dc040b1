//! Whether the backbone sees what is read: features, or pictures.
//!
//! Asked when a run is started. The defaults choose the one and the other apart from each other:
//! they compose, and so does every option by itself.

use super::super::{Backbone, DataConfig, DatasetConfig, ExperimentConfig, ReaderConfig, Temporal};
use super::Findings;

/// What a model without backbone may see of a picture: its mean colour.
const COLOURS: usize = 3;

pub(super) fn find(config: &ExperimentConfig, found: &mut Findings) {
    if !config.run.task.reads_frames() {
        return;
    }
    kinds(config, found);
    for (key, data, sets) in [
        ("data_train", &config.data_train, &config.dataset_train),
        ("data_eval", &config.data_eval, &config.dataset_eval),
    ] {
        if sets.iter().any(|(_, set)| set.reads_pictures()) {
            crop(key, data, found);
            side(key, data, &config.model.backbone, found);
        }
    }
    for (key, set) in config.datasets() {
        roots(&key, set, found);
    }
}

/// Features for a model without backbone, pictures for one.
fn kinds(config: &ExperimentConfig, found: &mut Findings) {
    const KEY: &str = "model.backbone";
    let first = |pictures: bool| {
        config.datasets().find(|(_, set)| set.reads_pictures() == pictures).map(|(key, _)| key)
    };
    let sees_features = config.model.backbone.temporal() == Temporal::Features;
    if sees_features
        && config.model.backbone_dim != COLOURS
        && let Some(key) = first(true)
    {
        let message = format!(
            "is none, which needs features, and {key} reads pictures: choose one, an experiment \
             that reads features, or make them up"
        );
        found.add_with(
            KEY,
            message,
            &["avt_b", "r3d_18", "+experiment=<name>", "+features=simulated"],
        );
    } else if !sees_features && let Some(key) = first(false) {
        let message = format!("sees pictures, and {key} reads features");
        let video = format!("{key}.reader_fn=null");
        found.add_with(KEY, message, &["identity", &video, "+features=pictures"]);
    }
}

/// A crop is no larger than the picture.
fn crop(key: &str, data: &DataConfig, found: &mut Findings) {
    let sides = [data.scale_h.least(), data.scale_w.least()];
    let least = sides.into_iter().flatten().min().unwrap_or(0);
    if let Some(crop) = data.crop_size.filter(|crop| *crop > least) {
        let message = format!("is {crop}, and pictures are scaled to {least} pixels first");
        found.add(format!("{key}.crop_size"), message);
    }
}

/// A transformer over patches has a position for each patch of pictures of one size.
fn side(key: &str, data: &DataConfig, backbone: &Backbone, found: &mut Findings) {
    const SIDE: usize = 224;
    if matches!(backbone, Backbone::Timm(_)) && data.crop_size != Some(SIDE) {
        let message = format!("model.backbone sees pictures of {SIDE} x {SIDE}");
        found.add_with(format!("{key}.crop_size"), message, &[&SIDE.to_string()]);
    }
}

fn roots(key: &str, set: &DatasetConfig, found: &mut Findings) {
    let Some(videos) = set.videos().filter(|videos| videos.root.is_empty()) else { return };
    let painted = matches!(videos.reader_fn, Some(ReaderConfig::Painted(_)));
    if set.reads_pictures() && !painted {
        found.add(format!("{key}.root"), "names no directory of videos");
    }
}

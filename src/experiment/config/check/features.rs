//! Features that are stored: by an extraction, by an evaluation that only stores outputs.

use super::super::{ExperimentConfig, ExtractConfig, FuturePredictor, Task};
use super::Findings;

/// Frames per second that RULSTM's reader addresses.
const READER: f64 = 30.0;

pub(super) fn check(config: &ExperimentConfig, found: &mut Findings) {
    if let Some(extract) = &config.language.extract {
        extraction(config, extract, found);
    }
    only_outputs(config, found);
    done_clips(config, found);
}

/// Outputs that have a row for each sub-clip.
const OF_SUBCLIPS: [&str; 5] =
    ["backbone", "backbone_mean", "backbone_mean_projected", "temp_agg", "temp_agg_projected"];

/// The names of a student's outputs, in the order of AVT's.
pub(super) fn outputs(config: &ExperimentConfig) -> Vec<String> {
    let model = &config.model;
    let labels = |of: &'static str| {
        config.label_types().iter().map(move |label| format!("{of}/{}", label.name()))
    };
    let projects = model.project_dim_for_nce.is_some();
    let regresses = model.add_regression_head;
    let shows = matches!(
        &model.future_predictor, FuturePredictor::Avth(avth) if avth.output_attentions
    );
    let mut names: Vec<String> = labels("logits").collect();
    names.extend(regresses.then(|| "logits_regression".to_owned()));
    names.extend(
        OF_SUBCLIPS
            .iter()
            .filter(|name| projects || !name.starts_with("backbone_mean_p"))
            .map(|n| (*n).to_owned()),
    );
    names.extend(shows.then(|| "gpt2_att_0".to_owned()));
    names.extend(["future", "past"].map(str::to_owned));
    if model.classifier_on_past {
        names.extend(labels("past_logits"));
    }
    names.extend(["future_projected", "future_agg"].map(str::to_owned));
    names
}

fn extraction(config: &ExperimentConfig, extract: &ExtractConfig, found: &mut Findings) {
    found.positive("extract.frame_rate", extract.frame_rate);
    if extract.frame_rate > READER {
        let message = format!(
            "is {}, and a store has a feature for each of {READER} frames a second",
            extract.frame_rate
        );
        found.add_with("extract.frame_rate", message, &["30"]);
    }
    let known = outputs(config);
    if !known.contains(&extract.endpoint) {
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        found.add_with("extract.endpoint", "the model has no output of that name", &known);
    }
    let clips = config.data_eval.clips();
    let is_task = config.run.task == Task::ExtractFeatures;
    if is_task && clips > 1 && OF_SUBCLIPS.contains(&extract.endpoint.as_str()) {
        let message = format!(
            "cuts {clips} sub-clips, each with a `{}` of its own, and a frame has one feature: set \
             num_frames, subclips.num_frames and subclips.stride to the frames of one clip",
            extract.endpoint
        );
        found.add("data_eval.subclips", message);
    }
}

/// An evaluation that stores outputs alone has no metrics, by which training would go on.
fn only_outputs(config: &ExperimentConfig, found: &mut Findings) {
    let eval = &config.eval.eval_fn;
    if !eval.only_run_featext {
        return;
    }
    const KEY: &str = "eval.eval_fn.only_run_featext";
    if !config.run.test_only {
        found.add(KEY, "gives no metrics, which training needs: it goes with test_only=true");
    }
    if !eval.store {
        found.add(KEY, "needs eval.eval_fn.store=true, or nothing comes of it");
    }
}

/// What is done is known of an evaluation that stores outputs alone.
fn done_clips(config: &ExperimentConfig, found: &mut Findings) {
    let stores = config.eval.eval_fn.only_run_featext;
    for (key, set) in config.datasets() {
        let asks = set.dense_clips().is_some_and(|clips| clips.featext_skip_done);
        if asks && !(stores && key.starts_with("dataset_eval")) {
            found.add_with(
                format!("{key}.sample_clips_densely_fn.featext_skip_done"),
                "leaves out what an evaluation with eval.eval_fn.only_run_featext=true has stored",
                &["false"],
            );
        }
    }
}

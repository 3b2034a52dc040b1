//! `conv_to_anticipate_fn`: segments with their action -> what is observed before it.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::target::only_target;

only_target!(AnticipationTarget, "datasets.base_video_dataset.convert_to_anticipation");

/// `dataset_*.conv_to_anticipate_fn`
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Anticipation {
    /// What the node configures.
    #[serde(rename = "_target_")]
    pub target: AnticipationTarget,
    /// Seconds from the end of what is observed to the start of the action; -999 observes the action.
    pub tau_a: f64,
    /// Seconds observed.
    pub tau_o: f64,
    /// Where clips of the future start, as shares of `tau_a` behind the end of what is observed;
    /// -999 stands for what is observed itself.
    #[serde(default = "Anticipation::at_the_action")]
    pub future_clip_ratios: Vec<f64>,
    /// Which segments have too little before them to be used.
    #[serde(default)]
    pub drop_style: DropStyle,
}

impl Anticipation {
    /// The ratio that stands for what is observed itself.
    pub const OBSERVED: f64 = -999.0;

    fn at_the_action() -> Vec<f64> {
        vec![1.0]
    }
}

/// `dataset_*.conv_to_anticipate_fn.drop_style`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DropStyle {
    /// Those without a single frame.
    #[default]
    Correct,
    /// Those that start before the video does.
    FullContextIn,
    /// Those that end in the first two seconds.
    ActionBanks,
    /// RULSTM's rule: those without a single frame, as `correct`.
    Rulstm,
}

impl DropStyle {
    /// The name in configs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Correct => "correct",
            Self::FullContextIn => "full_context_in",
            Self::ActionBanks => "action_banks",
            Self::Rulstm => "rulstm",
        }
    }
}

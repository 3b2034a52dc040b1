//! `eval`: batches, stored results, how metrics are averaged.

use schemars::JsonSchema;
use serde::Deserialize;

use super::target::only_target;

/// `eval`
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvalConfig {
    /// Samples in a batch; `None` stands for four times `train.batch_size`.
    pub batch_size: Option<usize>,
    /// Batches after which an evaluation ends early.
    pub max_batches: Option<usize>,
    /// How acc1..acc10 and losses are averaged.
    pub accuracy_average: AccuracyAverage,
    /// Rows without label in the class-mean accuracy.
    pub unlabelled_rows: UnlabelledRows,
    /// What an evaluation stores.
    pub eval_fn: EvalFn,
}

/// `eval.accuracy_average` (student.md 19)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccuracyAverage {
    /// Every labelled row counts once.
    LabelledRows,
    /// Every batch counts as a full one, rows without label as misses: the original.
    NominalBatches,
}

/// `eval.unlabelled_rows` (student.md 23)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnlabelledRows {
    /// Left out.
    Skip,
    /// The labels of the rows below close the gap: the original.
    ShiftLabels,
}

only_target!(EvalTarget, "func.train.evaluate");

/// `eval.eval_fn`
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvalFn {
    /// What the node configures.
    #[serde(rename = "_target_")]
    pub target: EvalTarget,
    /// Whether outputs are stored, from which the final metrics are computed.
    pub store: bool,
    /// Prefix of the outputs that are stored.
    pub store_endpoint: String,
    /// Whether outputs are stored without labels and metrics.
    pub only_run_featext: bool,
}

//! The losses of labels: which there are, and what classes weigh.
//!
//! Training and evaluation ask the same [`LabelLosses`]. It knows neither weights of terms nor
//! means: losses leave unreduced.

use burn::tensor::{Int, Tensor};

use crate::losses;
use crate::models::StudentOutput;

use super::inputs::Inputs;
use super::objective::{keep, scores};

/// Targets with this value are ignored.
const IGNORE_INDEX: i64 = -1;

/// How labels are learned: `train_eval_op.cls_loss_acc_fn`.
#[derive(Clone, Debug, PartialEq)]
pub enum LabelLosses {
    /// Cross-entropy, and accuracies.
    CrossEntropy {
        /// Label type -> weight of each of its classes; types that are not there weigh all alike.
        class_weights: Vec<(String, Vec<f32>)>,
    },
    /// No loss and no accuracy while it runs; final metrics all the same.
    None,
}

impl Default for LabelLosses {
    /// Cross-entropy, in which all classes weigh alike.
    fn default() -> Self {
        Self::CrossEntropy { class_weights: Vec::new() }
    }
}

impl LabelLosses {
    /// Whether labels are learned and accuracies of batches of interest.
    pub(super) fn are_learned(&self) -> bool {
        *self != Self::None
    }

    /// `cls_<type>` `[B, 1]` and `past_cls_<type>` `[B, clips]`, unreduced, on logits that keep
    /// their graph where `in_graph` says so of the name.
    pub(super) fn terms(
        &self,
        output: &StudentOutput,
        inputs: &Inputs,
        in_graph: impl Fn(&str) -> bool,
    ) -> Vec<(String, Tensor<2>)> {
        let Self::CrossEntropy { class_weights } = self else { return Vec::new() };
        let weights =
            |label: &str| class_weights.iter().find(|(l, _)| l == label).map(|(_, w)| w.as_slice());
        let mut terms = Vec::new();
        for (label, target) in &inputs.targets {
            let name = format!("cls_{label}");
            let logits = keep(scores(&output.logits, label), in_graph(&name));
            let loss: Tensor<1> = cross_entropy(logits, target, weights(label));
            terms.push((name, loss.unsqueeze_dim(1)));
        }
        let past = if output.past_logits.is_empty() { &[][..] } else { &inputs.past_targets };
        for (label, target) in past {
            let name = format!("past_cls_{label}");
            let logits = keep(scores(&output.past_logits, label), in_graph(&name));
            terms.push((name, cross_entropy(logits, target, weights(label))));
        }
        terms
    }
}

fn cross_entropy<const D: usize, const E: usize>(
    logits: Tensor<D>,
    targets: &Tensor<E, Int>,
    weights: Option<&[f32]>,
) -> Tensor<E> {
    match weights {
        None => losses::cross_entropy(logits, targets.clone(), IGNORE_INDEX),
        Some(weights) => {
            let weights = Tensor::from_floats(weights, &logits.device());
            losses::weighted_cross_entropy(logits, targets.clone(), weights, IGNORE_INDEX)
        }
    }
}

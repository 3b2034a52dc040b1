//! The training objective: which loss terms exist, and how they are weighted.
//!
//! Every term is the mean of its unreduced loss. The total is the sum of `weight * mean` over the
//! terms with a positive weight; a term of weight 0 is computed on detached outputs, logged, and
//! absent from the graph.
//!
//! | term | computed from | present |
//! |---|---|---|
//! | `cls_<type>` | logits, targets | always |
//! | `past_cls_<type>` | logits on the past, sub-clip targets | with `classifier_on_past` and segment labels |
//! | `feat` | decoder output at t against the input at t+1 | with a future-feature loss |
//! | `distill` | action logits, teacher logits | training, with a teacher |
//! | `distill_feat`, `distill_feat_mse` | `future_agg`, teacher features | training, with teacher features |

use burn::tensor::Tensor;

use crate::losses::{self, KlConfig};
use crate::models::StudentOutput;

use super::error::TrainError;
use super::inputs::{Inputs, Teacher};

/// Targets with this value are ignored.
pub(super) const IGNORE_INDEX: i64 = -1;

/// The label type that the teacher predicts.
const TEACHER_LABEL: &str = "action";

/// Weights of the loss terms and what shapes the distillation term.
#[derive(Clone, Debug, PartialEq)]
pub struct Objective {
    /// Term name and weight, in config order.
    pub weights: Vec<(String, f64)>,
    /// Temperature and class selection of `distill`.
    pub kl: KlConfig,
}

/// The mean of one loss term.
pub(super) struct Term {
    pub name: String,
    pub weight: f64,
    /// (1).
    pub mean: Tensor<1>,
}

impl Objective {
    /// The weight of a term; a term without one is an error.
    fn weight(&self, term: &str) -> Result<f64, TrainError> {
        self.weights.iter().find(|(name, _)| name == term).map(|(_, w)| *w).ok_or_else(|| {
            TrainError::MissingWeight {
                term: term.to_owned(),
                known: self.weights.iter().map(|(name, _)| name.clone()).collect(),
            }
        })
    }

    /// All terms of a training step.
    ///
    /// # Errors
    /// A term without a weight, or a positive weight on a term that this batch cannot give.
    pub(super) fn terms(
        &self,
        output: &StudentOutput,
        inputs: &Inputs,
    ) -> Result<Vec<Term>, TrainError> {
        let mut terms = Vec::new();
        let mut add = |name: String, loss: &dyn Fn(bool) -> Tensor<1>| {
            let weight = self.weight(&name)?;
            let mean = loss(weight > 0.0);
            terms.push(Term { name, weight, mean });
            Ok::<(), TrainError>(())
        };
        for (label, target) in &inputs.targets {
            let logits = scores(&output.logits, label);
            add(format!("cls_{label}"), &|graph| {
                losses::cross_entropy(keep(logits, graph), target.clone(), IGNORE_INDEX).mean()
            })?;
        }
        for (label, target) in &inputs.past_targets {
            if !output.past_logits.is_empty() {
                let logits = scores(&output.past_logits, label);
                add(format!("past_cls_{label}"), &|graph| {
                    losses::cross_entropy(keep(logits, graph), target.clone(), IGNORE_INDEX).mean()
                })?;
            }
        }
        for (name, loss) in &output.aux {
            add((*name).to_owned(), &|graph| keep(loss, graph).mean())?;
        }
        if let Some(teacher) = inputs.teacher.as_ref().filter(|t| t.rows > 0) {
            let logits = scores(&output.logits, TEACHER_LABEL);
            add("distill".into(), &|graph| {
                let student = keep(logits, graph);
                teacher.mean(losses::kl_distillation(student, teacher.logits.clone(), &self.kl))
            })?;
            let student = &output.future_agg;
            // Of another width they cannot be compared; a positive weight was refused before.
            if let Some(features) = teacher.features.as_ref().filter(|f| f.dims() == student.dims())
            {
                add("distill_feat".into(), &|graph| {
                    let loss = losses::feature_cosine(keep(student, graph), features.clone());
                    teacher.mean(loss.unsqueeze_dim(1))
                })?;
                add("distill_feat_mse".into(), &|graph| {
                    let student = teacher.masked(keep(student, graph));
                    let scale = teacher.rows_ratio();
                    losses::normalised_mse(student, teacher.masked(features.clone())) * scale
                })?;
            }
        }
        Ok(terms)
    }
}

/// The scores of a label type; the model gives them for every label type of the data.
pub(super) fn scores<'a, const D: usize>(
    all: &'a [(String, Tensor<D>)],
    label: &str,
) -> &'a Tensor<D> {
    let found = all.iter().find(|(name, _)| name == label);
    &found.expect("the model was built for the label types of the data").1
}

/// The tensor itself, or cut from the graph.
fn keep<const D: usize>(tensor: &Tensor<D>, in_graph: bool) -> Tensor<D> {
    if in_graph { tensor.clone() } else { tensor.clone().detach() }
}

impl Teacher {
    /// Mean over the rows that count; `loss` is (B, K).
    fn mean(&self, loss: Tensor<2>) -> Tensor<1> {
        let [_, k] = loss.dims();
        match &self.mask {
            None => loss.mean(),
            Some(mask) => (loss * mask.clone().unsqueeze_dim(1)).sum() / (self.rows * k) as f64,
        }
    }

    /// Zeroes the rows that do not count: both sides of a normalised difference then agree there.
    fn masked(&self, rows: Tensor<2>) -> Tensor<2> {
        match &self.mask {
            None => rows,
            Some(mask) => rows * mask.clone().unsqueeze_dim(1),
        }
    }

    /// Turns a mean over all rows into one over the rows that count.
    fn rows_ratio(&self) -> f64 {
        let [b, _] = self.logits.dims();
        b as f64 / self.rows as f64
    }
}

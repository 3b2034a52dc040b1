//! The training objective: which loss terms exist, and how they are weighted.
//!
//! Every term is the mean of its unreduced loss. The total is the sum of `weight * mean` over the
//! terms with a positive weight; a term of weight 0 is computed on detached outputs, logged, and
//! absent from the graph.
//!
//! | term | computed from | present |
//! |---|---|---|
//! | `cls_<type>` | logits, targets | unless labels are not learned |
//! | `past_cls_<type>` | logits on the past, sub-clip targets | with `classifier_on_past` and segment labels |
//! | `pred` | features of clips of the future, see `future_features` | training, with such clips |
//! | `feat` | decoder output at t against the input at t+1 | with a future-feature loss |
//! | `distill` | action logits, the teachers' mean logits | training, with a teacher |
//! | `ens_distill` | action logits, the teachers' logits weighed by attention between features | training, with a weight and several teachers |
//! | `distill_feat`, `distill_feat_mse` | `future_agg`, the teachers' mean features | training, with teacher features |

use burn::tensor::{Device, Tensor};

use crate::data::Batch;
use crate::losses::{self, KlConfig, TeacherAttention};
use crate::models::{Student, StudentOutput};

use super::criterion::{Criterion, Judged, Term};
use super::error::TrainError;
use super::evaluate::{EvalOptions, EvalReport, EvalSet, evaluate};
use super::future_features::{FutureFeatures, observed};
use super::inputs::{Inputs, Members, Teacher, check_class_numbers};
use super::labels::LabelLosses;
use super::ranks::Ranks;

/// The label type that the teacher predicts.
const TEACHER_LABEL: &str = "action";

/// Weights of the loss terms and what shapes them.
#[derive(Clone, Debug)]
pub struct Objective {
    /// Term name and weight, in config order.
    pub weights: Vec<(String, f64)>,
    /// Temperature and class selection of `distill` and `ens_distill`.
    pub kl: KlConfig,
    /// How labels are learned.
    pub labels: LabelLosses,
    /// Weighs several teachers; without it there is no `ens_distill`.
    pub attention: Option<TeacherAttention>,
    /// How clips of the future are compared, where samples have them.
    pub future: Option<FutureFeatures>,
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
    /// A term without a weight.
    pub(super) fn terms(
        &self,
        output: &StudentOutput,
        inputs: &Inputs,
    ) -> Result<Vec<Term>, TrainError> {
        let mut terms = Vec::new();
        for (name, loss) in self.labels.terms(output, inputs, |name| self.is_weighted(name)) {
            terms.push(self.term(&name, inputs.rows(), |_| loss.mean())?);
        }
        for (name, loss) in &output.aux {
            terms.push(self.term(name, inputs.rows(), |graph| keep(loss, graph).mean())?);
        }
        if let Some(future) = self.future.as_ref().filter(|_| !inputs.futures.is_empty()) {
            let rows = inputs.rows();
            let loss = |graph| keep(&future.loss(output, rows), graph);
            terms.push(self.term("pred", rows, loss)?);
        }
        if let Some(teacher) = inputs.teacher.as_ref().filter(|t| t.rows > 0) {
            terms.extend(self.score_terms(output, teacher)?);
            terms.extend(self.feature_terms(output, teacher)?);
        }
        Ok(terms)
    }

    /// One term, over so many rows; `mean` is told whether it takes part in the graph.
    fn term(
        &self,
        name: &str,
        rows: usize,
        mean: impl FnOnce(bool) -> Tensor<1>,
    ) -> Result<Term, TrainError> {
        let weight = self.weight(name)?;
        Ok(Term { name: name.to_owned(), weight, mean: mean(weight > 0.0), rows: rows as f64 })
    }

    fn is_weighted(&self, term: &str) -> bool {
        self.weights.iter().any(|(name, weight)| name == term && *weight > 0.0)
    }

    /// `distill` and `ens_distill`.
    fn score_terms(
        &self,
        output: &StudentOutput,
        teacher: &Teacher,
    ) -> Result<Vec<Term>, TrainError> {
        let logits = scores(&output.logits, TEACHER_LABEL);
        let divergence = |student, teacher| losses::kl_distillation(student, teacher, &self.kl);
        let mut terms = vec![self.term("distill", teacher.rows, |graph| {
            teacher.mean(divergence(keep(logits, graph), teacher.logits.clone()))
        })?];
        if let (Some(attention), Some(Members { logits: each, features: Some(features) })) =
            (&self.attention, &teacher.members)
        {
            terms.push(self.term("ens_distill", teacher.rows, |graph| {
                let student = keep(&output.future_agg, graph);
                let mixed = attention.mix(student, features.clone(), each.clone());
                teacher.mean(divergence(keep(logits, graph), mixed))
            })?);
        }
        Ok(terms)
    }

    /// `distill_feat` and `distill_feat_mse`, where the teacher's features can be compared: of
    /// another width they cannot, and a positive weight was refused before.
    fn feature_terms(
        &self,
        output: &StudentOutput,
        teacher: &Teacher,
    ) -> Result<Vec<Term>, TrainError> {
        let student = &output.future_agg;
        let features = teacher.features.as_ref().filter(|f| f.dims() == student.dims());
        let Some(features) = features else { return Ok(Vec::new()) };
        let cosine = self.term("distill_feat", teacher.rows, |graph| {
            let loss = losses::feature_cosine(keep(student, graph), features.clone());
            teacher.mean(loss.unsqueeze_dim(1))
        })?;
        let mse = self.term("distill_feat_mse", teacher.rows, |graph| {
            let student = teacher.masked(keep(student, graph));
            let loss = losses::normalised_mse(student, teacher.masked(features.clone()));
            loss * teacher.rows_ratio()
        })?;
        Ok(vec![cosine, mse])
    }
}

impl Criterion for Objective {
    type Model = Student;
    type Batch = Batch;
    type Set = EvalSet;

    fn judge(
        &self,
        student: &Student,
        batch: &Batch,
        device: &Device,
    ) -> Result<Judged, TrainError> {
        check_class_numbers(student, batch)?;
        let inputs = Inputs::new(batch, device);
        let output = observed(student.forward_crops(inputs.all_videos()), inputs.rows());
        let terms = self.terms(&output, &inputs)?;
        let logits = if self.labels.are_learned() { output.logits } else { Vec::new() };
        Ok(Judged { terms, logits })
    }

    fn rows(&self, batch: &Batch) -> usize {
        batch.len()
    }

    fn weights(&self) -> &[(String, f64)] {
        &self.weights
    }

    fn targets<'a>(&self, batch: &'a Batch) -> &'a [(String, Vec<i64>)] {
        &batch.targets
    }

    fn split<'a>(&self, set: &'a EvalSet) -> &'a str {
        &set.split
    }

    fn evaluate(
        &self,
        student: &Student,
        set: &EvalSet,
        device: &Device,
        options: &EvalOptions,
        ranks: &dyn Ranks,
    ) -> Result<EvalReport, TrainError> {
        evaluate(student, set, &self.labels, device, options, ranks)
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
pub(super) fn keep<const D: usize>(tensor: &Tensor<D>, in_graph: bool) -> Tensor<D> {
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

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Int};

    use super::super::evaluate::to_host;
    use super::*;
    use crate::losses::TeacherAttentionConfig;

    const B: usize = 3;

    fn objective() -> Objective {
        let names = ["cls_action", "distill", "ens_distill", "distill_feat", "distill_feat_mse"];
        let attention = TeacherAttentionConfig { width: 4, teacher_width: 4, num_heads: 2 };
        Objective {
            weights: names.map(|name| (name.to_owned(), 1.0)).to_vec(),
            kl: KlConfig { temperature: 2.0, top_k: Some(3), ..KlConfig::default() },
            labels: LabelLosses::default(),
            attention: Some(attention.init(&Device::default())),
            future: None,
        }
    }

    /// What a student says of so many rows.
    fn output(rows: usize, logits: Tensor<2>, future_agg: Tensor<2>) -> StudentOutput {
        StudentOutput {
            logits: vec![(TEACHER_LABEL.into(), logits)],
            past_logits: Vec::new(),
            logits_regression: None,
            backbone: Tensor::zeros([rows, 4, 1, 1, 1], &future_agg.device()),
            future: future_agg.clone().unsqueeze_dim(1),
            past: future_agg.clone().unsqueeze_dim(1),
            backbone_mean: future_agg.clone(),
            backbone_mean_projected: None,
            temp_agg: future_agg.clone().unsqueeze_dim(1),
            temp_agg_projected: future_agg.clone().unsqueeze_dim(1),
            future_projected: future_agg.clone().unsqueeze_dim(1),
            future_agg,
            aux: Vec::new(),
            attentions: Vec::new(),
        }
    }

    /// The terms of the given rows of a batch; `counted` says which have a prediction.
    fn terms(objective: &Objective, rows: &[i64], counted: Option<[f32; B]>) -> Vec<(String, f32)> {
        let device = Device::default();
        // Not drawn: the generator is one for the process, and other tests draw meanwhile.
        let mut drawn = 0.0f32;
        let mut random = |width: usize| {
            let values: Vec<f32> = (0..B * width)
                .map(|_| {
                    drawn += 1.0;
                    (drawn * drawn).sin() * 1.5
                })
                .collect();
            let whole = Tensor::<1>::from_floats(&values[..], &device).reshape([B, width]);
            whole.select(0, Tensor::<1, Int>::from_ints(rows, &device))
        };
        let (logits, future_agg): (Tensor<2>, Tensor<2>) = (random(5), random(4));
        let output = output(rows.len(), logits, future_agg);
        let teacher = Teacher {
            logits: random(5),
            features: Some(random(4)),
            members: Some(Members {
                logits: Tensor::stack(vec![random(5), random(5)], 1),
                features: Some(Tensor::stack(vec![random(4), random(4)], 1)),
            }),
            mask: counted.map(|mask| Tensor::from_floats(mask, &device)),
            rows: counted.map_or(rows.len(), |mask| mask.iter().filter(|m| **m > 0.0).count()),
        };
        let inputs = Inputs {
            video: Vec::new(),
            targets: Vec::new(),
            past_targets: Vec::new(),
            teacher: Some(teacher),
            futures: Vec::new(),
        };
        let terms = objective.terms(&output, &inputs).unwrap();
        terms.into_iter().map(|t| (t.name, to_host(t.mean)[0])).collect()
    }

    #[test]
    fn skipped_rows_leave_the_distillation_terms_of_the_others() {
        let objective = objective();
        let with_skipped = terms(&objective, &[0, 1, 2], Some([1.0, 0.0, 1.0]));
        let others_alone = terms(&objective, &[0, 2], None);
        assert_eq!(with_skipped.len(), 4);
        for ((name, a), (_, b)) in with_skipped.iter().zip(&others_alone) {
            assert!((a - b).abs() <= 1e-5 * b.abs(), "{name}: {a} and {b}");
        }
        let all = terms(&objective, &[0, 1, 2], None);
        assert!((all[0].1 - others_alone[0].1).abs() > 1e-3, "the skipped row would have counted");
    }
}

//! What a model says of one batch of an evaluation, as plain numbers that can travel.

use burn::tensor::{Device, Tensor};
use serde::{Deserialize, Serialize};

use crate::data::{Batch, Uid};
use crate::models::Student;

use super::endpoints::{StoredOutput, endpoints};
use super::error::TrainError;
use super::evaluate::{EvalSet, to_host};
use super::inputs::{Inputs, check_class_numbers};
use super::labels::LabelLosses;
use super::objective::scores;
use super::ranks::{Ranks, agree, decode, encode};

/// One batch, looked at.
#[derive(Serialize, Deserialize)]
pub(super) struct Seen {
    pub idx: Vec<i64>,
    uids: Vec<Name>,
    pub durations: Vec<f32>,
    pub losses: Vec<SeenLoss>,
    /// Label type, number of classes, logits row-major.
    pub logits: Vec<(String, usize, Vec<f32>)>,
    pub targets: Vec<(String, Vec<i64>)>,
    pub long_term: Vec<(String, Vec<i64>)>,
    outputs: Vec<(String, Vec<usize>, Vec<f32>)>,
}

/// One loss term of a batch.
#[derive(Serialize, Deserialize)]
pub(super) struct SeenLoss {
    pub name: String,
    /// A number for each sample, or one of the whole batch.
    pub values: Vec<f32>,
    /// Whether some sample has a label for it.
    pub is_labelled: bool,
}

#[derive(Serialize, Deserialize)]
enum Name {
    Int(i64),
    Text(String),
}

impl Seen {
    /// Looks at a batch.
    ///
    /// # Errors
    /// A batch that is nothing for this student.
    pub fn of(
        student: &Student,
        batch: &Batch,
        set: &EvalSet,
        labels: &LabelLosses,
        device: &Device,
    ) -> Result<Self, TrainError> {
        check_class_numbers(student, batch)?;
        let inputs = Inputs::new(batch, device);
        let output = student.forward_crops(inputs.video.clone());
        let mut terms = labels.terms(&output, &inputs, |_| false);
        terms.extend(output.aux.iter().map(|(name, loss)| ((*name).to_owned(), loss.clone())));
        let logits = batch.targets.iter().map(|(label, _)| {
            let logits = scores(&output.logits, label);
            let [_, classes] = logits.dims();
            (label.clone(), classes, to_host(logits.clone()))
        });
        let outputs = endpoints(&output, &set.store_endpoint).into_iter();
        Ok(Self {
            idx: batch.idx.iter().map(|i| *i as i64).collect(),
            uids: batch.uids.iter().map(Name::of).collect(),
            durations: output.logits_regression.clone().map(to_host).unwrap_or_default(),
            losses: terms.into_iter().map(|(name, loss)| SeenLoss::of(name, loss, batch)).collect(),
            logits: logits.collect(),
            targets: batch.targets.clone(),
            long_term: batch.long_term.clone().unwrap_or_default(),
            outputs: outputs.map(|o| (o.name, o.shape, o.values)).collect(),
        })
    }

    /// Samples of the batch.
    pub fn len(&self) -> usize {
        self.idx.len()
    }

    pub fn uids(&self) -> impl Iterator<Item = Uid> {
        self.uids.iter().map(|name| match name {
            Name::Int(number) => Uid::Int(*number),
            Name::Text(text) => Uid::Text(text.as_str().into()),
        })
    }

    pub fn outputs(&mut self) -> Vec<StoredOutput> {
        let output = |(name, shape, values)| StoredOutput { name, shape, values };
        std::mem::take(&mut self.outputs).into_iter().map(output).collect()
    }
}

impl SeenLoss {
    fn of(name: String, loss: Tensor<2>, batch: &Batch) -> Self {
        let is_labelled = has_labels(batch, &name);
        Self { name, values: to_host(loss.mean_dim(1)), is_labelled }
    }
}

impl Name {
    fn of(uid: &Uid) -> Self {
        match uid {
            Uid::Int(number) => Self::Int(*number),
            Uid::Text(text) => Self::Text(text.to_string()),
        }
    }
}

/// Whether a loss term says something of the batch: one of labels does where there are some.
fn has_labels(batch: &Batch, term: &str) -> bool {
    let any = |targets: &[(String, Vec<i64>)], label: &str| {
        targets.iter().any(|(name, ids)| name == label && ids.iter().any(|id| *id >= 0))
    };
    match (term.strip_prefix("cls_"), term.strip_prefix("past_cls_")) {
        (Some(label), _) => any(&batch.targets, label),
        (_, Some(label)) => any(batch.target_subclips.as_deref().unwrap_or_default(), label),
        (None, None) => true,
    }
}

/// What all ranks have seen in one turn, in the order of the batches; for the first rank alone.
///
/// # Errors
/// As [`agree`].
pub(super) fn of_all(
    ranks: &dyn Ranks,
    own: Result<Option<Seen>, TrainError>,
) -> Result<Vec<Seen>, TrainError> {
    let own = agree(ranks, own)?;
    if ranks.size() == 1 {
        return Ok(own.into_iter().collect());
    }
    let all = ranks.gather(&encode(&own));
    let seen = all.iter().map(|bytes| {
        decode::<Option<Seen>>(bytes).expect("what the same program wrote can be read")
    });
    Ok(seen.flatten().collect())
}

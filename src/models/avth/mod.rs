//! The AVT head: a causal transformer that predicts the next feature at every step.
//!
//! Source: Girdhar and Grauman, "Anticipative Video Transformer" (ICCV 2021), section 3.2;
//! `models/future_prediction.py`, `AVTh`. The roll-out feeds the last hidden state back as it is,
//! neither decoded nor encoded again, unless it is quantised.

mod centroids;
mod config;
mod loss;
#[cfg(test)]
mod tests;

use burn::module::{Flag, Module, Param};
use burn::nn::Embedding;
use burn::tensor::{Int, Tensor, module};

use super::{Future, Gpt2, KvCache, Linear};

pub use centroids::Centroids;
pub use config::AvthConfig;
pub use loss::{FutureLoss, RowLoss};

use centroids::KmeansAssigner;
use loss::FutureLossLayer;

/// Predicts the features that follow a sequence of features.
#[derive(Module, Debug)]
pub struct Avth {
    assigner: Option<KmeansAssigner>,
    encoder: Encoder,
    /// `None` where the encoder is an embedding, whose table decodes as well.
    decoder: Option<Linear>,
    gpt_model: Gpt2,
    future_pred_loss: Option<FutureLossLayer>,
    /// Like that of a dropout layer: cleared by `freeze`, inactive without autodiff.
    training: Param<Flag>,
    output_len: usize,
    output_len_eval: usize,
    avg_last_n: Option<usize>,
    return_past_too: bool,
    drop_last_n: usize,
    quantize_before_rollout: bool,
}

/// The map into the transformer.
#[derive(Module, Debug)]
enum Encoder {
    Linear(Linear),
    Embedding(Embedding),
}

/// A sequence as the transformer reads it.
#[derive(Clone, Debug)]
enum Sequence {
    /// `[B, T, F]`.
    Features(Tensor<3>),
    /// `[B, T]`.
    Classes(Tensor<2, Int>),
}

/// What a roll-out gives.
struct RollOut {
    /// Hidden states of the past and of all but the last rolled out step, `[B, N, inter_dim]`.
    hidden: Tensor<3>,
    /// The same decoded, `[B, N, F]` or `[B, N, K]`.
    decoded: Tensor<3>,
    /// Attention weights of each step, `[B, blocks, heads, T, seen + T]`.
    attentions: Vec<Tensor<5>>,
}

impl Avth {
    /// Predicts past and future features.
    ///
    /// `past` is the first given feature, then the predictions of the others. The loss is taken
    /// in the space of the input, whose side of it is not detached. A past of one feature leaves
    /// nothing to compare: the loss is then NaN, as the mean of nothing is.
    ///
    /// # Shapes
    /// - features: `[B, T, F]`
    /// - past: `[B, T, F']`, future: `[B, T', F']`, loss: `[B, N]`
    ///
    /// # Panics
    /// When features are class numbers and one is not below `num_cluster_centers`.
    pub fn forward(&self, features: Tensor<3>) -> Future {
        let t = features.dims()[1] - self.drop_last_n;
        let given = self.read(features.clone());
        let encoded = self.encode(given.clone().narrow(0, t)); // [B, T, inter_dim]
        let output_len = self.steps(&encoded);
        let RollOut { hidden, decoded, attentions } = self.roll_out(encoded.clone(), output_len);
        let feat_loss = self.future_pred_loss.as_ref().map(|loss| loss.forward(&decoded, given));
        let (past, predicted) = match (&self.assigner, &self.encoder) {
            (Some(assigner), _) => (head(features, t), assigner.features(argmax(decoded))),
            (None, Encoder::Linear(_)) => (head(features, t), decoded),
            (None, Encoder::Embedding(_)) => (encoded, hidden),
        };
        Future {
            feat_loss,
            attentions,
            past: shifted(&past, &predicted),
            future: self.future(past, predicted, output_len),
        }
    }

    /// How many classes there are where features are class numbers.
    pub fn class_numbers(&self) -> Option<usize> {
        match (&self.encoder, &self.assigner) {
            (Encoder::Embedding(table), None) => Some(table.weight.lazy_shape()[0]),
            _ => None,
        }
    }

    /// Whether one parameter is both `encoder.weight` and `decoder.weight`.
    pub fn ties_decoder(&self) -> bool {
        self.decoder.is_none()
    }

    fn steps(&self, encoded: &Tensor<3>) -> usize {
        let training = self.training.val().is_enabled() && encoded.device().is_autodiff();
        if training { self.output_len } else { self.output_len_eval }
    }

    /// Features as they are, or as classes.
    fn read(&self, features: Tensor<3>) -> Sequence {
        match (&self.assigner, &self.encoder) {
            (Some(assigner), _) => Sequence::Classes(assigner.assign(features)),
            (None, Encoder::Linear(_)) => Sequence::Features(features),
            (None, Encoder::Embedding(_)) => Sequence::Classes(features.squeeze_dim::<2>(2).int()),
        }
    }

    fn encode(&self, sequence: Sequence) -> Tensor<3> {
        match (&self.encoder, sequence) {
            (Encoder::Linear(map), Sequence::Features(features)) => map.forward(features),
            (Encoder::Embedding(table), Sequence::Classes(classes)) => table.forward(classes),
            _ => unreachable!("`read` gives what the encoder takes"),
        }
    }

    fn decode(&self, hidden: Tensor<3>) -> Tensor<3> {
        match (&self.decoder, &self.encoder) {
            (Some(map), _) => map.forward(hidden),
            (None, Encoder::Embedding(table)) => {
                module::linear(hidden, table.weight.val().swap_dims(0, 1), None)
            }
            (None, Encoder::Linear(_)) => unreachable!("a linear encoder comes with a decoder"),
        }
    }

    fn roll_out(&self, encoded: Tensor<3>, steps: usize) -> RollOut {
        let mut cache = (steps > 1).then(KvCache::default);
        let (mut hidden, mut attentions) = (Vec::<Tensor<3>>::with_capacity(steps), Vec::new());
        for _ in 0..steps {
            let input = match hidden.last() {
                None => encoded.clone(),
                Some(last) => self.fed_back(tail(last.clone(), 1)),
            };
            let output = self.gpt_model.forward(input, cache.as_mut());
            hidden.push(output.last_hidden_state);
            if !output.attentions.is_empty() {
                attentions.push(Tensor::stack(output.attentions, 1));
            }
        }
        let hidden = if steps == 1 { hidden.remove(0) } else { Tensor::cat(hidden, 1) };
        RollOut { decoded: self.decode(hidden.clone()), hidden, attentions }
    }

    /// What the next step of a roll-out sees of the last hidden state, `[B, 1, inter_dim]`.
    fn fed_back(&self, hidden: Tensor<3>) -> Tensor<3> {
        match (&self.encoder, self.quantize_before_rollout) {
            (Encoder::Embedding(table), true) => table.forward(argmax(self.decode(hidden))),
            _ => hidden,
        }
    }

    /// The last `avg_last_n` of past and future averaged, or all of them.
    fn future(&self, past: Tensor<3>, predicted: Tensor<3>, output_len: usize) -> Tensor<3> {
        let past_len = if self.return_past_too { past.dims()[1] } else { 0 };
        let wanted = self.avg_last_n.unwrap_or(usize::MAX).min(past_len + output_len);
        let future = tail(predicted, wanted.min(output_len));
        let all = match wanted.saturating_sub(output_len) {
            0 => future,
            from_past => Tensor::cat(vec![tail(past, from_past), future], 1),
        };
        match self.avg_last_n {
            Some(_) if wanted > 1 => all.mean_dim(1),
            _ => all,
        }
    }
}

impl Sequence {
    fn len(&self) -> usize {
        match self {
            Self::Features(features) => features.dims()[1],
            Self::Classes(classes) => classes.dims()[1],
        }
    }

    /// `length` steps from `start` on.
    fn narrow(self, start: usize, length: usize) -> Self {
        match self {
            all if start == 0 && length == all.len() => all,
            Self::Features(features) => Self::Features(features.narrow(1, start, length)),
            Self::Classes(classes) => Self::Classes(classes.narrow(1, start, length)),
        }
    }
}

/// The likeliest class, `[B, N, K]` -> `[B, N]`.
fn argmax(scores: Tensor<3>) -> Tensor<2, Int> {
    scores.argmax(2).squeeze_dim(2)
}

/// The first given feature, then the predictions of the others, `[B, T, F]`.
fn shifted(given: &Tensor<3>, predicted: &Tensor<3>) -> Tensor<3> {
    let t = given.dims()[1];
    let first = given.clone().narrow(1, 0, 1);
    match t {
        1 => first,
        _ => Tensor::cat(vec![first, predicted.clone().narrow(1, 0, t - 1)], 1),
    }
}

/// The first `n` steps, `[B, n, F]`.
fn head(x: Tensor<3>, n: usize) -> Tensor<3> {
    if n == x.dims()[1] { x } else { x.narrow(1, 0, n) }
}

/// The last `n` steps, `[B, n, F]`.
fn tail(x: Tensor<3>, n: usize) -> Tensor<3> {
    let t = x.dims()[1];
    if n == t { x } else { x.narrow(1, t - n, n) }
}

//! The AVT head: a causal transformer that predicts the next feature at every step.
//!
//! Source: Girdhar and Grauman, "Anticipative Video Transformer" (ICCV 2021), section 3.2;
//! `models/future_prediction.py`, `AVTh`. The roll-out feeds the last hidden state back as it is,
//! neither decoded nor encoded again.

use burn::module::{Flag, Module, Param};
use burn::tensor::{Device, Tensor};

use super::error::positive;
use super::layers::linear;
use super::product::Linear;
use super::{Future, Gpt2, Gpt2Config, KvCache, ModelError};

/// Loss between predicted and actual features.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FutureLoss {
    /// Squared difference (`torch.nn.MSELoss`).
    Mse,
}

/// Settings of [`Avth`].
#[derive(Clone, Debug, PartialEq)]
pub struct AvthConfig {
    /// The transformer; its width is `inter_dim`.
    pub gpt: Gpt2Config,
    /// Features to predict beyond the past.
    pub output_len: usize,
    /// The same outside training; `None` is `output_len`.
    pub output_len_eval: Option<usize>,
    /// Averages that many of the last features into one; `None` keeps the sequence.
    pub avg_last_n: Option<usize>,
    /// Loss of the predicted past features.
    pub future_pred_loss: Option<FutureLoss>,
    /// Puts the past before the future in the output.
    pub return_past_too: bool,
    /// Hides that many of the last past features from the predictor; the loss still sees them.
    pub drop_last_n: usize,
}

impl AvthConfig {
    /// One predicted feature, no loss, the defaults of GPT-2 at width `inter_dim`.
    pub fn new(inter_dim: usize) -> Self {
        Self {
            gpt: Gpt2Config::new(inter_dim),
            output_len: 1,
            output_len_eval: None,
            avg_last_n: None,
            future_pred_loss: None,
            return_past_too: false,
            drop_last_n: 0,
        }
    }

    /// Builds the head for features of width `in_features`.
    ///
    /// # Errors
    /// [`ModelError`] when the configuration describes no model.
    pub fn init(&self, in_features: usize, device: &Device) -> Result<Avth, ModelError> {
        positive("output_len", self.output_len)?;
        let output_len_eval = self.output_len_eval.unwrap_or(self.output_len);
        positive("output_len_eval", output_len_eval)?;
        positive("avg_last_n", self.avg_last_n.unwrap_or(1))?;
        let inter_dim = self.gpt.n_embd;
        Ok(Avth {
            encoder: linear(in_features, inter_dim, false, device),
            decoder: linear(inter_dim, in_features, false, device),
            gpt_model: self.gpt.init(device)?,
            training: Param::from_bool(true),
            output_len: self.output_len,
            output_len_eval,
            avg_last_n: self.avg_last_n,
            future_pred_loss: self.future_pred_loss,
            return_past_too: self.return_past_too,
            drop_last_n: self.drop_last_n,
        })
    }

    /// How many future features come from `steps` past ones, in training.
    ///
    /// # Errors
    /// [`ModelError`] when nothing is left of the past or the roll-out is too long.
    pub fn future_len(&self, steps: usize) -> Result<usize, ModelError> {
        let drop_last_n = self.drop_last_n;
        let past = steps
            .checked_sub(drop_last_n)
            .filter(|past| *past > 0)
            .ok_or(ModelError::DroppedAll { drop_last_n, steps })?;
        let rolled = past - 1 + self.output_len.max(self.output_len_eval.unwrap_or(0));
        let n_positions = self.gpt.n_positions;
        if rolled > n_positions {
            return Err(ModelError::Positions { steps: rolled, n_positions });
        }
        Ok(match (self.avg_last_n, self.return_past_too) {
            (Some(_), _) => 1,
            (None, true) => past + self.output_len,
            (None, false) => self.output_len,
        })
    }
}

/// Predicts the features that follow a sequence of features.
#[derive(Module, Debug)]
pub struct Avth {
    encoder: Linear,
    decoder: Linear,
    gpt_model: Gpt2,
    /// Like that of a dropout layer: cleared by `freeze`, inactive without autodiff.
    training: Param<Flag>,
    output_len: usize,
    output_len_eval: usize,
    avg_last_n: Option<usize>,
    #[module(skip)]
    future_pred_loss: Option<FutureLoss>,
    return_past_too: bool,
    drop_last_n: usize,
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
    /// - past: `[B, T, F]`, future: `[B, T', F]`, loss: `[B, (T - 1) * F]`
    pub fn forward(&self, features: Tensor<3>) -> Future {
        let [_, full_len, _] = features.dims();
        let t = full_len - self.drop_last_n;
        let observed = match self.drop_last_n {
            0 => features.clone(),
            _ => features.clone().narrow(1, 0, t),
        };
        let encoded = self.encoder.forward(observed.clone()); // [B, T, inter_dim]
        let output_len = self.steps(&encoded);
        let predicted = self.decoder.forward(self.roll_out(encoded, output_len)); // [B, T - 1 + output_len, F]
        Future {
            feat_loss: self.future_pred_loss.map(|FutureLoss::Mse| mse(&predicted, features)),
            past: shifted(&observed, &predicted),
            future: self.future(observed, predicted, output_len),
        }
    }

    fn steps(&self, encoded: &Tensor<3>) -> usize {
        let training = self.training.val().is_enabled() && encoded.device().is_autodiff();
        if training { self.output_len } else { self.output_len_eval }
    }

    /// Hidden states of the past and of all but the last rolled out step, `[B, T - 1 + steps, F]`.
    fn roll_out(&self, encoded: Tensor<3>, steps: usize) -> Tensor<3> {
        if steps == 1 {
            return self.gpt_model.forward(encoded, None);
        }
        let mut cache = KvCache::default();
        let mut hidden = vec![self.gpt_model.forward(encoded, Some(&mut cache))];
        for _ in 1..steps {
            let last = tail(hidden.last().expect("one was pushed").clone(), 1);
            hidden.push(self.gpt_model.forward(last, Some(&mut cache)));
        }
        Tensor::cat(hidden, 1)
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

/// The first given feature, then the predictions of the others, `[B, T, F]`.
fn shifted(given: &Tensor<3>, predicted: &Tensor<3>) -> Tensor<3> {
    let t = given.dims()[1];
    let first = given.clone().narrow(1, 0, 1);
    match t {
        1 => first,
        _ => Tensor::cat(vec![first, predicted.clone().narrow(1, 0, t - 1)], 1),
    }
}

/// Squared difference of each prediction and the feature that follows, `[B, (N - 1) * F]`.
fn mse(predicted: &Tensor<3>, actual: Tensor<3>) -> Tensor<2> {
    let [b, t, _] = actual.dims();
    let pairs = t.min(predicted.dims()[1]) - 1;
    if pairs == 0 {
        return Tensor::full([b, 1], f32::NAN, &actual.device());
    }
    let difference = predicted.clone().narrow(1, 0, pairs) - actual.narrow(1, 1, pairs);
    (difference.clone() * difference).flatten(1, 2)
}

/// The last `n` steps, `[B, n, F]`.
fn tail(x: Tensor<3>, n: usize) -> Tensor<3> {
    let t = x.dims()[1];
    if n == t { x } else { x.narrow(1, t - n, n) }
}

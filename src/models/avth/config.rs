//! Settings of the head and how it is built from them.

use burn::module::Param;
use burn::nn::Embedding;
use burn::tensor::Device;

use super::centroids::{Centroids, KmeansAssigner};
use super::loss::FutureLoss;
use super::{Avth, Encoder};
use crate::models::error::positive;
use crate::models::layers::{embedding, linear};
use crate::models::{Gpt2Config, Linear, ModelError};

/// Settings of [`Avth`].
///
/// | features | what the transformer sees of them | what comes out |
/// |---|---|---|
/// | of width 1 | class numbers, embedded | hidden states of width `inter_dim` |
/// | with `assign_to_centroids` | numbers of the closest centres, embedded | the likeliest centres |
/// | others | a linear map | a linear map of the hidden states |
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
    /// Rolls out the likeliest class instead of the hidden state.
    pub quantize_before_rollout: bool,
    /// Centres that stand for the features.
    pub assign_to_centroids: Option<Centroids>,
    /// Classes there are, where features become classes.
    pub num_cluster_centers: usize,
    /// Leaves the maps into the transformer and out of it as they start.
    pub freeze_encoder_decoder: bool,
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
            quantize_before_rollout: false,
            assign_to_centroids: None,
            num_cluster_centers: 50_000,
            freeze_encoder_decoder: false,
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
        let assigner = self.assigner(in_features, device)?;
        let of_classes = in_features == 1 || assigner.is_some();
        if self.quantize_before_rollout && !of_classes {
            return Err(ModelError::NothingToQuantize);
        }
        let loss = self.future_pred_loss.as_ref();
        let (encoder, decoder) = self.maps(in_features, of_classes, device)?;
        Ok(Avth {
            assigner,
            encoder,
            decoder,
            gpt_model: self.gpt.init(device)?,
            future_pred_loss: loss.map(|l| l.init(in_features, of_classes, device)).transpose()?,
            training: Param::from_bool(true),
            output_len: self.output_len,
            output_len_eval,
            avg_last_n: self.avg_last_n,
            return_past_too: self.return_past_too,
            drop_last_n: self.drop_last_n,
            quantize_before_rollout: self.quantize_before_rollout,
        })
    }

    fn assigner(
        &self,
        in_features: usize,
        device: &Device,
    ) -> Result<Option<KmeansAssigner>, ModelError> {
        let Some(centroids) = &self.assign_to_centroids else { return Ok(None) };
        let (found, expected) = (centroids.count(), self.num_cluster_centers);
        if in_features == 1 {
            return Err(ModelError::NumbersToAssign);
        }
        if found != expected {
            return Err(ModelError::CentroidCount { found, expected });
        }
        centroids.init(in_features, device).map(Some)
    }

    /// The maps into the transformer and out of it; one table serves as both where there are
    /// classes.
    fn maps(
        &self,
        in_features: usize,
        of_classes: bool,
        device: &Device,
    ) -> Result<(Encoder, Option<Linear>), ModelError> {
        let (inter_dim, trains) = (self.gpt.n_embd, !self.freeze_encoder_decoder);
        let trained = |map: Linear| Linear { weight: map.weight.set_require_grad(trains), ..map };
        if of_classes {
            let classes = positive("num_cluster_centers", self.num_cluster_centers)?;
            // The decoder is a linear layer of the original and decides how both start.
            let Embedding { weight } = embedding(classes, inter_dim, 0.01, device);
            let weight = weight.set_require_grad(trains);
            return Ok((Encoder::Embedding(Embedding { weight }), None));
        }
        let encoder = trained(linear(in_features, inter_dim, false, device));
        let decoder = trained(linear(inter_dim, in_features, false, device));
        Ok((Encoder::Linear(encoder), Some(decoder)))
    }

    /// Width of what comes out for features of width `in_features`.
    pub fn output_dim(&self, in_features: usize) -> usize {
        if in_features == 1 { self.gpt.n_embd } else { in_features }
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

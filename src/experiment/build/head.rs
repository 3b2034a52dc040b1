//! The AVT head from `model.future_predictor`, with the centroids that its files hold.

use std::path::Path;

use crate::data::pickle::PickleFile;
use crate::files::{HostTensor, TensorFile};
use crate::losses::{InfoNceConfig, MilType, simclr_infonce_rows};
use crate::models::{Activation, AvthConfig, Centroids, FutureLoss, Gpt2Config, RowLoss};

use super::super::SetupError;
use super::super::config;

/// The array that `torch.save` of a k-means run writes.
const WEIGHT: &str = "weight";

/// The head.
///
/// # Errors
/// A file of centroids that cannot be read.
pub(super) fn avth(node: &config::AvthConfig) -> Result<AvthConfig, SetupError> {
    let assign = |path| centroids("model.future_predictor.assign_to_centroids", path);
    // Without training, only the length of evaluations is needed.
    let output_len = positive(node.output_len).or(positive(node.output_len_eval));
    Ok(AvthConfig {
        gpt: gpt(node),
        output_len: output_len.unwrap_or(0),
        output_len_eval: positive(node.output_len_eval),
        avg_last_n: positive(node.avg_last_n),
        future_pred_loss: node.future_pred_loss.as_ref().map(future_loss).transpose()?,
        return_past_too: node.return_past_too,
        drop_last_n: node.drop_last_n,
        quantize_before_rollout: node.quantize_before_rollout,
        assign_to_centroids: node.assign_to_centroids.as_deref().map(assign).transpose()?,
        num_cluster_centers: node.num_cluster_centers,
        freeze_encoder_decoder: node.freeze_encoder_decoder,
    })
}

fn gpt(node: &config::AvthConfig) -> Gpt2Config {
    Gpt2Config {
        n_embd: node.inter_dim,
        n_layer: node.n_layer,
        n_head: node.n_head,
        n_inner: node.n_inner,
        n_positions: node.n_positions,
        embd_pdrop: node.embd_pdrop,
        attn_pdrop: node.attn_pdrop,
        resid_pdrop: node.resid_pdrop,
        layer_norm_epsilon: node.layer_norm_epsilon,
        activation_function: match node.activation_function {
            config::Activation::GeluNew => Activation::GeluNew,
            config::Activation::Gelu => Activation::Gelu,
            config::Activation::Relu => Activation::Relu,
            config::Activation::Silu => Activation::Silu,
            config::Activation::Tanh => Activation::Tanh,
        },
        initializer_range: node.initializer_range,
        output_attentions: node.output_attentions,
    }
}

fn future_loss(node: &config::FutureLoss) -> Result<FutureLoss, SetupError> {
    Ok(match node {
        config::FutureLoss::Mse(_) => FutureLoss::Mse,
        config::FutureLoss::NormedMse(_) => FutureLoss::NormedMse,
        config::FutureLoss::CrossEntropy(_) => FutureLoss::CrossEntropy,
        config::FutureLoss::Quantized(keys) => FutureLoss::Quantized {
            centroids: centroids(
                "model.future_predictor.future_pred_loss.centroids_fpath",
                &keys.centroids_fpath,
            )?,
            norm: keys.norm,
        },
        config::FutureLoss::SimclrInfoNce(keys)
        | config::FutureLoss::MultiDimSimclrInfoNce(keys) => {
            let config = info_nce(keys);
            FutureLoss::Rows(RowLoss::new("InfoNCE", move |predicted, actual| {
                simclr_infonce_rows(predicted, actual.unsqueeze_dim(1), &config)
            }))
        }
    })
}

/// SimCLR's loss.
pub(super) fn info_nce(node: &config::SimclrInfoNce) -> InfoNceConfig {
    InfoNceConfig {
        temperature: node.temperature,
        target_to_output_loss: node.target_to_output_loss,
        mil_type: match node.mil_type {
            config::MilType::Sum => MilType::Sum,
            config::MilType::Max => MilType::Max,
        },
    }
}

/// Reads `weight` of a safetensors file, or of what `torch.save` wrote.
fn centroids(key: &'static str, path: &Path) -> Result<Centroids, SetupError> {
    let failed =
        |reason: String| SetupError::Centroids { key, path: path.display().to_string(), reason };
    let file = match path.extension().is_some_and(|e| e == "safetensors") {
        true => TensorFile::read(path).map_err(|e| failed(e.to_string()))?,
        false => {
            let file = PickleFile::open(path).map_err(|e| failed(e.to_string()))?;
            file.parse().and_then(|parsed| parsed.tensors()).map_err(|e| failed(e.to_string()))?
        }
    };
    let Some(array) = file.tensors.get(WEIGHT) else {
        let names: Vec<&str> = file.tensors.keys().map(String::as_str).collect();
        return Err(failed(format!("no array `{WEIGHT}`, only `{}`", names.join("`, `"))));
    };
    match matrix(array) {
        Some(([count, width], values)) => Ok(Centroids::new(count, width, values.to_vec())?),
        None => Err(failed(format!(
            "`{WEIGHT}` has shape {:?}, expected floats, one centroid a row",
            array.shape
        ))),
    }
}

fn matrix(array: &HostTensor) -> Option<([usize; 2], &[f32])> {
    Some((array.shape.as_slice().try_into().ok()?, array.as_f32()?))
}

/// The original writes "not set" as -1.
fn positive(value: i64) -> Option<usize> {
    usize::try_from(value).ok().filter(|v| *v > 0)
}

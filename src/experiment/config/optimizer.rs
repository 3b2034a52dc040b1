//! `opt.optimizer`

use schemars::JsonSchema;
use serde::Deserialize;

use super::target::by_target;

by_target! {
    /// `opt.optimizer`
    pub enum Optimizer {
        "torch.optim.SGD" => Sgd(Sgd),
        "torch.optim.Adam" => Adam(Adam),
        "torch.optim.AdamW" => AdamW(Adam),
        "transformers.Adafactor" => Adafactor(Adafactor),
    }
}

/// Keys of stochastic gradient descent. Defaults are PyTorch's.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Sgd {
    /// Share of the last step in the next.
    pub momentum: f64,
    /// Share of the gradient that momentum leaves out.
    pub dampening: f64,
    /// Nesterov's look-ahead.
    pub nesterov: bool,
}

/// Keys of Adam, whose weight decay is an L2 term of the gradient, and of AdamW, whose weight decay
/// shrinks the weights. Defaults are PyTorch's.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Adam {
    /// Decay of the two moments.
    pub betas: [f64; 2],
    /// Added to the denominator.
    pub eps: f64,
    /// Whether the largest second moment so far is divided by.
    pub amsgrad: bool,
}

impl Default for Adam {
    fn default() -> Self {
        Self { betas: [0.9, 0.999], eps: 1e-8, amsgrad: false }
    }
}

/// Keys of Adafactor. Defaults are those of transformers.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Adafactor {
    /// Added to the squared gradient, and to the size of the parameters.
    pub eps: [f64; 2],
    /// Largest root mean square of an update.
    pub clip_threshold: f64,
    /// Exponent of the decay of the second moment.
    pub decay_rate: f64,
    /// Decay of the first moment; `None` keeps none.
    pub beta1: Option<f64>,
    /// Whether the learning rate is multiplied by the size of the parameters.
    pub scale_parameter: bool,
    /// Whether the learning rate follows the step instead of `opt.lr_wd`.
    pub relative_step: bool,
    /// Whether that learning rate rises first.
    pub warmup_init: bool,
}

impl Default for Adafactor {
    fn default() -> Self {
        Self {
            eps: [1e-30, 1e-3],
            clip_threshold: 1.0,
            decay_rate: -0.8,
            beta1: None,
            scale_parameter: true,
            relative_step: true,
            warmup_init: false,
        }
    }
}

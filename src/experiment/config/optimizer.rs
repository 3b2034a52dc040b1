//! `opt.optimizer`

use schemars::JsonSchema;
use serde::Deserialize;

use super::target::by_target;

by_target! {
    /// `opt.optimizer`
    pub enum Optimizer {
        "torch.optim.SGD" => Sgd(Sgd),
        "torch.optim.Adam" => Adam(Adam),
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

/// Keys of Adam, whose weight decay is an L2 term of the gradient. Defaults are PyTorch's.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Adam {
    /// Decay of the two moments.
    pub betas: [f64; 2],
    /// Added to the denominator.
    pub eps: f64,
}

impl Default for Adam {
    fn default() -> Self {
        Self { betas: [0.9, 0.999], eps: 1e-8 }
    }
}

//! AVT's keys that have no effect here: known, so that its files compose.

use schemars::JsonSchema;
use serde::Deserialize;

use super::target::only_target;

/// AVT's keys without effect.
#[derive(Clone, Debug, PartialEq, JsonSchema)]
pub struct Legacy {
    /// `sync_bn`: batch statistics over all processes.
    pub sync_bn: bool,
    /// `data_parallel`: one process for all devices.
    pub data_parallel: bool,
    /// `dist_backend`
    pub dist_backend: DistBackend,
    /// `pytorch`
    pub pytorch: PyTorch,
    /// `moco`
    pub moco: Moco,
}

/// `dist_backend`: how AVT's processes talk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DistBackend {
    /// NVIDIA's.
    Nccl,
    /// Facebook's.
    Gloo,
    /// MPI.
    Mpi,
}

/// `pytorch`
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PyTorch {
    /// torchvision's decoder.
    pub video_backend: String,
}

only_target!(MocoTarget, "moco.moco.builder.MoCo");

/// `moco`: momentum contrast, which no recipe of AVT uses.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Moco {
    /// What the node configures.
    #[serde(rename = "_target_")]
    pub target: MocoTarget,
    /// Width.
    pub dim: usize,
    /// Length of the queue.
    #[serde(rename = "K")]
    pub queue: usize,
    /// Momentum.
    pub m: f64,
    /// Temperature.
    #[serde(rename = "T")]
    pub temperature: f64,
    /// Whether the head is an MLP.
    pub mlp: bool,
}

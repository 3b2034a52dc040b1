//! Losses as pure functions over tensors, unreduced unless said otherwise.
//!
//! Decides formulas only; the step decides means, weights and which terms take part. Nothing is
//! detached here: where the teacher is data no gradient leaves through it, where it is computed
//! the gradient flows as in the original.
//!
//! | function | original |
//! |---|---|
//! | [`cross_entropy`] | `loss_fn/multidim_xentropy.py`, `MultiDimCrossEntropy` |
//! | [`kl_distillation`] | `loss_fn/kld_lm.py`, `KLDiv` |
//! | [`feature_cosine`] | `loss_fn/sim.py`, `CosineSim` |
//! | [`normalised_mse`] | `loss_fn/mse.py`, `NormedMSE` |
//! | [`feature_mse`] | `torch.nn.MSELoss(reduction='none')` |
//! | [`simclr_infonce`] | `loss_fn/simclr_infonce.py`, `DistributedSimclrInfoNCELoss` |

mod classification;
mod distillation;
mod features;
mod infonce;

pub use classification::cross_entropy;
pub use distillation::{KlConfig, kl_distillation};
pub use features::{feature_cosine, feature_mse, normalised_mse};
pub use infonce::{InfoNceConfig, MilType, simclr_infonce};

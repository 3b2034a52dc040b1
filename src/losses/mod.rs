//! Losses as pure functions over tensors, unreduced unless said otherwise.
//!
//! Decides formulas only; the step decides means, weights and which terms take part. Nothing is
//! detached here: where the teacher is data no gradient leaves through it, where it is computed
//! the gradient flows as in the original.
//!
//! | function | original |
//! |---|---|
//! | [`cross_entropy`] | `loss_fn/multidim_xentropy.py`, `MultiDimCrossEntropy` |
//! | [`weighted_cross_entropy`], [`balanced_weights`] | `func/train_eval_ops.py`, `BasicLossAccuracy` |
//! | [`smoothed_cross_entropy`] | `torch.nn.CrossEntropyLoss` of the teachers |
//! | [`kl_distillation`] | `loss_fn/kld_lm.py`, `KLDiv` |
//! | [`feature_cosine`] | `loss_fn/sim.py`, `CosineSim` |
//! | [`normalised_mse`] | `loss_fn/mse.py`, `NormedMSE` |
//! | [`feature_mse`] | `torch.nn.MSELoss(reduction='none')` |
//! | [`simclr_infonce`], [`simclr_infonce_rows`] | `loss_fn/simclr_infonce.py`, `DistributedSimclrInfoNCELoss` |
//! | [`TeacherAttention`] | `func/train_eval_ops.py`, `Basic`, what is left of it as comments |

mod attention;
mod classification;
mod contrastive;
mod distillation;
mod features;
mod smoothing;

pub use attention::{TeacherAttention, TeacherAttentionConfig};
pub use classification::{balanced_weights, cross_entropy, weighted_cross_entropy};
pub use contrastive::{InfoNceConfig, MilType, simclr_infonce, simclr_infonce_rows};
pub use distillation::{KlClasses, KlConfig, kl_distillation};
pub use features::{feature_cosine, feature_mse, normalised_mse};
pub use smoothing::{SmoothedConfig, mean_smoothed_cross_entropy, smoothed_cross_entropy};

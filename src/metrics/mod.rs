//! Accuracies and averages over plain numbers; knows no tensors and no files.
//!
//! Everything about a row is the rank of its true class among its scores ([`target_ranks`]);
//! accuracies and recalls count ranks. All values are percent. The original's choices that a
//! sound metric would not make are options named for what they do ([`RowAverage`],
//! [`UnlabelledRows`]).
//!
//! | file | original |
//! |---|---|
//! | `accuracy` | `common/utils.py`, `accuracy` |
//! | `average` | `common/log.py`, `SmoothedValue` |
//! | `decomposed` | the study's `ek55_verb_noun/verb_action_acc.py`, `get_top_k_acc` |
//! | `evaluation` | `notebooks/utils.py`, `compute_accuracy`, `epic100_unseen_tail_eval` |
//! | `marginal` | `notebooks/utils.py`, `get_epic_marginalize_verb_noun` |
//! | `repeats` | `notebooks/utils.py`, `read_results` |

mod accuracy;
mod average;
mod decomposed;
mod evaluation;
mod marginal;
mod rank;
mod repeats;

pub use accuracy::{BatchAccuracy, accuracy_depth, batch_accuracy};
pub use average::{BatchAverage, EpochAccuracy, RowAverage};
pub use decomposed::decomposed_ranks;
pub use evaluation::{
    FinalMetrics, FinalOptions, UnlabelledRows, final_metrics, recall_of_present, recall_of_rows,
    top_k,
};
pub use marginal::marginals;
pub use rank::{Score, Scores, target_ranks};
pub use repeats::{Averaged, average_repeats};

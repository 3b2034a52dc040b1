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
//! | `evaluation` | `notebooks/utils.py`, `compute_accuracy`, `epic100_unseen_tail_eval` |
//! | `marginal` | `notebooks/utils.py`, `get_epic_marginalize_verb_noun` |
//! | `repeats` | `notebooks/utils.py`, `read_results` |

mod accuracy;
mod average;
mod evaluation;
mod marginal;
mod rank;
mod repeats;

pub use accuracy::{BatchAccuracy, accuracy_depth, batch_accuracy};
pub use average::{BatchAverage, EpochAccuracy, RowAverage};
pub use evaluation::{FinalMetrics, FinalOptions, UnlabelledRows, final_metrics, recall_of_rows};
pub use marginal::marginals;
pub use rank::{Score, Scores, target_ranks};
pub use repeats::{Averaged, average_repeats};

//! Numbers against the Python original, on tiny models with random weights.
//!
//! `scripts/parity_*.py` write the fixtures from the original's own classes, computed in double
//! precision; everything here stays within 2e-5 of the greatest magnitude of each array.
//! `RUNNER_TEST_DEVICE=flex|libtorch` chooses the backend.

#![allow(clippy::disallowed_methods, clippy::unwrap_used)] // helpers of tests are tests

mod actions;
mod analysis;
mod backbones;
mod dense;
mod errors;
mod final_metrics;
mod folds;
mod futures;
mod head;
mod language;
mod language_initial;
mod language_published;
mod language_shards;
mod language_sizes;
mod losses;
mod metrics;
mod parts;
mod recipes;
mod student;
mod submission;
mod support;
mod tokenisers;
mod training;

//! Trains video action-anticipation students distilled from language models.
//!
//! A run goes through four stages, each with its own type, none reading an earlier one:
//! `Overrides` (parsed) -> `Composed` (tree with origins) -> `ExperimentConfig` (typed, validated)
//! -> built objects.
//!
//! | room | what lives there | may import |
//! |---|---|---|
//! | [`files`] | the only door to the file system | - |
//! | [`device`] | the only file that names a Burn backend | - |
//! | [`config`] | the config language: values with origins, overrides, composition, interpolation | files |
//! | [`sweep`] | overrides and search spaces -> ordered jobs | config |
//! | [`models`] | the student and its parts; nothing but tensors | - |
//! | [`losses`], [`metrics`] | functions and accumulators over tensors and numbers | - |
//! | [`data`] | annotations, clip times, readers, teacher predictions, batches, synthetic data | files |
//! | [`text`] | action histories -> sentences -> tokens | files, data |
//! | [`weights`] | checkpoint import | files, models |
//! | [`train`] | one step, the loop, parameter groups, schedules, evaluation | models, losses, metrics, data, text |
//! | [`runs`] | versioned directories, manifest, checkpoints on disk, the index over past runs | files |
//! | [`launch`] | launchers, the sweep ledger | files, sweep, runs |
//! | [`analysis`] | tables over finished runs | files, data, metrics, runs |
//! | [`report`] | TensorBoard events, plots, HTML | files, runs |
//! | [`experiment`] | typed config, builders, tasks: the composition root | everything but cli, launch |
//! | [`cli`] | clap structs, one file per command, hints | everything it dispatches to |
//!
//! `tests/architecture.rs` keeps the last column.

// `cli::say` goes on where nobody reads.
#![warn(clippy::print_stderr)]

// Unit tests share files with the tests outside, which call this crate by its name.
#[cfg(test)]
extern crate self as runner;

pub mod analysis;
pub mod cli;
pub mod config;
pub mod data;
pub mod device;
pub mod experiment;
pub mod files;
pub mod launch;
pub mod losses;
pub mod metrics;
pub mod models;
pub mod report;
pub mod runs;
pub mod sweep;
pub mod text;
pub mod train;
pub mod weights;

//! The room `data`, seen from outside: real files, stores, batches.
#![allow(clippy::unwrap_used)] // helpers of tests, which clippy.toml does not count as tests

mod ahead;
mod check;
mod clips;
mod dense;
mod extracted;
mod folds;
mod futures;
mod fuzz;
mod histories;
mod imports;
mod inputs;
mod joined;
mod laws;
mod loading;
mod long_term;
mod one_hot;
mod pickles;
mod pictures;
mod readers;
mod real;
mod real_lists;
mod selection;
mod sener;
mod settings;
mod shown;
mod stores;
mod support;
mod teachers;
mod videos;
mod whole;
mod world;

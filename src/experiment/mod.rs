//! Room `experiment`.
pub mod config;

//! Room `cli`.

pub mod delegate;

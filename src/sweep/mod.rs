//! Room `sweep`.

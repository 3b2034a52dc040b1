//! Room `train`.

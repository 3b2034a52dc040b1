//! Nodes -> YAML, byte for byte what PyYAML prints for OmegaConf.
//!
//! [`block`] lays out mappings and lists, [`scalar`] decides how a scalar is quoted and folded.

mod block;
mod scalar;

pub(crate) use block::{to_yaml, to_yaml_without};

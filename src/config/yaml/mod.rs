//! YAML files -> nodes with positions, read the way OmegaConf reads them.
//!
//! [`scalar`] decides what a plain scalar is (YAML 1.1 with OmegaConf's changes), [`build`] makes
//! the tree, [`header`] reads the `# @package` lines above it.

mod build;
mod header;
pub(crate) mod scalar;

pub(crate) use build::load;
pub(crate) use header::read_header;

//! YAML files -> nodes with positions, read the way OmegaConf reads them.
//!
//! [`scalar`] decides what a plain scalar is (YAML 1.1 with OmegaConf's changes), [`build`] makes
//! the tree, [`mark`] knows its tags, [`header`] reads the `# @package` lines above it.

mod build;
mod header;
mod mark;
pub(crate) mod scalar;

pub(crate) use build::load;
pub(crate) use header::read_header;

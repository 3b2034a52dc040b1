//! YAML files -> nodes with positions, read the way OmegaConf reads them.
//!
//! OmegaConf reads with PyYAML, whose YAML 1.1 differs from every other reader's in details that
//! configs depend on; so the text is taken apart here, by its rules:
//!
//! | step | where |
//! |---|---|
//! | characters, lines and columns | [`reader`] |
//! | tokens: indentation, quotes, what is a key | [`scanner`], [`token`] |
//! | tokens -> graph of nodes, aliases as edges | [`parse`], [`graph`] |
//! | what a plain scalar is (YAML 1.1 with OmegaConf's changes) | [`scalar`] |
//! | tags, merge keys, keys | [`build`], [`tag`] |
//! | graph -> tree: aliases as copies | [`expand`] |
//! | the `# @package` lines above it | [`header`] |

mod build;
mod expand;
mod graph;
mod header;
mod parse;
mod reader;
pub(crate) mod scalar;
mod scanner;
mod tag;
mod timestamp;
mod token;

pub(crate) use build::{load, load_text};
pub(crate) use header::read_header;

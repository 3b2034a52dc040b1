//! The override grammar: `key=value`, `+key=value`, `++key=value`, `~key`, `group=option`,
//! `group@package=option`, sweeps like `a,b` and edits like `append(a)`.
//!
//! [`parser`] reads, [`ast`] is what was read, [`functions`] evaluates calls, [`render`] prints a
//! value back as an override. All of it is Hydra's, but for the functions that [`functions`] says
//! are not.

mod ast;
mod casts;
mod edits;
mod file;
mod functions;
mod json;
mod order;
mod parser;
mod primitive;
mod render;
mod split;
mod sweeps;

pub use ast::OverrideArg;
pub(crate) use ast::{Action, Edit, Literal, Number, Override, Sweep, SweepValues};
pub(crate) use parser::parse;
pub(crate) use render::{element, element_unquoted, to_node};

/// The generator behind `shuffle`; a shuffled sweep differs from run to run, as in Hydra.
pub(crate) fn shuffler() -> impl rand::Rng {
    use rand::SeedableRng;
    let nanos = std::time::UNIX_EPOCH.elapsed().map_or(0, |d| d.as_nanos() as u64);
    rand_chacha::ChaCha8Rng::seed_from_u64(nanos)
}

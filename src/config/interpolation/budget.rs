//! How much the evaluation of one tree may cost, so that no text of any size makes it hang, run out
//! of memory or out of stack.

use super::problem::Problem;

/// How many interpolations may lead to each other.
pub(super) const DEPTH: usize = 64;
/// How deep they and the arguments in them may nest, all taken together.
pub(super) const LEVELS: usize = 192;
/// How many interpolations and copied nodes one tree may need.
const WORK: usize = 500_000;
/// How long a text may grow, in bytes.
const TEXT: usize = 1 << 20;
/// How many bytes of text one tree may make.
const BYTES: usize = 64 << 20;

/// What the evaluation of a tree has cost so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Spent {
    work: usize,
    bytes: usize,
}

impl Spent {
    /// Counts nodes that are visited or copied.
    pub(super) fn nodes(&mut self, nodes: usize) -> Result<(), Problem> {
        self.work = self.work.saturating_add(nodes);
        if self.work > WORK {
            return Err(Problem::new(format!("more than {WORK} interpolated values")));
        }
        Ok(())
    }

    /// Counts bytes of text that are made.
    pub(super) fn text(&mut self, length: usize) -> Result<(), Problem> {
        self.bytes = self.bytes.saturating_add(length);
        if length > TEXT {
            return Err(Problem::new(format!("a text longer than {TEXT} bytes")));
        }
        if self.bytes > BYTES {
            return Err(Problem::new(format!("more than {BYTES} bytes of interpolated text")));
        }
        Ok(())
    }
}

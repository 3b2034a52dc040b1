//! The shape of the values: nothing contains itself, nothing is too deep.

use super::error::{Fault, PickleError};
use super::node::{Entry, Id};

#[derive(Clone, Copy)]
enum Visit {
    Unseen,
    Open,
    /// Left, with this many levels in it.
    Done(u32),
}

/// Refuses a root that contains itself somewhere, or has more than `limit` levels.
///
/// Every value is visited once, however often it is shared.
pub(super) fn check(nodes: &[Entry<'_>], root: Id, limit: usize) -> Result<(), PickleError> {
    let mut visits = vec![Visit::Unseen; nodes.len()];
    let mut todo = vec![root];
    while let Some(id) = todo.last().copied() {
        let at = id as usize;
        match visits[at] {
            Visit::Unseen => {
                visits[at] = Visit::Open;
                enter(nodes, at, &visits, &mut todo)?;
            }
            Visit::Open => {
                todo.pop();
                let levels = 1 + deepest_part(nodes, at, &visits);
                if levels as usize > limit {
                    return Err(Fault::TooDeep { limit }.at(nodes[at].offset));
                }
                visits[at] = Visit::Done(levels);
            }
            Visit::Done(_) => {
                todo.pop();
            }
        }
    }
    Ok(())
}

/// Puts the unseen parts on the list; a part that is still open contains this value.
fn enter(
    nodes: &[Entry<'_>],
    at: usize,
    visits: &[Visit],
    todo: &mut Vec<Id>,
) -> Result<(), PickleError> {
    let mut cycle = false;
    nodes[at].node.parts(|part| match visits[part as usize] {
        Visit::Unseen => todo.push(part),
        Visit::Open => cycle = true,
        Visit::Done(_) => {}
    });
    if cycle { Err(Fault::Cycle.at(nodes[at].offset)) } else { Ok(()) }
}

fn deepest_part(nodes: &[Entry<'_>], at: usize, visits: &[Visit]) -> u32 {
    let mut deepest = 0;
    nodes[at].node.parts(|part| {
        if let Visit::Done(levels) = visits[part as usize] {
            deepest = deepest.max(levels);
        }
    });
    deepest
}

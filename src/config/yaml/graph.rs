//! A document before its values are made: nodes that know each other by number, so that an alias
//! is the number of its target and costs nothing.

use super::reader::{Fault, Mark, Result};
use super::scalar;

/// How many nodes a file may have, and how many it may expand to.
pub(super) const NODES: usize = 500_000;

/// The number of a node.
pub(super) type Id = usize;

/// What a node says it is, or what its text looks like.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Tag {
    Scalar(scalar::Tag),
    Seq,
    Map,
    /// `!!omap`, `!!pairs`: a list of pairs.
    Pairs,
    /// Anything else, which nothing can be made of.
    Other(String),
}

/// What a node holds.
#[derive(Debug)]
pub(super) enum Content {
    Scalar(String),
    Sequence(Vec<Id>),
    Mapping(Vec<(Id, Id)>),
}

#[derive(Debug)]
pub(super) struct GraphNode {
    pub(super) tag: Tag,
    pub(super) content: Content,
    pub(super) mark: Mark,
}

/// The nodes of one document.
#[derive(Debug, Default)]
pub(super) struct Graph {
    nodes: Vec<GraphNode>,
}

impl Graph {
    /// Adds a node.
    ///
    /// # Errors
    /// When there are [`NODES`] already.
    pub(super) fn add(&mut self, tag: Tag, content: Content, mark: Mark) -> Result<Id> {
        if self.nodes.len() >= NODES {
            return Err(Fault::new(format!("more than {NODES} values"), mark));
        }
        self.nodes.push(GraphNode { tag, content, mark });
        Ok(self.nodes.len() - 1)
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }
}

impl std::ops::Index<Id> for Graph {
    type Output = GraphNode;

    fn index(&self, id: Id) -> &GraphNode {
        &self.nodes[id]
    }
}

impl std::ops::IndexMut<Id> for Graph {
    fn index_mut(&mut self, id: Id) -> &mut GraphNode {
        &mut self.nodes[id]
    }
}

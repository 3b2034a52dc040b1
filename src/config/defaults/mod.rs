//! The defaults list: which configs make up the result, in which order, at which place.
//!
//! | entry | meaning |
//! |---|---|
//! | `- name`, `- dir/name`, `- /abs/name` | a config beside this one, below it, from the root |
//! | `- group: option` | the option of a group, can be chosen from outside |
//! | `- group: [a, b]` | several options, in this order |
//! | `- group: null`, `???` | nothing yet; must be chosen |
//! | `- optional group: option` | nothing when it does not exist |
//! | `- override group: option` | chooses for an entry that stands elsewhere; at the end of the list |
//! | `- group@package: option` | placed at `package` (relative; `_global_.x` absolute; `_here_` the parent's) |
//! | `- group: ${other}_x` | chosen by the other choices |
//! | `- _self_` | this config itself; last when it is not written |
//!
//! | from outside | meaning |
//! |---|---|
//! | `group=option` | chooses |
//! | `+group=option` | appends an entry to the primary config's list |
//! | `~group`, `~group=option` | removes an entry |
//!
//! Where a config is placed: the package of its entry, else its header `# @package x` (absolute),
//! else its group's path below the parent's package.
//!
//! [`element`] is an entry with these rules, [`entry`] reads lists, [`choices`] keeps what was
//! chosen, [`tree`] expands the lists recursively, [`list`] flattens the tree.

mod choices;
mod element;
mod entry;
mod late;
mod list;
mod tree;

pub(crate) use choices::{Choices, is_choice};
pub(crate) use element::Element;
pub(crate) use entry::entries;
pub use list::DefaultsItem;
pub(crate) use list::flatten;
pub(crate) use tree::{Branch, Tree, build};

//! The tags that say how a value meets the one that is there; see [`MergeTag`].
//!
//! | tag | on |
//! |---|---|
//! | `!replace` | a mapping or list that is the value of a key, or the whole file |
//! | `!append`, `!prepend` | a list that is the value of a key |
//! | `!delete` | nothing, as the value of a key |
//!
//! PyYAML knows none of them, so no config of Hydra's has one.

use super::graph::{Content, Tag};
use super::scalar;
use crate::config::node::MergeTag;

/// What a tag says and what its value is without it; `None` for any other tag.
pub(super) fn read(tag: &Tag, content: &Content) -> Option<Result<(MergeTag, Tag), &'static str>> {
    let Tag::Other(tag) = tag else { return None };
    Some(match (tag.as_str(), content) {
        ("!replace", Content::Mapping(_)) => Ok((MergeTag::Replace, Tag::Map)),
        ("!replace", Content::Sequence(_)) => Ok((MergeTag::Replace, Tag::Seq)),
        ("!append", Content::Sequence(_)) => Ok((MergeTag::Append, Tag::Seq)),
        ("!prepend", Content::Sequence(_)) => Ok((MergeTag::Prepend, Tag::Seq)),
        ("!delete", Content::Scalar(text)) if text.is_empty() => {
            Ok((MergeTag::Delete, Tag::Scalar(scalar::Tag::Null)))
        }
        ("!replace", _) => Err("`!replace` expects a mapping or a list"),
        ("!append", _) => Err("`!append` expects a list"),
        ("!prepend", _) => Err("`!prepend` expects a list"),
        ("!delete", _) => Err("`!delete` expects nothing behind it"),
        _ => return None,
    })
}

//! The tags that say how a value meets the one that is there; see [`Mark`].

use saphyr_parser::Tag;

use crate::config::node::Mark;

/// The mark that a tag stands for.
pub(super) fn of(tag: &Tag) -> Option<Mark> {
    match (tag.handle.as_str(), tag.suffix.as_str()) {
        ("!", "replace") => Some(Mark::Replace),
        ("!", "delete") => Some(Mark::Delete),
        ("!", "append") => Some(Mark::Append),
        ("!", "prepend") => Some(Mark::Prepend),
        _ => None,
    }
}

/// Where a mark may stand, for who put it elsewhere.
pub(super) fn usage(mark: Mark) -> &'static str {
    match mark {
        Mark::Replace => "`!replace` expects a mapping or a list as the value of a key",
        Mark::Delete => "`!delete` stands alone as the value of a key",
        Mark::Append => "`!append` expects a list as the value of a key",
        Mark::Prepend => "`!prepend` expects a list as the value of a key",
        Mark::Merge => "a value without a tag",
    }
}

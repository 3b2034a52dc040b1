//! The tokens that a text is made of.

use std::borrow::Cow;

use super::reader::Mark;

/// What a token is.
#[derive(Debug, PartialEq)]
pub(super) enum Kind<'t> {
    StreamEnd,
    /// `%YAML 1.1`
    VersionDirective {
        major: String,
    },
    /// `%TAG !x! prefix`
    TagDirective {
        handle: String,
        prefix: String,
    },
    /// Any other `%`: ignored.
    OtherDirective,
    /// `---`
    DocumentStart,
    /// `...`
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowMappingStart,
    FlowSequenceEnd,
    FlowMappingEnd,
    /// `-`
    BlockEntry,
    /// `,`
    FlowEntry,
    /// `?`, or nothing before a key on one line
    Key,
    /// `:`
    Value,
    Alias(&'t str),
    Anchor(&'t str),
    /// `!!str`: handle and suffix; `!<...>` and a lone `!` have no handle.
    Tag {
        handle: Option<String>,
        suffix: String,
    },
    Scalar {
        text: Cow<'t, str>,
        plain: bool,
    },
}

impl Kind<'_> {
    /// What a reader of a message calls it.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Kind::StreamEnd => "the end of the text",
            Kind::VersionDirective { .. } | Kind::TagDirective { .. } | Kind::OtherDirective => {
                "a directive"
            }
            Kind::DocumentStart => "`---`",
            Kind::DocumentEnd => "`...`",
            Kind::BlockSequenceStart | Kind::BlockEntry => "`-`",
            Kind::BlockMappingStart | Kind::Key => "a key",
            Kind::BlockEnd => "the end of the block",
            Kind::FlowSequenceStart => "`[`",
            Kind::FlowMappingStart => "`{`",
            Kind::FlowSequenceEnd => "`]`",
            Kind::FlowMappingEnd => "`}`",
            Kind::FlowEntry => "`,`",
            Kind::Value => "`:`",
            Kind::Alias(_) => "an alias",
            Kind::Anchor(_) => "an anchor",
            Kind::Tag { .. } => "a tag",
            Kind::Scalar { .. } => "a value",
        }
    }
}

/// A token and where it starts.
#[derive(Debug)]
pub(super) struct Token<'t> {
    pub(super) kind: Kind<'t>,
    pub(super) start: Mark,
}

//! Why an interpolation has no value.

use crate::config::origin::Origin;

/// Why an interpolation has no value.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) kind: ProblemKind,
    pub(crate) message: String,
    /// Where the text stands that could not be evaluated, as opposed to those that refer to it.
    pub(crate) origin: Option<Origin>,
}

/// What kind of problem it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProblemKind {
    /// The path leads to `???`.
    Missing,
    /// The path leads through `???`.
    MissingBefore,
    /// An interpolation on the way leads to `???`.
    MissingBehind,
    /// The path leads through something that holds nothing.
    NotContainer,
    /// Anything else.
    Other,
}

impl Problem {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { kind: ProblemKind::Other, message: message.into(), origin: None }
    }

    /// Whether the value is `???` in the end.
    pub(crate) fn is_missing(&self) -> bool {
        !matches!(self.kind, ProblemKind::NotContainer | ProblemKind::Other)
    }

    /// Whether there is just nothing at the path, as opposed to something wrong on the way.
    pub(crate) fn is_nothing(&self) -> bool {
        !matches!(self.kind, ProblemKind::MissingBehind | ProblemKind::Other)
    }

    pub(super) fn written_at(self, origin: &Origin) -> Self {
        let origin = self.origin.or_else(|| Some(origin.clone()));
        Self { origin, ..self }
    }

    pub(super) fn behind(self) -> Self {
        let kind = match self.kind {
            ProblemKind::Missing | ProblemKind::MissingBefore => ProblemKind::MissingBehind,
            kind => kind,
        };
        Self { kind, ..self }
    }
}

//! What can be wrong with a pickle, and where.

/// A fault with the byte offset in the pickle.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("at byte {offset}: {fault}")]
pub struct PickleError {
    /// Offset of the opcode, or of the opcode that made the value at fault.
    pub offset: usize,
    /// What is wrong.
    pub fault: Fault,
}

/// Why a pickle is not read.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The file ends too early.
    #[error("{wanted} bytes are declared, {left} are left")]
    Truncated {
        /// Bytes that the file says follow.
        wanted: u64,
        /// Bytes that do.
        left: usize,
    },
    /// A line of text without its end.
    #[error("a line of text does not end")]
    EndlessLine,
    /// More bytes than the pickle.
    #[error("the pickle ends, {left} bytes follow")]
    Trailing {
        /// How many.
        left: usize,
    },
    /// A byte that is no opcode.
    #[error("byte {byte:#04x} is no opcode")]
    UnknownOpcode {
        /// The byte.
        byte: u8,
    },
    /// A protocol after ours.
    #[error("protocol {version} is not known, expected 0 to 5")]
    Protocol {
        /// The declared protocol.
        version: u8,
    },
    /// An opcode that needs more than the stack holds.
    #[error("{opcode} finds too few values on the stack")]
    StackUnderflow {
        /// The opcode.
        opcode: &'static str,
    },
    /// An opcode that needs a mark where there is none.
    #[error("{opcode} finds no mark on the stack")]
    NoMark {
        /// The opcode.
        opcode: &'static str,
    },
    /// A memo entry that was never stored.
    #[error("memo entry {index} was never stored")]
    NoMemo {
        /// The entry.
        index: u64,
    },
    /// A text that cannot be understood.
    #[error("{opcode} holds no {expected}")]
    BadText {
        /// The opcode.
        opcode: &'static str,
        /// What it should hold.
        expected: &'static str,
    },
    /// An opcode applied to the wrong kind of value.
    #[error("{opcode} is applied to {found}")]
    WrongOperand {
        /// The opcode.
        opcode: &'static str,
        /// The kind of value.
        found: &'static str,
    },
    /// A feature that needs more than the file.
    #[error("{what} is not read: what it stands for is not in the file")]
    Outside {
        /// Which feature.
        what: &'static str,
    },
    /// An integer too long to be meant.
    #[error("an integer of {bytes} bytes is not read")]
    HugeInteger {
        /// Its length.
        bytes: usize,
    },
    /// More values than are accepted.
    #[error("more than {limit} values")]
    TooManyValues {
        /// The limit.
        limit: usize,
    },
    /// Values nested deeper than is accepted.
    #[error("values are nested deeper than {limit}")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// A value that contains itself.
    #[error("a value contains itself")]
    Cycle,
    /// References that would be copied far beyond the size of the file.
    #[error("its values are shared so often that a copy would be far larger than the file")]
    Amplified,
    /// A callable that no interpreter knows. It was not called.
    #[error("`{name}` is not read and was not called, expected {expected}")]
    Callable {
        /// Module and name.
        name: String,
        /// What was expected in its place.
        expected: &'static str,
    },
    /// A value of another kind than expected.
    #[error("{found} where {expected} was expected")]
    Unexpected {
        /// The kind of value.
        found: String,
        /// What was expected.
        expected: &'static str,
    },
    /// A structure whose parts do not fit together.
    #[error("{what}")]
    Inconsistent {
        /// What does not fit.
        what: String,
    },
    /// A fault in a pickle held as bytes by another.
    #[error("inside the bytes there: {inner}")]
    Nested {
        /// The fault, with its offset in the inner pickle.
        inner: Box<PickleError>,
    },
}

impl Fault {
    /// Places the fault.
    pub(super) fn at(self, offset: usize) -> PickleError {
        PickleError { offset, fault: self }
    }
}

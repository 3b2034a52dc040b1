//! stdout: what was asked for, and nothing else.
//!
//! That nobody reads on (`runner ... | head`) is no failure of ours; anything else is.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};

use super::failure::Failure;

/// Writes a text as it is.
pub(super) fn write(text: impl Display) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    settle(write!(out, "{text}").and_then(|()| out.flush()))
}

/// Writes a text and ends the line.
pub(super) fn line(text: impl Display) -> Result<(), Failure> {
    write(format_args!("{text}\n"))
}

/// What becomes of having written.
pub(super) fn settle(written: io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::failed(format_args!("failed to write to stdout: {error}")))
        }
        _ => Ok(()),
    }
}

//! stderr: what is told on the way.
//!
//! A reader that has gone (`runner ... 2>&1 | head`) must not end what goes on: what stderr does not
//! take is lost, and nothing else happens.

use std::fmt::Display;
use std::io::{self, Write};

/// Tells a line on stderr, as `eprintln!` does where somebody reads.
macro_rules! say {
    ($($line:tt)*) => {
        $crate::cli::say::text(format_args!("{}\n", format_args!($($line)*)))
    };
}

/// Tells a text on stderr as it is.
pub(super) fn text(text: impl Display) {
    let _ = io::stderr().lock().write_all(text.to_string().as_bytes());
}

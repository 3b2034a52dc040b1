//! Where a value was written: the part of every value and every error that a user can act on.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// The place that set a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// A config file or an `@FILE` of overrides; lines and columns count from 1.
    File {
        /// As given on the command line, joined with the config's path.
        path: Arc<Path>,
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
    },
    /// A command-line argument.
    Argument {
        /// Position on the command line, from 1.
        index: usize,
        /// The argument itself.
        text: Arc<str>,
    },
    /// The user's site file.
    Site {
        /// The file.
        path: Arc<Path>,
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
    },
    /// A config built into the program (`hydra/config`, `hydra/launcher/basic`, ...).
    Default {
        /// Path of the config inside the search path.
        config: Arc<str>,
        /// Line, from 1; 0 when the value stands for the whole config.
        line: usize,
    },
    /// Set by the program while it ran (`hydra.runtime.cwd`, ...).
    Runtime,
}

impl Origin {
    /// The origin of the `index`-th (from 1) command-line argument.
    pub fn argument(index: usize, text: &str) -> Self {
        Origin::Argument { index, text: text.into() }
    }

    /// A place in a file.
    pub fn file(path: &Path, line: usize, column: usize) -> Self {
        Origin::File { path: path.into(), line, column }
    }

    /// Whether two values were written in the same file or argument, whatever the line.
    pub fn same_source(&self, other: &Origin) -> bool {
        match (self, other) {
            (Origin::File { path: a, .. }, Origin::File { path: b, .. })
            | (Origin::Site { path: a, .. }, Origin::Site { path: b, .. }) => a == b,
            (Origin::Default { config: a, .. }, Origin::Default { config: b, .. }) => a == b,
            (a, b) => a == b,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::File { path, line, column } => {
                write!(f, "{}:{line}:{column}", path.display())
            }
            Origin::Site { path, line, column } => {
                write!(f, "site file {}:{line}:{column}", path.display())
            }
            Origin::Argument { index, text } => write!(f, "argument {index} `{text}`"),
            Origin::Default { config, line: 0 } => write!(f, "built-in {config}"),
            Origin::Default { config, line } => write!(f, "built-in {config}:{line}"),
            Origin::Runtime => f.write_str("set by the program"),
        }
    }
}

//! What can be wrong with arrays for a model.

use super::{ImportReport, Mismatch};

/// Why arrays were not imported.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// A strict import found arrays and parameters that do not correspond.
    #[error("load weights: {} missing, {} unused, {} of another shape", .0.missing.len(), .0.unused.len(), .0.mismatched.len())]
    Incomplete(Box<ImportReport>),
    /// Arrays for a module that is not there.
    #[error("the model has no module `{module}`, expected one of {}", expected.join(", "))]
    UnknownModule {
        /// The path as given.
        module: String,
        /// The modules where it leaves the model.
        expected: Vec<String>,
    },
    /// Prefixes that choose nothing.
    #[error("no array's name starts with `{}`: it holds {}", prefixes.replace(',', "` or `"), first_few(arrays))]
    NoPrefix {
        /// The prefixes, separated by commas.
        prefixes: String,
        /// The names of the arrays.
        arrays: Vec<String>,
    },
    /// Arrays of another model.
    #[error(
        "nothing of it fits: it holds {}; the model needs {}{}", first_few(arrays),
        first_few(parameters), mismatch.iter().map(|m| format!(" ({m})")).collect::<String>()
    )]
    NothingFits {
        /// The names of the arrays.
        arrays: Vec<String>,
        /// The names that were looked for.
        parameters: Vec<String>,
        /// An array that has the right name and another shape.
        mismatch: Option<Mismatch>,
    },
}

fn first_few(names: &[String]) -> String {
    const SHOWN: usize = 4;
    let shown = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect::<Vec<_>>();
    match names.len() {
        0 => "nothing".into(),
        n if n > SHOWN => format!("{}, ... ({n} names)", shown.join(", ")),
        _ => shown.join(", "),
    }
}

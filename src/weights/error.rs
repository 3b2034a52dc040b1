//! What can be wrong with arrays for a model.

use super::{ImportReport, Mismatch};

/// Why arrays were not imported.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// A strict import found arrays and parameters that do not correspond.
    #[error("load weights: {} missing, {} unused, {} of another shape{}", .0.missing.len(), .0.unused.len(), .0.mismatched.len(), first_found(.0))]
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
    /// A text that is no configuration of a language model.
    #[error("`config.json` describes no language model: {reason}")]
    NoConfig {
        /// Why.
        reason: String,
    },
    /// A text that is no index of arrays over several files.
    #[error("it is no index of arrays over several files: {reason}")]
    NoIndex {
        /// Why.
        reason: String,
    },
    /// A file that an index names and that is not there.
    #[error("it names `{file}`, which is not beside it")]
    NoShard {
        /// The file.
        file: String,
    },
    /// An array that an index promises.
    #[error("it says that `{file}` holds `{array}`, which it does not")]
    NotInShard {
        /// The file.
        file: String,
        /// The array.
        array: String,
    },
    /// A configuration of what is not built.
    #[error("`{key}` of `config.json` is {found}, expected {expected}")]
    UnsupportedKey {
        /// The key.
        key: &'static str,
        /// Its value.
        found: String,
        /// What is built.
        expected: String,
    },
    /// A language model of another family.
    #[error("it is a model of type {found}, expected {expected}")]
    OtherFamily {
        /// The family that was asked for, as `model_type` has it.
        expected: &'static str,
        /// What there is.
        found: String,
    },
}

/// One of what is wrong.
fn first_found(report: &ImportReport) -> String {
    match (report.mismatched.first(), report.missing.first(), report.unused.first()) {
        (Some(mismatch), ..) => format!(" (for one, {mismatch})"),
        (None, Some(missing), _) => format!(" (for one, `{missing}` is missing)"),
        (None, None, Some(unused)) => format!(" (for one, `{unused}` has no place)"),
        (None, None, None) => String::new(),
    }
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

//! What goes wrong around the optimizer.

/// Why there is no optimizer, or no step.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum OptimError {
    /// A setting outside its range.
    #[error("use optimizer setting `{setting}` = {value}: expected {expected}")]
    Setting {
        /// Key under `opt`.
        setting: String,
        /// What was given.
        value: String,
        /// What would do.
        expected: &'static str,
    },
    /// A path of `opt.lr_wd` that names no module.
    #[error(
        "find module `{module}` of opt.lr_wd: expected one of {}, or a path within one",
        expected.iter().filter(|path| !path.contains('.')).cloned().collect::<Vec<_>>().join(", ")
    )]
    UnknownModule {
        /// The path as given.
        module: String,
        /// Every module path of the model, and `__all__`.
        expected: Vec<String>,
    },
    /// Two entries of `opt.lr_wd` hold the same parameter.
    #[error(
        "give `{parameter}` one learning rate: entries {first} and {second} of opt.lr_wd hold it; \
         name modules that do not overlap, or set opt.overlap=update_each_time"
    )]
    Overlap {
        /// Name of the first such parameter.
        parameter: String,
        /// Position of the earlier entry.
        first: usize,
        /// Position of the later entry.
        second: usize,
    },
    /// No parameter is left to train.
    #[error("train anything: no parameter is in a group of opt.lr_wd with a learning rate above 0")]
    NothingToTrain,
    /// The gradient holds infinities or NaN.
    #[error("use the gradient: its norm is {norm}, from {}", parameters.join(", "))]
    NonFiniteGradient {
        /// The norm.
        norm: f64,
        /// Names of the parameters with such gradients.
        parameters: Vec<String>,
    },
    /// A saved state that does not belong to this optimizer.
    #[error("restore optimizer state `{key}`: {reason}")]
    State {
        /// Name in the state.
        key: String,
        /// What does not fit.
        reason: String,
    },
}

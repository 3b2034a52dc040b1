//! Why a model cannot be built from its typed configuration.

/// A configuration that describes no model, or none that fits the input.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ModelError {
    /// Attention heads share the width evenly.
    #[error("inter_dim {inter_dim} is not a multiple of n_head {n_head}")]
    Heads {
        /// Width of the transformer.
        inter_dim: usize,
        /// Number of attention heads.
        n_head: usize,
    },
    /// The backbone's features have another width than the student expects.
    #[error("backbone_dim is {expected}, but the backbone gives {found}")]
    BackboneDim {
        /// Width of its features.
        found: usize,
        /// What was given.
        expected: usize,
    },
    /// A size that another must divide.
    #[error("{whole} {size} is not a multiple of {part} {of}")]
    NotMultiple {
        /// What is divided.
        whole: &'static str,
        /// Its size.
        size: usize,
        /// What divides it.
        part: &'static str,
        /// Its size.
        of: usize,
    },
    /// A size that is halved.
    #[error("{name} is {value}, expected even: half of it are sines")]
    Odd {
        /// Which one.
        name: &'static str,
        /// What was given.
        value: usize,
    },
    /// A share outside [0, 1].
    #[error("{name} is {value}, expected from 0 to 1")]
    Share {
        /// Which one.
        name: &'static str,
        /// What was given.
        value: f64,
    },
    /// A size of the model that must be at least one is zero.
    #[error("{name} is 0, expected at least 1")]
    Zero {
        /// Which one.
        name: &'static str,
    },
    /// A dropout probability outside [0, 1).
    #[error("dropout probability {name} is {value}, expected at least 0 and less than 1")]
    Dropout {
        /// Which one.
        name: &'static str,
        /// What was given.
        value: f64,
    },
    /// The future is a sequence and nothing reduces it to one feature.
    #[error(
        "{steps} future features reach the classifier, expected one: set avg_last_n of the future \
         predictor or a mean temporal_aggregator_after_future_pred"
    )]
    UnaggregatedFuture {
        /// How many features there are per sample.
        steps: usize,
    },
    /// The last aggregator changes the width, and one classifier cannot serve both sides of it.
    #[error(
        "past features are {past} wide and future ones {future} behind \
         temporal_aggregator_after_future_pred, expected equal widths with classifier_on_past"
    )]
    PastWidth {
        /// Width of past features.
        past: usize,
        /// Width of the feature that is classified.
        future: usize,
    },
    /// Several clips of several features each: only one feature per clip can be unfolded.
    #[error("{steps} features per clip with {clips} clips, expected 1: set a temporal_aggregator")]
    UnaggregatedClips {
        /// Clips per sample.
        clips: usize,
        /// Features per clip after the aggregator.
        steps: usize,
    },
    /// The sequence is longer than the position table.
    #[error("a sequence of {steps} features, expected at most n_positions = {n_positions}")]
    Positions {
        /// Length with the roll-out.
        steps: usize,
        /// Rows of the position table.
        n_positions: usize,
    },
    /// The sequence is longer than an aggregator's table of sinusoids.
    #[error("a sequence of {steps} features, expected at most {most} for a transformer aggregator")]
    TooLong {
        /// Its length.
        steps: usize,
        /// Positions there are.
        most: usize,
    },
    /// Nothing of the clip is left to predict from.
    #[error("drop_last_n {drop_last_n} leaves nothing of {steps} features")]
    DroppedAll {
        /// How many are dropped.
        drop_last_n: usize,
        /// How many there are.
        steps: usize,
    },
    /// Centroids of another number than the model is told of.
    #[error("num_cluster_centers is {expected}, but the file of assign_to_centroids has {found}")]
    CentroidCount {
        /// How many there are.
        found: usize,
        /// What the configuration says.
        expected: usize,
    },
    /// Centroids of another width than the features.
    #[error("centroids of {found} elements, expected the {expected} of a feature")]
    CentroidWidth {
        /// Elements of a centroid.
        found: usize,
        /// Elements of a feature.
        expected: usize,
    },
    /// Features of one element are class numbers already.
    #[error("assign_to_centroids makes class numbers, and features of 1 element are class numbers")]
    NumbersToAssign,
    /// Only classes can be quantised.
    #[error(
        "quantize_before_rollout needs assign_to_centroids, or features that are class numbers"
    )]
    NothingToQuantize,
    /// A loss of features where there are classes, or the other way round.
    #[error(
        "future_pred_loss {loss} cannot compare {}",
        if *of_classes { "scores with class numbers: MultiDimCrossEntropy can" }
        else { "features: it takes class numbers, as assign_to_centroids gives them" }
    )]
    FutureLossInput {
        /// Which loss.
        loss: String,
        /// Whether features are classes.
        of_classes: bool,
    },
    /// There is nothing to predict.
    #[error("no label type to classify, expected at least one")]
    NoClasses,
    /// A label type without classifier has no matrix from the classified one.
    #[error("no class mapping gives `{target}` from `{source_type}`")]
    MissingMapping {
        /// Label type to derive.
        target: String,
        /// Label type that is classified.
        source_type: String,
        /// Mappings that exist, as `target <- source`.
        expected: Vec<String>,
    },
    /// Histories of another kind than the teacher reads.
    #[error("the teacher reads {expected}, and the histories are {found}")]
    TeacherInput {
        /// What it reads.
        expected: &'static str,
        /// What there is.
        found: &'static str,
    },
    /// A tokeniser that knows more or far fewer words than have an embedding.
    #[error(
        "the tokeniser has {tokens} tokens, but the language model has embeddings of {words}: they \
         are not of one model"
    )]
    Vocabulary {
        /// What the tokeniser has.
        tokens: usize,
        /// Rows of the table of words.
        words: usize,
    },
    /// A class mapping names a class or a label type that does not exist.
    #[error("class mapping `{mapping}` names class {class}, expected less than {classes}")]
    MappedClass {
        /// Which mapping, as `target <- source`.
        mapping: String,
        /// The class it names.
        class: usize,
        /// How many classes that label type has.
        classes: usize,
    },
}

/// Checks that a size is at least one.
pub(crate) fn positive(name: &'static str, value: usize) -> Result<usize, ModelError> {
    if value == 0 { Err(ModelError::Zero { name }) } else { Ok(value) }
}

/// Checks that a size can be divided.
pub(crate) fn multiple(
    whole: &'static str,
    size: usize,
    part: &'static str,
    of: usize,
) -> Result<(), ModelError> {
    positive(whole, size)?;
    match size.is_multiple_of(positive(part, of)?) {
        true => Ok(()),
        false => Err(ModelError::NotMultiple { whole, size, part, of }),
    }
}

/// Checks that a share can be taken.
pub(crate) fn share(name: &'static str, value: f64) -> Result<f64, ModelError> {
    if (0.0..=1.0).contains(&value) { Ok(value) } else { Err(ModelError::Share { name, value }) }
}

/// Checks that a dropout probability can be used.
pub(crate) fn probability(name: &'static str, value: f64) -> Result<f64, ModelError> {
    if (0.0..1.0).contains(&value) { Ok(value) } else { Err(ModelError::Dropout { name, value }) }
}

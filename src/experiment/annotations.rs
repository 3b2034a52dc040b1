//! The labels that the data sets of a config have, without features or teacher.

use crate::analysis::Labelled;
use crate::data::Annotations;

use super::SetupError;
use super::build::{counting, eval_lists, source};
use super::config::{DatasetConfig, ExperimentConfig};

/// The segments and classes of a data set by its split: `eval` is `dataset_eval`, whose results are
/// `eval.h5`, `eval2` is `dataset_eval2`, `train` is `dataset_train`.
///
/// # Errors
/// A set that the config does not have; annotation files that are missing or wrong.
pub fn annotations(config: &ExperimentConfig, set: &str) -> Result<Annotations, SetupError> {
    let (key, node) = node(config, set)?;
    let read = source(&key, node)?.annotations();
    read.map_err(|source| SetupError::Data { key, source: Box::new(source) })
}

/// The same with all else that an evaluation on it reports by.
///
/// # Errors
/// As there; lists of segments that are wrong.
pub fn labelled(config: &ExperimentConfig, set: &str) -> Result<Labelled, SetupError> {
    let (key, node) = node(config, set)?;
    Ok(Labelled {
        annotations: annotations(config, set)?,
        lists: eval_lists(&key, node)?,
        unlabelled: counting(&config.eval).unlabelled,
    })
}

/// The node of a set and its key.
fn node<'a>(
    config: &'a ExperimentConfig,
    set: &str,
) -> Result<(String, &'a DatasetConfig), SetupError> {
    let train = config.dataset_train.iter().map(|(suffix, node)| (format!("train{suffix}"), node));
    let eval = config.dataset_eval.iter().map(|(suffix, node)| (format!("eval{suffix}"), node));
    let mut sets: Vec<_> = train.chain(eval).collect();
    let Some(at) = sets.iter().position(|(name, _)| name == set) else {
        let known = sets.into_iter().map(|(name, _)| name).collect();
        return Err(SetupError::NoSet { set: set.to_owned(), known });
    };
    let (name, node) = sets.swap_remove(at);
    Ok((format!("dataset_{name}"), node))
}

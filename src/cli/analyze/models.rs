//! Models that are put side by side: which, with which weights, on which scale.

use std::path::Path;

use clap::Args;

use crate::analysis::{Norm, Pool, Predictions, complete};
use crate::data::Annotations;
use crate::files;

use super::super::failure::Failure;
use super::given::{GivenArgs, Named};

/// How scores are brought to one scale.
#[derive(Debug, Args)]
pub(super) struct ScaleArgs {
    /// Divide the scores of each segment by their P-norm before they are added
    #[arg(long, value_name = "P|none", default_value = "none", allow_hyphen_values = true)]
    pub norm: Norm,
}

/// The places that words mean.
pub(super) fn named(given: &GivenArgs, words: &[String]) -> Result<Vec<Named>, Failure> {
    words.iter().map(|word| given.find(word)).collect()
}

/// What the models say of a set; says on stderr what is doubtful about it.
pub(super) fn read(
    named: &[Named],
    set: &str,
    annotations: &Annotations,
) -> Result<Vec<Predictions>, Failure> {
    let one = |one: &Named| {
        let read = Predictions::read(&one.place, set, &one.name)?;
        let (model, met) = read.with_targets(annotations)?;
        met.doubts().iter().for_each(|doubt| say!("warning: {}: {doubt}", one.name));
        Ok(model)
    };
    named.iter().map(one).collect()
}

/// Models with verbs and nouns, on the scale that was asked for.
pub(super) fn pool(
    mut models: Vec<Predictions>,
    norm: Norm,
    annotations: &Annotations,
) -> Result<Pool, Failure> {
    warn_of_scales(&models, norm);
    let mappings = annotations.vocabulary.class_mappings();
    models.iter_mut().for_each(|model| complete(model, &mappings));
    let mut pool = Pool::new(models)?;
    for label in pool.left_out() {
        say!("warning: not all models have scores of `{label}`: it is left out");
    }
    match pool.partial() {
        0 => {}
        n => {
            say!("warning: {n} of {} segments have scores of some models alone", pool.uids().len())
        }
    }
    pool.normalise(norm);
    Ok(pool)
}

fn warn_of_scales(models: &[Predictions], norm: Norm) {
    for label in ["verb", "noun"].into_iter().filter(|_| norm == Norm::None) {
        let own = models.iter().filter(|model| model.scores.contains_key(label)).count();
        if own > 0 && own < models.len() {
            say!(
                "warning: some models have {label} scores of their own, for others they are \
                 probabilities summed over actions: `--norm 2` brings them to one scale"
            );
        }
    }
}

/// Weights from text, as many as models; even ones where none are given.
pub(super) fn weights(given: Option<&[f64]>, models: usize) -> Result<Vec<f64>, Failure> {
    let Some(weights) = given else { return Ok(vec![1.0; models]) };
    if weights.len() != models {
        let n = weights.len();
        let text = format!("failed to weigh {models} models: `--weights` has {n} numbers");
        return Err(
            Failure::wrong_input(text).hint("give one for each, in the order of the models")
        );
    }
    Ok(weights.to_vec())
}

/// Reads `1,0.5`: no number below zero, one of them above.
pub(super) fn parse_weights(text: &str) -> Result<Vec<f64>, String> {
    let number = |text: &str| {
        let number: Option<f64> = text.trim().parse().ok();
        number.filter(|weight| weight.is_finite() && *weight >= 0.0)
    };
    let weights: Option<Vec<f64>> = text.split(',').map(number).collect();
    match weights {
        Some(weights) if weights.iter().any(|weight| *weight > 0.0) => Ok(weights),
        Some(_) => Err("expected a weight above 0, all are 0".into()),
        None => Err("expected numbers that are at least 0, as in `1,0.5`".into()),
    }
}

/// Refuses a file or directory that is there already.
pub(super) fn refuse_existing(path: &Path) -> Result<(), Failure> {
    match files::kind(path) {
        None => Ok(()),
        Some(_) => {
            let text = format!("failed to write `{}`: it is there already", path.display());
            Err(Failure::wrong_input(text).hint("give another name, or move it away"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_from_text() {
        assert_eq!(parse_weights("1, 0.5,0"), Ok(vec![1.0, 0.5, 0.0]));
        for text in ["", "1,", "1,-1", "nan", "1,inf", "a", "0,0"] {
            assert!(parse_weights(text).is_err(), "{text}");
        }
        assert!(weights(Some(&[1.0]), 2).is_err());
        assert_eq!(weights(None, 2).unwrap(), [1.0, 1.0]);
    }
}

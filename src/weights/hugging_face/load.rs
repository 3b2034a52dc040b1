//! Arrays -> model, model -> arrays.

use std::collections::BTreeMap;

use crate::files::HostTensor;
use crate::models::StateDict;
use crate::models::language::{LanguageFamily, LanguageModel, MaskedLm};

use super::super::{ImportReport, WeightsError, export, import};
use super::deberta::adapted;
use super::families::{model_type, recognise};
use super::names::{Sorted, sort};

/// Replaces all of a language model's parameters by a checkpoint's arrays.
///
/// # Errors
/// A checkpoint of another family, or one that lacks a parameter, has further layers or has arrays
/// of another shape.
pub fn load_base(
    model: LanguageModel,
    family: LanguageFamily,
    arrays: Vec<(String, HostTensor)>,
) -> Result<(LanguageModel, ImportReport), WeightsError> {
    let names = names(&arrays);
    let Some(Sorted { base, .. }) = sort(arrays, model_type(family)) else {
        return Err(other_or_nothing(family, names));
    };
    let base = if family == LanguageFamily::Deberta { adapted(base, &model) } else { base };
    let (model, report) = import(model, &base, false)?;
    checked(report, family, names).map(|report| (model, report))
}

/// Replaces the parameters of a language model with its head.
///
/// A checkpoint need not have the head: what it lacks of it keeps its values and is reported as
/// missing.
///
/// # Errors
/// Those of [`load_base`].
pub fn load_masked_lm(
    model: MaskedLm,
    family: LanguageFamily,
    arrays: Vec<(String, HostTensor)>,
) -> Result<(MaskedLm, ImportReport), WeightsError> {
    let names = names(&arrays);
    let own = model_type(family);
    let Some(Sorted { base, others }) = sort(arrays, own) else {
        return Err(other_or_nothing(family, names));
    };
    let of_base = |name: &String| name.starts_with(&format!("{own}."));
    let mut all: BTreeMap<_, _> = others.into_iter().filter(|(name, _)| !of_base(name)).collect();
    // What shares its values with the base model's words says nothing that they do not.
    let tied = model.tied_names().iter().filter(|(_, first)| of_base(&(*first).to_owned()));
    tied.for_each(|(second, _)| drop(all.remove(*second)));
    all.extend(base.into_iter().map(|(name, array)| (format!("{own}.{name}"), array)));
    let all = if family == LanguageFamily::Deberta { adapted(all, &model) } else { all };
    let (model, mut report) = import(model, &all, false)?;
    let head: Vec<String> = report.missing.iter().filter(|name| !of_base(name)).cloned().collect();
    report.missing.retain(of_base);
    report.unused.retain(of_base);
    let mut report = checked(report, family, names)?;
    report.missing = head;
    Ok((model, report))
}

/// The arrays of a model as `transformers` saves them: every parameter under its first name.
pub fn saved<M: StateDict>(model: &M) -> BTreeMap<String, HostTensor> {
    let mut arrays = export(model);
    model.tied_names().iter().for_each(|(second, _)| drop(arrays.remove(*second)));
    arrays
}

fn names(arrays: &[(String, HostTensor)]) -> Vec<String> {
    arrays.iter().map(|(name, _)| name.clone()).collect()
}

/// The report when nothing is wrong with it.
fn checked(
    report: ImportReport,
    family: LanguageFamily,
    names: Vec<String>,
) -> Result<ImportReport, WeightsError> {
    if report.is_complete() {
        return Ok(report);
    }
    match other_family(family, &names) {
        Some(error) => Err(error),
        None => Err(WeightsError::Incomplete(Box::new(report))),
    }
}

fn other_or_nothing(family: LanguageFamily, names: Vec<String>) -> WeightsError {
    other_family(family, &names).unwrap_or_else(|| WeightsError::NothingFits {
        arrays: names,
        parameters: vec!["embeddings.word_embeddings.weight".into()],
        mismatch: None,
    })
}

/// The error of a checkpoint that says it is of another family.
fn other_family(family: LanguageFamily, names: &[String]) -> Option<WeightsError> {
    let expected = model_type(family);
    let found = recognise(names.iter().map(String::as_str))?;
    (found != expected).then(|| WeightsError::OtherFamily { expected, found: found.into() })
}

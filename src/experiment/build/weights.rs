//! Weights to start from: `train.init_from_model`.
//!
//! Each entry is a file and the part of the model it is for ([`Part`]); entries are applied in
//! order. What a file lacks, adds or has in another shape is logged; a file of which nothing fits
//! is an error.

use std::path::Path;

use crate::models::Student;
use crate::runs::{CheckpointName, checkpoint_file};
use crate::weights::{ImportReport, Part, Source};

use super::super::SetupError;
use super::super::state_dict::{self, StateDict};

/// The config's key.
const KEY: &str = "train.init_from_model";

/// Loads the weights that the config names.
///
/// # Errors
/// A file that cannot be read, a module that is not there, a file of another model.
pub(super) fn initialise(
    student: Student,
    entries: Option<&[Vec<String>]>,
) -> Result<Student, SetupError> {
    entries.unwrap_or_default().iter().try_fold(student, |student, entry| {
        let (part, path) = part(entry);
        load(student, &part, Path::new(path))
    })
}

/// What goes where; the config's checks leave entries of one to three parts.
fn part(entry: &[String]) -> (Part, &str) {
    match entry {
        [module, prefixes, path, ..] => {
            (Part { module: Some(module.clone()), prefixes: Some(prefixes.clone()) }, path)
        }
        [module, path] => (Part { module: Some(module.clone()), prefixes: None }, path),
        [path] => (Part::default(), path),
        [] => (Part::default(), ""),
    }
}

fn load(student: Student, part: &Part, path: &Path) -> Result<Student, SetupError> {
    let path = checkpoint_file(path, CheckpointName::Last)?;
    let state = state_dict::read(&path)
        .map_err(|error| SetupError::Data { key: KEY.into(), source: Box::new(error) })?;
    let StateDict { arrays, others } = state;
    let source = Source::recognise(arrays.iter().map(|(name, _)| name.as_str()));
    let (student, report) = part.import(student, arrays).map_err(|error| {
        SetupError::InitialWeights { path: path.clone(), source: Box::new(error) }
    })?;
    log(&path, part, report, source);
    if !others.is_empty() {
        tracing::warn!("{}: not arrays, not used: {}", path.display(), others.join(", "));
    }
    Ok(student)
}

/// Says what was taken; what a kind of checkpoint always has and no student takes is no surprise.
fn log(path: &Path, part: &Part, mut report: ImportReport, source: Option<&Source>) {
    for mismatch in &report.mismatched {
        tracing::warn!("{}: {mismatch}; left as it was", path.display());
    }
    let mut left = Vec::new();
    report.unused.retain(|name| match source.and_then(|source| source.left_behind(name)) {
        Some(what) => {
            left.push(format!("{name} ({what})"));
            false
        }
        None => true,
    });
    let module = part.module.as_deref().unwrap_or("the model");
    tracing::info!("{} into {module}: {report}", path.display());
    if let (Some(source), false) = (source, left.is_empty()) {
        tracing::info!(
            "{}: left behind, as of {}: {}",
            path.display(),
            source.name,
            left.join(", ")
        );
    }
}

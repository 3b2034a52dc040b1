//! Which files a place stands for, and how each is read.

use std::path::{Path, PathBuf};

use super::super::AnalysisError;
use super::stored::Stored;
use super::{pickled, results, teacher};
use crate::files;
use crate::runs::{RunState, Status, read_run};

/// Reads what a place holds.
pub(super) fn read(place: &Path, set: &str) -> Result<Stored, AnalysisError> {
    if !files::is_dir(place) {
        return read_file(place);
    }
    let mut parts = of_directory(place, set)?.into_iter();
    let first = parts.next().ok_or_else(|| no_results(place, set))?;
    let mut all = read_file(&first)?;
    for part in parts {
        let more = read_file(&part)?;
        all.append(more).map_err(|reason| unusable(&part, reason))?;
    }
    Ok(all)
}

/// The files of an evaluation set: one, or those of the processes of the original.
fn of_directory(dir: &Path, set: &str) -> Result<Vec<PathBuf>, AnalysisError> {
    let file = format!("{set}.h5");
    let own = [dir.join("results").join(&file), dir.join(&file)];
    if let Some(own) = own.into_iter().find(|path| files::is_file(path)) {
        return Ok(vec![own]);
    }
    // the original evaluates `dataset_eval_s2` into `results_s2`
    let suffix = set.strip_prefix("eval").unwrap_or_default();
    for dir in [dir.join(format!("results{suffix}")), dir.to_owned()] {
        for extension in ["pth", "h5"] {
            let parts = numbered(&dir, extension)?;
            if !parts.is_empty() {
                return Ok(parts);
            }
        }
    }
    Err(no_results(dir, set))
}

/// `0.h5`, `1.h5`, ...: one of each process.
fn numbered(dir: &Path, extension: &str) -> Result<Vec<PathBuf>, AnalysisError> {
    if !files::is_dir(dir) {
        return Ok(Vec::new());
    }
    let is_part = |path: &PathBuf| {
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        let is_number = stem.is_some_and(|stem| stem.bytes().all(|b| b.is_ascii_digit()));
        is_number && path.extension().is_some_and(|found| found == extension)
    };
    let entries = files::list(dir)?.into_iter().map(|entry| entry.path);
    Ok(entries.filter(is_part).collect())
}

fn no_results(dir: &Path, set: &str) -> AnalysisError {
    let results = match files::is_dir(&dir.join("results")) {
        true => dir.join("results"),
        false => dir.to_owned(),
    };
    let entries = files::list(&results).unwrap_or_default();
    let sets = entries.iter().filter_map(|entry| entry.name.strip_suffix(".h5"));
    let found: Vec<String> = sets.map(str::to_owned).collect();
    let run = read_run(dir);
    let is_run = run.manifest.is_some() || files::is_dir(&dir.join(".hydra"));
    let unfinished = is_run && run.state != RunState::Known(Status::Completed);
    AnalysisError::NoResults {
        place: dir.to_owned(),
        set: set.to_owned(),
        found,
        state: unfinished.then(|| run.state.to_string()),
    }
}

fn read_file(path: &Path) -> Result<Stored, AnalysisError> {
    const HDF5: &[u8] = b"\x89HDF\r\n\x1a\n";
    const PICKLES: [&[u8]; 2] = [b"PK\x03\x04", b"\x80"];
    let head = files::read_head(path, 9)?;
    let has_extension = |known: &[&str]| {
        path.extension().and_then(|e| e.to_str()).is_some_and(|found| known.contains(&found))
    };
    if head.is_empty() {
        return Err(unusable(path, "it is empty".into()));
    }
    if head.starts_with(HDF5) {
        results::read(path)
    } else if head.get(8) == Some(&b'{') {
        teacher::read(path)
    } else if PICKLES.iter().any(|start| head.starts_with(start))
        || has_extension(&["pkl", "pickle", "pth", "pt"])
    {
        pickled::read(path)
    } else {
        let reason = "it begins like none of: results in HDF5, a pickle, a store of a teacher";
        Err(unusable(path, reason.into()))
    }
}

/// The error for a file that holds no predictions, or none that fit.
pub(super) fn unusable(path: &Path, reason: String) -> AnalysisError {
    AnalysisError::NoPredictions { place: path.to_owned(), reason }
}

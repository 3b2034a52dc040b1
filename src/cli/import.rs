//! `runner data import-teacher`: predictions from a pickle of the original.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::data::annotations::Extents;
use crate::data::teacher::{self, ImportConfig, Pool};
use crate::data::{AnnotationConfig, Annotations, TeacherStore, Version};
use crate::files;

use super::failure::Failure;
use super::out;

#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// Pickle with the predictions
    predictions: PathBuf,
    /// Store to write; must not exist yet
    store: PathBuf,
    /// Pickle with the features, where they are in a file of their own
    #[arg(long, value_name = "FILE")]
    features: Option<PathBuf>,
    /// What to make of several teachers: single, mean, maxpool, stacked
    #[arg(long, default_value = "single")]
    pool: String,
    /// Name of the teacher; the name of the pickle when left out
    #[arg(long)]
    name: Option<String>,
    /// Version of the data set, as in its config: 0.1 (EK55), 0.2 (EK100), -1 (EGTEA)
    #[arg(long, value_name = "VERSION", allow_negative_numbers = true)]
    dataset_version: f64,
    /// Annotations of the segments; give it once a file
    #[arg(long, value_name = "FILE", required = true)]
    annotations: Vec<PathBuf>,
    /// Directory of the class files; that of the first annotation file when left out
    #[arg(long, value_name = "DIR")]
    annotation_dir: Option<PathBuf>,
    /// File of the actions; all pairs of verb and noun when left out
    #[arg(long, value_name = "FILE")]
    actions: Option<PathBuf>,
}

pub(super) fn run(args: &ImportArgs) -> Result<ExitCode, Failure> {
    if files::kind(&args.store).is_some() {
        let text = format!("`{}` exists already, nothing is overwritten", args.store.display());
        return Err(Failure::wrong_input(text));
    }
    let stem = || args.predictions.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let config = ImportConfig {
        predictions: args.predictions.clone(),
        features: args.features.clone(),
        pool: Pool::from_key(&args.pool)?,
        teacher: args.name.clone().unwrap_or_else(stem),
    };
    let segments = AnnotationConfig {
        version: Version::from_key(args.dataset_version)?,
        annotation_path: args.annotations.clone(),
        annotation_dir: args.annotation_dir.clone(),
        action_labels_fpath: args.actions.clone(),
        only_keep_persons: None,
        only_keep_videos: None,
    };
    let imported = teacher::import(&config, &Annotations::read(&segments)?)?;
    imported.store.write(&args.store)?;
    imported.summary().iter().for_each(|line| say!("{line}"));
    if args.annotations.len() > 1 {
        each(&imported.store, &segments)?;
    }
    out::line(args.store.display())?;
    Ok(ExitCode::SUCCESS)
}

/// Says how much of each file has predictions: a teacher may know one split and not the other.
fn each(store: &TeacherStore, segments: &AnnotationConfig) -> Result<(), Failure> {
    for path in &segments.annotation_path {
        let alone = AnnotationConfig { annotation_path: vec![path.clone()], ..segments.clone() };
        let read = Extents::read(&alone)?;
        let known = read.segments.iter().filter(|segment| store.contains(&segment.uid)).count();
        say!("  {}: {known} of {}", path.display(), read.segments.len());
    }
    Ok(())
}

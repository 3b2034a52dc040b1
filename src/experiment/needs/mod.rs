//! Which files a config reads, for `runner data check`.
//!
//! Decides what is asked of each file by the key that names it; what a published one holds, and where
//! it is to be had, is what the layout of a data root says of the same path. Nothing is read here but
//! whether a file is there under another of its names. Invariant: a run of the config reads no file
//! of data that is not among these.

mod data;
mod others;

use std::path::Path;

use crate::data::check::{Content, Item, Kind, Roots, layout, source::Origin, tidy};

use super::SetupError;
use super::config::{DatasetConfig, ExperimentConfig, ReaderConfig, Task};

/// Everything that a run of `config` reads.
///
/// # Errors
/// A value of the config that no data set takes.
pub fn needs(config: &ExperimentConfig) -> Result<Vec<Item>, SetupError> {
    let mut needs = Needs { known: layout(&roots(config)), items: Vec::new() };
    if reads_segments(config) {
        data::add(&mut needs, config)?;
    }
    others::add(&mut needs, config)?;
    Ok(needs.items)
}

/// Whether a task reads the data sets, not only stores or text.
fn reads_segments(config: &ExperimentConfig) -> bool {
    match config.run.task {
        Task::Train | Task::ExtractFeatures | Task::TeacherFinetune | Task::TeacherPredict => true,
        Task::TeacherEnsemble => config.language.ensemble.as_ref().is_some_and(|e| e.evaluate),
        Task::TeacherPretrain => false,
    }
}

/// Whether a run of `config` decodes videos.
pub fn reads_videos(config: &ExperimentConfig) -> bool {
    let decodes = |set: &DatasetConfig| matches!(set.reader(), None | Some(ReaderConfig::Video(_)));
    config.run.task.reads_frames() && config.datasets().any(|(_, set)| decodes(set))
}

/// Where the config's data root lies.
pub fn roots(config: &ExperimentConfig) -> Roots {
    Roots { external: tidy(&config.paths.external), data: tidy(&config.paths.data) }
}

/// What is needed so far.
struct Needs {
    /// What the layout says of paths.
    known: Vec<Item>,
    items: Vec<Item>,
}

impl Needs {
    /// Adds a file of which the key asks something of its own.
    fn add(&mut self, key: &str, kind: Kind, path: &Path, content: Content) {
        let origin = self.origin(path);
        self.push(key, kind, path, content, origin);
    }

    /// Adds a file of which all keys ask the same: what the layout says, or else that it is there.
    fn add_known(&mut self, key: &str, kind: Kind, path: &Path) {
        let path = tidy(path);
        if let Some(item) = self.items.iter_mut().find(|item| item.path == path) {
            item.purpose.push_str(&format!(", {key}"));
            return;
        }
        let known = self.known.iter().find(|item| item.path == path);
        let content = known.map_or(Content::File, |item| item.content.clone());
        self.add(key, kind, &path, content);
    }

    fn push(
        &mut self,
        key: &str,
        kind: Kind,
        path: &Path,
        content: Content,
        origin: Option<Origin>,
    ) {
        let (path, purpose) = (tidy(path), key.to_owned());
        self.items.push(Item { set: None, kind, path, purpose, content, origin });
    }

    /// Where the layout has a file from.
    fn origin(&self, path: &Path) -> Option<Origin> {
        let path = tidy(path);
        self.known.iter().find(|item| item.path == path).and_then(|item| item.origin.clone())
    }
}

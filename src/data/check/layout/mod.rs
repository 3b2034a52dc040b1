//! What belongs to a whole data root: AVT's layout, a file for each data set.
//!
//! Numbers of segments, classes and rows are those of the published files.

mod egtea;
mod ek100;
mod ek55;
mod folds;
mod pretrained;

use std::path::{Path, PathBuf};

use crate::data::{AnnotationConfig, Version};

use super::item::{Content, Item, Kind, Observed, Set, tidy};
use super::source::{self, Origin};

pub use pretrained::LANGUAGE_MODEL;

/// Where the files of a line of a fold's list are.
pub mod names {
    pub use super::folds::{
        breakfast_labels, breakfast_video, ground_truth, salads_annotation, salads_times,
        salads_video,
    };
}

/// Where a data root lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roots {
    /// Annotation files: `paths.external`.
    pub external: PathBuf,
    /// Features, videos, predictions, weights: `paths.data`.
    pub data: PathBuf,
}

/// Everything that recipes of this program read, set by set.
pub fn layout(roots: &Roots) -> Vec<Item> {
    let of = |set| match set {
        Set::Ek55 => ek55::items(roots),
        Set::Ek100 => ek100::items(roots),
        Set::Egtea => egtea::items(roots),
        Set::Salads => folds::salads(roots),
        Set::Breakfast => folds::breakfast(roots),
        Set::Pretrained => pretrained::items(roots),
    };
    Set::ALL.into_iter().flat_map(of).collect()
}

/// Items of one data set.
struct Items {
    set: Set,
    items: Vec<Item>,
}

impl Items {
    fn of(set: Set) -> Self {
        Self { set, items: Vec::new() }
    }

    fn add(&mut self, kind: Kind, path: PathBuf, purpose: &str, content: Content, origin: Origin) {
        let (path, purpose) = (tidy(&path), purpose.to_owned());
        let set = Some(self.set);
        self.items.push(Item { set, kind, path, purpose, content, origin: Some(origin) });
    }

    /// The predictions of every teacher that has a recipe; of one that only this set has, `further`.
    fn teachers(&mut self, roots: &Roots, annotations: &AnnotationConfig, further: &str) {
        const NAMES: [&str; 11] = [
            "bert",
            "roberta",
            "distilbert",
            "albert",
            "electra",
            "deberta",
            "action_gru",
            "action_transformer",
            "action_ngram",
            "action_ensemble",
            "ensemble",
        ];
        for name in NAMES.into_iter().chain([further]) {
            let name = format!("{}_{name}", self.set);
            let path = roots.data.join(format!("teachers/{name}.safetensors"));
            let annotations = vec![annotations.clone()];
            let content = Content::Teacher { annotations, all: false };
            let purpose = "predictions for the training segments";
            self.add(Kind::Teachers, path, purpose, content, source::TEACHERS.page());
        }
    }
}

/// Segments of some files, nothing selected.
fn segments(
    version: Version,
    files: impl IntoIterator<Item = PathBuf>,
    classes: &Path,
    actions: PathBuf,
) -> AnnotationConfig {
    AnnotationConfig {
        version,
        annotation_path: files.into_iter().collect(),
        annotation_dir: Some(classes.to_owned()),
        action_labels_fpath: Some(actions),
        only_keep_persons: None,
        only_keep_videos: None,
    }
}

/// A store that has a frame of every action of these segments.
fn store(width: usize, annotations: &AnnotationConfig) -> Content {
    let observed = Observed { annotations: annotations.clone(), anticipation: None };
    Content::Store { width: Some(width), observed: vec![observed] }
}

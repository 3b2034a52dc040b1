//! What is looked at: a path, what it is for, and what should be in it.

use std::fmt;
use std::path::{Component, Path, PathBuf};

use crate::data::{AnnotationConfig, Anticipation};
use crate::files;

use super::source::Origin;

/// A part of a data root that is asked for by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Set {
    /// EPIC-Kitchens-55.
    Ek55,
    /// EPIC-Kitchens-100.
    Ek100,
    /// EGTEA Gaze+.
    Egtea,
    /// 50-Salads.
    Salads,
    /// Breakfast.
    Breakfast,
    /// What belongs to no data set: published weights, recipes.
    Pretrained,
}

impl Set {
    /// All of them, in order.
    pub const ALL: [Self; 6] =
        [Self::Ek55, Self::Ek100, Self::Egtea, Self::Salads, Self::Breakfast, Self::Pretrained];

    /// The name that asks for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ek55 => "ek55",
            Self::Ek100 => "ek100",
            Self::Egtea => "egtea",
            Self::Salads => "50salads",
            Self::Breakfast => "breakfast",
            Self::Pretrained => "pretrained",
        }
    }
}

/// What sort of thing an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Segments, classes, splits.
    Annotations,
    /// Feature stores.
    Features,
    /// Video files.
    Videos,
    /// Predictions of teachers.
    Teachers,
    /// Weights to start from.
    Weights,
    /// Text to learn from.
    Text,
}

impl Kind {
    /// All of them, in order.
    pub const ALL: [Self; 6] = [
        Self::Annotations,
        Self::Features,
        Self::Videos,
        Self::Teachers,
        Self::Weights,
        Self::Text,
    ];

    /// The name that asks for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Annotations => "annotations",
            Self::Features => "features",
            Self::Videos => "videos",
            Self::Teachers => "teachers",
            Self::Weights => "weights",
            Self::Text => "text",
        }
    }
}

impl fmt::Display for Set {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Segments, and what is observed of each: the action itself where nothing is anticipated.
#[derive(Clone, Debug, PartialEq)]
pub struct Observed {
    /// Which segments.
    pub annotations: AnnotationConfig,
    /// What is observed of them.
    pub anticipation: Option<Anticipation>,
}

/// What should be at a path.
///
/// | content | it is broken or incomplete when |
/// |---|---|
/// | `File` | it is empty |
/// | `OneOf` | the directory lacks all names of one of the lists |
/// | `Segments` | it cannot be read, a class does not exist, there are not `count` of them |
/// | `Table` | it lacks a column, there are not `rows` of them |
/// | `Lines` | there are not `count` of them |
/// | `Store` | it is no feature store, of another width, without a frame of a segment |
/// | `Teacher` | it is no store of predictions, of other classes, without those of a segment |
/// | `Videos` | a video of the segments is in none of the directories |
/// | `Listed` | a file is absent that the lists name |
/// | `Weights` | it is neither safetensors nor a pickle that can be read |
#[derive(Clone, Debug)]
#[allow(missing_docs)] // said above
pub enum Content {
    File,
    OneOf(&'static [&'static [&'static str]]),
    Segments { annotations: AnnotationConfig, count: Option<usize> },
    Table { columns: &'static [&'static str], rows: usize },
    Lines { count: Option<usize> },
    Store { width: Option<usize>, observed: Vec<Observed> },
    Teacher { annotations: Vec<AnnotationConfig>, all: bool },
    Videos { roots: Vec<PathBuf>, annotations: AnnotationConfig },
    Listed { lists: Vec<PathBuf>, names: Names },
    Weights,
}

/// Where the file of a line of a list may be, below a directory; the first that is there counts.
pub type Names = fn(&str) -> Vec<PathBuf>;

/// One thing that belongs to a data root.
#[derive(Clone, Debug)]
pub struct Item {
    /// The data set it belongs to; `None` for a config's own files.
    pub set: Option<Set>,
    /// What sort of thing it is.
    pub kind: Kind,
    /// Where it is.
    pub path: PathBuf,
    /// What it is for, in a few words.
    pub purpose: String,
    /// What should be in it.
    pub content: Content,
    /// Where it is to be had.
    pub origin: Option<Origin>,
}

/// A path without `.` and without `..` that can be taken by its letters.
///
/// Configs write `conf/../external`; people should not have to read that. Behind a symbolic link `..`
/// is another place, and stays.
pub fn tidy(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for part in path.components() {
        let last = tidy.components().next_back();
        match part {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(last, Some(Component::Normal(_))) && !is_link(&tidy) =>
            {
                tidy.pop();
            }
            _ => tidy.push(part),
        }
    }
    tidy
}

/// Whether the directory above what a path leads to is not the one above the path.
fn is_link(path: &Path) -> bool {
    let above = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let above = files::canonical(above.unwrap_or(Path::new(".")));
    matches!((files::canonical(&path.join("..")), above), (Ok(real), Ok(named)) if real != named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_tidied_by_their_letters_but_behind_links() {
        for (path, expected) in [
            ("/a/conf/../external//b/", "/a/external/b"),
            ("./a/./b", "a/b"),
            ("../a/../../b", "../../b"),
            ("/", "/"),
        ] {
            assert_eq!(tidy(Path::new(path)), Path::new(expected), "{path}");
        }
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        files::create_dir_all(&path("a/conf")).unwrap();
        files::create_dir_all(&path("b")).unwrap();
        files::link_latest(&path("a/conf"), &path("b/conf")).unwrap();
        assert_eq!(tidy(&path("a/conf/../external")), path("a/external"));
        assert_eq!(tidy(&path("b/conf/../external")), path("b/conf/../external"));
    }
}

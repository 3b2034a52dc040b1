//! The list of a fold's videos, and which file each of them is.
//!
//! | data set | entry | video below a directory of videos |
//! |---|---|---|
//! | 50-Salads | `rgb-01-1.txt` | `rgb-01-1.avi` |
//! | Breakfast | `P03_cam01_P03_cereals.txt` | `P03/cam01/P03_cereals.avi` |
//! | of two cameras | `P03_stereo01_P03_cereals.txt` | `P03/stereo/P03_cereals_ch0.avi`, or `_ch1` |
//!
//! Of the two channels it is the first that has labels beside it, as in the original; without
//! labels the first that is there. Source: `init_df` and `bundle_entry_to_video_fname_*`.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::error::FoldsError;
use super::lines::{Line, Lines};
use crate::data::{DataError, Place};
use crate::files;

/// How the file of a video follows from its entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BundleEntry {
    /// As in 50-Salads.
    Salads,
    /// As in Breakfast.
    Breakfast,
}

/// A video of a fold.
pub(super) struct Entry {
    /// What the list calls it, without its ending: the video's id.
    pub(super) id: String,
    /// Where its file lies below a directory of videos.
    pub(super) file: PathBuf,
    /// Where it is listed.
    pub(super) place: Place,
}

const ENDING: &str = ".txt";

/// Reads a list: a line that starts with `#`, then an entry a line.
pub(super) fn read(
    path: &Path,
    kind: BundleEntry,
    roots: &[PathBuf],
) -> Result<Vec<Entry>, DataError> {
    let lines = Lines::read(path)?;
    let mut found = lines.iter();
    if let Some(head) = found.next().filter(|head| !head.text.starts_with('#')) {
        return Err(head.bad("the first line", head.text, "a heading as in `#bundle.txt`"));
    }
    let mut seen: HashMap<&str, Place> = HashMap::new();
    let mut entries = Vec::new();
    for line in found.filter(|line| !line.text.is_empty()) {
        if let Some(first) = seen.insert(line.text, line.place()) {
            let (entry, second) = (line.text.to_owned(), line.place());
            return Err(FoldsError::ListedTwice { entry, first, second }.into());
        }
        entries.push(kind.entry(line, roots)?);
    }
    match entries.is_empty() {
        true => Err(DataError::Empty { path: path.to_owned() }),
        false => Ok(entries),
    }
}

impl BundleEntry {
    fn entry(self, line: Line<'_>, roots: &[PathBuf]) -> Result<Entry, DataError> {
        let id = line.text.strip_suffix(ENDING);
        let file = id.and_then(|id| match self {
            Self::Salads => id.starts_with("rgb-").then(|| format!("{id}.avi").into()),
            Self::Breakfast => breakfast(id, roots),
        });
        match (id, file) {
            (Some(id), Some(file)) => Ok(Entry { id: id.into(), file, place: line.place() }),
            _ => Err(line.bad("video", line.text, self.expected())),
        }
    }

    fn expected(self) -> &'static str {
        match self {
            Self::Salads => "an entry of 50-Salads as in `rgb-01-1.txt`",
            Self::Breakfast => "an entry of Breakfast as in `P03_cam01_P03_cereals.txt`",
        }
    }
}

fn breakfast(id: &str, roots: &[PathBuf]) -> Option<PathBuf> {
    let parts: Vec<&str> = id.split('_').collect();
    let [person, camera, _, topic] = parts.as_slice() else { return None };
    let (camera, channels) = match camera.starts_with("stereo") {
        true => ("stereo", &["_ch0", "_ch1"][..]),
        false => (*camera, &[""][..]),
    };
    let file =
        |channel: &&str| PathBuf::from(format!("{person}/{camera}/{person}_{topic}{channel}.avi"));
    let files: Vec<PathBuf> = channels.iter().map(file).collect();
    let there = |file: &Path| files::find_below(roots, file).is_some();
    let labelled = files.iter().find(|file| there(&labels(file)));
    labelled.or_else(|| files.iter().find(|file| there(file))).or(files.first()).cloned()
}

/// The labels of Breakfast lie beside its videos.
pub(super) fn labels(video: &Path) -> PathBuf {
    let mut name = video.as_os_str().to_owned();
    name.push(".labels");
    name.into()
}

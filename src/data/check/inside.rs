//! What is in files that are read whole: segments, tables, lists, weights.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::data::annotations::Extents;
use crate::data::error::DataError;
use crate::data::pickle::PickleFile;
use crate::data::table::Table;
use crate::data::{AnnotationConfig, Annotations};
use crate::files::{self, Kind, TensorIndex};

use super::finding::{Seen, State, grouped};
use super::item::Names;

/// Segments; without their classes where the class files are not there, which is told of those.
pub(super) fn segments(config: &AnnotationConfig, count: Option<usize>) -> Seen {
    let (segments, videos, rest) = match Annotations::read(config) {
        Ok(read) => (read.segments.len(), read.videos.len(), classes(&read)),
        Err(error) if error.is_missing_file() => match Extents::read(config) {
            Ok(read) => {
                let rest = ", classes not checked".to_owned();
                (read.segments.len(), read.videos.len(), rest)
            }
            Err(error) => return Seen::broken(&error),
        },
        Err(error) => return Seen::broken(&error),
    };
    let mut seen = Seen::counted(segments, count, "segments");
    seen.detail.push_str(&format!(" of {} videos{rest}", grouped(videos)));
    seen
}

fn classes(read: &Annotations) -> String {
    let unlabelled = match read.notes.undefined_actions {
        0 => String::new(),
        n if n == read.segments.len() => ", without labels".into(),
        n => format!(", {} without a listed action", grouped(n)),
    };
    let synthetic = if read.synthetic { ", synthetic" } else { "" };
    format!("{unlabelled}{synthetic}")
}

/// Rows under a header.
pub(super) fn table(path: &Path, columns: &[&'static str], rows: Option<usize>) -> Seen {
    let read = Table::with_header(path).and_then(|table| {
        columns.iter().try_for_each(|column| table.columns([*column]).map(drop))?;
        Ok(table.len())
    });
    match read {
        Ok(found) => Seen::counted(found, rows, "rows"),
        Err(error) => Seen::broken(&error),
    }
}

/// Lines that are not empty; a first one that starts with `#` says what the file is.
pub(super) fn lines(path: &Path, count: Option<usize>) -> Seen {
    match entries(path) {
        Ok(lines) if lines.is_empty() => Seen::broken(&DataError::Empty { path: path.to_owned() }),
        Ok(lines) => Seen::counted(lines.len(), count, "lines"),
        Err(error) => Seen::broken(&error),
    }
}

fn entries(path: &Path) -> Result<Vec<String>, DataError> {
    let text = files::read_to_string(path)?;
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
    Ok(lines.filter(|l| !l.is_empty() && !l.starts_with('#')).map(str::to_owned).collect())
}

/// The files that the lines of some lists name, below a directory.
pub(super) fn listed(dir: &Path, lists: &[PathBuf], names: Names) -> Seen {
    if !files::is_dir(dir) {
        return Seen::missing();
    }
    let mut wanted = BTreeSet::new();
    for list in lists.iter().filter(|list| files::is_file(list)) {
        match entries(list) {
            Ok(lines) => wanted.extend(lines),
            Err(error) => return Seen::broken(&error),
        }
    }
    if wanted.is_empty() {
        return Seen::found("which files belong here is not known without the lists of the folds");
    }
    let there =
        |line: &String| names(line).into_iter().map(|n| dir.join(n)).find(|f| files::is_file(f));
    let (found, absent): (Vec<_>, Vec<_>) =
        wanted.iter().map(|l| (l, there(l))).partition(|(_, f)| f.is_some());
    let first = absent.first().map_or(String::new(), |(line, _)| {
        let name = names(line).into_iter().next().unwrap_or_default();
        format!(", the first that is not is `{}`", name.display())
    });
    let detail =
        format!("{} of {} files are there{first}", grouped(found.len()), grouped(wanted.len()));
    let state = match (found.len(), absent.len()) {
        (0, _) => State::Missing,
        (_, 0) => State::Found,
        _ => State::Incomplete,
    };
    Seen::new(state, detail).with_files(found.into_iter().filter_map(|(_, file)| file))
}

/// A directory that has one file of each of some lists.
pub(super) fn one_of(dir: &Path, names: &[&[&str]]) -> Seen {
    if !files::is_dir(dir) {
        return Seen::missing();
    }
    let there =
        |names: &&[&str]| names.iter().map(|n| dir.join(n)).find(|file| files::is_file(file));
    let absent: Vec<String> =
        names.iter().filter(|n| there(n).is_none()).map(|names| names.join(" or ")).collect();
    let seen = match absent.as_slice() {
        [] => Seen::found(""),
        absent => Seen::new(State::Incomplete, format!("it has no {}", absent.join(", no "))),
    };
    seen.with_files(names.iter().filter_map(there))
}

/// Weights in safetensors, or in a pickle.
pub(super) fn weights(path: &Path) -> Seen {
    let safetensors = path.extension().is_some_and(|ending| ending == "safetensors");
    let read = match safetensors {
        true => TensorIndex::read(path).map(drop).map_err(DataError::from),
        false => PickleFile::open(path).and_then(|file| file.parse().map(drop)),
    };
    match read {
        Ok(()) => Seen::found("weights"),
        Err(error) => Seen::broken(&error),
    }
}

/// A file of any content.
pub(super) fn not_empty(path: &Path) -> Seen {
    match (files::kind(path), files::size(path)) {
        (Some(Kind::File), Ok(0)) => Seen::broken(&DataError::Empty { path: path.to_owned() }),
        (_, Err(error)) => Seen::broken(&error.into()),
        _ => Seen::found(""),
    }
}

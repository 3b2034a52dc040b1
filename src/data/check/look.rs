//! Whether an item is there, and what is in it.

use std::path::Path;

use crate::data::SYNTHETIC_MARKER;
use crate::files;

use super::finding::{Finding, Seen};
use super::item::{Content, Item};
use super::{covers, inside};

/// Looks at one item; `deep` asks every video file what it holds.
pub fn look(item: Item, deep: bool) -> Finding {
    let seen = see(&item, deep);
    let size = seen.files.iter().filter_map(|file| files::size(file).ok()).sum();
    let (state, detail, files) = (seen.state, seen.detail, seen.files);
    Finding { item, state, detail, files, size, hashed: Vec::new() }
}

fn see(item: &Item, deep: bool) -> Seen {
    let path = item.path.as_path();
    match &item.content {
        Content::Videos { roots, annotations } => covers::videos(roots, annotations, deep),
        Content::Listed { lists, names } => inside::listed(path, lists, *names),
        Content::OneOf(names) => inside::one_of(path, names),
        Content::Store { width, observed } => {
            let file = path.join("data.mdb");
            if !files::is_file(&file) {
                return Seen::missing();
            }
            let own = item.set.is_none();
            let width = width.filter(|_| own || !is_synthetic(path));
            covers::store(path, width, observed).with_files([file])
        }
        Content::File
        | Content::Segments { .. }
        | Content::Table { .. }
        | Content::Lines { .. }
        | Content::Teacher { .. }
        | Content::Weights => {
            if files::kind(path).is_none() {
                return Seen::missing();
            }
            in_file(path, &item.content).with_files([path.to_owned()])
        }
    }
}

/// What is in a file that is there.
fn in_file(path: &Path, content: &Content) -> Seen {
    let real = |count: usize| path.parent().is_none_or(|dir| !is_synthetic(dir)).then_some(count);
    match content {
        Content::Segments { annotations, count } => {
            inside::segments(annotations, count.and_then(real))
        }
        Content::Table { columns, rows } => inside::table(path, columns, real(*rows)),
        Content::Lines { count } => inside::lines(path, count.and_then(real)),
        Content::Teacher { annotations, all } => covers::teacher(path, annotations, *all),
        Content::Weights => inside::weights(path),
        Content::File
        | Content::OneOf(_)
        | Content::Store { .. }
        | Content::Videos { .. }
        | Content::Listed { .. } => inside::not_empty(path),
    }
}

/// Generated files have the published formats, not their sizes; a config says what it wants.
fn is_synthetic(dir: &Path) -> bool {
    files::is_file(&dir.join(SYNTHETIC_MARKER))
}

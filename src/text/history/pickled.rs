//! Histories that the original made beforehand, from its pickles.
//!
//! Such a file is a list of dicts with `uid`, `history`, a list of histories that are lists of
//! action classes, and `target`. A segment with several histories has as many rows, whose
//! predictions are averaged. One with an empty list of histories has a single empty one: in the
//! original it has no row, and its prediction is the mean of nothing.

use std::collections::HashMap;
use std::path::Path;

use crate::data::pickle::{Document, PickleFile, Value};
use crate::data::{Annotations, Uid};
use crate::files::TensorData;

use super::super::TextError;
use super::{History, HistoryRow};

/// The histories of a file, in its order, cut to the last of `history.length`.
///
/// Segments that the file says nothing about have no row, as in the original; they are counted in
/// the log.
///
/// # Errors
/// A file of another form; a segment that is not in `annotations`, is there twice, or is another
/// action there; an action that is no class.
pub fn read(
    path: &Path,
    annotations: &Annotations,
    history: &History,
) -> Result<Vec<HistoryRow>, TextError> {
    let file = PickleFile::open(path)?;
    let document = file.parse()?;
    let refuse = |reason: String| TextError::Histories { path: path.to_owned(), reason };
    let entries = document.root().as_sequence();
    let entries = entries.ok_or_else(|| refuse(format!("it is no list, each entry {ENTRY}")))?;
    let index: HashMap<&Uid, usize> =
        annotations.segments.iter().map(|s| &s.uid).zip(0..).collect();
    let mut seen = vec![false; annotations.segments.len()];
    let mut rows = Vec::new();
    for (number, entry) in entries.into_iter().enumerate() {
        let entry = Entry::of(&document, entry);
        let found = entry.ok_or_else(|| refuse(format!("entry {number} is not {ENTRY}")))?;
        let uid = found.uid;
        let idx = *index.get(&uid).ok_or_else(|| refuse(format!("it has no segment {uid}")))?;
        if std::mem::replace(&mut seen[idx], true) {
            return Err(refuse(format!("segment {uid} is there twice")));
        }
        let labels = annotations.segments[idx].labels;
        if found.target != labels.action {
            let (target, action) = (found.target, labels.action);
            return Err(refuse(format!("segment {uid} is action {target}, annotated as {action}")));
        }
        let classes = annotations.vocabulary.actions.len();
        for past in found.histories {
            let past = cut(&past, history, &uid, classes)?;
            rows.push(HistoryRow { idx, uid: uid.clone(), labels, past });
        }
    }
    let missing = seen.iter().filter(|seen| !**seen).count();
    if missing > 0 {
        tracing::warn!(missing, file = %path.display(), "segments without a history are left out");
    }
    Ok(rows)
}

const ENTRY: &str = "a dict with `uid`, `history` (a list of lists of actions) and `target`";

/// One dict of the list.
struct Entry {
    uid: Uid,
    histories: Vec<Vec<i64>>,
    target: i64,
}

impl Entry {
    fn of(document: &Document<'_>, entry: Value<'_>) -> Option<Self> {
        let int = |value| integer(document, value);
        let uid = entry.get("uid")?;
        let uid = match uid.as_str() {
            Some(text) => Uid::column([text].into_iter()).pop()?,
            None => Uid::Int(int(uid)?),
        };
        let histories = entry.get("history")?.as_sequence()?.into_iter();
        let mut histories =
            histories.map(|past| integers(document, past)).collect::<Option<Vec<_>>>()?;
        if histories.is_empty() {
            histories.push(Vec::new());
        }
        Some(Self { uid, histories, target: int(entry.get("target")?)? })
    }
}

/// A whole number, of Python or of numpy.
fn integer(document: &Document<'_>, value: Value<'_>) -> Option<i64> {
    value.as_int().or_else(|| match integers(document, value)?[..] {
        [int] => Some(int),
        _ => None,
    })
}

/// Whole numbers, of a list of Python or an array of numpy.
fn integers(document: &Document<'_>, value: Value<'_>) -> Option<Vec<i64>> {
    if let Some(values) = value.as_sequence() {
        return values.into_iter().map(|value| integer(document, value)).collect();
    }
    match document.is_tensor(value).then(|| document.tensor(value))?.ok()?.data {
        TensorData::I64(ints) => Some(ints),
        TensorData::F32(_) => None,
    }
}

/// The last actions of a past, unlabelled ones left out.
fn cut(
    past: &[i64],
    history: &History,
    uid: &Uid,
    classes: usize,
) -> Result<Vec<usize>, TextError> {
    if let Some(action) = past.iter().find(|action| **action >= classes as i64 || **action < -1) {
        return Err(TextError::UnknownAction { uid: uid.clone(), action: *action, classes });
    }
    Ok(history.last(past.iter().rev().filter_map(|action| usize::try_from(*action).ok())))
}

//! How many segments features, predictions and videos serve.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::data::annotations::Extents;
use crate::data::error::{DataError, first_few};
use crate::data::reader::FeatureStore;
use crate::data::video::{VideoFiles, check_programs};
use crate::data::{
    AnnotationConfig, Annotations, RULSTM_FPS, Span, Teacher, TeacherStore, TimePrecision, Uid,
};
use crate::files;

use super::finding::{Seen, State, grouped};
use super::item::Observed;

/// Segments that are served, of how many, and one that is not.
#[derive(Default)]
struct Served {
    present: usize,
    of: usize,
    absent: Option<Uid>,
}

impl Served {
    fn add(&mut self, uid: &Uid, there: bool) {
        self.of += 1;
        self.present += usize::from(there);
        if !there && self.absent.is_none() {
            self.absent = Some(uid.clone());
        }
    }

    /// `some` of `what`; `all` must be there.
    fn seen(&self, what: &str, all: bool) -> Seen {
        let (present, of) = (grouped(self.present), grouped(self.of));
        let absent = self.absent.as_ref().map_or(String::new(), |uid| format!(", not {uid}"));
        let state = match self.present < self.of && all || self.of > 0 && self.present == 0 {
            true => State::Incomplete,
            false => State::Found,
        };
        Seen::new(state, format!("{what} for {present} of {of} segments{absent}"))
    }
}

/// A feature store: its width, and whether there is a frame of what is observed of each segment.
pub(super) fn store(path: &Path, width: Option<usize>, observed: &[Observed]) -> Seen {
    let store = match FeatureStore::open(path) {
        Ok(store) => store,
        Err(error) => return Seen::broken(&error),
    };
    let dim = store.dim();
    if let Some(width) = width.filter(|width| *width != dim) {
        let detail = format!("vectors of {dim} elements, expected {width}");
        return Seen::new(State::Broken, detail);
    }
    match served_by(&store, observed) {
        Ok(Some(served)) => served.seen(&format!("vectors of {dim} elements, frames"), true),
        Ok(None) => Seen::found(format!("vectors of {dim} elements, segments not known")),
        Err(error) => Seen::broken(&error),
    }
}

/// `None` where the annotations are not there, which is told of them.
fn served_by(store: &FeatureStore, observed: &[Observed]) -> Result<Option<Served>, DataError> {
    let session = store.session()?;
    let stored: HashMap<String, (i64, i64)> =
        session.videos()?.into_iter().map(|(video, first, last)| (video, (first, last))).collect();
    let mut served = Served::default();
    for Observed { annotations, anticipation } in observed {
        let Some(extents) = extents(annotations)? else { return Ok(None) };
        for segment in &extents.segments {
            let span = anticipation
                .map_or(segment.span, |times| times.observe(segment.span, TimePrecision::Full));
            if anticipation.is_some_and(|times| !times.keeps(span, TimePrecision::Full)) {
                continue;
            }
            let video = &extents.videos[segment.video];
            let frames = stored.get(video).map(|bounds| frames(span, *bounds));
            let mut there = false;
            // The last one first: a reader goes back for what is not there.
            for frame in frames.into_iter().flatten().rev() {
                if session.contains(video, frame)? {
                    there = true;
                    break;
                }
            }
            served.add(&segment.uid, there);
        }
    }
    Ok(Some(served))
}

/// The frames that may stand for a stretch, where `bounds` are the first and the last that are stored.
fn frames(span: Span, (first, last): (i64, i64)) -> std::ops::RangeInclusive<i64> {
    /// Readers take an earlier frame for one that is not there.
    const BACKWARD: i64 = 9;
    let from = (span.start * RULSTM_FPS).floor() as i64 + 1 - BACKWARD;
    let to = ((span.end * RULSTM_FPS).floor() as i64).max(1);
    from.max(first)..=to.min(last)
}

/// Annotations, or `None` where a file of theirs is not there.
fn extents(annotations: &AnnotationConfig) -> Result<Option<Extents>, DataError> {
    match Extents::read(annotations) {
        Ok(extents) => Ok(Some(extents)),
        Err(error) if error.is_missing_file() => Ok(None),
        Err(error) => Err(error),
    }
}

/// A store of predictions: their classes, and whether each segment has some; `all` must.
pub(super) fn teacher(path: &Path, sets: &[AnnotationConfig], all: bool) -> Seen {
    let store = match TeacherStore::open(path) {
        Ok(store) => Teacher::Store(store),
        Err(error) => return Seen::broken(&error),
    };
    let mut served = Served::default();
    for config in sets {
        let annotations = match Annotations::read(config) {
            Ok(annotations) => annotations,
            Err(error) if error.is_missing_file() => {
                return Seen::found("predictions, segments not known");
            }
            Err(error) => return Seen::broken(&error),
        };
        if let Err(error) = store.check_classes(&annotations.class_names("action")) {
            return Seen::broken(&error);
        }
        annotations.segments.iter().for_each(|s| served.add(&s.uid, store.covers(&s.uid)));
    }
    served.seen(&format!("{} predictions of {}", store.kind(), store.name()), all)
}

/// The videos of some segments, each below the first directory that has it.
pub(super) fn videos(roots: &[PathBuf], annotations: &AnnotationConfig, deep: bool) -> Seen {
    if !roots.iter().any(|root| files::is_dir(root)) {
        return Seen::missing();
    }
    let extents = match extents(annotations) {
        Ok(Some(extents)) => extents,
        Ok(None) => return Seen::found("which videos belong here is not known without segments"),
        Err(error) => return Seen::broken(&error),
    };
    let file = |video: &String| {
        let name = annotations.version.video_file(video);
        let path = roots.iter().map(|root| root.join(&name)).find(|path| files::is_file(path));
        path.ok_or_else(|| name.display().to_string())
    };
    let (found, absent): (Vec<_>, Vec<_>) =
        extents.videos.iter().map(file).partition(Result::is_ok);
    let found: Vec<PathBuf> = found.into_iter().flatten().collect();
    let absent: Vec<String> = absent.into_iter().filter_map(Result::err).collect();
    let (n, of) = (grouped(found.len()), grouped(extents.videos.len()));
    let not =
        if absent.is_empty() { String::new() } else { format!(", not {}", first_few(&absent)) };
    let state = match (found.len(), absent.len()) {
        (_, 0) => State::Found,
        (0, _) => State::Missing,
        _ => State::Incomplete,
    };
    let mut seen = Seen::new(state, format!("{n} of {of} videos are there{not}"));
    match deep.then(|| unreadable(&found)) {
        None => {}
        Some(Ok(bad)) if bad.is_empty() => seen.detail.push_str(", all of them can be read"),
        Some(Ok(bad)) => {
            seen.state = seen.state.max(State::Incomplete);
            seen.detail.push_str(&format!(", {} hold no video: {}", bad.len(), first_few(&bad)));
        }
        Some(Err(error)) => return Seen::broken(&error),
    }
    seen.with_files(found)
}

/// The files in which `ffprobe` finds no video.
fn unreadable(paths: &[PathBuf]) -> Result<Vec<String>, DataError> {
    check_programs()?;
    let files = VideoFiles::default();
    let mut bad = Vec::new();
    for path in paths {
        if files.info(path)?.is_none() {
            bad.push(path.display().to_string());
        }
    }
    Ok(bad)
}

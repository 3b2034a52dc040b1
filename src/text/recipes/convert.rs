//! From the files to the corpus: read, extract, sort, join, write.
//!
//! The corpus is written whole or not at all. A recipe without an action has no line.

use std::collections::HashSet;
use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::files::{self, FileError, Operation};
use crate::text::TextError;

use super::elements::{Element, Elements};
use super::error::RecipesError;
use super::filter::VerbsRemoved;
use super::group::Group;
use super::rows::Form;
use super::sorted::{Merge, Sorter};

/// Elements that are read before their actions are looked for, on all cores.
const BATCH: usize = 1024;
/// Bytes of elements that end a batch before.
const BATCH_BYTES: usize = 4 << 20;

/// What the recipes come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Recipe1M's `layer1.json`; the actions are looked for by the rules of [`super::extractor`].
    Layer1(PathBuf),
    /// The original's `recipe_ie_out_*.json`, in the order of the corpus; no recipe is in two.
    Extracted(Vec<PathBuf>),
}

/// How the corpus is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecipesConfig {
    /// What the recipes come from.
    pub source: Source,
    /// Which verbs are no action.
    pub verbs_removed: VerbsRemoved,
    /// Recipes to read at most, of all files together.
    pub limit: Option<u64>,
}

/// How far it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Elements read: recipes, or sentences of extractions.
    pub read: u64,
    /// Lines written.
    pub recipes: u64,
}

/// What came out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Elements read: recipes, or sentences of extractions.
    pub read: u64,
    /// Those of them without an action.
    pub without_actions: u64,
    /// Lines written.
    pub recipes: u64,
    /// Actions in them.
    pub actions: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Writes the corpus to `out`, which must not exist; `go_on` is asked all the while.
///
/// # Errors
/// What [`RecipesError`] lists, a file that cannot be read or written. `out` is not there then.
pub fn convert(
    config: &RecipesConfig,
    out: &Path,
    go_on: &mut dyn FnMut(Progress) -> bool,
) -> Result<Summary, TextError> {
    if files::kind(out).is_some() {
        let there = io::Error::from(io::ErrorKind::AlreadyExists);
        return Err(FileError::new(Operation::Create, out, there).into());
    }
    let mut result = Ok(Summary::default());
    let written = files::write_with(out, |file| {
        let conversion = Conversion { config, out, go_on, seen: Summary::default() };
        result = conversion.run(file);
        result.as_ref().map(|_| ()).map_err(|_| io::Error::other("not converted"))
    });
    let summary = result?;
    written?;
    Ok(summary)
}

struct Conversion<'a> {
    config: &'a RecipesConfig,
    out: &'a Path,
    go_on: &'a mut dyn FnMut(Progress) -> bool,
    seen: Summary,
}

impl<'a> Conversion<'a> {
    fn run(mut self, file: &mut impl Write) -> Result<Summary, TextError> {
        let (form, paths) = match &self.config.source {
            Source::Layer1(path) => (Form::Layer1, std::slice::from_ref(path)),
            Source::Extracted(paths) => (Form::Extracted, paths.as_slice()),
        };
        let mut left = Left::of(self.config.limit);
        for path in paths {
            let sorter = self.sort(form, path, &mut left)?;
            self.join(form, path, sorter.finish()?, file)?;
        }
        match self.seen.recipes {
            0 => Err(RecipesError::NoActions { read: self.seen.read }.into()),
            _ => Ok(self.seen),
        }
    }
    /// Reads a file to its end, or to the limit.
    fn sort(&mut self, form: Form, path: &Path, left: &mut Left) -> Result<Sorter<'a>, TextError> {
        let mut sorter = Sorter::beside(self.out);
        let mut elements = Elements::new(files::open(path)?, path);
        let removed = self.config.verbs_removed;
        loop {
            let (batch, end) = batch(&mut elements);
            let rows: Vec<_> =
                batch.par_iter().map(|element| form.row(element, removed, path)).collect();
            for row in rows {
                let row = row?;
                if !left.takes(&row.id) {
                    return Ok(sorter);
                }
                self.seen.read += 1;
                self.seen.without_actions += u64::from(row.actions.is_empty());
                // A recipe without an action has no line, but must not come again all the same.
                if form == Form::Layer1 || !row.actions.is_empty() {
                    sorter.push(row)?;
                }
            }
            self.ask()?;
            match end {
                End::OfBatch => {}
                End::OfFile => return Ok(sorter),
                End::Error(error) => return Err(error),
            }
        }
    }

    /// Writes the recipes of one file.
    fn join(
        &mut self,
        form: Form,
        path: &Path,
        mut rows: Merge<'_>,
        file: &mut impl Write,
    ) -> Result<(), TextError> {
        let mut group: Option<Group> = None;
        let mut merged = 0_usize;
        while let Some(row) = rows.next()? {
            match &mut group {
                Some(group) if group.id() == row.id => group.add(row, form, path)?,
                _ => {
                    let before = group.replace(Group::of(row));
                    self.line(before, path, file)?;
                }
            }
            merged += 1;
            if merged.is_multiple_of(BATCH) {
                self.ask()?;
            }
        }
        self.line(group, path, file)
    }

    fn line(
        &mut self,
        group: Option<Group>,
        path: &Path,
        file: &mut impl Write,
    ) -> Result<(), TextError> {
        let Some(line) = group.map(|group| group.line(path)).transpose()?.flatten() else {
            return Ok(());
        };
        let written = file.write_all(line.text.as_bytes()).and_then(|()| file.write_all(b"\n"));
        written.map_err(|e| FileError::new(Operation::Write, self.out, e))?;
        self.seen.recipes += 1;
        self.seen.actions += line.actions;
        self.seen.bytes += line.text.len() as u64 + 1;
        Ok(())
    }

    fn ask(&mut self) -> Result<(), RecipesError> {
        let progress = Progress { read: self.seen.read, recipes: self.seen.recipes };
        if (self.go_on)(progress) { Ok(()) } else { Err(RecipesError::Stopped) }
    }
}

/// Why a batch ends.
enum End {
    OfBatch,
    OfFile,
    /// To be told of when what stands before it has been looked at.
    Error(TextError),
}

fn batch(elements: &mut Elements<impl BufRead>) -> (Vec<Element>, End) {
    let (mut batch, mut bytes) = (Vec::new(), 0);
    while batch.len() < BATCH && bytes < BATCH_BYTES {
        match elements.next() {
            Ok(Some(element)) => {
                bytes += element.text.len();
                batch.push(element);
            }
            Ok(None) => return (batch, End::OfFile),
            Err(error) => return (batch, End::Error(error)),
        }
    }
    (batch, End::OfBatch)
}

/// Counts recipes where they are limited.
struct Left {
    limit: Option<u64>,
    ids: HashSet<String>,
}

impl Left {
    fn of(limit: Option<u64>) -> Self {
        Self { limit, ids: HashSet::new() }
    }

    /// Whether a row of this recipe is within the limit.
    fn takes(&mut self, id: &str) -> bool {
        let Some(limit) = self.limit else { return true };
        if self.ids.contains(id) {
            return true;
        }
        let room = (self.ids.len() as u64) < limit;
        if room {
            self.ids.insert(id.to_owned());
        }
        room
    }
}

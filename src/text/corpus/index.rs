//! Where the lines of a corpus lie.
//!
//! The file is read once, a line at a time, and sixteen bytes a line are kept: a million recipes
//! take 16 MB however long they are. Lines of blanks alone are left out. A line that is no UTF-8
//! or longer than [`MAX_LINE`] is refused with its number before anything is learnt.

use std::io::{BufRead, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::data::noise::Stream;
use crate::files::{self, FileError, Operation};

use super::super::TextError;

/// Bytes of a line at most. The longest recipe of a million has a few thousand.
pub const MAX_LINE: usize = 1 << 16;

/// Tells the draw of lines that are kept aside from others; the same for every seed.
const ASIDE: u64 = 0x6173_6964;

/// Lines of a file, or of a text that was made up.
#[derive(Clone, Debug)]
pub struct Corpus {
    path: Arc<Path>,
    /// The text in the place of the file's.
    made_up: Option<Arc<[u8]>>,
    lines: Vec<Line>,
}

#[derive(Clone, Copy, Debug)]
struct Line {
    offset: u64,
    bytes: u32,
    /// One-based.
    number: u32,
}

impl Corpus {
    /// Finds the lines of a file.
    ///
    /// # Errors
    /// A file that cannot be read or holds no line, a line that is no text or too long.
    pub fn open(path: &Path) -> Result<Self, TextError> {
        Self::index(files::open(path)?, path, None)
    }

    /// The lines of a text, without a file; `name` stands for one in messages.
    ///
    /// # Errors
    /// As [`Corpus::open`].
    pub fn made_up(text: &str, name: &str) -> Result<Self, TextError> {
        Self::index(text.as_bytes(), Path::new(name), Some(text.as_bytes().into()))
    }

    fn index(
        mut file: impl BufRead,
        path: &Path,
        made_up: Option<Arc<[u8]>>,
    ) -> Result<Self, TextError> {
        let failed = |error| FileError::new(Operation::Read, path, error);
        let (mut lines, mut offset, mut line) = (Vec::new(), 0_u64, Vec::new());
        for number in 1.. {
            line.clear();
            let limit = MAX_LINE as u64 + 1;
            let read = file.by_ref().take(limit).read_until(b'\n', &mut line).map_err(failed)?;
            if read == 0 {
                break;
            }
            let text = line.strip_suffix(b"\n").unwrap_or(&line);
            if !is_blank(path, number, text)? {
                let (bytes, number) = (text.len() as u32, number as u32);
                lines.push(Line { offset, bytes, number });
            }
            offset += read as u64;
        }
        match lines.is_empty() {
            true => Err(TextError::EmptyCorpus { path: path.to_owned() }),
            false => Ok(Self { path: path.into(), made_up, lines }),
        }
    }

    /// The corpus without, and of, a share of its lines: which depends on their number alone.
    ///
    /// At least one line is kept aside unless the share is 0 or there is only one; at least one
    /// stays.
    ///
    /// # Errors
    /// A share that is none.
    pub fn split(&self, held_out: f64) -> Result<(Corpus, Option<Corpus>), TextError> {
        if !(0.0..1.0).contains(&held_out) {
            return Err(TextError::Setting {
                setting: "corpus.held_out",
                value: held_out.to_string(),
                reason: "a share of the lines is at least 0 and below 1",
            });
        }
        let all = self.lines.len();
        let count = (held_out * all as f64).round() as usize;
        let count = count.max(usize::from(held_out > 0.0)).min(all - 1);
        if count == 0 {
            return Ok((self.clone(), None));
        }
        let mut aside = vec![false; all];
        for line in &Stream::of(&[ASIDE]).permutation(all)[..count] {
            aside[*line] = true;
        }
        let part = |which: bool| {
            let lines = self.lines.iter().zip(&aside);
            let lines = lines.filter(|(_, aside)| **aside == which).map(|(line, _)| *line);
            let (path, made_up) = (Arc::clone(&self.path), self.made_up.clone());
            Corpus { path, made_up, lines: lines.collect() }
        };
        Ok((part(false), Some(part(true))))
    }

    /// Number of lines.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there is none; never.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Bytes of every line.
    pub(super) fn lengths(&self) -> Vec<u32> {
        self.lines.iter().map(|line| line.bytes).collect()
    }

    /// The number in the file of a line.
    pub(super) fn number(&self, line: usize) -> u64 {
        u64::from(self.lines[line].number)
    }

    /// The text of every line, one after the other.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn texts(&self) -> Result<impl Iterator<Item = Result<String, TextError>> + '_, TextError> {
        let mut lines = self.reader()?;
        Ok((0..self.len()).map(move |line| lines.read(line)))
    }

    /// Begins reading.
    pub(super) fn reader(&self) -> Result<Lines<'_>, TextError> {
        let file: Box<dyn Seekable + Send> = match &self.made_up {
            Some(text) => Box::new(Cursor::new(Arc::clone(text))),
            None => Box::new(files::open(&self.path)?),
        };
        Ok(Lines { corpus: self, file })
    }
}

/// Whether a line holds nothing, or why it is no line.
fn is_blank(path: &Path, line: usize, bytes: &[u8]) -> Result<bool, TextError> {
    let path = || -> PathBuf { path.to_owned() };
    if bytes.len() > MAX_LINE {
        return Err(TextError::LongLine { path: path(), line, limit: MAX_LINE });
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.trim().is_empty()),
        Err(error) => Err(TextError::NoText { path: path(), line, byte: error.valid_up_to() }),
    }
}

/// Reads lines in any order.
pub(super) struct Lines<'c> {
    corpus: &'c Corpus,
    file: Box<dyn Seekable + Send>,
}

/// Bytes that are read from any place on.
trait Seekable: Read + Seek {}

impl<F: Read + Seek> Seekable for F {}

impl Lines<'_> {
    /// The text of a line.
    pub(super) fn read(&mut self, line: usize) -> Result<String, TextError> {
        let Line { offset, bytes, number } = self.corpus.lines[line];
        let path = &self.corpus.path;
        let mut text = vec![0; bytes as usize];
        let read =
            self.file.seek(SeekFrom::Start(offset)).and_then(|_| self.file.read_exact(&mut text));
        let changed = || TextError::Changed { path: path.to_path_buf(), line: number as usize };
        match read {
            Ok(()) => String::from_utf8(text).map_err(|_| changed()),
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Err(changed()),
            Err(error) => Err(FileError::new(Operation::Read, path, error).into()),
        }
    }
}

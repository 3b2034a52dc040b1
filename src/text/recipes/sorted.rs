//! Rows by their recipe, however many there are.
//!
//! Rows come in any order and leave sorted by id, those of one recipe in the order they came in:
//! what pandas' `groupby('id')` does, with memory for one run of [`RUN`] bytes. A run that is full
//! is sorted and put on disk; the end merges the runs. Ids compare by their code points.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io::{self, Read, Write};
use std::path::Path;
use std::vec;

use crate::files::{FileError, Operation, Scratch};

use super::rows::Row;

/// Bytes of rows in memory. Of a million recipes some twenty runs are made.
const RUN: usize = 64 << 20;

/// Takes rows, to give them back sorted.
pub(super) struct Sorter<'a> {
    beside: &'a Path,
    limit: usize,
    rows: Vec<Row>,
    bytes: usize,
    runs: Vec<Scratch>,
}

impl<'a> Sorter<'a> {
    /// A sorter that puts its runs beside `path`.
    pub fn beside(path: &'a Path) -> Self {
        Self { beside: path, limit: RUN, rows: Vec::new(), bytes: 0, runs: Vec::new() }
    }

    /// Takes a row.
    pub fn push(&mut self, row: Row) -> Result<(), FileError> {
        self.bytes += size_of::<Row>() + row.id.len() + row.actions.len();
        self.rows.push(row);
        if self.bytes >= self.limit { self.spill() } else { Ok(()) }
    }

    fn spill(&mut self) -> Result<(), FileError> {
        self.rows.sort_by(|a, b| a.id.cmp(&b.id));
        let mut run = Scratch::beside(self.beside)?;
        let written = self.rows.drain(..).try_for_each(|row| write(&row, &mut run));
        written.map_err(|e| FileError::new(Operation::Write, self.beside, e))?;
        self.bytes = 0;
        self.runs.push(run);
        Ok(())
    }

    /// All rows, sorted.
    pub fn finish(mut self) -> Result<Merge<'a>, FileError> {
        self.rows.sort_by(|a, b| a.id.cmp(&b.id));
        let on_disk =
            self.runs.into_iter().map(|run| run.into_reader().map(|r| Run::Disk(Box::new(r))));
        let mut runs = on_disk.collect::<Result<Vec<_>, _>>()?;
        runs.push(Run::Memory(self.rows.into_iter()));
        let mut merge = Merge { beside: self.beside, runs, heads: BinaryHeap::new() };
        (0..merge.runs.len()).try_for_each(|run| merge.advance(run))?;
        Ok(merge)
    }
}

/// Sorted rows, in memory or on disk.
enum Run {
    Memory(vec::IntoIter<Row>),
    Disk(Box<dyn Read>),
}

/// The first row of a run; runs were made in order, so the earlier goes first among equal ids.
struct Head {
    row: Row,
    run: usize,
}

impl Head {
    fn key(&self) -> (&str, usize) {
        (&self.row.id, self.run)
    }
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Head {}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Head {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

/// Gives sorted rows, one at a time.
pub(super) struct Merge<'a> {
    beside: &'a Path,
    runs: Vec<Run>,
    heads: BinaryHeap<Reverse<Head>>,
}

impl Merge<'_> {
    /// The next row; `None` behind the last.
    pub fn next(&mut self) -> Result<Option<Row>, FileError> {
        let Some(Reverse(head)) = self.heads.pop() else { return Ok(None) };
        self.advance(head.run)?;
        Ok(Some(head.row))
    }

    fn advance(&mut self, run: usize) -> Result<(), FileError> {
        let row = match &mut self.runs[run] {
            Run::Memory(rows) => Ok(rows.next()),
            Run::Disk(input) => read(input.as_mut()),
        };
        let row = row.map_err(|e| FileError::new(Operation::Read, self.beside, e))?;
        self.heads.extend(row.map(|row| Reverse(Head { row, run })));
        Ok(())
    }
}

/// Numbers in eight bytes, texts behind their lengths; a byte says whether there is a sentence.
fn write(row: &Row, out: &mut impl Write) -> io::Result<()> {
    out.write_all(&[u8::from(row.sentence.is_some())])?;
    out.write_all(&row.sentence.unwrap_or_default().to_le_bytes())?;
    let numbers = [row.byte, row.line, row.id.len() as u64, row.actions.len() as u64];
    numbers.iter().try_for_each(|number| out.write_all(&number.to_le_bytes()))?;
    out.write_all(row.id.as_bytes())?;
    out.write_all(row.actions.as_bytes())
}

fn read(input: &mut dyn Read) -> io::Result<Option<Row>> {
    let mut present = [0];
    if input.read(&mut present)? == 0 {
        return Ok(None);
    }
    let mut number = || {
        let mut bytes = [0; 8];
        input.read_exact(&mut bytes).map(|()| u64::from_le_bytes(bytes))
    };
    let sentence = number()?.cast_signed();
    let (byte, line, id, actions) = (number()?, number()?, number()?, number()?);
    let (id, actions) = (text(input, id)?, text(input, actions)?);
    Ok(Some(Row { id, sentence: (present[0] == 1).then_some(sentence), actions, byte, line }))
}

fn text(input: &mut dyn Read, length: u64) -> io::Result<String> {
    let mut text = String::new();
    input.take(length).read_to_string(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_on_disk_sort_as_memory_does() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("out");
        let row = |n: u64| Row {
            id: format!("{:02}", n * 7 % 10),
            sentence: (!n.is_multiple_of(3)).then_some(n as i64 - 20),
            actions: "é".repeat(n as usize % 5),
            byte: n,
            line: n / 2,
        };
        let mut expected: Vec<Row> = (0..40).map(row).collect();
        expected.sort_by(|a, b| a.id.cmp(&b.id));
        for limit in [1, 1000, usize::MAX] {
            let mut sorter = Sorter { limit, ..Sorter::beside(&path) };
            (0..40).for_each(|n| sorter.push(row(n)).unwrap());
            assert_eq!(sorter.runs.len() > 1, limit < usize::MAX);
            let (mut merge, mut found) = (sorter.finish().unwrap(), Vec::new());
            while let Some(row) = merge.next().unwrap() {
                found.push(row);
            }
            assert_eq!(found, expected, "{limit}");
        }
    }
}

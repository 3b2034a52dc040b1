//! Rows of a CSV file or a data frame, with their place in the file.
//!
//! Decides what is tolerated in any table: a byte order mark, CRLF, blanks around fields, columns
//! in any order when there is a header. Everything else is an error that names file and line.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::files;

use super::pickle::PickleFile;
use super::{DataError, Place};

/// A table in memory.
pub(crate) struct Table {
    path: PathBuf,
    header: Vec<String>,
    rows: Vec<(u64, csv::StringRecord)>,
}

/// One row of a table, which knows where it stands.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    table: &'a Table,
    line: u64,
    record: &'a csv::StringRecord,
}

/// A column of a table with a header, found by name.
#[derive(Clone, Copy)]
pub(crate) struct Column {
    index: usize,
    name: &'static str,
}

impl Column {
    /// A column of a table without header, by its zero-based position.
    pub(crate) const fn at(index: usize, name: &'static str) -> Self {
        Self { index, name }
    }
}

impl Table {
    /// Reads a table whose first row names the columns.
    pub(crate) fn with_header(path: &Path) -> Result<Self, DataError> {
        let mut table = Self::headerless(path)?;
        let (_, header) = table.rows.remove(0);
        table.header = header.iter().map(|h| h.trim().to_owned()).collect();
        Ok(table)
    }

    /// Reads a table that is all data; at least one row.
    pub(crate) fn headerless(path: &Path) -> Result<Self, DataError> {
        let bytes = files::read(path)?;
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|e| DataError::Csv {
                place: Place::new(path, e.position().map_or(0, csv::Position::line)),
                reason: e.to_string(),
            })?;
            let line = record.position().map_or(0, csv::Position::line);
            rows.push((line, record));
        }
        if rows.is_empty() {
            return Err(DataError::Empty { path: path.to_owned() });
        }
        Ok(Self { path: path.to_owned(), header: Vec::new(), rows })
    }

    /// Reads a data frame of pandas; its index becomes the first column.
    ///
    /// Cells have the texts that pandas writes to a CSV file; rows count as lines from one.
    pub(crate) fn pickled(path: &Path) -> Result<Self, DataError> {
        let frame = PickleFile::open(path)?.parse()?.frame()?;
        if frame.rows() == 0 {
            return Err(DataError::Empty { path: path.to_owned() });
        }
        let index = frame.index_name.clone().unwrap_or_else(|| "index".into());
        let names = frame.columns.iter().map(|column| column.name.clone());
        let row = |i: usize| {
            let cells = frame.columns.iter().map(|column| column.cells[i].to_string());
            (i as u64 + 1, std::iter::once(frame.index[i].to_string()).chain(cells).collect())
        };
        let rows = (0..frame.rows()).map(row).collect();
        Ok(Self {
            path: path.to_owned(),
            header: std::iter::once(index).chain(names).collect(),
            rows,
        })
    }

    /// The header names, empty without header.
    pub(crate) fn header(&self) -> &[String] {
        &self.header
    }

    /// All data rows as texts.
    pub(crate) fn texts(&self) -> Vec<Vec<String>> {
        let text = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect();
        self.rows.iter().map(|(_, record)| text(record)).collect()
    }

    /// The number of data rows.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The data rows in file order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = Row<'_>> + Clone {
        self.rows.iter().map(|(line, record)| Row { table: self, line: *line, record })
    }

    /// Finds columns by name; all must be there.
    pub(crate) fn columns<const N: usize>(
        &self,
        names: [&'static str; N],
    ) -> Result<[Column; N], DataError> {
        let mut columns = [Column::at(0, ""); N];
        for (column, name) in columns.iter_mut().zip(names) {
            *column = self.find(name).ok_or_else(|| DataError::MissingColumn {
                path: self.path.clone(),
                column: name.into(),
                expected: names.iter().map(|n| (*n).to_owned()).collect(),
                found: self.header.clone(),
            })?;
            if self.header.iter().filter(|h| *h == name).count() > 1 {
                let (path, column) = (self.path.clone(), name.into());
                return Err(DataError::ColumnTwice { path, column });
            }
        }
        Ok(columns)
    }

    /// Finds a column that may be absent.
    pub(crate) fn find(&self, name: &'static str) -> Option<Column> {
        self.header.iter().position(|h| h == name).map(|index| Column { index, name })
    }
}

impl<'a> Row<'a> {
    /// Where the row stands.
    pub(crate) fn place(&self) -> Place {
        Place::new(&self.table.path, self.line)
    }

    /// The number of fields.
    pub(crate) fn len(&self) -> usize {
        self.record.len()
    }

    /// A field exactly as written.
    pub(crate) fn raw(&self, column: Column) -> Result<&'a str, DataError> {
        self.record.get(column.index).ok_or_else(|| DataError::FieldCount {
            place: self.place(),
            found: self.record.len(),
            expected: match self.table.header.len() {
                0 => format!("at least {}", column.index + 1),
                n => n.to_string(),
            },
        })
    }

    /// A field without the blanks around it.
    pub(crate) fn text(&self, column: Column) -> Result<&'a str, DataError> {
        self.raw(column).map(str::trim)
    }

    /// A number.
    pub(crate) fn number<T: FromStr>(
        &self,
        column: Column,
        expected: &'static str,
    ) -> Result<T, DataError> {
        let text = self.text(column)?;
        text.parse().map_err(|_| self.bad(column, text, expected))
    }

    /// The error for a field that cannot be understood.
    pub(crate) fn bad(&self, column: Column, text: &str, expected: &'static str) -> DataError {
        DataError::Field {
            place: self.place(),
            column: column.name.into(),
            text: text.into(),
            expected,
        }
    }
}

//! What a data file holds, for people and programs.
//!
//! | content | told by | listing |
//! |---|---|---|
//! | LMDB feature store | `data.mdb` in the directory | videos with their frames |
//! | checkpoints of a run, stores of teachers | safetensors files in the directory, or below it in `checkpoints` | files |
//! | HDF5 results | the first bytes | data sets |
//! | video | the first bytes | - |
//! | Sener's features | the first bytes | - |
//! | pickle, `torch.save` | the first bytes, or all else | a data frame, tensors, entries or rows |
//! | teacher store | safetensors with our `format` | segments with the class they predict |
//! | safetensors | a JSON header after eight bytes | tensors |
//! | csv, lists | the ending | rows |
//!
//! It reads with the readers that training uses, so what cannot be shown cannot be trained on. Only
//! what is listed is held: arrays, frames and vectors stay on the disk.

mod folder;
mod pickled;
mod stores;
mod video;

use std::fmt;
use std::path::Path;

use serde_json::{Map, Value as Json};

use crate::files;

use super::error::DataError;
use super::reader::FeatureFormat;
use super::table::Table;

/// What a file is, some facts, and a listing.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// What it is, in words.
    pub kind: String,
    /// Facts by name.
    pub facts: Vec<(String, String)>,
    /// Names of the columns.
    pub header: Vec<String>,
    /// Rows, each as long as the header.
    pub rows: Vec<Vec<String>>,
}

/// Reads a file or a store and describes it.
///
/// # Errors
/// A file that is absent, damaged, or of none of the kinds above.
pub fn show(path: &Path) -> Result<Shown, DataError> {
    const HDF5: &[u8] = b"\x89HDF";
    const NUMPY: &[u8] = b"\x93NUMPY";
    const GZIP: &[u8] = b"\x1f\x8b";
    if files::is_dir(path) {
        return folder::show(path);
    }
    let head = files::read_head(path, 16)?;
    let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
    match (ending, head.as_slice()) {
        ("csv" | "txt" | "bundle", _) => csv(path),
        (_, []) => Err(unknown(path, "it is empty")),
        (_, head) if head.starts_with(HDF5) => stores::hdf5(path),
        (_, head) if video::is_video(head) => video::show(path),
        (_, head) if head.starts_with(NUMPY) => sener(path, FeatureFormat::Npy),
        (_, head) if head.starts_with(GZIP) => sener(path, FeatureFormat::Gz),
        (_, head) if head.get(8) == Some(&b'{') => stores::safetensors(path),
        ("safetensors", _) => stores::safetensors(path),
        _ => pickled::show(path),
    }
}

/// Features of one file a video.
fn sener(path: &Path, format: FeatureFormat) -> Result<Shown, DataError> {
    let (dim, frames) = format.extent(path)?;
    let mut shown = Shown::new("Sener's features of a video", []);
    shown.fact("frames", frames);
    shown.fact("elements of a vector", dim);
    Ok(shown)
}

/// The error for what is none of the kinds.
fn unknown(path: &Path, what: &str) -> DataError {
    let reason = format!(
        "{what}; csv tables, pickles, files of torch.save, LMDB stores, Sener's features, safetensors, \
         HDF5 and videos are"
    );
    DataError::UnknownContent { path: path.to_owned(), reason }
}

impl Shown {
    fn new<const N: usize>(kind: impl Into<String>, header: [&str; N]) -> Self {
        let header = header.map(str::to_owned).into();
        Self { kind: kind.into(), facts: Vec::new(), header, rows: Vec::new() }
    }

    fn fact(&mut self, name: &str, value: impl fmt::Display) {
        self.facts.push((name.into(), value.to_string()));
    }

    /// The listing as CSV with its header; empty where there is none.
    pub fn csv(&self) -> String {
        if self.header.is_empty() {
            return String::new();
        }
        let mut writer = csv::Writer::from_writer(Vec::new());
        let rows = std::iter::once(&self.header).chain(&self.rows);
        let written = rows.map(|row| writer.write_record(row)).collect::<Result<Vec<_>, _>>();
        written.expect("rows are as long as the header, and memory does not fail");
        let bytes = writer.into_inner().unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Everything as one JSON object.
    pub fn json(&self) -> Json {
        let object = |names: &mut dyn Iterator<Item = (&String, &String)>| {
            names
                .map(|(name, value)| (name.clone(), Json::from(value.as_str())))
                .collect::<Map<_, _>>()
        };
        let facts = object(&mut self.facts.iter().map(|(name, value)| (name, value)));
        let rows = self.rows.iter().map(|row| Json::from(object(&mut self.header.iter().zip(row))));
        serde_json::json!({ "kind": self.kind, "facts": facts, "rows": rows.collect::<Vec<_>>() })
    }

    /// Kind, facts and the first rows in columns.
    pub fn text(&self, rows: usize) -> String {
        const WIDEST: usize = 40;
        let mut text = format!("{}\n", self.kind);
        self.facts.iter().for_each(|(name, value)| text.push_str(&format!("  {name}: {value}\n")));
        let cut = |cell: &str| match cell.chars().count() > WIDEST {
            true => cell.chars().take(WIDEST - 3).chain("...".chars()).collect(),
            false => cell.to_owned(),
        };
        if self.header.is_empty() {
            return text;
        }
        let shown = std::iter::once(&self.header).chain(self.rows.iter().take(rows));
        let shown: Vec<Vec<String>> =
            shown.map(|row| row.iter().map(|cell| cut(cell)).collect()).collect();
        let width = |column: usize| shown.iter().map(|row| row[column].chars().count()).max();
        let widths: Vec<usize> = (0..self.header.len()).filter_map(width).collect();
        for row in &shown {
            let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
            text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
            text.push('\n');
        }
        if self.rows.len() > rows {
            text.push_str(&format!("... {} more\n", self.rows.len() - rows));
        }
        text
    }
}

/// A table; its first row is a header unless one of its fields is a number, or it is the only one and
/// has a digit, as names of videos and segments do.
fn csv(path: &Path) -> Result<Shown, DataError> {
    let table = Table::headerless(path)?;
    let mut rows = table.texts();
    let is_data = match rows[0].as_slice() {
        [only] => only.contains(|c: char| c.is_ascii_digit()),
        fields => fields.iter().any(|field| field.trim().parse::<f64>().is_ok()),
    };
    let header = match is_data {
        true => (0..rows[0].len()).map(|i| format!("column {i}")).collect(),
        false => rows.remove(0),
    };
    let widest = rows.iter().map(Vec::len).chain([header.len()]).max().unwrap_or(0);
    let fill = |mut row: Vec<String>| {
        row.resize(widest, String::new());
        row
    };
    let mut shown = Shown::new("csv table", []);
    shown.fact("rows", rows.len());
    shown.header = fill(header);
    shown.rows = rows.into_iter().map(fill).collect();
    Ok(shown)
}

//! Predictions from pickles: parsed, never executed.
//!
//! A dict of whole arrays is a student (`extract_preds` of the study's `helpers/metrics_multiple.py`) or
//! results from before HDF5; anything else is a teacher.

use std::collections::BTreeMap;
use std::path::Path;

use super::super::AnalysisError;
use super::Table;
use super::place::unusable;
use super::stored::Stored;
use crate::data::pickle::numpy::{self, Elements};
use crate::data::pickle::{Document, PickleFile, Value};
use crate::data::{Uid, teacher};
use crate::files::TensorData;

/// Reads a file.
pub(super) fn read(path: &Path) -> Result<Stored, AnalysisError> {
    let file = PickleFile::open(path)?;
    let document = file.parse()?;
    let entries = document.root().as_dict().unwrap_or_default();
    let named: BTreeMap<&str, Value<'_>> =
        entries.into_iter().filter_map(|(key, value)| Some((key.as_str()?, value))).collect();
    if named.contains_key("uid") || named.keys().any(|key| label(key, "logits").is_some()) {
        return Arrays { path, document: &document, named }.stored();
    }
    drop(document);
    let rows = teacher::read_rows(path)?;
    let values = rows.logits.into_iter().map(f64::from).collect();
    let table = Table { classes: rows.classes, values };
    Ok(Stored {
        idx: None,
        uids: rows.uids,
        scores: BTreeMap::from([("action".to_owned(), table)]),
        targets: rows.targets.map(|all| ("action".to_owned(), all)).into_iter().collect(),
    })
}

/// `verb` of `logits/verb`; `logits` alone are of actions.
fn label<'a>(key: &'a str, kind: &str) -> Option<&'a str> {
    match key.strip_prefix(kind)? {
        "" => Some("action"),
        rest => rest.strip_prefix('/'),
    }
}

/// A dict of arrays.
struct Arrays<'a, 'p> {
    path: &'a Path,
    document: &'a Document<'p>,
    named: BTreeMap<&'a str, Value<'a>>,
}

/// Numbers of an array and its shape.
struct Numbers {
    shape: Vec<usize>,
    values: Vec<f64>,
}

impl Arrays<'_, '_> {
    fn stored(&self) -> Result<Stored, AnalysisError> {
        let mut stored = Stored { uids: self.uids()?, ..Stored::default() };
        if self.named.contains_key("idx") {
            stored.idx = Some(self.whole("idx")?);
        }
        for key in self.named.keys() {
            if let Some(label) = label(key, "logits") {
                stored.scores.insert(label.to_owned(), self.table(key)?);
            } else if let Some(label) = label(key, "target")
                && self.numbers(key)?.shape.len() <= 1
            {
                stored.targets.insert(label.to_owned(), self.whole(key)?);
            }
        }
        Ok(stored)
    }

    fn table(&self, key: &str) -> Result<Table, AnalysisError> {
        let Numbers { shape, values } = self.numbers(key)?;
        match shape.as_slice() {
            [_, classes] if *classes > 0 => Ok(Table { classes: *classes, values }),
            shape => {
                let expected = "expected (segments, classes)";
                Err(unusable(self.path, format!("`{key}` has shape {shape:?}, {expected}")))
            }
        }
    }

    fn uids(&self) -> Result<Vec<Uid>, AnalysisError> {
        let value = self.value("uid")?;
        if let Some(items) = value.as_sequence() {
            if let Some(texts) = items.iter().map(|item| item.as_str()).collect::<Option<Vec<_>>>()
            {
                return Ok(Uid::column(texts.into_iter()));
            }
            let ints = items.iter().map(|item| item.as_int().map(Uid::Int));
            return ints.collect::<Option<_>>().ok_or_else(|| {
                unusable(self.path, "`uid` is a list of other things than ints or texts".into())
            });
        }
        if numpy::is_array(value)
            && let Elements::Text(texts) =
                numpy::array(value).map_err(|e| self.document.error(e))?.data
        {
            return Ok(Uid::column(texts.iter().map(String::as_str)));
        }
        Ok(self.whole("uid")?.into_iter().map(Uid::Int).collect())
    }

    /// Whole numbers, which the original keeps as floats.
    fn whole(&self, key: &str) -> Result<Vec<i64>, AnalysisError> {
        let whole = |value: f64| (value.fract() == 0.0).then_some(value as i64);
        let found = self.numbers(key)?.values.into_iter().map(whole).collect::<Option<_>>();
        found.ok_or_else(|| unusable(self.path, format!("`{key}` has numbers that are not whole")))
    }

    fn numbers(&self, key: &str) -> Result<Numbers, AnalysisError> {
        let value = self.value(key)?;
        if !numpy::is_array(value) {
            let tensor = self.document.tensor(value)?;
            let values = match tensor.data {
                TensorData::F32(values) => values.into_iter().map(f64::from).collect(),
                TensorData::I64(values) => values.into_iter().map(|int| int as f64).collect(),
            };
            return Ok(Numbers { shape: tensor.shape, values });
        }
        let array = numpy::array(value).map_err(|e| self.document.error(e))?;
        let values = match array.data {
            Elements::Float(values) => values,
            Elements::Int(values) => values.into_iter().map(|int| int as f64).collect(),
            _ => return Err(self.document.unexpected(value, "an array of numbers").into()),
        };
        Ok(Numbers { shape: array.shape, values })
    }

    fn value(&self, key: &str) -> Result<Value<'_>, AnalysisError> {
        self.named.get(key).copied().ok_or_else(|| {
            let found: Vec<String> = self.named.keys().map(|key| format!("`{key}`")).collect();
            unusable(self.path, format!("it has no `{key}`, only {}", found.join(", ")))
        })
    }
}

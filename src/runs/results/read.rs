//! Reads results, ours and the original's.

use std::collections::BTreeMap;
use std::path::Path;

use hdf5_pure::{DType, Dataset, File};

use super::{REGRESSION, Results, Rows, Uids};
use crate::files;
use crate::runs::RunError;

/// Reads a whole results file.
///
/// Fails with the dataset's name when something is missing or of another type; groups other than
/// `logits`, `target` and `loss` are left alone.
pub fn read_results(path: &Path) -> Result<Results, RunError> {
    let reader = Reader { path, file: File::from_bytes(files::read(path)?).map_err(failed(path))? };
    let idx = reader.integers("idx")?;
    let results = Results {
        uid: reader.uids()?,
        logits: reader.group("logits", Reader::floats)?,
        logits_regression: reader.optional(REGRESSION)?,
        target: reader.group("target", Reader::integers)?,
        loss: reader.group("loss", Reader::floats)?,
        epoch: reader.epochs()?,
        idx: idx.data,
    };
    reader.check_samples(&results)?;
    Ok(results)
}

/// Reads what [`read_results`] leaves: further outputs, by name, of the root and of groups.
///
/// # Errors
/// As there.
pub fn read_outputs(path: &Path) -> Result<BTreeMap<String, Rows<f32>>, RunError> {
    let reader = Reader { path, file: File::from_bytes(files::read(path)?).map_err(failed(path))? };
    let root = reader.file.root();
    let mut outputs = BTreeMap::new();
    for name in root.datasets().map_err(failed(path))? {
        if !["idx", "uid", "epoch", REGRESSION].contains(&name.as_str()) {
            outputs.insert(name.clone(), reader.floats(&name)?);
        }
    }
    for group in root.groups().map_err(failed(path))? {
        if !["logits", "target", "loss"].contains(&group.as_str()) {
            let rows = reader.group(&group, Reader::floats)?.into_iter();
            outputs.extend(rows.map(|(name, rows)| (format!("{group}/{name}"), rows)));
        }
    }
    Ok(outputs)
}

struct Reader<'a> {
    path: &'a Path,
    file: File,
}

impl Reader<'_> {
    fn group<T>(
        &self,
        name: &str,
        read: impl Fn(&Self, &str) -> Result<Rows<T>, RunError>,
    ) -> Result<BTreeMap<String, Rows<T>>, RunError> {
        let groups = self.file.root().groups().map_err(failed(self.path))?;
        if !groups.iter().any(|g| g == name) {
            return Ok(BTreeMap::new());
        }
        let group = self.file.group(name).map_err(failed(self.path))?;
        let names = group.datasets().map_err(failed(self.path))?;
        names.into_iter().map(|n| Ok((n.clone(), read(self, &format!("{name}/{n}"))?))).collect()
    }

    fn optional(&self, name: &str) -> Result<Option<Rows<f32>>, RunError> {
        let datasets = self.file.root().datasets().map_err(failed(self.path))?;
        datasets.iter().any(|d| d == name).then(|| self.floats(name)).transpose()
    }

    fn integers(&self, name: &str) -> Result<Rows<i64>, RunError> {
        let dataset = self.dataset(name)?;
        if !is_integer(&self.dtype(&dataset)?) {
            return self.wrong(name, &dataset, "integers");
        }
        self.rows(name, &dataset, dataset.read_i64().map_err(failed(self.path))?)
    }

    fn floats(&self, name: &str) -> Result<Rows<f32>, RunError> {
        let dataset = self.dataset(name)?;
        if !matches!(self.dtype(&dataset)?, DType::F32 | DType::F64) {
            return self.wrong(name, &dataset, "floats");
        }
        self.rows(name, &dataset, dataset.read_f32().map_err(failed(self.path))?)
    }

    fn epochs(&self) -> Result<Vec<f64>, RunError> {
        let dataset = self.dataset("epoch")?;
        match self.dtype(&dataset)? {
            DType::F32 | DType::F64 => dataset.read_f64().map_err(failed(self.path)),
            // The original stores what it was given, a whole number at the end of training.
            t if is_integer(&t) => {
                let whole = dataset.read_i64().map_err(failed(self.path))?;
                Ok(whole.into_iter().map(|n| n as f64).collect())
            }
            _ => self.wrong("epoch", &dataset, "numbers"),
        }
    }

    fn uids(&self) -> Result<Uids, RunError> {
        let dataset = self.dataset("uid")?;
        match self.dtype(&dataset)? {
            DType::String | DType::VariableLengthString => {
                Ok(Uids::Texts(dataset.read_string().map_err(failed(self.path))?))
            }
            t if is_integer(&t) => {
                Ok(Uids::Numbers(dataset.read_i64().map_err(failed(self.path))?))
            }
            _ => self.wrong("uid", &dataset, "integers or strings"),
        }
    }

    fn dataset(&self, name: &str) -> Result<Dataset, RunError> {
        self.file.dataset(name).map_err(|e| RunError::Dataset {
            path: self.path.to_owned(),
            dataset: name.to_owned(),
            found: e.to_string(),
            expected: "a dataset".into(),
        })
    }

    fn dtype(&self, dataset: &Dataset) -> Result<DType, RunError> {
        dataset.dtype().map_err(failed(self.path))
    }

    fn rows<T>(&self, name: &str, dataset: &Dataset, data: Vec<T>) -> Result<Rows<T>, RunError> {
        let shape = dataset.shape().map_err(failed(self.path))?;
        let shape: Vec<usize> =
            shape.into_iter().map(|n| usize::try_from(n).unwrap_or(usize::MAX)).collect();
        if shape.is_empty() || shape.iter().product::<usize>() != data.len() {
            return self.wrong(name, dataset, "rows");
        }
        Ok(Rows { shape, data })
    }

    fn wrong<T>(&self, name: &str, dataset: &Dataset, expected: &str) -> Result<T, RunError> {
        let found = self.dtype(dataset)?;
        let shape = dataset.shape().map_err(failed(self.path))?;
        Err(RunError::Dataset {
            path: self.path.to_owned(),
            dataset: name.to_owned(),
            found: format!("{found} of shape {shape:?}"),
            expected: expected.to_owned(),
        })
    }

    /// Losses that come reduced have a row a batch; all else has a row a sample.
    fn check_samples(&self, results: &Results) -> Result<(), RunError> {
        let n = results.idx.len();
        let counts = [("uid".to_owned(), results.uid.len())]
            .into_iter()
            .chain(results.logits.iter().map(|(k, v)| (format!("logits/{k}"), v.len())))
            .chain(results.logits_regression.iter().map(|v| (REGRESSION.to_owned(), v.len())))
            .chain(results.target.iter().map(|(k, v)| (format!("target/{k}"), v.len())));
        match counts.into_iter().find(|(_, found)| *found != n) {
            None => Ok(()),
            Some((dataset, found)) => Err(RunError::Dataset {
                path: self.path.to_owned(),
                dataset,
                found: format!("{found} rows"),
                expected: format!("{n} rows, as `idx`"),
            }),
        }
    }
}

fn is_integer(dtype: &DType) -> bool {
    use DType::{I8, I16, I32, I64, U8, U16, U32, U64};
    matches!(dtype, I8 | I16 | I32 | I64 | U8 | U16 | U32 | U64)
}

fn failed(path: &Path) -> impl Fn(hdf5_pure::Error) -> RunError {
    move |e| RunError::Hdf5 { path: path.to_owned(), reason: e.to_string() }
}

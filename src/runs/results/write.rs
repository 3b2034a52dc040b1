//! Collects batches and writes them in one step.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use hdf5_pure::{DatasetBuilder, FileBuilder, FormatError, MaxExtent};

use super::{LONG_TERM, REGRESSION, Results, Rows, Uids};
use crate::files;
use crate::runs::RunError;

/// Level of the original.
const DEFLATE: u32 = 9;
/// Elements a chunk aims at: 64 Ki floats are 256 KiB, well inside HDF5's chunk cache.
const CHUNK_ELEMENTS: usize = 1 << 16;
/// Longest side of a chunk. The writer stores longer ones in four bytes where three would do, which
/// HDF5 2.0 refuses to open.
const CHUNK_SIDE: usize = u16::MAX as usize;
/// Width of text uids, as `STR_UID_MAXLEN` of the original.
const UID_WIDTH: usize = 64;

/// Rows of an evaluation, batch after batch.
#[derive(Clone, Debug, Default)]
pub struct ResultsWriter {
    rows: Option<Results>,
    outputs: BTreeMap<String, Rows<f32>>,
    long_term: BTreeMap<String, Rows<i64>>,
}

impl ResultsWriter {
    /// Without rows.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a batch; it must have the names and row shapes of the first one.
    pub fn append(&mut self, batch: Results) -> Result<(), RunError> {
        check_samples(&batch)?;
        match &mut self.rows {
            None => self.rows = Some(batch),
            Some(rows) => extend(rows, batch)?,
        }
        Ok(())
    }

    /// Adds an output beside the logits, whole: a row for each sample. A name with `/` goes into a
    /// group.
    pub fn add_output(&mut self, name: &str, rows: Rows<f32>) {
        self.outputs.insert(name.to_owned(), rows);
    }

    /// Adds the classes of one label type behind the clips, whole: a row for each sample.
    pub fn add_long_term(&mut self, label: &str, rows: Rows<i64>) {
        self.long_term.insert(label.to_owned(), rows);
    }

    /// Number of samples so far.
    pub fn len(&self) -> usize {
        self.rows.as_ref().map_or(0, |r| r.idx.len())
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What was collected; `None` when nothing was added.
    pub fn rows(&self) -> Option<&Results> {
        self.rows.as_ref()
    }

    /// Replaces the file at `path`, when every output has a row for each sample; an evaluation without samples has only an empty `idx`.
    pub fn write(&self, path: &Path) -> Result<(), RunError> {
        let failed = |e: &dyn std::fmt::Display| RunError::Hdf5 {
            path: path.to_owned(),
            reason: e.to_string(),
        };
        let samples = self.len();
        let outputs = self.outputs.iter().map(|(name, rows)| (name, rows.len()));
        let labels = self.long_term.iter().map(|(name, rows)| (name, rows.len()));
        if let Some((name, found)) = outputs.chain(labels).find(|(_, found)| *found != samples) {
            return Err(mismatch(name, format!("{found} rows"), format!("{samples} rows")));
        }
        let mut builder = match &self.rows {
            Some(rows) => build(rows).map_err(|e| failed(&e))?,
            None => build(&empty()).map_err(|e| failed(&e))?,
        };
        add_outputs(&mut builder, &self.outputs);
        if !self.long_term.is_empty() {
            add_group(&mut builder, LONG_TERM, &self.long_term, |d, v| d.with_i64_data(v));
        }
        if let Some(parent) = path.parent() {
            files::create_dir_all(parent)?;
        }
        files::write_with(path, |out| {
            builder.finish_to(out).map_err(|e| match e {
                hdf5_pure::Error::Io(e) => e,
                other => io::Error::other(other.to_string()),
            })
        })?;
        Ok(())
    }
}

fn empty() -> Results {
    Results {
        idx: Vec::new(),
        uid: Uids::Numbers(Vec::new()),
        logits: BTreeMap::new(),
        logits_regression: None,
        target: BTreeMap::new(),
        loss: BTreeMap::new(),
        epoch: Vec::new(),
    }
}

fn mismatch(dataset: &str, found: impl ToString, expected: impl ToString) -> RunError {
    RunError::Batch {
        dataset: dataset.to_owned(),
        found: found.to_string(),
        expected: expected.to_string(),
    }
}

/// Everything that has a row a sample has as many rows as `idx`. Losses may come reduced.
fn check_samples(batch: &Results) -> Result<(), RunError> {
    let n = batch.idx.len();
    let counts = [("uid".to_owned(), batch.uid.len())]
        .into_iter()
        .chain(batch.logits.iter().map(|(k, v)| (format!("logits/{k}"), v.len())))
        .chain(batch.logits_regression.iter().map(|v| (REGRESSION.to_owned(), v.len())))
        .chain(batch.target.iter().map(|(k, v)| (format!("target/{k}"), v.len())));
    for (name, found) in counts {
        if found != n {
            return Err(mismatch(&name, format!("{found} rows"), format!("{n} rows")));
        }
    }
    Ok(())
}

/// All or nothing: shapes are compared before the first row moves.
fn extend(rows: &mut Results, batch: Results) -> Result<(), RunError> {
    check_alike("logits", &rows.logits, &batch.logits)?;
    check_alike("target", &rows.target, &batch.target)?;
    check_alike("loss", &rows.loss, &batch.loss)?;
    let durations = match (&mut rows.logits_regression, batch.logits_regression) {
        (Some(all), Some(new)) if all.shape[1..] == new.shape[1..] => Some((all, new)),
        (None, None) => None,
        _ => return Err(mismatch(REGRESSION, "other rows", "rows as in the first batch")),
    };
    match (&mut rows.uid, batch.uid) {
        (Uids::Numbers(all), Uids::Numbers(new)) => all.extend(new),
        (Uids::Texts(all), Uids::Texts(new)) => all.extend(new),
        (Uids::Numbers(_), Uids::Texts(_)) => return Err(mismatch("uid", "texts", "numbers")),
        (Uids::Texts(_), Uids::Numbers(_)) => return Err(mismatch("uid", "numbers", "texts")),
    }
    rows.idx.extend(batch.idx);
    rows.epoch.extend(batch.epoch);
    if let Some((all, new)) = durations {
        append(all, new);
    }
    extend_group(&mut rows.logits, batch.logits);
    extend_group(&mut rows.target, batch.target);
    extend_group(&mut rows.loss, batch.loss);
    Ok(())
}

fn check_alike<T>(
    group: &str,
    all: &BTreeMap<String, Rows<T>>,
    new: &BTreeMap<String, Rows<T>>,
) -> Result<(), RunError> {
    if !all.keys().eq(new.keys()) {
        return Err(mismatch(group, format!("{:?}", new.keys()), format!("{:?}", all.keys())));
    }
    for (name, rows) in new {
        let (found, expected) = (&rows.shape[1..], &all[name].shape[1..]);
        if found != expected {
            let text = |shape: &[usize]| format!("rows of shape {shape:?}");
            return Err(mismatch(&format!("{group}/{name}"), text(found), text(expected)));
        }
    }
    Ok(())
}

fn extend_group<T>(all: &mut BTreeMap<String, Rows<T>>, new: BTreeMap<String, Rows<T>>) {
    for (name, rows) in new {
        let into = all.get_mut(&name).expect("the names were compared");
        append(into, rows);
    }
}

fn append<T>(all: &mut Rows<T>, new: Rows<T>) {
    all.shape[0] += new.shape[0];
    all.data.extend(new.data);
}

fn build(rows: &Results) -> Result<FileBuilder, FormatError> {
    let mut file = FileBuilder::new();
    growable(file.create_dataset("idx").with_i64_data(&rows.idx), &[rows.idx.len()]);
    let uid = file.create_dataset("uid");
    match &rows.uid {
        Uids::Numbers(v) => growable(uid.with_i64_data(v), &[v.len()]),
        Uids::Texts(v) => {
            let texts: Vec<&str> = v.iter().map(String::as_str).collect();
            let longest = texts.iter().map(|t| t.len()).max().unwrap_or(0);
            let width = u32::try_from(longest.max(UID_WIDTH)).unwrap_or(u32::MAX);
            // Bytes, as the original stores them; texts beyond ASCII say that they are UTF-8.
            let uid = if v.iter().all(|t| t.is_ascii()) {
                uid.with_ascii_strings_sized(&texts, width)?
            } else {
                uid.with_strings_sized(&texts, width)?
            };
            growable(uid, &[v.len()]);
        }
    }
    growable(file.create_dataset("epoch").with_f64_data(&rows.epoch), &[rows.epoch.len()]);
    if let Some(rows) = &rows.logits_regression {
        growable(file.create_dataset(REGRESSION).with_f32_data(&rows.data), &rows.shape);
    }
    add_group(&mut file, "logits", &rows.logits, |d, v| d.with_f32_data(v));
    add_group(&mut file, "target", &rows.target, |d, v| d.with_i64_data(v));
    add_group(&mut file, "loss", &rows.loss, |d, v| d.with_f32_data(v));
    Ok(file)
}

fn add_group<T>(
    file: &mut FileBuilder,
    name: &str,
    datasets: &BTreeMap<String, Rows<T>>,
    fill: impl for<'a> Fn(&'a mut DatasetBuilder, &[T]) -> &'a mut DatasetBuilder,
) {
    let mut group = file.create_group(name);
    for (name, rows) in datasets {
        growable(fill(group.create_dataset(name), &rows.data), &rows.shape);
    }
    file.add_group(group.finish());
}

/// Datasets of the root, and of a group for each part of a name before `/`.
fn add_outputs(file: &mut FileBuilder, outputs: &BTreeMap<String, Rows<f32>>) {
    let mut groups: BTreeMap<&str, BTreeMap<String, Rows<f32>>> = BTreeMap::new();
    for (name, rows) in outputs {
        match name.split_once('/') {
            None => growable(file.create_dataset(name).with_f32_data(&rows.data), &rows.shape),
            Some((group, name)) => {
                groups.entry(group).or_default().insert(name.to_owned(), rows.clone());
            }
        }
    }
    for (group, datasets) in groups {
        add_group(file, group, &datasets, |d, v| d.with_f32_data(v));
    }
}

/// Shape, chunks, compression, and no bound on the number of rows.
fn growable(dataset: &mut DatasetBuilder, shape: &[usize]) {
    let width = shape[1..].iter().product::<usize>().max(1);
    let rows = (CHUNK_ELEMENTS / width).clamp(1, shape[0].max(1));
    let wide = |n: &usize| *n as u64;
    let sides = std::iter::once(&rows).chain(&shape[1..]);
    let chunk: Vec<u64> = sides.map(|n| wide(n.clamp(&1, &CHUNK_SIDE))).collect();
    let mut bound: Vec<MaxExtent> = shape.iter().map(|n| MaxExtent::Fixed(wide(n))).collect();
    bound[0] = MaxExtent::Unlimited;
    let shape: Vec<u64> = shape.iter().map(wide).collect();
    dataset.with_shape(&shape).with_maxshape(&bound).with_chunks(&chunk).with_deflate(DEFLATE);
}

#[cfg(test)]
mod tests {
    use hdf5_pure::File;

    use super::*;

    #[test]
    fn further_outputs_lie_beside_the_logits() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("eval.h5");
        let mut writer = ResultsWriter::new();
        writer
            .append(Results { idx: vec![0, 1], uid: Uids::Numbers(vec![7, 8]), ..empty() })
            .unwrap();
        writer.add_output("gpt2_att_0", Rows::new([2, 3, 2], vec![0.5; 12]));
        writer.add_output("past_logits/action", Rows::new([2, 4], vec![1.0; 8]));
        writer.write(&path).unwrap();
        let file = File::from_bytes(files::read(&path).unwrap()).unwrap();
        let shape = |name: &str| file.dataset(name).unwrap().shape().unwrap();
        assert_eq!(shape("gpt2_att_0"), [2, 3, 2]);
        assert_eq!(shape("past_logits/action"), [2, 4]);
        writer.add_output("past", Rows::new([1, 3], vec![0.0; 3]));
        let error = writer.write(&path).unwrap_err().to_string();
        assert!(error.contains("past") && error.contains("1 rows"), "{error}");
    }
}

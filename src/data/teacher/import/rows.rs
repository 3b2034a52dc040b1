//! The rows of a pickle with predictions: which uid, which numbers.

use std::collections::HashMap;
use std::path::Path;

use crate::data::Uid;
use crate::data::error::DataError;
use crate::data::pickle::{Document, PickleFile, Value};
use crate::data::teacher::TeacherError;
use crate::files::{HostTensor, TensorData};

use super::Pool;

/// One row a segment, in the order of the file.
pub(super) struct Predictions {
    pub(super) uids: Vec<Uid>,
    pub(super) logits: Matrix,
    pub(super) features: Option<Matrix>,
    /// Rows that a later one replaced.
    pub(super) replaced: usize,
}

/// Rows of `members * width` numbers.
#[derive(Debug)]
pub(super) struct Matrix {
    pub(super) values: Vec<f32>,
    pub(super) members: usize,
    pub(super) width: usize,
}

/// The rows of either form, before their numbers are read.
struct Rows<'p> {
    uids: Vec<Uid>,
    values: Vec<Value<'p>>,
    /// Whether each value is a dict with several entries, else it is a tensor.
    dicts: bool,
    replaced: usize,
}

const FEATURES: &str = "LM_feat";

impl Pool {
    /// The entries of a dict that hold the logits; the first one that is there counts.
    fn keys(self) -> &'static [&'static str] {
        match self {
            Pool::Single | Pool::Stacked => &["logit_action"],
            Pool::Mean => &["logit_action_mean", "logit_action"],
            Pool::MaxPool => &["logit_action_maxpool", "logit_action"],
        }
    }

    /// Several rows to one, or as many as they are; `None` where one is expected and more are there.
    fn apply(self, values: Vec<f32>, members: usize) -> Option<(Vec<f32>, usize)> {
        if self == Pool::Stacked || members == 1 {
            return Some((values, members));
        }
        let width = values.len() / members;
        let column = |c: usize| (0..members).map(|m| values[m * width + c]).collect::<Vec<_>>();
        let join = |column: Vec<f32>| match self {
            Pool::Mean => Some(column.iter().sum::<f32>() / members as f32),
            Pool::MaxPool => {
                column.into_iter().reduce(|a, b| if b > a || b.is_nan() { b } else { a })
            }
            Pool::Single | Pool::Stacked => None,
        };
        Some(((0..width).map(|c| join(column(c))).collect::<Option<_>>()?, 1))
    }
}

/// Uids, predictions, and the class of each row where the file has them all.
type Labelled = (Vec<Uid>, Matrix, Option<Vec<i64>>);

/// Reads the predictions alone, with the classes that a list of dicts may hold beside them.
pub(super) fn read_labelled(path: &Path, pool: Pool) -> Result<Labelled, DataError> {
    let file = PickleFile::open(path)?;
    let document = file.parse()?;
    let rows = rows(&document)?;
    let logits = matrix(&document, &rows, pool.keys(), pool)?;
    let target = |row: &Value<'_>| whole(&document, row.get("target")?);
    let targets = match rows.dicts {
        true => rows.values.iter().map(target).collect(),
        false => None,
    };
    Ok((rows.uids, logits, targets))
}

/// An int, also one of numpy or torch.
fn whole(document: &Document<'_>, value: Value<'_>) -> Option<i64> {
    let of_tensor = || match document.tensor(value).ok()?.data {
        TensorData::I64(ints) if ints.len() == 1 => Some(ints[0]),
        _ => None,
    };
    value.as_int().or_else(of_tensor)
}

/// Reads predictions, and the features beside them.
pub(super) fn read(path: &Path, pool: Pool) -> Result<Predictions, DataError> {
    let file = PickleFile::open(path)?;
    let document = file.parse()?;
    let rows = rows(&document)?;
    let logits = matrix(&document, &rows, pool.keys(), pool)?;
    let has_features = rows.dicts && rows.values.iter().any(|row| row.get(FEATURES).is_some());
    let features = match has_features {
        true => Some(matrix(&document, &rows, &[FEATURES], Pool::Stacked)?),
        false => None,
    };
    Ok(Predictions { uids: rows.uids, logits, features, replaced: rows.replaced })
}

/// Reads features from a file of their own, for the given segments of as many teachers.
pub(super) fn read_features(
    path: &Path,
    uids: &[Uid],
    members: usize,
) -> Result<Matrix, DataError> {
    let refuse =
        |reason| DataError::from(TeacherError::Predictions { path: path.to_owned(), reason });
    let file = PickleFile::open(path)?;
    let document = file.parse()?;
    let rows = rows(&document)?;
    let all = matrix(&document, &rows, &[FEATURES], Pool::Stacked)?;
    if all.members != members {
        let found = all.members;
        return Err(refuse(format!("features of {found} teachers for logits of {members}")));
    }
    let index: HashMap<&Uid, usize> = rows.uids.iter().zip(0..).collect();
    let size = all.members * all.width;
    let mut values = Vec::with_capacity(uids.len() * size);
    for uid in uids {
        let row = index.get(uid).ok_or_else(|| refuse(format!("no features of segment {uid}")))?;
        values.extend(&all.values[row * size..(row + 1) * size]);
    }
    Ok(Matrix { values, ..all })
}

/// Finds the rows; of several with one uid the last one counts, as in a Python dict.
fn rows<'p>(document: &'p Document<'_>) -> Result<Rows<'p>, DataError> {
    const EXPECTED: &str = "a list of dicts with `uid`, or a dict from uid to tensor";
    let root = document.root();
    let dicts = root.as_sequence();
    let is_list = dicts.is_some();
    let pairs: Vec<(Value<'p>, Value<'p>)> = match dicts {
        Some(dicts) => {
            let pair = |row: Value<'p>| row.get("uid").map(|uid| (uid, row));
            let row = |row: Value<'p>| pair(row).ok_or_else(|| document.unexpected(row, EXPECTED));
            dicts.into_iter().map(row).collect::<Result<_, _>>()?
        }
        None => root.as_dict().ok_or_else(|| document.unexpected(root, EXPECTED))?,
    };
    if pairs.is_empty() {
        return Err(DataError::Empty { path: document.path().to_owned() });
    }
    let mut rows = Rows { uids: Vec::new(), values: Vec::new(), dicts: is_list, replaced: 0 };
    let mut index: HashMap<Uid, usize> = HashMap::new();
    let values = pairs.iter().map(|(_, value)| *value);
    for (uid, value) in uids(document, pairs.iter().map(|(uid, _)| *uid))?.into_iter().zip(values) {
        match index.get(&uid) {
            Some(row) => {
                rows.values[*row] = value;
                rows.replaced += 1;
            }
            None => {
                index.insert(uid.clone(), rows.uids.len());
                rows.uids.push(uid);
                rows.values.push(value);
            }
        }
    }
    Ok(rows)
}

/// Uids as integers, also those of numpy and torch; texts that are numbers are, unless another text
/// is none: as a column of a table, the uids of a file have one type.
fn uids<'p>(
    document: &'p Document<'_>,
    values: impl Iterator<Item = Value<'p>> + Clone,
) -> Result<Vec<Uid>, DataError> {
    let texts: Vec<&str> = values.clone().filter_map(|value| value.as_str()).collect();
    let mut texts = Uid::column(texts.into_iter()).into_iter();
    let uid = |value: Value<'p>| {
        if value.as_str().is_some() {
            return Ok(texts.next().expect("one for each text"));
        }
        if document.is_tensor(value) {
            document.tensor(value)?;
        }
        let int = whole(document, value).map(Uid::Int);
        int.ok_or_else(|| document.unexpected(value, "a uid: an int or a text"))
    };
    values.map(uid).collect()
}

/// Reads the numbers of all rows, which must have one shape.
fn matrix(
    document: &Document<'_>,
    rows: &Rows<'_>,
    keys: &[&str],
    pool: Pool,
) -> Result<Matrix, DataError> {
    let mut matrix: Option<Matrix> = None;
    for (uid, row) in rows.uids.iter().zip(&rows.values) {
        let refuse =
            |what: String| document.error(row.inconsistent(format!("segment {uid} {what}")));
        let value = match rows.dicts {
            true => keys.iter().find_map(|key| row.get(key)),
            false => Some(*row),
        };
        let value = value.ok_or_else(|| refuse(format!("has no `{}`", keys.join("` or `"))))?;
        let tensor = document.tensor(value)?;
        let shape: Vec<usize> = tensor.shape.iter().copied().filter(|n| *n != 1).collect();
        let members = match shape.as_slice() {
            [] | [_] => 1,
            [members, _] if *members > 0 => *members,
            _ => return Err(refuse(format!("has numbers of shape {:?}", tensor.shape))),
        };
        let (values, members) = pool.apply(floats(tensor), members).ok_or_else(|| {
            refuse(format!("has {members} predictions: choose their mean, maximum or stack"))
        })?;
        if let Some(bad) = values.iter().find(|value| !value.is_finite()) {
            return Err(refuse(format!("has the number {bad}")));
        }
        let width = values.len() / members;
        let all = matrix.get_or_insert_with(|| Matrix { values: Vec::new(), members, width });
        if (members, width) != (all.members, all.width) {
            let (m, w) = (all.members, all.width);
            return Err(refuse(format!(
                "has {members} x {width} numbers, the first has {m} x {w}"
            )));
        }
        all.values.extend(values);
    }
    matrix.ok_or_else(|| DataError::Empty { path: document.path().to_owned() })
}

fn floats(tensor: HostTensor) -> Vec<f32> {
    match tensor.data {
        TensorData::F32(values) => values,
        TensorData::I64(values) => values.into_iter().map(|i| i as f32).collect(),
    }
}

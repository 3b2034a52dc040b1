//! Per-sample results of an evaluation, in the HDF5 layout of the original (`store_append_h5` of
//! its `func/train.py`), which h5py and the original's scripts read.
//!
//! | dataset | type | shape |
//! |---|---|---|
//! | `idx` | int64 | (N,) |
//! | `uid` | int64, or bytes of fixed width | (N,) |
//! | `logits/<type>` | float32 | (N, classes) |
//! | `logits_regression` | float32 | (N, 1), of a student with a regression head |
//! | `target/<type>` | int64 | (N,) or (N, ...) |
//! | `future_subclips/<type>` | int64 | (N, times), of a set with `load_long_term_future_labels` |
//! | `loss/<name>` | float32 | (N, ...), or one row a batch for losses that come reduced |
//! | `epoch` | float64 | one a batch |
//! | `gpt2_att_<step>`, other outputs | float32 | (N, ...) |
//!
//! Chunked, deflated, growable along the first dimension, as the original's.

mod read;
mod write;

use std::collections::BTreeMap;

pub use read::{read_outputs, read_results};
pub use write::ResultsWriter;

/// The dataset of a regression head.
const REGRESSION: &str = "logits_regression";

/// The group of labels behind the clips, by the name that they have in the original's batches.
const LONG_TERM: &str = "future_subclips";

/// Rows of equal shape.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows<T> {
    /// Number of rows first, then the shape of one row.
    pub shape: Vec<usize>,
    /// Elements, row-major.
    pub data: Vec<T>,
}

impl<T> Rows<T> {
    /// Rows with their shape.
    ///
    /// # Panics
    /// When the number of elements does not fit the shape, or the shape has no first dimension.
    pub fn new(shape: impl Into<Vec<usize>>, data: Vec<T>) -> Self {
        let shape = shape.into();
        assert!(!shape.is_empty(), "rows have a first dimension");
        assert_eq!(shape.iter().product::<usize>(), data.len(), "elements fit the shape");
        Self { shape, data }
    }

    /// One number a row.
    pub fn column(data: Vec<T>) -> Self {
        Self { shape: vec![data.len()], data }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.shape[0]
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Elements of one row.
    pub fn width(&self) -> usize {
        self.shape[1..].iter().product()
    }

    /// Row `i`.
    pub fn row(&self, i: usize) -> &[T] {
        let width = self.width();
        &self.data[i * width..(i + 1) * width]
    }
}

/// Identifiers of samples.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Uids {
    /// Numbers (EPIC-Kitchens, EGTEA).
    Numbers(Vec<i64>),
    /// Texts (50 Salads, Breakfast).
    Texts(Vec<String>),
}

impl Uids {
    /// Number of samples.
    pub fn len(&self) -> usize {
        match self {
            Uids::Numbers(v) => v.len(),
            Uids::Texts(v) => v.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// One batch, or all batches of an evaluation.
#[derive(Clone, Debug, PartialEq)]
pub struct Results {
    /// Row of the sample in its data set; rows with the same `idx` are one sample.
    pub idx: Vec<i64>,
    /// Identifier of each sample.
    pub uid: Uids,
    /// Logits by label type.
    pub logits: BTreeMap<String, Rows<f32>>,
    /// Predicted durations, of a student with a regression head.
    pub logits_regression: Option<Rows<f32>>,
    /// Targets by label type; -1 is ignored.
    pub target: BTreeMap<String, Rows<i64>>,
    /// Losses before the mean, by name.
    pub loss: BTreeMap<String, Rows<f32>>,
    /// Epoch (fractional) of the model, one entry a batch.
    pub epoch: Vec<f64>,
}

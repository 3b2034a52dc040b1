//! Rows of a batch side by side, filled up at their ends.
//!
//! All are row-major, `rows * width`; the width is that of the longest row and at least one, so that
//! a batch of empty rows has a shape too.

use crate::data::Uid;

/// Token ids of texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextBatch {
    /// `rows * width`, padded at the end with the pad id.
    pub ids: Vec<i64>,
    /// Tokens of each row.
    pub lengths: Vec<usize>,
    /// Columns.
    pub width: usize,
}

/// Texts with tokens hidden that are to be restored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MaskedBatch {
    /// What is shown.
    pub text: TextBatch,
    /// Positions that are asked for, `row * width + column`, rising.
    pub asked: Vec<usize>,
    /// The ids that truly stand there.
    pub targets: Vec<i64>,
}

/// Past actions, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActionsBatch {
    /// `rows * width` classes; `classes` fills up, `classes + 1` is a hidden action.
    pub actions: Vec<i64>,
    /// Actions of each row; 0 where nothing came before.
    pub lengths: Vec<usize>,
    /// Columns.
    pub width: usize,
}

/// What a teacher reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HistoryInput {
    /// Sentences, for language models.
    Text(TextBatch),
    /// Class numbers, for models of actions.
    Actions(ActionsBatch),
}

/// Histories and what came after them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryBatch {
    /// What is read.
    pub input: HistoryInput,
    /// `action`, `verb`, `noun` with the class of each row; -1 where it is not labelled.
    pub targets: Vec<(String, Vec<i64>)>,
    /// The segment of each row.
    pub uids: Vec<Uid>,
    /// Its number in its set; several rows with one number are several histories of one segment.
    pub idx: Vec<usize>,
}

/// Rows side by side: the numbers, their lengths, the width.
pub(super) fn pad<'a>(
    rows: impl Iterator<Item = &'a [i64]> + Clone,
    pad: i64,
) -> (Vec<i64>, Vec<usize>, usize) {
    let lengths: Vec<usize> = rows.clone().map(<[i64]>::len).collect();
    let width = lengths.iter().copied().max().unwrap_or(0).max(1);
    let mut numbers = Vec::with_capacity(lengths.len() * width);
    for row in rows {
        numbers.extend(row);
        numbers.resize(numbers.len() + width - row.len(), pad);
    }
    (numbers, lengths, width)
}

impl TextBatch {
    /// Texts side by side.
    pub fn of<'a>(rows: impl Iterator<Item = &'a [i64]> + Clone, pad_id: i64) -> Self {
        let (ids, lengths, width) = pad(rows, pad_id);
        Self { ids, lengths, width }
    }

    /// Share of the positions that only fill up.
    pub fn padding(&self) -> f64 {
        1.0 - self.lengths.iter().sum::<usize>() as f64 / self.ids.len().max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_rows_are_filled_up() {
        let rows: [&[i64]; 3] = [&[7, 8, 9], &[], &[7]];
        let batch = TextBatch::of(rows.into_iter(), 1);
        assert_eq!(batch.ids, [7, 8, 9, 1, 1, 1, 7, 1, 1]);
        assert_eq!((batch.lengths.as_slice(), batch.width), (&[3, 0, 1][..], 3));
        assert!((batch.padding() - 5.0 / 9.0).abs() < 1e-12);
        let empty: [&[i64]; 2] = [&[], &[]];
        assert_eq!(TextBatch::of(empty.into_iter(), 1).ids, [1, 1]);
    }
}

//! Batches of histories, in an order that depends on (seed, epoch) alone.
//!
//! Everything is tokenised when the loader is made: an epoch only copies. What is [`Withheld`] is drawn
//! for (seed, epoch, row). Of a hidden action the class number becomes the hidden one, the words of its
//! verb and noun become the mask token, one for one, while what stands between words stays.

use crate::data::Shard;

use super::batch::{ActionsBatch, HistoryBatch, HistoryInput, TextBatch, pad};
use super::order::BatchOptions;
use super::reading::{Numbers, Reading};
use super::{HistoryRow, TextError, Withheld};

/// Makes the epochs of a set of histories.
#[derive(Clone, Debug)]
pub struct HistoryLoader {
    rows: Vec<HistoryRow>,
    numbers: Vec<Numbers>,
    lengths: Vec<u32>,
    options: BatchOptions,
    withheld: Withheld,
    shard: Shard,
    pad_id: i64,
    hidden_id: i64,
    is_text: bool,
}

impl HistoryLoader {
    /// Reads all histories; nothing is `withheld` but to train.
    ///
    /// # Errors
    /// No row, an action that is no class, a setting that makes no sense.
    pub fn new(
        rows: Vec<HistoryRow>,
        reading: &Reading,
        options: BatchOptions,
        withheld: Withheld,
    ) -> Result<Self, TextError> {
        let is_text = matches!(reading, Reading::Text(_));
        options.check()?;
        withheld.check(is_text)?;
        if rows.is_empty() {
            return Err(TextError::NoHistories);
        }
        let numbers = rows.iter().map(|row| reading.read(row)).collect::<Result<Vec<_>, _>>()?;
        let lengths = numbers.iter().map(|row| row.ids.len() as u32).collect();
        let (pad_id, hidden_id) = (reading.pad_id(), reading.hidden_id());
        let shard = Shard::WHOLE;
        Ok(Self { rows, numbers, lengths, options, withheld, shard, pad_id, hidden_id, is_text })
    }

    /// The same for one of several processes, which share the rows of batches that have `batch_size`
    /// for each of them.
    #[must_use]
    pub fn shared(mut self, shard: Shard) -> Self {
        self.options.batch_size *= shard.world;
        Self { shard, ..self }
    }

    /// Batches of an epoch, of all processes.
    pub fn len(&self) -> usize {
        self.options.batches(self.rows.len())
    }

    /// Whether an epoch has no batch; never, there is a row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Rows of an epoch.
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// The rows, in the order in which they were handed in.
    pub fn histories(&self) -> &[HistoryRow] {
        &self.rows
    }

    /// How batches are made.
    pub fn options(&self) -> &BatchOptions {
        &self.options
    }

    /// The batches of an epoch without the first `skip`.
    pub fn epoch(&self, epoch: u64, skip: usize) -> impl Iterator<Item = HistoryBatch> + '_ {
        let order = self.options.order(epoch, &self.lengths);
        (skip..self.len()).map(move |step| {
            let from = step * self.options.batch_size;
            let to = (from + self.options.batch_size).min(order.len());
            self.batch(epoch, &self.shard.every(&order[from..to]))
        })
    }

    fn batch(&self, epoch: u64, rows: &[u32]) -> HistoryBatch {
        let numbers: Vec<Vec<i64>> = rows.iter().map(|row| self.shown(epoch, *row)).collect();
        let (ids, lengths, width) = pad(numbers.iter().map(Vec::as_slice), self.pad_id);
        let input = match self.is_text {
            true => HistoryInput::Text(TextBatch { ids, lengths, width }),
            false => HistoryInput::Actions(ActionsBatch { actions: ids, lengths, width }),
        };
        let rows: Vec<&HistoryRow> = rows.iter().map(|row| &self.rows[*row as usize]).collect();
        let of = |label: &str| {
            (label.to_owned(), rows.iter().map(|row| row.labels.get(label)).collect())
        };
        HistoryBatch {
            input,
            targets: ["action", "verb", "noun"].map(of).to_vec(),
            uids: rows.iter().map(|row| row.uid.clone()).collect(),
            idx: rows.iter().map(|row| row.idx).collect(),
        }
    }

    /// What is shown of a row.
    fn shown(&self, epoch: u64, row: u32) -> Vec<i64> {
        let draw = [self.options.seed, epoch, u64::from(row)];
        self.withheld.show(&self.numbers[row as usize], self.hidden_id, draw)
    }
}

#[cfg(test)]
mod tests;

//! Batches of a corpus with tokens hidden, anew in every epoch.
//!
//! Order depends on (seed, epoch), what is hidden on (seed, epoch, line). Lines of similar length
//! in bytes come together where asked for: tokens are counted only when a line is read. A longer
//! line keeps its first tokens and the last one of its frame, as `transformers` cuts. A batch of
//! which no token came up asks for one all the same, for the mean of nothing is no number to learn
//! from; only a batch without a single word of the vocabulary asks for none. Where processes share
//! batches, the part of one may ask for none.

use std::sync::Arc;

use crate::data::Shard;
use crate::data::noise::Stream;

use super::super::batch::{MaskedBatch, TextBatch};
use super::super::order::BatchOptions;
use super::super::{TextError, Tokeniser};
use super::index::{Corpus, Lines};
use super::masking::{Masked, Masking};

/// Makes the epochs of a corpus.
#[derive(Clone, Debug)]
pub struct CorpusLoader {
    corpus: Corpus,
    lengths: Vec<u32>,
    tokeniser: Arc<Tokeniser>,
    options: BatchOptions,
    shard: Shard,
    masking: Masking,
    max_tokens: usize,
}

/// Tells what is drawn for masks from what is drawn for orders.
const MASKS: u64 = 0x6d6c_6d00;

impl CorpusLoader {
    /// A loader of all lines of a corpus, each cut to `max_tokens`.
    ///
    /// # Errors
    /// A setting that makes no sense.
    pub fn new(
        corpus: Corpus,
        tokeniser: Arc<Tokeniser>,
        max_tokens: usize,
        options: BatchOptions,
        masking: Masking,
    ) -> Result<Self, TextError> {
        options.check()?;
        masking.check()?;
        if max_tokens < 3 {
            return Err(TextError::Setting {
                setting: "text.max_tokens",
                value: max_tokens.to_string(),
                reason: "a word stands between the two tokens of the frame",
            });
        }
        let lengths = corpus.lengths();
        let shard = Shard::WHOLE;
        Ok(Self { corpus, lengths, tokeniser, options, shard, masking, max_tokens })
    }

    /// The same for one of several processes, which share the lines of batches that have `batch_size`
    /// for each of them.
    #[must_use]
    pub fn shared(mut self, shard: Shard) -> Self {
        self.options.batch_size *= shard.world;
        Self { shard, ..self }
    }

    /// Batches of an epoch, of all processes.
    pub fn len(&self) -> usize {
        self.options.batches(self.corpus.len())
    }

    /// Whether an epoch has no batch; never, there is a line.
    pub fn is_empty(&self) -> bool {
        self.corpus.is_empty()
    }

    /// Lines of an epoch.
    pub fn rows(&self) -> usize {
        self.corpus.len()
    }

    /// How batches are made.
    pub fn options(&self) -> &BatchOptions {
        &self.options
    }

    /// The batches of an epoch without the first `skip`; it ends with the first error.
    pub fn epoch(
        &self,
        epoch: u64,
        skip: usize,
    ) -> impl Iterator<Item = Result<MaskedBatch, TextError>> + '_ {
        let order = self.options.order(epoch, &self.lengths);
        let mut lines = None;
        let mut failed = false;
        let steps = skip..self.len();
        steps.map_while(move |step| {
            let from = step * self.options.batch_size;
            let to = (from + self.options.batch_size).min(order.len());
            let rows = self.shard.every(&order[from..to]);
            let batch = (!failed).then(|| self.batch(epoch, &rows, &mut lines));
            failed = !matches!(batch, Some(Ok(_)));
            batch
        })
    }

    fn batch<'s>(
        &'s self,
        epoch: u64,
        rows: &[u32],
        lines: &mut Option<Lines<'s>>,
    ) -> Result<MaskedBatch, TextError> {
        let lines = match lines {
            Some(lines) => lines,
            None => lines.insert(self.corpus.reader()?),
        };
        let stream = |line| Stream::of(&[MASKS, self.options.seed, epoch, line]);
        let mut masked = Vec::with_capacity(rows.len());
        for row in rows {
            let ids = self.tokens(&lines.read(*row as usize)?)?;
            let mut stream = stream(self.corpus.number(*row as usize));
            masked.push(self.masking.hide(&ids, &self.tokeniser, &mut stream));
        }
        if self.shard == Shard::WHOLE && masked.iter().all(|row| row.asked.is_empty()) {
            let mut stream = stream(0);
            let hide_one = |row: &mut Masked| {
                *row = self.masking.hide_one(&row.shown, &self.tokeniser, &mut stream);
                !row.asked.is_empty()
            };
            masked.iter_mut().any(hide_one);
        }
        Ok(side_by_side(&masked, self.tokeniser.pad_id()))
    }

    /// The tokens of a line, cut before the one that ends it.
    fn tokens(&self, line: &str) -> Result<Vec<i64>, TextError> {
        let mut ids = self.tokeniser.encode(line.trim())?;
        if ids.len() > self.max_tokens {
            ids.drain(self.max_tokens - 1..ids.len() - 1);
        }
        Ok(ids)
    }
}

fn side_by_side(rows: &[Masked], pad_id: i64) -> MaskedBatch {
    let text = TextBatch::of(rows.iter().map(|row| row.shown.as_slice()), pad_id);
    let asked = rows
        .iter()
        .enumerate()
        .flat_map(|(row, masked)| masked.asked.iter().map(move |(column, id)| (row, *column, *id)));
    let (asked, targets) = asked.map(|(row, column, id)| (row * text.width + column, id)).unzip();
    MaskedBatch { text, asked, targets }
}

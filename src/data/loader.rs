//! Batches ahead of time, in an order that depends on (seed, epoch) alone.
//!
//! Worker `w` of `W` makes batches `w, w + W, ...` and hands them over through its own bounded
//! channel; the epoch takes from the channels in turn. So the order needs no sorting, at most
//! `workers * (AHEAD + 1)` batches exist at once, and the number of workers changes nothing. A
//! worker that panics or fails ends the epoch with an error.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use super::batch::Batch;
use super::dataset::{Dataset, Joined};
use super::error::DataError;
use super::noise::Stream;

/// Finished batches a worker may keep waiting.
const AHEAD: usize = 2;

/// How batches are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoaderConfig {
    /// Rows of a batch; the last one may have fewer.
    pub batch_size: usize,
    /// Whether each epoch has its own order.
    pub shuffle: bool,
    /// Fixes order and clip positions.
    pub seed: u64,
    /// Threads; 0 reads in the calling thread.
    pub workers: usize,
    /// Whether a short last batch is left out.
    pub drop_last: bool,
}

/// Makes the epochs of one or several data sets.
#[derive(Clone, Debug)]
pub struct Loader {
    samples: Joined,
    config: LoaderConfig,
}

impl Loader {
    /// A loader of one data set.
    ///
    /// # Errors
    /// When the batch size is 0.
    pub fn new(dataset: Arc<Dataset>, config: LoaderConfig) -> Result<Self, DataError> {
        Self::joined(Joined::new(dataset), config)
    }

    /// A loader of the samples of several data sets.
    ///
    /// # Errors
    /// When the batch size is 0.
    pub fn joined(samples: Joined, config: LoaderConfig) -> Result<Self, DataError> {
        if config.batch_size == 0 {
            return Err(DataError::Setting {
                setting: "batch_size",
                value: "0".into(),
                reason: "a batch has at least one row".into(),
            });
        }
        Ok(Self { samples, config })
    }

    /// The data set; the first of several, which have in common what a batch is made of.
    pub fn dataset(&self) -> &Arc<Dataset> {
        self.samples.first()
    }

    /// Every data set.
    pub fn datasets(&self) -> &[Arc<Dataset>] {
        self.samples.sets()
    }

    /// Batches of an epoch.
    pub fn len(&self) -> usize {
        let (n, size) = (self.samples.len(), self.config.batch_size);
        if self.config.drop_last { n / size } else { n.div_ceil(size) }
    }

    /// Whether an epoch has no batch.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Rows of a full batch.
    pub fn batch_size(&self) -> usize {
        self.config.batch_size
    }

    /// The batches of an epoch from `start_step` on.
    pub fn epoch(&self, epoch: u64, start_step: usize) -> Epoch {
        let job = Arc::new(Job {
            samples: self.samples.clone(),
            order: self.order(epoch),
            batch_size: self.config.batch_size,
            seed: self.config.seed,
            epoch,
        });
        let end = self.len();
        let workers = self.config.workers.min(end.saturating_sub(start_step));
        let lanes = (0..workers).map(|w| Lane::start(&job, start_step + w, workers, end)).collect();
        Epoch { job, lanes, start: start_step, next: start_step, end }
    }

    fn order(&self, epoch: u64) -> Vec<usize> {
        let n = self.samples.len();
        match self.config.shuffle {
            true => Stream::of(&[self.config.seed, epoch]).permutation(n),
            false => (0..n).collect(),
        }
    }
}

/// What the workers of an epoch share.
struct Job {
    samples: Joined,
    order: Vec<usize>,
    batch_size: usize,
    seed: u64,
    epoch: u64,
}

impl Job {
    fn batch(&self, step: usize) -> Result<Batch, DataError> {
        let from = step * self.batch_size;
        let to = (from + self.batch_size).min(self.order.len());
        let seeded = |idx: &usize| {
            let seed = self.samples.random_seed(*idx).unwrap_or(self.seed);
            (*idx, Stream::of(&[seed, self.epoch, *idx as u64]).bits())
        };
        let sample = |idx: &usize| {
            let (idx, seed) = seeded(idx);
            self.samples.sample(idx, seed)
        };
        let read = || {
            self.samples.expect(&self.order[from..to].iter().map(seeded).collect::<Vec<_>>())?;
            Batch::of(self.samples.first(), self.order[from..to].iter().map(sample))
        };
        catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()));
            Err(DataError::Worker { message: text.unwrap_or_else(|| "no message".into()) })
        })
    }
}

/// One worker and what it has ready.
struct Lane {
    ready: Option<Receiver<Result<Batch, DataError>>>,
    thread: Option<JoinHandle<()>>,
}

impl Lane {
    fn start(job: &Arc<Job>, first: usize, stride: usize, end: usize) -> Self {
        let (sender, ready) = sync_channel(AHEAD);
        let job = Arc::clone(job);
        let steps = (first..end).step_by(stride);
        let thread = std::thread::spawn(move || work(&job, steps, &sender));
        Self { ready: Some(ready), thread: Some(thread) }
    }
}

/// Makes batches until done, failed, or nobody listens.
fn work(job: &Job, steps: impl Iterator<Item = usize>, out: &SyncSender<Result<Batch, DataError>>) {
    for step in steps {
        let batch = job.batch(step);
        let failed = batch.is_err();
        if out.send(batch).is_err() || failed {
            return;
        }
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        drop(self.ready.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The batches of one epoch, in order; ends after the first error.
pub struct Epoch {
    job: Arc<Job>,
    lanes: Vec<Lane>,
    start: usize,
    next: usize,
    end: usize,
}

impl Iterator for Epoch {
    type Item = Result<Batch, DataError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.next >= self.end {
            return None;
        }
        let batch = match self.lanes.len() {
            0 => self.job.batch(self.next),
            n => self.receive((self.next - self.start) % n),
        };
        self.next = if batch.is_ok() { self.next + 1 } else { self.end };
        Some(batch)
    }
}

impl Epoch {
    fn receive(&self, lane: usize) -> Result<Batch, DataError> {
        let ready = self.lanes[lane].ready.as_ref().and_then(|r| r.recv().ok());
        ready.unwrap_or_else(|| {
            Err(DataError::Worker { message: "it ended without a result".into() })
        })
    }
}

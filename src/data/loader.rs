//! Batches ahead of time, in an order that depends on (seed, epoch) alone.
//!
//! Worker `w` of `W` makes batches `w, w + W, ...` and hands them over through its own bounded
//! channel; the epoch takes from the channels in turn. So the order needs no sorting, at most
//! `workers * (AHEAD + 1)` batches wait or are being made, and the number of workers changes
//! nothing. A worker that panics or fails ends the epoch with an error; an epoch that has ended or
//! is left stops its workers after the sample each is at.
//!
//! Several processes may share the batches, see [`Part`]: together they see what one process with
//! the same loader sees, every sample once.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use super::batch::Batch;
use super::dataset::{Dataset, Joined};
use super::error::DataError;
use super::noise::Stream;
use super::shard::Shard;

/// Finished batches a worker may keep waiting: with the one it makes two, as PyTorch's.
const AHEAD: usize = 1;

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

/// What one of several processes sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Every batch.
    Whole,
    /// Some rows of every batch, which has [`LoaderConfig::batch_size`] rows for each process: of
    /// `n` processes the first sees rows 0, n, 2n, ..., as with the original's sampler. The last
    /// batch may have no row for some.
    Rows(Shard),
    /// Every nth batch, as a whole.
    Batches(Shard),
}

/// Makes the epochs of one or several data sets.
#[derive(Clone, Debug)]
pub struct Loader {
    samples: Joined,
    config: LoaderConfig,
    part: Part,
    /// The samples that come up, by position; `None` for all.
    chosen: Option<Arc<[usize]>>,
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
        Ok(Self { samples, config, part: Part::Whole, chosen: None })
    }

    /// The same for one of several processes.
    #[must_use]
    pub fn part(self, part: Part) -> Self {
        Self { part, ..self }
    }

    /// The same with the samples at some positions alone, which keep their numbers.
    #[must_use]
    pub fn only(self, positions: Vec<usize>) -> Self {
        Self { chosen: Some(positions.into()), ..self }
    }

    /// How many samples come up in an epoch.
    pub fn samples(&self) -> usize {
        self.chosen.as_ref().map_or_else(|| self.samples.len(), |chosen| chosen.len())
    }

    /// The data set; the first of several, which have in common what a batch is made of.
    pub fn dataset(&self) -> &Arc<Dataset> {
        self.samples.first()
    }

    /// Every data set.
    pub fn datasets(&self) -> &[Arc<Dataset>] {
        self.samples.sets()
    }

    /// Rows of a full batch of all processes.
    fn rows(&self) -> usize {
        match self.part {
            Part::Whole | Part::Batches(_) => self.config.batch_size,
            Part::Rows(shard) => self.config.batch_size * shard.world,
        }
    }

    /// Batches of an epoch, of all processes.
    pub fn len(&self) -> usize {
        let (n, size) = (self.samples(), self.rows());
        if self.config.drop_last { n / size } else { n.div_ceil(size) }
    }

    /// Whether an epoch has no batch.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Rows of a full batch, of this process.
    pub fn batch_size(&self) -> usize {
        self.config.batch_size
    }

    /// The batches of an epoch from `start_step` on, as far as this process sees them.
    pub fn epoch(&self, epoch: u64, start_step: usize) -> Epoch {
        let (rows, first, stride) = match self.part {
            Part::Whole => (Shard::WHOLE, 0, 1),
            Part::Rows(shard) => (shard, 0, 1),
            Part::Batches(shard) => (Shard::WHOLE, shard.rank, shard.world),
        };
        let job = Arc::new(Job {
            samples: self.samples.clone(),
            order: self.order(epoch),
            batch_size: self.rows(),
            rows,
            seed: self.config.seed,
            epoch,
            left: AtomicBool::new(false),
        });
        let steps = Steps { next: start_step + first, stride, end: self.len() };
        let workers = self.config.workers.min(steps.left());
        let lane = |w: usize| {
            let next = steps.next + w * stride;
            Lane::start(&job, Steps { next, stride: stride * workers, ..steps })
        };
        Epoch { lanes: (0..workers).map(lane).collect(), job, taken: 0, steps }
    }

    fn order(&self, epoch: u64) -> Vec<usize> {
        let n = self.samples();
        let order: Vec<usize> = match self.config.shuffle {
            true => Stream::of(&[self.config.seed, epoch]).permutation(n),
            false => (0..n).collect(),
        };
        match &self.chosen {
            Some(chosen) => order.into_iter().map(|i| chosen[i]).collect(),
            None => order,
        }
    }
}

/// Numbers of batches that are to come.
#[derive(Clone, Copy, Debug)]
struct Steps {
    next: usize,
    stride: usize,
    end: usize,
}

impl Steps {
    fn left(self) -> usize {
        self.end.saturating_sub(self.next).div_ceil(self.stride)
    }
}

impl Iterator for Steps {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let step = (self.next < self.end).then_some(self.next)?;
        self.next += self.stride;
        Some(step)
    }
}

/// What the workers of an epoch share.
struct Job {
    samples: Joined,
    order: Vec<usize>,
    batch_size: usize,
    /// Whose rows of every batch.
    rows: Shard,
    seed: u64,
    epoch: u64,
    /// Whether nobody waits for batches any more.
    left: AtomicBool,
}

impl Job {
    fn batch(&self, step: usize) -> Result<Batch, DataError> {
        let from = step * self.batch_size;
        let to = (from + self.batch_size).min(self.order.len());
        let seeded = |idx: usize| {
            let seed = self.samples.random_seed(idx).unwrap_or(self.seed);
            (idx, Stream::of(&[seed, self.epoch, idx as u64]).bits())
        };
        let sample = |idx: usize, features: &mut Vec<f32>| {
            if self.left.load(Ordering::Relaxed) {
                return Err(DataError::Worker { message: "its epoch was left".into() });
            }
            let (idx, seed) = seeded(idx);
            self.samples.append(idx, seed, features)
        };
        let rows = self.rows.every(&self.order[from..to]);
        let read = || {
            self.samples.expect(&rows.iter().copied().map(seeded).collect::<Vec<_>>())?;
            Batch::of(self.samples.first(), &rows, sample)
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
    ready: Receiver<Result<Batch, DataError>>,
    thread: JoinHandle<()>,
}

impl Lane {
    fn start(job: &Arc<Job>, steps: Steps) -> Self {
        let (sender, ready) = sync_channel(AHEAD);
        let job = Arc::clone(job);
        let thread = std::thread::spawn(move || work(&job, steps, &sender));
        Self { ready, thread }
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

/// The batches of one epoch, in order; ends after the first error.
pub struct Epoch {
    job: Arc<Job>,
    lanes: Vec<Lane>,
    taken: usize,
    steps: Steps,
}

impl Iterator for Epoch {
    type Item = Result<Batch, DataError>;

    fn next(&mut self) -> Option<Self::Item> {
        let step = self.steps.next()?;
        let batch = match self.lanes.len() {
            0 => self.job.batch(step),
            n => self.receive(self.taken % n),
        };
        self.taken += 1;
        if batch.is_err() || self.steps.left() == 0 {
            self.leave();
        }
        Some(batch)
    }
}

impl Epoch {
    fn receive(&self, lane: usize) -> Result<Batch, DataError> {
        self.lanes[lane].ready.recv().unwrap_or_else(|_| {
            Err(DataError::Worker { message: "it ended without a result".into() })
        })
    }

    /// Ends the epoch and its workers, all of which are told before the first is waited for.
    fn leave(&mut self) {
        self.steps.next = self.steps.end;
        self.job.left.store(true, Ordering::Relaxed);
        let threads: Vec<_> = self.lanes.drain(..).map(|lane| lane.thread).collect();
        for thread in threads {
            // What a worker panics with was handed over as an error.
            let _ = thread.join();
        }
    }
}

impl Drop for Epoch {
    fn drop(&mut self) {
        self.leave();
    }
}

//! What workers have ready ahead of time, and that they stop when nobody waits for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use proptest::prelude::*;
use runner::data::{Batch, DataError, Dataset, Loader, LoaderConfig, SampleStrategy};

use crate::loading::{data, failing};

/// Batches of a worker that wait or are being made.
const OF_A_WORKER: usize = 2;
const BATCH: usize = 2;
const PAUSE: Duration = Duration::from_millis(4);

fn loader(data: Arc<Dataset>, batch_size: usize, seed: u64, workers: usize) -> Loader {
    let config = LoaderConfig { batch_size, shuffle: true, seed, workers, drop_last: false };
    Loader::new(data, config).unwrap()
}

/// A data set that takes its time, and how many samples were begun.
fn slow(fails: Option<usize>) -> (Arc<Dataset>, Arc<AtomicUsize>) {
    let begun = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&begun);
    let data = failing(Box::new(move |video| {
        count.fetch_add(1, Ordering::SeqCst);
        std::thread::sleep(PAUSE);
        match fails == Some(video) {
            true => Err(DataError::Index { index: 0, len: 0 }),
            false => Ok(()),
        }
    }));
    (data, begun)
}

/// Waits until no further sample is begun.
fn settled(begun: &AtomicUsize) -> usize {
    let mut before = begun.load(Ordering::SeqCst);
    loop {
        std::thread::sleep(PAUSE * 25);
        let now = begun.load(Ordering::SeqCst);
        if now == before {
            return now;
        }
        before = now;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_number_of_workers_goes_on_from_any_step(
        workers in prop::sample::select(vec![1, 2, 7, 64]),
        batch_size in 1..9_usize,
        seed: u64,
        epoch in 0..5_u64,
        taken in 0..30_usize,
    ) {
        let all = |workers, start| -> Vec<Batch> {
            let loader = loader(data(SampleStrategy::Random), batch_size, seed, workers);
            loader.epoch(epoch, start).collect::<Result<_, _>>().unwrap()
        };
        let whole = all(0, 0);
        let taken = taken.min(whole.len());
        let cut = loader(data(SampleStrategy::Random), batch_size, seed, workers);
        let begun: Vec<Batch> = cut.epoch(epoch, 0).take(taken).map(Result::unwrap).collect();
        prop_assert_eq!(&begun[..], &whole[..taken]);
        prop_assert_eq!(&all(workers, taken)[..], &whole[taken..]);
    }
}

#[test]
fn whoever_takes_their_time_finds_two_batches_a_worker() {
    let (data, begun) = slow(None);
    for workers in [0, 1, 2, 3] {
        begun.store(0, Ordering::SeqCst);
        let mut epoch = loader(Arc::clone(&data), BATCH, 0, workers).epoch(0, 0);
        assert_eq!(settled(&begun), workers * OF_A_WORKER * BATCH, "{workers}");
        epoch.next().unwrap().unwrap();
        let taken = if workers == 0 { BATCH } else { (workers * OF_A_WORKER + 1) * BATCH };
        assert_eq!(settled(&begun), taken, "{workers}");
    }
}

#[test]
fn workers_stop_after_the_sample_they_are_at() {
    let (data, begun) = slow(None);
    let workers = 4;
    let epoch = loader(Arc::clone(&data), data.len() / workers, 0, workers).epoch(0, 0);
    while begun.load(Ordering::SeqCst) == 0 {
        std::thread::yield_now();
    }
    let before = begun.load(Ordering::SeqCst);
    drop(epoch);
    let after = begun.load(Ordering::SeqCst);
    // One that a worker may begin before it is told, and none of its batch behind that.
    assert!(after <= before + workers, "{before} {after}");
    assert_eq!(settled(&begun), after, "no thread is left");
}

#[test]
fn an_error_stops_the_other_workers() {
    let (data, begun) = slow(Some(0));
    let mut epoch = loader(data, 1, 0, 4).epoch(0, 0);
    let error = epoch.find_map(Result::err).expect("one video cannot be read");
    assert!(matches!(error, DataError::Index { .. }), "{error}");
    let after = begun.load(Ordering::SeqCst);
    assert_eq!(settled(&begun), after, "the epoch is still held, its workers are gone");
    assert!(epoch.next().is_none());
}

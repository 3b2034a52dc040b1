//! Ranks that are threads of one process: the fake for tests.

use std::sync::{Arc, Barrier, Mutex};

use super::super::Ranks;

/// One thread of several.
pub(super) struct Threads {
    rank: usize,
    shared: Arc<Shared>,
}

struct Shared {
    barrier: Barrier,
    said: Mutex<Vec<Vec<u8>>>,
    calls: Mutex<Vec<&'static str>>,
}

impl Threads {
    /// So many ranks.
    pub(super) fn new(size: usize) -> Vec<Self> {
        let shared = Arc::new(Shared {
            barrier: Barrier::new(size),
            said: Mutex::new(vec![Vec::new(); size]),
            calls: Mutex::new(Vec::new()),
        });
        (0..size).map(|rank| Self { rank, shared: Arc::clone(&shared) }).collect()
    }

    /// Runs something on so many ranks; what each returns, by rank.
    pub(super) fn run<T: Send>(size: usize, each: impl Fn(&Self) -> T + Sync) -> Vec<T> {
        let ranks = Self::new(size);
        std::thread::scope(|scope| {
            let start = |rank| scope.spawn(|| each(&{ rank }));
            let threads: Vec<_> = ranks.into_iter().map(start).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        })
    }

    /// Which calls the first rank has made.
    pub(super) fn calls(&self) -> Vec<&'static str> {
        self.shared.calls.lock().unwrap().clone()
    }

    fn all(&self, call: &'static str, said: &[u8]) -> Vec<Vec<u8>> {
        if self.rank == 0 {
            self.shared.calls.lock().unwrap().push(call);
        }
        self.shared.said.lock().unwrap()[self.rank] = said.to_vec();
        self.shared.barrier.wait();
        let all = self.shared.said.lock().unwrap().clone();
        self.shared.barrier.wait();
        all
    }
}

impl Ranks for Threads {
    fn rank(&self) -> usize {
        self.rank
    }

    fn size(&self) -> usize {
        self.shared.said.lock().unwrap().len()
    }

    fn sum(&self, values: &mut [f32]) {
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        let all = self.all("sum", &bytes);
        let number = |bytes: &[u8], i: usize| {
            let at = 4 * i;
            f32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
        };
        for (i, value) in values.iter_mut().enumerate() {
            *value = all.iter().map(|bytes| number(bytes, i)).sum();
        }
    }

    fn exchange(&self, said: &[u8]) -> Vec<Vec<u8>> {
        self.all("exchange", said)
    }

    fn gather(&self, said: &[u8]) -> Vec<Vec<u8>> {
        let all = self.all("gather", said);
        if self.rank == 0 { all } else { Vec::new() }
    }
}

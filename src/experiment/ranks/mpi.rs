//! Ranks that MPI joins: processes on one machine or on several.
//!
//! MPI is started with the first run of a process and left with [`leave`], once. Only the main
//! thread calls it. When a process dies without a word, the one that started all of them (`mpirun`,
//! `srun --kill-on-bad-exit`) ends the others.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use mpi::Threading;
use mpi::collective::SystemOperation;
use mpi::datatype::PartitionMut;
use mpi::environment::{Universe, initialize_with_threading};
use mpi::topology::SimpleCommunicator;
use mpi::traits::{Communicator, CommunicatorCollectives, Destination, Source};

use crate::train::Ranks;

use super::super::SetupError;
use super::super::rank::Declared;

/// Bytes of one message: MPI counts with 31 bits.
const PIECE: usize = 1 << 30;

/// MPI from its start to its end.
static STARTED: Mutex<Option<Universe>> = Mutex::new(None);
/// Whether all ranks know of a failure.
static FAILED_TOGETHER: AtomicBool = AtomicBool::new(false);

/// This process among the others.
pub(super) struct Mpi {
    world: SimpleCommunicator,
}

impl Mpi {
    /// Joins the others.
    ///
    /// # Errors
    /// MPI that finds others than there should be.
    pub(super) fn join(declared: Declared) -> Result<Self, SetupError> {
        let Declared { shard, by } = declared;
        let others = |found| SetupError::OtherRanks { variable: by, ranks: shard.world, found };
        if !declared.can_meet() {
            return Err(others(1));
        }
        let mut started = STARTED.lock().unwrap_or_else(PoisonError::into_inner);
        if started.is_none() {
            *started = initialize_with_threading(Threading::Funneled).map(|(mpi, _)| mpi);
        }
        let world = started.as_ref().ok_or_else(|| others(0))?.world();
        match (index(world.rank()), index(world.size())) {
            (rank, size) if (rank, size) == (shard.rank, shard.world) => Ok(Self { world }),
            (_, size) => Err(others(size)),
        }
    }

    fn send(&self, bytes: &[u8]) {
        let first = self.world.process_at_rank(0);
        first.send(&(bytes.len() as u64));
        bytes.chunks(PIECE).for_each(|piece| first.send(piece));
    }

    fn receive(&self, rank: i32) -> Vec<u8> {
        let other = self.world.process_at_rank(rank);
        let (length, _) = other.receive::<u64>();
        let mut bytes = vec![0; index(length)];
        for piece in bytes.chunks_mut(PIECE) {
            other.receive_into(piece);
        }
        bytes
    }
}

impl Ranks for Mpi {
    fn rank(&self) -> usize {
        index(self.world.rank())
    }

    fn size(&self) -> usize {
        index(self.world.size())
    }

    fn sum(&self, values: &mut [f32]) {
        let mut sums = vec![0.0; values.len()];
        self.world.all_reduce_into(&*values, &mut sums[..], SystemOperation::sum());
        values.copy_from_slice(&sums);
    }

    fn exchange(&self, said: &[u8]) -> Vec<Vec<u8>> {
        let own = i32::try_from(said.len()).expect("what all ranks are told is short");
        let mut lengths = vec![0_i32; self.size()];
        self.world.all_gather_into(&own, &mut lengths[..]);
        let starts: Vec<i32> = lengths
            .iter()
            .scan(0, |end, length| {
                let start = *end;
                *end += length;
                Some(start)
            })
            .collect();
        let mut all = vec![0_u8; lengths.iter().map(|length| index(*length)).sum()];
        let mut parts = PartitionMut::new(&mut all[..], &lengths[..], &starts[..]);
        self.world.all_gather_varcount_into(said, &mut parts);
        let part = |(start, length): (&i32, &i32)| all[index(*start)..][..index(*length)].to_vec();
        starts.iter().zip(&lengths).map(part).collect()
    }

    fn gather(&self, said: &[u8]) -> Vec<Vec<u8>> {
        if self.rank() > 0 {
            self.send(said);
            return Vec::new();
        }
        let others = (1..self.world.size()).map(|rank| self.receive(rank));
        std::iter::once(said.to_vec()).chain(others).collect()
    }

    fn fail_together(&self) {
        FAILED_TOGETHER.store(true, Ordering::Relaxed);
    }
}

/// As [`super::leave`].
pub(super) fn leave(failed: Option<u8>) {
    let started = STARTED.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some(mpi) = started else { return };
    let world = mpi.world();
    match failed {
        Some(code) if world.size() > 1 && !FAILED_TOGETHER.load(Ordering::Relaxed) => {
            tracing::error!("rank {} ends the other {} too", world.rank(), world.size() - 1);
            world.abort(i32::from(code))
        }
        // MPI waits for all ranks, and the first one has written everything by now.
        _ => drop(mpi),
    }
}

/// A number that MPI gives, none of which is negative.
fn index<N: TryInto<usize>>(number: N) -> usize {
    number.try_into().unwrap_or(0)
}

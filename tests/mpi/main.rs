//! Several ranks under a real `mpirun`: what they train, how they stop, how they end.
//!
//! Only with the feature `mpi`, and then Open MPI's `mpirun` has to be there: `.ci/run mpi`.
#![cfg(feature = "mpi")]
#![allow(clippy::disallowed_methods, clippy::unwrap_used)] // a test

mod equal;
mod faults;
mod place;
mod stop;

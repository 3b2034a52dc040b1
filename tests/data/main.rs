//! The room `data`, seen from outside: real files, stores, batches.

mod real;
mod support;
mod world;

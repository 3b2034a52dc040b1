//! The room `data`, seen from outside: real files, stores, batches.

mod clips;
mod inputs;
mod loading;
mod real;
mod stores;
mod support;
mod teachers;
mod world;

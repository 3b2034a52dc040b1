//! Black-box tests: the built binary, its output and the files it leaves.
#![allow(clippy::disallowed_methods, clippy::unwrap_used)] // tests

mod bad_input;
mod check;
mod completion;
mod ensemble;
mod external;
mod extract;
mod folds;
mod futures;
mod head;
mod hydra;
mod import;
mod inspect;
mod keys;
mod main_job;
mod new;
mod opened;
mod outputs;
mod pictures;
mod pipeline;
mod ranks;
mod recipes;
mod resume;
mod schema;
mod stores;
mod support;
mod sweep;
mod teacher;
mod teacher_refused;
mod test_only;
mod training;
mod weights;

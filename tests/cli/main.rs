//! Black-box tests: the built binary, its output and the files it leaves.
#![allow(clippy::disallowed_methods, clippy::unwrap_used)] // tests

mod bad_input;
mod external;
mod import;
mod inspect;
mod main_job;
mod resume;
mod stores;
mod support;
mod sweep;

//! Pages in a real headless Chromium: `check.py` opens them and looks.
//!
//! It needs a Python with selenium and pypdf (`RUNNER_PYTHON`, else `python3`), Chromium and its driver,
//! and says so where they are missing; with `RUNNER_BROWSER=required` that is a failure, with
//! `RUNNER_BROWSER=no` nothing is opened. A folder named by `RUNNER_BROWSER_SHOTS` gets screenshots and
//! prints.
#![allow(clippy::disallowed_methods, clippy::unwrap_used)] // tests

mod chromium;
mod errors;
mod runs;
#[allow(dead_code)] // shared with the tests of the command line
#[path = "../cli/support.rs"]
mod support;
mod sweeps;

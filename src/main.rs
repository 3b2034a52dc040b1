//! Thin binary: everything is in [`runner::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    runner::cli::main()
}

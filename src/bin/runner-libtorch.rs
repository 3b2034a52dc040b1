//! The program of `main.rs` under a name of its own, so that it can lie beside `runner`.

use std::process::ExitCode;

fn main() -> ExitCode {
    runner::cli::main()
}

//! Thin binary: everything is in [`runner::cli`].

fn main() {}

//! Fuzz targets: whatever the text, the config language answers, and within bounds.
//!
//! `cargo test --test fuzz` runs each target on random inputs for a moment; `cargo bolero test`
//! (docs/development.md) goes on for as long as one likes, guided by coverage. Test threads have
//! the small stack of a spawned thread, so an overflow shows here first.

#![allow(clippy::unwrap_used)] // a test

#[path = "fuzz/hostile.rs"]
mod hostile;
#[path = "fuzz/interpolation.rs"]
mod interpolation;
#[path = "fuzz/overrides.rs"]
mod overrides;
#[path = "fuzz/yaml.rs"]
mod yaml;

use std::path::Path;

use runner::config::{ConfigError, Node, document};

/// How many random inputs a plain test tries, and how long they are at most.
const ITERATIONS: usize = 3000;
const LENGTH: usize = 120;

/// Bytes -> text: ASCII stands for itself, each other byte for one of `words`, so that random bytes
/// are full of what a grammar gives a meaning to.
fn text(bytes: &[u8], words: &[&str]) -> String {
    let mut out = String::new();
    for &byte in bytes {
        match byte.checked_sub(128) {
            None => out.push(byte as char),
            Some(index) => out.push_str(words[usize::from(index) % words.len()]),
        }
    }
    out
}

fn read(text: &str) -> Result<Node, ConfigError> {
    document::read(text, Path::new("fuzz.yaml"))
}

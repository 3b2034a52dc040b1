//! Names the build, and tells a binary with libtorch where its libraries lie.
//!
//! The build id is a hash of the sources: the front and its sibling `runner-libtorch` run as one
//! program only when both were built from the same ones.
#![allow(clippy::disallowed_methods)] // a build script is outside the rooms

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let inputs = ["src", "build.rs", "Cargo.toml", "Cargo.lock"];
    let mut files = Vec::new();
    for input in inputs {
        println!("cargo:rerun-if-changed={input}");
        collect(Path::new(input), &mut files);
    }
    files.sort();
    println!("cargo:rustc-env=RUNNER_BUILD_ID={:016x}", hash(&files));
    if env::var_os("CARGO_FEATURE_TCH").is_some() {
        link_libtorch();
    }
}

/// Gathers the files under `path`.
fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if let Ok(entries) = fs::read_dir(path) {
        entries.flatten().for_each(|entry| collect(&entry.path(), files));
    } else if path.is_file() {
        files.push(path.to_owned());
    }
}

/// FNV-1a over names and contents: no cryptography needed, only "the same sources or not".
fn hash(files: &[PathBuf]) -> u64 {
    let mut state = 0xcbf2_9ce4_8422_2325_u64;
    let mut feed = |bytes: &[u8]| {
        for &byte in bytes {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    for file in files {
        feed(file.to_string_lossy().as_bytes());
        feed(&[0]);
        feed(&fs::read(file).expect("a source file listed a moment ago can be read"));
    }
    state
}

/// Adds libtorch's folder to the run path, so that `LD_LIBRARY_PATH` need not be set.
///
/// The libraries find their own neighbours (CUDA's among them) by run paths of their own.
fn link_libtorch() {
    let Some(lib) = env::var_os("DEP_TCH_LIBTORCH_LIB").map(PathBuf::from) else { return };
    println!("cargo:rustc-link-arg=-Wl,-rpath,{}", lib.display());
    println!("cargo:rustc-env=RUNNER_LIBTORCH_VERSION={}", version(&lib));
    if lib.join("libtorch_cuda.so").is_file() {
        // No symbol of it is referred to: the linker would drop it, and libtorch sees no GPU.
        println!("cargo:rustc-link-arg=-Wl,--no-as-needed");
        println!("cargo:rustc-link-arg=-ltorch_cuda");
        println!("cargo:rustc-link-arg=-Wl,--as-needed");
    }
}

/// The version of a libtorch: Python's package says it in a file, the archive in another.
fn version(lib: &Path) -> String {
    let above = lib.parent().unwrap_or(lib);
    let read = |name: &str| fs::read_to_string(above.join(name)).ok();
    let package = read("version.py").and_then(|text| {
        let line = text.lines().find_map(|line| line.strip_prefix("__version__"))?.to_owned();
        Some(line.split('\'').nth(1)?.to_owned())
    });
    let archive = || Some(read("build-version")?.trim().to_owned());
    package.or_else(archive).unwrap_or_else(|| "of an unknown version".to_owned())
}

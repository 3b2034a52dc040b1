//! A directory to run in, and the program pointed at the repository's `conf/`.

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use tempfile::TempDir;

/// The real annotation files, read in place; `RUNNER_EXTERNAL` overrides where they are.
const EXTERNAL: &str = "../shared/data/external";

/// The smallest settings under which every part of a run still takes place.
pub const QUICK: [&str; 4] = [
    "+experiment=ek55_ensemble",
    "+debug=synthetic",
    "train.num_epochs=1",
    "train.max_steps_per_epoch=2",
];

/// A working directory of its own for one test.
pub struct Place {
    dir: TempDir,
}

impl Place {
    pub fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// The program, run here.
    pub fn runner<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = Command::cargo_bin("runner").unwrap();
        command
            .current_dir(self.path())
            .env_remove("RUST_LOG")
            .env("HOME", self.path())
            .env_remove("XDG_CONFIG_HOME")
            .arg("--config-path")
            .arg(repository().join("conf"))
            .args(args);
        command
    }

    /// A command that takes no config.
    pub fn command<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = Command::cargo_bin("runner").unwrap();
        command.current_dir(self.path()).args(args);
        command
    }

    /// The program, run where `conf/` is.
    pub fn runner_in_repository<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = self.command(args);
        command.current_dir(repository()).env("HOME", self.path()).env_remove("XDG_CONFIG_HOME");
        command
    }

    pub fn json(&self, path: &str) -> serde_json::Value {
        serde_json::from_str(&self.text(path)).unwrap()
    }

    pub fn text(&self, path: &str) -> String {
        let path = self.path().join(path);
        std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
    }

    /// Every record of a `metrics.jsonl`.
    pub fn metrics(&self, run: &str) -> Vec<serde_json::Value> {
        let text = self.text(&format!("{run}/metrics.jsonl"));
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Whether nothing was written here.
    pub fn is_empty(&self) -> bool {
        std::fs::read_dir(self.path()).unwrap().next().is_none()
    }
}

pub fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The real annotations; `None`, with the reason printed, where a public clone lacks them.
pub fn external() -> Option<PathBuf> {
    let path = std::env::var_os("RUNNER_EXTERNAL")
        .map_or_else(|| repository().join(EXTERNAL), PathBuf::from);
    if path.is_dir() {
        return Some(path.canonicalize().unwrap());
    }
    assert!(
        std::env::var_os("RUNNER_EXTERNAL").is_none(),
        "RUNNER_EXTERNAL is set, but {} is no directory",
        path.display()
    );
    println!(
        "skipped: the licensed annotation files are not part of a public clone ({})",
        path.display()
    );
    None
}

/// The device that `auto` stands for in the binary under test.
pub fn test_device() -> String {
    std::env::var("RUNNER_TEST_DEVICE").unwrap_or_else(|_| "flex".into())
}

pub fn stderr(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub fn stdout(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

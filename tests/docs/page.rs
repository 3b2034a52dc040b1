//! Markdown, as far as commands go, and a place to run them in.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

/// The root of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every page: its path below the root, and its text.
pub fn pages() -> Vec<(String, String)> {
    let mut names = vec!["README.md".to_owned(), "jobs/README.md".to_owned()];
    for entry in fs::read_dir(root().join("docs")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".md") {
            names.push(format!("docs/{name}"));
        }
    }
    names.sort();
    names.into_iter().map(|name| (name.clone(), read(&name))).collect()
}

/// A file of the repository.
pub fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// A block of code: what stands behind its fence (nothing for an indented one), the line it begins
/// at, its lines.
pub struct Block {
    pub info: String,
    pub line: usize,
    pub lines: Vec<String>,
}

/// The blocks of a page, in order.
pub fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut fenced = false;
    let mut indented = false;
    for (at, line) in text.lines().enumerate() {
        if let Some(info) = line.trim_start().strip_prefix("```") {
            fenced = !fenced;
            indented = false;
            if fenced {
                blocks.push(Block { info: info.to_owned(), line: at + 1, lines: Vec::new() });
            }
        } else if fenced {
            blocks.last_mut().unwrap().lines.push(line.to_owned());
        } else if let Some(code) = line.strip_prefix("    ") {
            if !indented {
                blocks.push(Block { info: String::new(), line: at + 1, lines: Vec::new() });
            }
            indented = true;
            blocks.last_mut().unwrap().lines.push(code.to_owned());
        } else {
            indented = false;
        }
    }
    blocks
}

/// The commands of some lines; one that ends in a backslash goes on in the next line.
pub fn joined(lines: &[String]) -> Vec<String> {
    let mut commands: Vec<String> = Vec::new();
    let mut open = false;
    for line in lines {
        match (open, line.strip_suffix('\\')) {
            (true, _) => {
                commands.last_mut().unwrap().push_str(line.trim_end_matches('\\').trim_start());
            }
            (false, Some(start)) => commands.push(start.to_owned()),
            (false, None) => commands.push(line.clone()),
        }
        open = line.ends_with('\\');
    }
    commands
}

/// What code in a line of text says: all between two backticks.
pub fn inline(text: &str) -> Vec<String> {
    text.lines()
        .filter(|line| !line.starts_with("    ") && !line.starts_with("```"))
        .flat_map(|line| line.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>())
        .collect()
}

/// A directory that looks like a clone to the program, with `runner` in front of the path.
pub struct Clone {
    dir: tempfile::TempDir,
    more: &'static str,
}

impl Clone {
    /// A copy of what a run needs of a clone; `more` are arguments that every `runner` gets.
    pub fn new(more: &'static str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        for copied in ["conf", "jobs"] {
            copy(&root().join(copied), &dir.path().join(copied));
        }
        for link in ["docs", "scripts"] {
            std::os::unix::fs::symlink(root().join(link), dir.path().join(link)).unwrap();
        }
        let bin = dir.path().join(".bin");
        fs::create_dir(&bin).unwrap();
        let script = "#!/bin/sh\nexec \"$RUNNER_OF_THE_TEST\" \"$@\" $RUNNER_MORE\n";
        fs::write(bin.join("runner"), script).unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(bin.join("runner"), mode).unwrap();
        Self { dir, more }
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// What bash makes of some lines here.
    pub fn bash(&self, script: &str) -> Output {
        let path = env::var_os("PATH").unwrap_or_default();
        let dirs = [PathBuf::from(".bin")].into_iter().map(|bin| self.path().join(bin));
        let path = env::join_paths(dirs.chain(env::split_paths(&path))).unwrap();
        Command::new("bash")
            .args(["-e", "-u", "-o", "pipefail", "-c", script])
            .current_dir(self.path())
            .env("PATH", path)
            .env("RUNNER_OF_THE_TEST", env!("CARGO_BIN_EXE_runner"))
            .env("RUNNER_MORE", self.more)
            .env("XDG_CONFIG_HOME", self.path().join(".none"))
            .env_remove("HYDRA_VERSION_BASE")
            .output()
            .unwrap()
    }
}

/// Both streams of a command that went wrong.
pub fn told(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("{}{}{}", output.status, text(&output.stdout), text(&output.stderr))
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to),
            false => drop(fs::copy(entry.path(), to).unwrap()),
        }
    }
}

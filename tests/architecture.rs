//! The walls between the rooms of `src/`, as a table and as rules.
//!
//! A room is a folder of `src/` (or a file of it) with one concern; [`ROOMS`] says what it may
//! import, [`BANNED`] which words may not appear in it. A finding names file and line.
#![allow(clippy::disallowed_methods, clippy::unwrap_used)] // a test that reads the sources

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

#[path = "architecture/tokens.rs"]
mod tokens;
use tokens::{Token, tokens};

/// Every room with the rooms it may import; the table of `src/lib.rs` says the same.
#[rustfmt::skip]
const ROOMS: &[(&str, &[&str])] = &[
    ("files",      &[]),
    ("device",     &[]),
    ("config",     &["files"]),
    ("sweep",      &["config"]),
    ("models",     &[]),
    ("losses",     &[]),
    ("metrics",    &[]),
    ("data",       &["files"]),
    ("text",       &["files", "data"]),
    ("weights",    &["files", "models"]),
    ("train",      &["models", "losses", "metrics", "data", "text"]),
    ("runs",       &["files"]),
    ("launch",     &["files", "sweep", "runs"]),
    ("analysis",   &["files", "data", "metrics", "runs"]),
    ("report",     &["files", "runs"]),
    ("experiment", EVERYTHING_BUT_CLI_AND_LAUNCH),
    ("cli",        EVERYTHING),
    ("lib.rs",     EVERYTHING),
    ("main.rs",    &["cli"]),
    ("bin",        &["cli"]),
];

const EVERYTHING_BUT_CLI_AND_LAUNCH: &[&str] = &[
    "files", "device", "config", "sweep", "models", "losses", "metrics", "data", "text", "weights",
    "train", "runs", "analysis", "report",
];

const EVERYTHING: &[&str] = &[
    "files",
    "device",
    "config",
    "sweep",
    "models",
    "losses",
    "metrics",
    "data",
    "text",
    "weights",
    "train",
    "runs",
    "launch",
    "analysis",
    "report",
    "experiment",
    "cli",
];

/// Where a rule holds.
enum Where {
    In(&'static [&'static str]),
    NotIn(&'static [&'static str]),
}
use Where::{In, NotIn};

/// Whether a rule holds for test code too.
#[derive(PartialEq)]
enum Tests {
    Too,
    Exempt,
}

/// Words (or runs of words and marks) that may not appear, where, and why.
#[rustfmt::skip]
const BANNED: &[(&[&str], Where, Tests, &str)] = &[
    (&["burn ::", "burn_tch", "burn_flex"],
        In(&["files", "config", "sweep", "data", "runs", "launch", "analysis", "report"]), Tests::Too,
        "tensors stay out of the rooms that know only files, texts and plain numbers"),
    (&["Device :: flex", "Device :: libtorch", "Device :: libtorch_cuda", "Device :: cuda",
       "Device :: wgpu", "Device :: default", "burn_tch", "burn_flex", "tch ::"],
        NotIn(&["device"]), Tests::Exempt,
        "one room chooses the device, the others receive it"),
    (&["std :: fs", "fs :: File", "File :: open", "File :: create", "OpenOptions"],
        NotIn(&["files"]), Tests::Too,
        "`files` is the only door to the file system"),
    (&["Path", "PathBuf", "File", "FileError"],
        In(&["models", "losses", "metrics", "train"]), Tests::Exempt,
        "models and training know no files"),
    (&["env :: var", "env :: var_os", "env :: args", "env :: args_os"],
        In(&["models", "losses", "metrics", "data", "text", "weights", "train", "sweep"]), Tests::Exempt,
        "what a computation depends on is in its config"),
    (&["process :: exit"],
        NotIn(&["cli", "main.rs", "bin"]), Tests::Too,
        "only the command layer ends the process"),
    (&["tensor", "Tensor", "epoch", "gradient", "logits", "optimizer", "classifier"],
        In(&["config"]), Tests::Exempt,
        "the config language knows nothing of machine learning"),
    (&["mpi ::"],
        NotIn(&["experiment"]), Tests::Too,
        "one file joins processes, the others receive ranks"),
    (&[". unwrap (", "panic !"],
        NotIn(&[]), Tests::Exempt,
        "an error is returned; `expect` says why it cannot happen"),
    (&["todo !", "unimplemented !", "dbg !"],
        NotIn(&[]), Tests::Too,
        "what is committed is finished"),
];

/// A file of `src/` is questioned above this many lines.
const LINES: usize = 350;

/// Files that may be longer, each with its reason.
const LONGER: &[(&str, &str)] = &[];

#[test]
fn every_room_is_in_the_table() {
    let on_disk: BTreeSet<_> = sources().into_iter().map(|source| source.room).collect();
    let in_table: BTreeSet<_> = ROOMS.iter().map(|(room, _)| (*room).to_owned()).collect();
    assert_eq!(on_disk, in_table, "left: src/, right: ROOMS");
}

#[test]
fn rooms_import_only_what_the_table_allows() {
    let mut findings = Vec::new();
    for source in sources() {
        let allowed = ROOMS.iter().find(|(room, _)| *room == source.room).map_or(&[][..], |r| r.1);
        for (imported, line) in source.imports() {
            if imported != source.room && !allowed.contains(&imported.as_str()) {
                let text = format!("`{}` may not import `{imported}`", source.room);
                findings.push(source.finding(line, &text));
            }
        }
    }
    report(findings);
}

#[test]
fn banned_words_do_not_appear() {
    let mut findings = Vec::new();
    for source in sources() {
        for (words, place, tests, why) in BANNED {
            let holds = match place {
                In(rooms) => rooms.contains(&source.room.as_str()),
                NotIn(rooms) => !rooms.contains(&source.room.as_str()),
            };
            if !holds || (source.is_test_file() && *tests == Tests::Exempt) {
                continue;
            }
            for word in *words {
                for token in source.occurrences(word) {
                    if !token.in_tests || *tests == Tests::Too {
                        findings.push(source.finding(token.line, &format!("`{word}`: {why}")));
                    }
                }
            }
        }
    }
    report(findings);
}

#[test]
fn models_multiply_by_their_own_layers() {
    let mut findings = Vec::new();
    for source in sources().into_iter().filter(|source| source.room == "models") {
        for (at, run) in source.tokens.windows(4).enumerate() {
            let is_nn = run.iter().map(|t| &*t.text).eq(["burn", "::", "nn", "::"]);
            let names = if is_nn { first_names(&source.tokens[at + 4..]) } else { Vec::new() };
            for (_, line) in names.into_iter().filter(|(name, _)| name == "Linear") {
                let text = "`burn::nn::Linear` knows no `train.precision`: see models/product.rs";
                findings.push(source.finding(line, text));
            }
        }
    }
    report(findings);
}

#[test]
fn files_are_short() {
    let mut findings = Vec::new();
    for source in sources() {
        let lines = source.text.lines().count();
        let excepted = LONGER.iter().any(|(path, _reason)| source.path.ends_with(path));
        if lines > LINES && !excepted {
            findings.push(source.finding(lines, &format!("longer than {LINES} lines")));
        }
    }
    report(findings);
}

#[test]
fn the_map_in_the_crate_documentation_is_this_table() {
    let lib = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    for (room, imports) in ROOMS {
        let expected = match *room {
            "lib.rs" | "main.rs" | "bin" => continue,
            "experiment" => "everything but cli, launch".to_owned(),
            "cli" => "everything it dispatches to".to_owned(),
            _ if imports.is_empty() => "-".to_owned(),
            _ => imports.join(", "),
        };
        let row = lib.lines().find(|line| {
            let first = line.split('|').nth(1).unwrap_or_default();
            line.starts_with("//! |") && first.contains(&format!("[`{room}`]"))
        });
        let row = row.unwrap_or_else(|| panic!("src/lib.rs has no row for `{room}`"));
        assert_eq!(row.split('|').nth(3).unwrap_or_default().trim(), expected, "row of `{room}`");
    }
}

/// A file of `src/`.
struct Source {
    path: PathBuf,
    room: String,
    text: String,
    tokens: Vec<Token>,
}

impl Source {
    /// The rooms this file names by `crate::room`, `crate::{room, ..}` or `runner::room`.
    fn imports(&self) -> Vec<(String, usize)> {
        let mut found = Vec::new();
        for (at, pair) in self.tokens.windows(2).enumerate() {
            if ["crate", "runner"].contains(&pair[0].text.as_str()) && pair[1].text == "::" {
                found.extend(first_names(&self.tokens[at + 2..]));
            }
            if pair[0].text == "super" && pair[1].text == "::" {
                found.extend(self.above_the_room(at));
            }
        }
        found.retain(|(name, _)| ROOMS.iter().any(|(room, _)| room == name));
        found
    }

    /// The name after `super::super::..` when the chain leaves the room.
    fn above_the_room(&self, at: usize) -> Option<(String, usize)> {
        if at >= 2 && self.tokens[at - 2].text == "super" {
            return None; // within a chain that was looked at
        }
        let chain = self.tokens[at..].chunks(2).take_while(|pair| pair[0].text == "super").count();
        let within = self.path.strip_prefix(root().join("src")).ok()?;
        let is_module_file = within.ends_with("mod.rs");
        let depth = within.components().count() - usize::from(is_module_file);
        let name = self.tokens.get(at + 2 * chain)?;
        let own = root().join("src").join(&self.room).join(&name.text);
        let is_own = own.is_dir() || own.with_extension("rs").is_file();
        (chain >= depth && !is_own).then(|| (name.text.clone(), name.line))
    }

    /// Where a run of words and marks, separated by spaces, begins.
    fn occurrences(&self, run: &str) -> Vec<&Token> {
        let run: Vec<_> = run.split(' ').collect();
        let matches = |window: &&[Token]| window.iter().map(|t| &t.text).eq(run.iter());
        self.tokens.windows(run.len()).filter(matches).map(|window| &window[0]).collect()
    }

    fn is_test_file(&self) -> bool {
        self.path.ends_with("tests.rs") || self.path.iter().any(|part| part == "tests")
    }

    fn finding(&self, line: usize, text: &str) -> String {
        let path = self.path.strip_prefix(root()).unwrap_or(&self.path);
        format!("{}:{line}: {text}", path.display())
    }
}

/// The first name of every branch of a path that starts here: `a::b` has one, `{a::b, c}` two.
fn first_names(path: &[Token]) -> Vec<(String, usize)> {
    let name = |token: &Token| (token.text.clone(), token.line);
    if path.first().is_none_or(|token| token.text != "{") {
        return path.first().map(name).into_iter().collect();
    }
    let (mut depth, mut found, mut expects_name) = (0, Vec::new(), false);
    for token in path {
        match token.text.as_str() {
            "{" => {
                depth += 1;
                expects_name = depth == 1;
            }
            "}" if depth == 1 => break,
            "}" => depth -= 1,
            "," => expects_name = depth == 1,
            _ if expects_name => {
                found.push(name(token));
                expects_name = false;
            }
            _ => {}
        }
    }
    found
}

#[test]
fn imports_are_seen_in_every_form() {
    let text =
        "use crate::{a::{b, c}, data, cli::x}; use crate::runs::Run; fn f() { super::text::g() }
        #[cfg(test)] mod tests { use super::super::launch; }";
    let path = root().join("src/models/mod.rs");
    let source = Source { path, room: "models".into(), text: text.into(), tokens: tokens(text) };
    let names: Vec<_> = source.imports().into_iter().map(|(name, _line)| name).collect();
    assert_eq!(names, ["data", "cli", "runs", "text", "launch"]);
}

/// The repository root, told by cargo when the test runs.
fn root() -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it for tests").into()
}

/// Every file of `src/`.
fn sources() -> Vec<Source> {
    let src = root().join("src");
    let mut paths = Vec::new();
    collect(&src, &mut paths);
    paths.sort();
    let source = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        let first = path.strip_prefix(&src).unwrap().iter().next().unwrap().to_string_lossy();
        let room = match first.as_ref() {
            "lib.rs" | "main.rs" => first.into_owned(),
            other => other.trim_end_matches(".rs").to_owned(),
        };
        Source { room, tokens: tokens(&text), text, path }
    };
    paths.into_iter().map(source).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

fn report(findings: Vec<String>) {
    assert!(findings.is_empty(), "\n{}\n", findings.join("\n"));
}

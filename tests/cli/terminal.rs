//! Programs on a terminal: `terminal.py` gives them one.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::support::{repository, stderr, stdout};

/// What a program drew, and how it ended.
pub struct Drawn {
    /// Everything that came to the terminal.
    pub text: String,
    pub code: i64,
    /// Whether the terminal is as it was before.
    pub restored: bool,
}

/// Runs a command on a terminal, in a directory; `steps` wait and answer. `None`, with the reason
/// printed, where there is no Python.
pub fn on_terminal(
    dir: &Path,
    [rows, columns]: [u16; 2],
    command: &[&str],
    variables: &[(&str, &str)],
    steps: &Value,
) -> Option<Drawn> {
    let python = std::env::var("RUNNER_PYTHON").unwrap_or_else(|_| "python3".into());
    let program = assert_cmd::cargo::cargo_bin("runner");
    let all: Vec<&str> = [program.to_str()?].iter().chain(command).copied().collect();
    let spec = json!({"command": all, "rows": rows, "columns": columns, "steps": steps});
    let mut process = Command::new(python);
    process
        .arg(repository().join("tests/cli/terminal.py"))
        .arg(spec.to_string())
        .current_dir(dir)
        .env_remove("NO_COLOR")
        .env_remove("RUST_LOG")
        .env("TERM", "xterm-256color")
        .envs(variables.iter().copied());
    let Ok(output) = process.output() else {
        println!("skipped: there is no Python to give a terminal");
        return None;
    };
    let told = stderr(&output);
    let said: Value = serde_json::from_str(told.lines().last().unwrap_or_default())
        .unwrap_or_else(|error| panic!("{error}: {told}"));
    let text = stdout(&output);
    assert_eq!(said["unseen"], json!([]), "{text}");
    Some(Drawn {
        text,
        code: said["code"].as_i64().unwrap(),
        restored: said["restored"].as_bool().unwrap(),
    })
}

/// Whether a text has colours.
pub fn is_coloured(text: &str) -> bool {
    let mut codes = text.split("\x1b[").skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| c.is_ascii_alphabetic())?;
        rest[end..].starts_with('m').then(|| &rest[..end])
    });
    codes.any(|code| {
        code.split(';').any(|one| {
            one.len() == 2 && one.starts_with(['3', '4', '9']) && one != "39" && one != "49"
        })
    })
}

//! Every command of every page is one that the program takes.

use super::page::{Clone, blocks, inline, joined, pages, told};

/// Flags that only print; what they print is printed.
const PRINTS: [&str; 8] = [
    " --cfg",
    " --explain",
    " --info",
    " --diff",
    " --help",
    " --hydra-help",
    " -sc",
    " --version",
];

/// The commands that come first, before overrides.
fn has_command(words: &str) -> bool {
    let first = words.split_whitespace().nth(1).unwrap_or_default();
    !first.is_empty() && first.chars().all(|c| c.is_ascii_lowercase())
}

/// `runner ...` of a line, without what a shell does around it.
fn command(line: &str) -> Option<String> {
    let line = line.trim();
    let start = match line.strip_prefix("cargo run --release -- ") {
        Some(rest) => format!("runner {rest}"),
        None => line.to_owned(),
    };
    let inside = start.find("runner ").filter(|at| {
        let before = &start[..*at];
        before.is_empty() || before.ends_with(' ') && !before.contains(['`', '#', '"'])
    })?;
    let text = start[inside..].split(" > ").next()?.split(" | ").next()?;
    // In a table, columns are apart by more than one blank: what follows says what it does.
    let text = text.split("   ").next()?.split(" #").next()?.trim();
    (!text.contains("...") && !text.contains('…')).then(|| text.to_owned())
}

fn commands() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (page, text) in pages() {
        for block in blocks(&text).iter().filter(|block| block.info != "mermaid") {
            for line in joined(&block.lines).iter().filter_map(|line| command(line)) {
                found.push((format!("{page}:{}", block.line), line));
            }
        }
        let said = inline(&text).into_iter().filter(|code| code.starts_with("runner "));
        found.extend(said.filter_map(|code| Some((page.clone(), command(&code)?))));
    }
    found
}

#[test]
fn every_command_is_one_that_the_program_takes() {
    let composed = Clone::new("--dry-run");
    let printed = Clone::new("");
    let parsed = Clone::new("--help");
    let files = [
        ("expts/08_ek55_avt_tsn.txt", "+experiment=ek55_avt_tsn\n"),
        ("practice/paths.txt", "paths.external=practice/external\npaths.data=practice/DATA\n"),
        (
            "conf/experiment/practice.yaml",
            "# @package _global_\ndefaults: [ek55_action_gru, _self_]\n",
        ),
    ];
    for place in [&composed, &printed] {
        for (name, text) in files {
            let path = place.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
    }
    let mut wrong = Vec::new();
    let commands = commands();
    assert!(commands.len() > 100, "{} commands", commands.len());
    for (place, line) in &commands {
        let output = match line {
            line if has_command(line) => parsed.bash(line),
            line if PRINTS.iter().any(|flag| line.contains(flag)) => printed.bash(line),
            line => composed.bash(line),
        };
        if !output.status.success() {
            wrong.push(format!("{place}: {line}\n{}", told(&output)));
        }
    }
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), commands.len(), wrong.join("\n"));
}

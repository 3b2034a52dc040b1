//! Every command of every page is one that the program takes.

use super::page::{Clone, blocks, inline, joined, pages, told};

/// Flags that only print; what they print is printed.
const PRINTS: [&str; 9] = [
    " --cfg",
    " --diff",
    " --dry-run",
    " --explain",
    " --help",
    " --hydra-help",
    " --info",
    " --version",
    " -sc",
];

/// What is not there where the test runs: shell variables, a clone of AVT, runs to compare;
/// and what is no command of the program.
const ABSENT: [&str; 4] = ["$", "AVT/", "--diff outputs/", " && "];

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
    let is_whole = !text.contains("...") && !ABSENT.iter().any(|absent| text.contains(absent));
    is_whole.then(|| text.to_owned())
}

/// Whether a word of it stands for something else: `runner runs show RUN`.
fn has_placeholder(command: &str) -> bool {
    let is_placeholder = |word: &str| word.chars().all(|c| c.is_ascii_uppercase() || c == '|');
    command.split(' ').any(is_placeholder)
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
        let whole = said.filter_map(|code| command(&code)).filter(|code| !has_placeholder(code));
        found.extend(whole.map(|code| (page.clone(), code)));
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
            // Behind a tag that is taken away everything is a tag.
            line if line.contains(" runs tag ") => parsed.bash("runner runs tag"),
            line if has_command(line) => parsed.bash(line.split(" -- ").next().unwrap()),
            line if PRINTS.iter().any(|flag| line.contains(flag)) => printed.bash(line),
            line => composed.bash(line),
        };
        if !output.status.success() {
            wrong.push(format!("{place}: {line}\n{}", told(&output)));
        }
    }
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), commands.len(), wrong.join("\n"));
}

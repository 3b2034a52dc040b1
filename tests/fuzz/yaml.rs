//! YAML: no panic; what is read is printed, and what is printed reads to the same.

use runner::config::{Key, Node, Value, document};

use super::{ITERATIONS, LENGTH, read, text};

const WORDS: [&str; 96] = [
    "a",
    "b",
    "key",
    "- ",
    "-",
    ": ",
    ":",
    "? ",
    "?",
    ", ",
    ",",
    "[",
    "]",
    "{",
    "}",
    "# ",
    "#",
    "&a ",
    "&b ",
    "*a",
    "*b",
    "*a ",
    "<<: ",
    "<<",
    "!!str ",
    "!!int ",
    "!!float ",
    "!!bool ",
    "!!map ",
    "!!seq ",
    "!!omap ",
    "!!null ",
    "! ",
    "!<",
    "!x ",
    "|\n",
    ">\n",
    "|-\n",
    ">+\n",
    "|2\n",
    "'",
    "''",
    "\"",
    "\\\"",
    "\\n",
    "\\x41",
    "\\u2028",
    "\\\n",
    "---\n",
    "...\n",
    "%YAML 1.1\n",
    "%TAG ",
    "\n",
    "\n",
    "\n",
    "\n  ",
    "\n    ",
    "\n- ",
    "\n  - ",
    "a: ",
    "a:\n  ",
    "b: ",
    "1",
    "017",
    "0x1f",
    "1_0",
    "12:30",
    "1e5",
    "1.5",
    ".inf",
    ".nan",
    "-",
    "~",
    "null",
    "true",
    "off",
    "2020-01-01",
    "=",
    "${a}",
    "${",
    "\\${",
    "???",
    "\t",
    "\r",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "\u{7}",
    "\u{a0}",
    "é",
    "日本",
    "😀",
    "\u{fffe}",
    "word word ",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "it's ",
];

#[test]
fn fuzz_yaml() {
    bolero::check!()
        .with_iterations(ITERATIONS)
        .with_max_len(LENGTH)
        .for_each(|bytes: &[u8]| check(&text(bytes, &WORDS)));
}

#[test]
fn fuzz_yaml_below_a_key() {
    bolero::check!().with_iterations(ITERATIONS).with_max_len(LENGTH).for_each(|bytes: &[u8]| {
        check(&format!("a: &a {{k: 1}}\nb: {}", text(bytes, &WORDS)));
    });
}

fn check(text: &str) {
    match read(text) {
        Err(error) => assert!(error.origin().is_some(), "{text:?}: {error}"),
        Ok(node) => {
            let printed = document::print(&node);
            if !loses(&node) {
                let again = read(&printed).unwrap_or_else(|e| panic!("{text:?}: {printed:?}: {e}"));
                assert_eq!(document::print(&again), printed, "{text:?}");
            }
        }
    }
}

/// Whether PyYAML prints something that it reads differently: line breaks other than `\n`, and
/// texts that only OmegaConf's reader takes for numbers (`1._e5`).
fn loses(node: &Node) -> bool {
    match &node.value {
        Value::Str(text) => text_loses(text),
        Value::List(items) => items.iter().any(loses),
        Value::Map(map) => map
            .iter()
            .any(|(key, node)| matches!(key, Key::Str(text) if text_loses(text)) || loses(node)),
        _ => false,
    }
}

fn text_loses(text: &str) -> bool {
    text.contains(['\u{85}', '\u{2028}', '\u{2029}'])
        || text.contains('_') && text.starts_with(|c: char| "+-.0123456789".contains(c))
}

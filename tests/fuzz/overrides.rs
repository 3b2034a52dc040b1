//! Overrides: no panic; a refusal says where.

use runner::config::document;

use super::{ITERATIONS, LENGTH, text};

const WORDS: [&str; 64] = [
    "a",
    "a.b",
    "a/b",
    "a@b",
    "a@b:c",
    "~",
    "+",
    "++",
    "=",
    "=",
    "=",
    ":",
    ",",
    ",",
    "[",
    "]",
    "{",
    "}",
    "(",
    ")",
    "'",
    "\"",
    "\\",
    "\\,",
    "\\=",
    "${a}",
    "${",
    "choice(",
    "range(",
    "interval(",
    "glob(",
    "sort(",
    "shuffle(",
    "tag(",
    "int(",
    "float(",
    "str(",
    "bool(",
    "json_str(",
    "extend_list(",
    "zip(",
    "logrange(",
    "append(",
    "insert(",
    "remove_at(",
    "remove_value(",
    "list_clear(",
    "reverse=true",
    "start=",
    "step=",
    "1",
    "-2.5",
    "1e9",
    "inf",
    "nan",
    "null",
    "true",
    " ",
    "\t",
    "é",
    "999999999999999999999999999999999999999999",
    "0",
    "*",
    ".",
];

#[test]
fn fuzz_override() {
    bolero::check!().with_iterations(ITERATIONS).with_max_len(LENGTH / 2).for_each(
        |bytes: &[u8]| {
            let text = text(bytes, &WORDS);
            for text in [&text, &format!("a={text}")] {
                if let Err(error) = document::check_override(text) {
                    assert!(error.origin().is_some(), "{text:?}: {error}");
                }
            }
        },
    );
}

//! Interpolations: no panic, no endless evaluation; what has been resolved resolves to itself.

use runner::config::document;

use super::{ITERATIONS, LENGTH, read, text};

const WORDS: [&str; 64] = [
    "${",
    "${",
    "${",
    "}",
    "}",
    "}",
    "${a}",
    "${b.c}",
    "${.x}",
    "${..b}",
    "${v}",
    "${w}",
    "a",
    "b",
    "c",
    "d",
    "v",
    "w",
    ".",
    "..",
    "[",
    "]",
    "[0]",
    "{",
    ":",
    ",",
    " ",
    "\\",
    "\\\\",
    "\\${",
    "'",
    "\"",
    "${oc.env:",
    "${oc.create:",
    "${oc.select:",
    "${oc.decode:",
    "${oc.deprecated:",
    "${oc.dict.keys:",
    "${oc.dict.values:",
    "${minus:",
    "${times_int:",
    "${now:",
    "${hydra:",
    "${python_version:",
    "HOME",
    "1",
    "-2.5",
    "1e9",
    "inf",
    "null",
    "true",
    "[1,2]",
    "{x:1}",
    "b.d",
    "%Y-%m",
    "%",
    "$",
    "é",
    "\t",
    "x y",
    "???",
    "PATH",
    "9999999999999999999999999999999999999999",
    "0",
];

#[test]
fn fuzz_interpolation() {
    bolero::check!().with_iterations(ITERATIONS).with_max_len(LENGTH / 4).for_each(
        |bytes: &[u8]| {
            let half = bytes.len() / 2;
            check(&text(&bytes[..half], &WORDS), &text(&bytes[half..], &WORDS));
        },
    );
}

fn check(v: &str, w: &str) {
    let quoted = |text: &str| serde_json::to_string(text).unwrap();
    let base = "a: 1\nb: {c: x, d: [10, '${a}'], e: null, m: '???'}";
    let tree = format!("{base}\nv: {}\nw: {{x: {}}}\n", quoted(v), quoted(w));
    let Ok(node) = read(&tree) else { return };
    match document::resolve(&node) {
        Ok(resolved) => {
            let printed = document::print(&resolved);
            if !printed.contains("${") {
                let again = document::resolve(&resolved).unwrap();
                assert_eq!(document::print(&again), printed, "{tree}");
            }
        }
        Err(errors) => assert!(errors.iter().all(|e| e.origin().is_some()), "{tree}: {errors}"),
    }
}

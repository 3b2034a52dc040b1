//! Texts made to exhaust stack, memory or time. Each is answered, with a value or an error, within
//! seconds even where the tests are not optimised.

use std::time::{Duration, Instant};

use runner::config::document;

use super::read;

const DEEP: usize = 100_000;
const LONG: usize = 1 << 20;

/// Reads, prints and resolves every text.
fn answered(cases: Vec<(&str, String)>) {
    for (name, text) in cases {
        let start = Instant::now();
        if let Ok(node) = read(&text) {
            let printed = document::print(&node);
            assert!(printed.len() < 256 << 20, "{name}: {} bytes", printed.len());
            if let Ok(resolved) = document::resolve(&node) {
                assert!(document::print(&resolved).len() < 256 << 20, "{name}");
            }
        }
        let spent = start.elapsed();
        eprintln!("{name}: {spent:?}");
        assert!(spent < Duration::from_secs(60), "{name}: {spent:?}");
    }
}

/// `lines` of `text`, in which `#` is the number of the line and `<` the number before it.
fn numbered(lines: std::ops::Range<usize>, text: &str) -> String {
    lines
        .map(|n| text.replace('#', &n.to_string()).replace('<', &n.wrapping_sub(1).to_string()))
        .collect()
}

#[test]
fn deep_yaml() {
    let indented: String = (0..2000).map(|n| format!("{}a:\n", " ".repeat(n))).collect();
    answered(vec![
        ("brackets", "[".repeat(DEEP)),
        ("closed brackets", format!("{}{}", "[".repeat(120), "]".repeat(120))),
        ("braces", "{a: ".repeat(DEEP)),
        ("dashes", "- ".repeat(DEEP)),
        ("question marks", "? ".repeat(DEEP)),
        ("mixed", "- ? [{".repeat(DEEP)),
        ("indentation", indented),
        ("anchors", "&a ".repeat(DEEP)),
        ("tags", "!!map ".repeat(DEEP)),
        ("keys", "a: ".repeat(DEEP)),
        ("aliases", format!("a0: &a0 [1]\n{}", numbered(1..1000, "a#: &a# [*a<]\n"))),
        ("merges", format!("a0: &a0 {{x: 1}}\n{}", numbered(1..1000, "a#: &a# {<<: *a<}\n"))),
        ("merges in reverse", format!("{{<<: {}", "{<<: ".repeat(DEEP))),
    ]);
}

#[test]
fn laughs() {
    let ten = |item: &str| [item; 10].join(", ");
    let lists = numbered(1..12, &format!("a#: &a# [{}]\n", ten("*a<")));
    let maps = numbered(1..12, "a#: &a# {a: *a<, b: *a<, c: *a<, d: *a<, e: *a<, f: *a<}\n");
    let merges = numbered(1..12, &format!("a#: &a# {{<<: [{}]}}\n", ten("*a<")));
    let long = "x".repeat(LONG);
    answered(vec![
        ("lists", format!("a0: &a0 [x]\n{lists}")),
        ("mappings", format!("a0: &a0 {{x: 1}}\n{maps}")),
        ("merges", format!("a0: &a0 {{x: 1}}\n{merges}")),
        ("merge keys", format!("a: {{{}}}", "<<: {}, ".repeat(DEEP))),
        ("texts", format!("a: &a {long}\nb: [{}]", "*a, ".repeat(DEEP))),
        ("keys", format!("a: &a {{? {long}\n: 1}}\nb: [{}]", "*a, ".repeat(DEEP))),
        ("itself", "a: &a [*a, *a]\nb: &b {c: *b}\n".to_owned()),
        ("pairs", format!("a: &a {{x: 1}}\nb: !!omap [{}]", "*a, ".repeat(DEEP))),
        ("scalars by `=`", "a: &a !!str {=: *a}\n".to_owned()),
    ]);
}

#[test]
fn long_texts() {
    let x = |text: &str| text.repeat(LONG / text.len());
    answered(vec![
        ("plain", format!("a: {}", x("x"))),
        ("words", format!("a: {}", x("x "))),
        ("key", format!("{}: 1", x("x"))),
        ("marked key", format!("? {}\n: 1", x("x"))),
        ("open quote", format!("a: \"{}", x("\\"))),
        ("quotes", format!("a: '{}'", x("''"))),
        ("escapes", format!("a: \"{}\"", x("\\u0007"))),
        ("line breaks", format!("a: '{}'", x("\n"))),
        ("block", format!("a: |\n{}", x("  x\n"))),
        ("blank block", format!("a: >+\n{}", x("\n"))),
        ("comments", x("# x\n")),
        ("entries", format!("a: [{}]", x("1, "))),
        ("number", format!("a: {}", x("1"))),
        ("sixties", format!("a: 1{}", x(":1"))),
        ("float", format!("a: 0.{}e-5", x("1"))),
        ("directive", format!("%{}", x("x"))),
        ("handle", format!("!{}!x", x("x"))),
        ("percent", format!("!<{}>", x("%41"))),
        ("anchor", format!("&{} 1", x("x"))),
    ]);
}

#[test]
fn interpolations() {
    let nested =
        |n: usize, inner: &str| format!("{}{inner}{}", "${oc.create:[".repeat(n), "]}".repeat(n));
    let tower: String =
        (0..64).map(|n| format!("a{n}: '{}'\n", nested(15, &format!("${{a{}}}", n + 1)))).collect();
    let backwards: String = (0..500).map(|n| format!("a{n}: {{x: '${{a{}}}'}}\n", n + 1)).collect();
    answered(vec![
        ("references", format!("a: '{}'", "${".repeat(DEEP))),
        ("closed references", format!("a: '{}x{}'", "${".repeat(60), "}".repeat(60))),
        ("calls", format!("a: '{}'", "${f:".repeat(DEEP))),
        ("lists", format!("a: '${{f:{}'", "[".repeat(DEEP))),
        ("dicts", format!("a: '${{f:{}'", "{a:".repeat(DEEP))),
        ("quotes", format!("a: \"${{f:{}\"", "'${f:".repeat(DEEP))),
        ("backslashes", format!("a: '{}${{x}}'", "\\".repeat(LONG))),
        ("one after another", format!("a: '{}'\nx: 1", "${x}".repeat(DEEP))),
        ("cycle", "a: ${b}\nb: ${c}\nc: ${a}\n".to_owned()),
        ("cycle of mappings", "a: {x: '${b}'}\nb: {y: '${a}'}\n".to_owned()),
        ("itself", "a: ${a}\nb: {c: '${b}'}\nd: '${.}'\n".to_owned()),
        ("chain", numbered(0..2000, "b#: '${b<}'\n")),
        ("doubling", format!("a0: x\n{}", numbered(1..60, "a#: '${a<}${a<}'\n"))),
        (
            "doubling backwards",
            (0..60).rev().fold(String::new(), |text, n| {
                text + &format!("a{}: '${{a{n}}}${{a{n}}}'\n", n + 1)
            }),
        ),
        ("doubling lists", format!("a0: [x]\n{}", numbered(1..60, "a#: ['${a<}', '${a<}']\n"))),
        ("copies in copies", backwards),
        ("copies of copies", format!("a0: {{}}\n{}", numbered(1..1000, "a#: {x: '${a<}'}\n"))),
        ("tower", tower),
        ("missing keys", numbered(0..5000, "a#: {x: '${nope#}'}\nb#: '${a#}'\n")),
        ("decode", "a: \"${oc.decode:'${a}'}\"\nb: '${oc.create:${b}}'\n".to_owned()),
        ("yaml in text", format!("a: '${{oc.create:\"{}\"}}'", "[".repeat(DEEP))),
    ]);
}

#[test]
fn overrides() {
    let x = |text: &str| format!("a={}", text.repeat(DEEP / text.len()));
    let texts = [
        x("["),
        x("{a:"),
        x("choice("),
        x("sort(shuffle("),
        x("'"),
        x("\\"),
        x("${"),
        x("${f:'"),
        x("1,"),
        x("a "),
        x(":"),
        x("1"),
        format!("{}=1", "a.".repeat(DEEP)),
        format!("{}=1", "a/".repeat(DEEP)),
        format!("~{}", "a".repeat(LONG)),
        format!("a@{}", "b:".repeat(DEEP)),
        "a=range(0,1e30)".to_owned(),
        "a=range(0,1,1e-30)".to_owned(),
        "a=extend_list(".to_owned(),
    ];
    for text in texts {
        let start = Instant::now();
        let _ = document::check_override(&text);
        let head: String = text.chars().take(20).collect();
        assert!(start.elapsed() < Duration::from_secs(60), "{head}: {:?}", start.elapsed());
    }
}

//! What files read to, and what is refused.

use super::*;
use crate::config::python;
use std::path::Path;

fn read(text: &str) -> std::result::Result<Node, ConfigError> {
    load(text, &|line, column| Origin::file(Path::new("f.yaml"), line, column))
}

#[test]
fn accepted() {
    for (text, expected) in [
        ("", "{}"),
        ("abc", "{'abc': None}"),
        ("a: 1\nb: [x, {c: y}]", "{'a': 1, 'b': ['x', {'c': 'y'}]}"),
        ("2: a\ntrue: b", "{2: 'a', True: 'b'}"),
        ("a: &x {k: 1}\nb: *x", "{'a': {'k': 1}, 'b': {'k': 1}}"),
        ("a: &x {k: 1, l: 2}\nb: {<<: *x, k: 3}", "{'a': {'k': 1, 'l': 2}, 'b': {'k': 3, 'l': 2}}"),
        ("a: !!str 1", "{'a': '1'}"),
        ("a: '1'\nb: \"x\\ty\"", "{'a': '1', 'b': 'x\\ty'}"),
        ("a: |\n  x\n  y\n", "{'a': 'x\\ny\\n'}"),
        ("- 1\n- 2", "[1, 2]"),
    ] {
        assert_eq!(python::repr(&read(text).unwrap().value), expected, "{text}");
    }
}

#[test]
fn refused() {
    for text in [
        "a: 1\na: 2",
        "a: 1\n---\nb: 2",
        "~: 1",
        "? [1]\n: 2",
        "a: !!binary x",
        "a: [1",
        "12",
        "a: ${",
        "a: *x",
        "a: =",
        "a: !foo 1",
    ] {
        let error = read(text).unwrap_err();
        assert!(error.origin().is_some(), "{text}: {error}");
    }
}

#[test]
fn positions_count_from_one() {
    let node = read("a:\n  b: 1\n  c: [x, y]\n").unwrap();
    assert_eq!(node.get("a.b").unwrap().origin.to_string(), "f.yaml:2:6");
    assert_eq!(node.get("a.c.1").unwrap().origin.to_string(), "f.yaml:3:10");
}

#[test]
fn limits() {
    assert!(read(&"[".repeat(100_000)).is_err());
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for i in 1..12 {
        let alias = format!("*a{}", i - 1);
        bomb.push_str(&format!("a{i}: &a{i} [{}]\n", vec![alias; 10].join(", ")));
    }
    assert!(read(&bomb).is_err());
}

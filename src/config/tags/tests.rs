//! Tags of files, accepted and refused, in a second file over a first.

use std::path::Path;

use crate::config::document;
use crate::config::python;

fn merged(first: &str, second: &str) -> Result<String, String> {
    let read = |text: &str, name: &str| document::read(text, Path::new(name));
    let merge = || document::merge(&read(first, "one.yaml")?, &read(second, "two.yaml")?);
    merge().map(|node| python::repr(&node.value)).map_err(|error| error.to_string())
}

#[test]
fn accepted() {
    for (first, second, expected) in [
        ("a: {x: 1, y: 2}", "a: !replace {z: 3}", "{'a': {'z': 3}}"),
        ("a: {x: 1, y: 2}", "a: !replace\n  z: 3\n", "{'a': {'z': 3}}"),
        ("a: {x: 1}", "a: !replace {}", "{'a': {}}"),
        ("a: {x: 1}", "a: !replace [1]", "{'a': [1]}"),
        ("a: [1]", "a: !replace {x: 1}", "{'a': {'x': 1}}"),
        ("a: 1\nb: 2", "c: !replace {x: 1}", "{'a': 1, 'b': 2, 'c': {'x': 1}}"),
        ("a: {b: {x: 1}, c: 1}", "a: {b: !replace {y: 2}}", "{'a': {'b': {'y': 2}, 'c': 1}}"),
        ("a: {x: 1}\nb: ${a}", "b: !replace {y: 2}", "{'a': {'x': 1}, 'b': {'y': 2}}"),
        ("a: {x: 1, y: 2}", "a: {x: !delete }", "{'a': {'y': 2}}"),
        ("a: 1\nb: 2", "a: !delete\nb: 3", "{'b': 3}"),
        ("a: {x: 1}\nb: ${a}", "b: {x: !delete }", "{'a': {'x': 1}, 'b': {}}"),
        ("2: x\ntrue: y", "2: !delete", "{True: 'y'}"),
        ("a: [1]", "a: !append [2, 3]", "{'a': [1, 2, 3]}"),
        ("a: [1]", "a: !append\n- 2\n", "{'a': [1, 2]}"),
        ("a: [1]", "a: !prepend [2, 3]", "{'a': [2, 3, 1]}"),
        ("b: 1", "a: !append [1]", "{'b': 1, 'a': [1]}"),
        ("a: [1]\nb: ${a}", "b: !append [2]", "{'a': [1], 'b': [1, 2]}"),
        (
            "a: 1",
            "b: {c: !append [1], d: !replace {e: 1}}",
            "{'a': 1, 'b': {'c': [1], 'd': {'e': 1}}}",
        ),
        ("a: [1]", "x: &k !append [2]\na: *k", "{'a': [1, 2], 'x': [2]}"),
    ] {
        assert_eq!(merged(first, second).as_deref(), Ok(expected), "{first} + {second}");
    }
}

#[test]
fn refused() {
    for (first, second, problem) in [
        ("a: 1", "b: !delete", "delete `b`: it does not exist"),
        ("a: 1", "b: {c: !delete }", "delete `b.c`: it does not exist"),
        ("a: 1", "a: {c: !delete }", "delete `a.c`: it does not exist"),
        ("a: {}", "a: !replace {c: !delete }", "delete `a.c`: it does not exist"),
        (
            "a: 1",
            "a: !append [1]",
            "use the value of `a`: the present value (one.yaml:1:4) is not a list",
        ),
        ("a: {x: 1}", "a: !append [1]", "is not a list"),
        ("a: 1", "a: !delete 1", "`!delete` expects nothing behind it"),
        ("a: 1", "a: !delete {}", "`!delete` expects nothing behind it"),
        ("a: 1", "a: !replace 1", "`!replace` expects a mapping or a list"),
        ("a: 1", "a: !append {}", "`!append` expects a list"),
        ("a: 1", "a: !prepend x", "`!prepend` expects a list"),
        ("a: 1", "a: [!replace {}]", "tag"),
        ("a: 1", "!delete a: 1", "tag"),
        ("a: 1", "a: !remove", "tag"),
        ("a: 1", "!replace {a: 2}", "the whole config cannot be replaced"),
        ("a: 1", "!delete", "value of a key"),
        ("a: 1", "!append [1]", "value of a key"),
    ] {
        let error = merged(first, second).expect_err(second);
        assert!(error.contains(problem), "{first} + {second}: {error}");
        assert!(error.contains("two.yaml:1:"), "{first} + {second}: {error}");
    }
}

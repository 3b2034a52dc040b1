//! Edits, accepted and refused, on a small tree.

use std::path::Path;

use super::*;
use crate::config::overrides::{OverrideArg, parse};
use crate::config::yaml;

const TREE: &str = "l: [a, b, c]\nn: [1, 2.5, true, null]\ne: []\nd: {x: {p: 1, q: 2}, y: 3}\n\
                    r: ${l}\nm: ${d.x}\nz: null\nq: ???\nnest: [[1], {k: [2]}]\ns: text\n";

fn tree() -> Node {
    yaml::load(TREE, &|line, column| Origin::file(Path::new("f.yaml"), line, column)).unwrap()
}

fn context() -> Context {
    Context::new(jiff::ZonedDateTime::default())
}

fn edited_tree(overrides: &[&str]) -> Result<Node> {
    let mut root = tree();
    for (index, text) in overrides.iter().enumerate() {
        let one = parse(&OverrideArg::argument(index + 1, text))?;
        update::apply(&mut root, &context(), &one)?;
    }
    Ok(root)
}

#[test]
fn accepted() {
    for (key, overrides, expected) in [
        ("l", &["l=append(d)"][..], "['a', 'b', 'c', 'd']"),
        ("l", &["l=append(d,'e f')"], "['a', 'b', 'c', 'd', 'e f']"),
        ("l", &["l=extend_list(d)"], "['a', 'b', 'c', 'd']"),
        ("l", &["l=append()"], "['a', 'b', 'c']"),
        ("l", &["l=append([x,y])"], "['a', 'b', 'c', ['x', 'y']]"),
        ("l", &["l=append({k: 1},null,2.0,true)"], "['a', 'b', 'c', {'k': 1}, None, 2.0, True]"),
        ("l", &["l=append(${s})"], "['a', 'b', 'c', '${s}']"),
        ("l", &["l=prepend(x,y)"], "['x', 'y', 'a', 'b', 'c']"),
        ("l", &["l=insert(1,x,y)"], "['a', 'x', 'y', 'b', 'c']"),
        ("l", &["l=insert(3,x)"], "['a', 'b', 'c', 'x']"),
        ("l", &["l=insert(-1,x)"], "['a', 'b', 'x', 'c']"),
        ("l", &["l=insert(-3,x)"], "['x', 'a', 'b', 'c']"),
        ("l", &["l=remove_at(0)"], "['b', 'c']"),
        ("l", &["l=remove_at(-1)"], "['a', 'b']"),
        ("l", &["l=remove_at(-3)"], "['b', 'c']"),
        ("l", &["l=remove_value(b)"], "['a', 'c']"),
        ("l", &["l=remove_value(c,a)"], "['b']"),
        ("l", &["l=append(a)", "l=remove_value(a)"], "['b', 'c', 'a']"),
        ("n", &["n=remove_value(1.0)"], "[2.5, True, None]"),
        ("n", &["n=remove_value(null)"], "[1, 2.5, True]"),
        ("l", &["l=list_clear()"], "[]"),
        ("l", &["l=list_clear()", "l=append(x)", "l=prepend(w)"], "['w', 'x']"),
        ("e", &["e=append(1)"], "[1]"),
        ("e", &["e=insert(0,1)"], "[1]"),
        ("nest", &["nest.0=append(2)", "nest.1.k=prepend(1)"], "[[1, 2], {'k': [1, 2]}]"),
        ("r", &["r=append(d)"], "['a', 'b', 'c', 'd']"),
        ("d", &["d=replace({z: 1})"], "{'z': 1}"),
        ("d", &["d.x=replace({q: 5})"], "{'x': {'q': 5}, 'y': 3}"),
        ("d", &["d=replace([1])"], "[1]"),
        ("d", &["d=replace(null)"], "None"),
        ("l", &["l=replace({a: 1})"], "{'a': 1}"),
        ("s", &["s=replace(1)"], "1"),
        ("z", &["z=replace({a: 1})"], "{'a': 1}"),
        ("new", &["++new.deep=replace({a: 1})"], "{'deep': {'a': 1}}"),
        ("d", &["++d=replace({a: 1})"], "{'a': 1}"),
        ("m", &["m=replace({q: 9})"], "{'q': 9}"),
    ] {
        let root = edited_tree(overrides).unwrap_or_else(|error| panic!("{overrides:?}: {error}"));
        assert_eq!(python::repr(&root.get(key).unwrap().value), expected, "{overrides:?}");
    }
}

#[test]
fn refused() {
    for (text, problem) in [
        ("s=append(x)", "`s` is 'text' and not a list (f.yaml:10:4)"),
        ("z=append(x)", "not a list"),
        ("q=append(x)", "not a list"),
        ("d=append(x)", "not a list"),
        ("typo=append(x)", "key `typo` is not in struct"),
        ("d.typo.x=append(x)", "key `typo` is not in struct"),
        ("d=append(x", "`,` or `)`"),
        ("l=insert(4,x)", "index 4 is out of range, `l` has 3 items"),
        ("l=insert(-4,x)", "out of range"),
        ("l=insert(x,1)", "the index must be a whole number"),
        ("l=insert(1)", "at least one value"),
        ("l=insert()", "missing index"),
        ("l=insert(1.0,x)", "the index must be a whole number"),
        ("l=remove_at(3)", "index 3 is out of range"),
        ("l=remove_at(-4)", "out of range"),
        ("l=remove_at(0,1)", "too many arguments"),
        ("l=remove_at()", "missing index"),
        ("e=remove_at(0)", "`e` is empty"),
        ("l=remove_value(x)", "`x` is not in `l`"),
        ("l=remove_value(a,a)", "`a` is not in `l`"),
        ("l=remove_value()", "at least one value"),
        ("l=list_clear(1)", "takes no arguments"),
        ("l=append(value=1)", "unexpected argument `value`"),
        ("l=append(choice(1,2))", "a sweep cannot be an argument"),
        ("l=append(append(1))", "an edit cannot be an argument"),
        ("l=append(${x)", "override"),
        ("l=append({null: 1})", "must be a scalar and not null"),
        ("l=[append(1)]", "an edit cannot be part of a list or dict"),
        ("l={a:append(1)}", "an edit cannot be part of a list or dict"),
        ("l=int(append(1))", "an edit cannot be cast"),
        ("l=sort(append(1))", "can be ordered"),
        ("+l=append(1)", "without a prefix"),
        ("++l=append(1)", "without a prefix"),
        ("~l=append(1)", "without a prefix"),
        ("+d=replace({})", "without a prefix"),
        ("+l=append(1),append(2)", "without a prefix"),
        ("d=replace()", "exactly one value"),
        ("d=replace(1,2)", "exactly one value"),
        ("typo=replace(1)", "key `typo` is not in struct"),
        ("l=apend(1)", "unknown function"),
    ] {
        let error = edited_tree(&[text]).map(|_| ()).expect_err(text).to_string();
        assert!(error.contains(problem), "{text}: {error}");
        assert!(error.contains("argument 1"), "{text}: {error}");
    }
    let error = edited_tree(&["l=apend(1)"]).unwrap_err();
    assert_eq!(error.word(), Some("apend"));
    assert!(error.expected().contains(&"append".to_owned()));
}

#[test]
fn what_an_interpolation_names_stays_as_it_is() {
    let root = edited_tree(&["r=append(d)", "m=replace({q: 9})"]).unwrap();
    assert_eq!(python::repr(&root.get("l").unwrap().value), "['a', 'b', 'c']");
    assert_eq!(python::repr(&root.get("d.x").unwrap().value), "{'p': 1, 'q': 2}");
}

#[test]
fn items_keep_their_origins() {
    let root = edited_tree(&["l=append(d)", "l=remove_at(0)"]).unwrap();
    let origin = |path: &str| root.get(path).unwrap().origin.to_string();
    assert_eq!(origin("l.0"), "f.yaml:1:8");
    assert_eq!(origin("l.2"), "argument 1 `l=append(d)`");
    assert_eq!(origin("l"), "argument 2 `l=remove_at(0)`");
    let shadowed = root.get("l").unwrap().shadowed();
    let shown: Vec<String> = shadowed.iter().map(|old| python::repr(&old.value)).collect();
    assert_eq!(shown, ["['a', 'b', 'c']", "['a', 'b', 'c', 'd']"]);
}

#[test]
fn a_replaced_mapping_keeps_the_histories_of_its_keys() {
    let root = edited_tree(&["d=replace({x: {q: 5}})"]).unwrap();
    let q = root.get("d.x.q").unwrap();
    assert_eq!(q.origin.to_string(), "argument 1 `d=replace({x: {q: 5}})`");
    assert_eq!(q.shadowed()[0].origin.to_string(), "f.yaml:4:18");
}

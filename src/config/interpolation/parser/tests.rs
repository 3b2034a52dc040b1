//! Accepted and refused interpolations.

use super::*;

fn text(s: &str) -> Part {
    Part::Text(s.to_owned())
}

fn node(path: &str) -> Part {
    Part::Inter(Inter::Node(vec![text(path)]))
}

#[test]
fn accepted() {
    for (input, expected) in [
        ("${a}", vec![node("a")]),
        ("${ a.b }", vec![node("a.b")]),
        ("${a[b].c}", vec![node("a[b].c")]),
        ("${[a].b}", vec![node("[a].b")]),
        ("${..a}", vec![node("..a")]),
        ("${.[0]}", vec![node(".[0]")]),
        ("x${a}y", vec![text("x"), node("a"), text("y")]),
        ("\\${a}", vec![text("${a}")]),
        ("\\\\${a}", vec![text("\\"), node("a")]),
        ("\\\\\\${a}", vec![text("\\${a}")]),
        ("a\\b ${x}", vec![text("a\\b "), node("x")]),
        ("${hydra/launcher}", vec![node("hydra/launcher")]),
        ("${foo@bar}", vec![node("foo@bar")]),
        ("${0}", vec![node("0")]),
    ] {
        assert_eq!(parse(input).unwrap(), expected, "{input}");
    }
}

#[test]
fn calls() {
    let call = |input: &str| match parse(input).unwrap().remove(0) {
        Part::Inter(Inter::Call { name, args }) => (name, args),
        other => panic!("{input}: {other:?}"),
    };
    let word = |s: &str| Expr::Text(vec![text(s)]);
    assert_eq!(call("${f:}"), (vec![text("f")], vec![]));
    assert_eq!(call("${oc.env:USER, x y }").1, vec![word("USER"), word("x y")]);
    assert_eq!(
        call("${f:1,2.5,true,null}").1,
        vec![Expr::Int(1), Expr::Float(2.5), Expr::Bool(true), Expr::Null]
    );
    assert_eq!(call("${now:%Y-%m-%d}").1, vec![word("%Y-%m-%d")]);
    assert_eq!(
        call("${f:'a ${b}\\''}").1,
        vec![Expr::Quoted(vec![text("a "), node("b"), text("'")])]
    );
    assert_eq!(call("${f:[1,[x]],{a:1,b:{}}}").1.len(), 2);
    assert_eq!(call("${f:a:b}").1, vec![word("a:b")]);
    assert_eq!(call("${f:${x}}").1, vec![Expr::Text(vec![node("x")])]);
    assert_eq!(call("${f:,a,}").1.len(), 3);
}

#[test]
fn refused() {
    for input in [
        "${",
        "${}",
        "${a",
        "${a b}",
        "${a.}",
        "${a..b}",
        "${[a}",
        "${a{b}}",
        "${foo${bar}}",
        "${f:'x}",
        "${f:[1}",
        "${f:{a}}",
        "${.f:x}",
        "${f:a=b}",
        "${f:(}",
        "${:x}",
        "${a]}",
    ] {
        assert!(parse(input).is_err(), "{input}: {:?}", parse(input));
    }
    assert!(parse(&"${a:".repeat(10_000)).is_err());
    assert!(parse(&format!("${{f:{}", "[".repeat(10_000))).is_err());
}

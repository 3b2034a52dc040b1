//! Accepted and refused overrides, with what they print back to.

use super::*;
use crate::config::overrides::element;

fn parse_text(text: &str) -> Result<Override, ConfigError> {
    parse(&OverrideArg::argument(1, text))
}

#[test]
fn accepted_values() {
    for (text, expected) in [
        ("a=1", "1"),
        ("a=1_000", "1000"),
        ("a=-1.5e3", "-1500.0"),
        ("a=1e-7", "1e-07"),
        ("a=true", "True"),
        ("a=null", "null"),
        ("a=", ""),
        ("a= b ", "b"),
        ("a=b c", "b\\ c"),
        ("a=10-20", "10-20"),
        ("a=1.2.3", "1.2.3"),
        ("a=x:y", "x\\:y"),
        ("a=http://x/y?z", "http\\://x/y?z"),
        ("a='b c'", "'b c'"),
        ("a=\"it's\"", "\"it's\""),
        ("a='it\\'s'", "'it\\'s'"),
        ("a='x\\\\'", "'x\\\\'"),
        ("a=\\,\\ ", "\\,\\ "),
        ("a=[]", "[]"),
        ("a=[1, b ,[c]]", "[1,b,[c]]"),
        ("a={}", "{}"),
        ("a={b: 1, c:[x,y], d:{e:f}}", "{b:1,c:[x,y],d:{e:f}}"),
        ("a={b:c:d}", "{b:c\\:d}"),
        ("a=${b.c}", "$\\{b.c\\}"),
        ("a=${b}/c", "$\\{b\\}/c"),
        ("a={t: ${x}/y}", "{t:$\\{x\\}/y}"),
        ("a=int('10')", "10"),
        ("a=str(10)", "10"),
        ("a=float(1)", "1.0"),
        ("a=bool(TRUE)", "True"),
        ("a=int([1.5,'2'])", "[1,2]"),
        ("a=sort([3,1,2],reverse=true)", "[3,2,1]"),
        ("a=@x%|+", "@x%|+"),
        ("a=-x", "-x"),
    ] {
        let parsed = parse_text(text).unwrap();
        assert_eq!(element(parsed.literal().unwrap()), expected, "{text}");
    }
}

#[test]
fn accepted_keys() {
    for (text, action, key, package) in [
        ("a.b.0.c=1", Action::Change, "a.b.0.c", None),
        ("+a=1", Action::Add, "a", None),
        ("++a=1", Action::ForceAdd, "a", None),
        ("~a", Action::Delete, "a", None),
        ("~a=1", Action::Delete, "a", None),
        ("a/b/c=x", Action::Change, "a/b/c", None),
        ("a@b.c=x", Action::Change, "a", Some("b.c")),
        ("+a/b@=x", Action::Add, "a/b", Some("")),
        ("$a.b$=1", Action::Change, "$a.b$", None),
        ("a-b=1", Action::Change, "a-b", None),
        ("_target_=x", Action::Change, "_target_", None),
        ("=1", Action::Change, "", None),
    ] {
        let parsed = parse_text(text).unwrap();
        let got = (parsed.action, parsed.key.as_str(), parsed.package.as_deref());
        assert_eq!(got, (action, key, package), "{text}");
    }
}

#[test]
fn sweeps() {
    for text in [
        "a=1,2",
        "a=a, b ,c",
        "a=choice(1,2)",
        "a=range(3)",
        "a=range(1,10,step=2)",
        "a=interval(0,1)",
        "a=glob(*)",
        "a=glob([a*,b],exclude=c)",
        "a=shuffle(1,2,3)",
        "a=tag(x,y,choice(1,2))",
        "a=int(1.0,2.0)",
        "a=sort(range(10,1))",
        "a=choice(a,[b],{c:d})",
    ] {
        assert!(parse_text(text).unwrap().sweep().is_some(), "{text}");
    }
}

#[test]
fn refused() {
    for text in [
        "",
        "a",
        "a b=1",
        "+",
        "+a",
        "a=[1",
        "a={a}",
        "a={a:1",
        "a='x",
        "a='x'y",
        "a=f(1)",
        "a=x=y",
        "a=(x)",
        "a=]",
        "a=}",
        "a=1,",
        "a=,1",
        "a=[1,]",
        "a=#",
        "a=é",
        "a=${b",
        "a=${x.${y}}",
        "a.=1",
        ".a=1",
        "0=1",
        "a/=1",
        "a/b.c=1",
        "a=choice()",
        "a=range()",
        "a=range(x)",
        "a=int(x)",
        "a=sort(1,x)",
        "a=tag(1)",
        "a=range(step=1,2)",
        "a[0]=1",
        "+++a=1",
        "a@b@c=1",
        "a=choice(choice(1,2))",
        "a=[choice(1,2)]",
        "a=!x",
    ] {
        assert!(parse_text(text).is_err(), "{text}: {:?}", parse_text(text));
    }
    assert!(parse_text(&format!("a={}", "[".repeat(100_000))).is_err());
    assert!(parse_text(&format!("a={}", "int(".repeat(100_000))).is_err());
}

#[test]
fn an_error_points_at_the_column() {
    let error = parse_text("a=[1 2,(]").unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::OverrideSyntax { column: 8, .. }), "{error}");
}

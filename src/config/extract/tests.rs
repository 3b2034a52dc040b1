use serde::Deserialize;

use super::*;
use crate::config::origin::Origin;
use crate::config::yaml::load;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Opt {
    lr: f64,
    #[serde(default)]
    names: Vec<String>,
    inner: Option<Inner>,
    #[serde(default)]
    pair: Option<[f64; 2]>,
    #[serde(default)]
    open: std::collections::BTreeMap<String, usize>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Inner {
    size: usize,
    kind: Kind,
}

#[derive(Debug, Deserialize, PartialEq, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Kind {
    /// Few.
    Small,
    /// Many.
    Large,
}

fn read(text: &str) -> Result<Opt, ConfigErrors> {
    let node =
        load(text, &|line, column| Origin::file(std::path::Path::new("f.yaml"), line, column))?;
    extract(&node, "opt", Vec::new())
}

#[test]
fn accepted() {
    let opt = read("lr: 1\nnames: [a, b]\ninner: {size: 3, kind: large}\nopen: {a: 1}").unwrap();
    assert_eq!((opt.lr, opt.names.len(), opt.open["a"]), (1.0, 2, 1));
    let inner = opt.inner.unwrap();
    assert_eq!((inner.size, inner.kind), (3, Kind::Large));
    let opt = read("lr: 0.5\ninner: null\npair: [1, 2.5]").unwrap();
    assert!(opt.inner.is_none() && opt.pair == Some([1.0, 2.5]));
}

#[test]
fn errors_name_key_place_and_expectation() {
    for (text, message, place) in [
        ("lr: x", "`opt.lr`: expected a number, got 'x'", "f.yaml:1:5"),
        ("lr: 1\nnmes: []", "`opt.nmes`: unknown key", "f.yaml:2:7"),
        (
            "lr: 1\ninner: {size: -1, kind: small}",
            "`opt.inner.size`: expected a whole number, not negative",
            "f.yaml:2:15",
        ),
        ("lr: 1\ninner: {size: 1.0, kind: small}", "`opt.inner.size`", "f.yaml:2:15"),
        ("lr: 1\ninner: {size: 1, kind: tiny}", "`opt.inner.kind`: `tiny` is not", "f.yaml:2:24"),
        ("lr: 1\ninner: {size: 1, kind: 3}", "`opt.inner.kind`: `3` is not", "f.yaml:2:24"),
        ("lr: 1\ninner: {siz: 1, size: 1, kind: small}", "`opt.inner.siz`", "f.yaml:2:14"),
        ("lr: 1\ninner: {kind: small}", "`opt.inner.size`: the value is missing", "f.yaml:2:8"),
        ("lr: 1\ninner: 3", "`opt.inner`: expected a mapping or null, got 3", "f.yaml:2:8"),
        ("lr: ???", "`opt.lr`: the value is missing", "f.yaml:1:5"),
        ("lr: 1\nopen: {a: '???'}", "`opt.open.a`: the value is missing", "f.yaml:2:11"),
        ("lr: 1\nopen: {a: b}", "`opt.open.a`: expected a whole number", "f.yaml:2:11"),
        ("lr: 1\nnames: [a, [b]]", "`opt.names.1`", "f.yaml:2:12"),
        ("lr: 1\nnames: a", "`opt.names`: expected a list, got 'a'", "f.yaml:2:8"),
        ("lr: 1\npair: [1]", "`opt.pair`: expected a list of 2 items or null", "f.yaml:2:7"),
        ("lr: 1\npair: [1, 2, 3]", "`opt.pair`: expected a list of 2 items", "f.yaml:2:7"),
    ] {
        let errors = read(text).unwrap_err().into_vec();
        assert_eq!(errors.len(), 1, "{text}: {errors:?}");
        let error = &errors[0];
        assert!(error.to_string().contains(message), "{text}: {error}");
        assert_eq!(error.origin().unwrap().to_string(), place, "{text}: {error}");
    }
    let errors = read("lr: 1\nnmes: []").unwrap_err();
    assert!(errors.iter().next().unwrap().expected().contains(&"names".to_owned()));
}

#[test]
fn everything_is_told_at_once() {
    let text = "lr: x\nnmes: []\ninner: {size: '???', kind: tiny, depth: 2}\nopen: {a: 1, b: true}";
    let errors = read(text).unwrap_err().in_order();
    let keys: Vec<&str> = errors.iter().filter_map(ConfigError::key).collect();
    let expected =
        ["opt.lr", "opt.nmes", "opt.inner.size", "opt.inner.kind", "opt.inner.depth", "opt.open.b"];
    assert_eq!(keys, expected);
}

#[test]
fn holes_are_told_and_not_blamed_again() {
    let node = load("lr: ${nowhere}\nnmes: 1", &|line, column| {
        Origin::file(std::path::Path::new("f.yaml"), line, column)
    });
    let problem = "no such key".to_owned();
    let kind = crate::config::ErrorKind::Interpolation { key: "opt.lr".to_owned(), problem };
    let errors = extract::<Opt>(&node.unwrap(), "opt", vec![kind.into()]).unwrap_err();
    let keys: Vec<&str> = errors.iter().filter_map(ConfigError::key).collect();
    assert_eq!(keys, ["opt.nmes", "opt.lr"]);
}

#[test]
fn a_mistake_can_be_undone_where_it_replaced_something() {
    let place = |line, column| Origin::file(std::path::Path::new("f.yaml"), line, column);
    let mut node = load("lr: 1\nnmes: 1\ninner: {size: 2, kind: small}", &place).unwrap();
    assert!(repaired::<Opt>(&node, "opt").is_some_and(|opt| opt.lr == 1.0));
    let wrong = load("big", &place).unwrap().child("big").cloned();
    node.at_mut(&["inner", "size"]).unwrap().replace(wrong.unwrap());
    let opt = repaired::<Opt>(&node, "opt").unwrap();
    assert_eq!(opt.inner.unwrap().size, 2);
    let node = load("lr: x", &place).unwrap();
    assert!(repaired::<Opt>(&node, "opt").is_none());
}

use std::path::Path;

use crate::config::{ComposeRequest, Composed, ConfigErrors, OverrideArg, Runtime, compose};
use crate::files;

const TREE: &[(&str, &str)] = &[
    ("config", "defaults:\n  - opt: sgd\n  - _self_\na: 1\nlist: [1, {x: 2}]\nb: {c: 1, d: 2}\n"),
    ("opt/sgd", "lr: 0.1\n"),
    ("opt/adam", "lr: 0.001\nbetas: [0.9, 0.99]\n"),
    ("extra/more", "n: 1\n"),
    ("experiment/base", "# @package _global_\ndefaults:\n  - override /opt: adam\na: 2\n"),
];

fn composed(dir: &Path, overrides: &str) -> Result<Composed, ConfigErrors> {
    let mut request = ComposeRequest::new(dir.to_owned(), Runtime::new("/".into()));
    request.overrides = OverrideArg::split(overrides);
    compose(&request)
}

/// The file for some overrides, once it has been shown to do the same.
fn drafted(overrides: &str) -> String {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in TREE {
        let path = dir.path().join(format!("{name}.yaml"));
        files::create_dir_all(path.parent().unwrap()).unwrap();
        files::write_atomic(&path, text.as_bytes()).unwrap();
    }
    let wanted = composed(dir.path(), overrides).unwrap();
    let text = wanted.as_config_file("experiment", &["What was tried.".to_owned()]).unwrap();
    files::write_atomic(&dir.path().join("experiment/new.yaml"), text.as_bytes()).unwrap();
    let found = composed(dir.path(), "+experiment=new").unwrap();
    assert_eq!(found.job(), wanted.job(), "{overrides}\n{text}");
    text.strip_prefix("# @package _global_\n# What was tried.\n").unwrap().to_owned()
}

#[test]
fn values_become_a_tree() {
    assert_eq!(
        drafted("a=3 b.c=x +b.e.f=[1,2]"),
        "\na: 3\n\nb:\n  c: x\n  e:\n    f:\n    - 1\n    - 2\n"
    );
    assert_eq!(
        drafted("+n={x: 1, y: 2} n.y=3 ++opt.lr=1e-4"),
        "\n'n':\n  x: 1\n  'y': 3\n\nopt:\n  lr: 0.0001\n"
    );
    assert_eq!(
        drafted("list.1.x=5 a='1' b=${opt}"),
        "\nlist:\n- 1\n- x: 5\n\na: '1'\n\nb: ${opt}\n"
    );
    assert_eq!(drafted(""), "");
}

#[test]
fn choices_become_a_defaults_list() {
    assert_eq!(
        drafted("opt=adam +extra=more opt.lr=1"),
        "defaults:\n  - /extra: more\n  - _self_\n  - override /opt: adam\n\nopt:\n  lr: 1\n"
    );
    assert_eq!(
        drafted("+experiment=base opt=sgd a=7 +extra@here=more"),
        "defaults:\n  - base\n  - /extra@here: more\n  - _self_\n  - override /opt: sgd\n\na: 7\n"
    );
    assert_eq!(drafted("~opt"), "defaults:\n  - _self_\n  - override /opt: null\n");
}

#[test]
fn what_a_file_cannot_do_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    files::write_atomic(&dir.path().join("config.yaml"), b"a: 1\nb: 2\n").unwrap();
    let wanted = composed(dir.path(), "~a ~b").unwrap();
    let errors = wanted.as_config_file("experiment", &[]).unwrap_err();
    assert_eq!(errors.iter().count(), 2, "{errors}");
}

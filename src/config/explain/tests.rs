use crate::config::{ComposeRequest, OverrideArg, Runtime, compose};
use crate::files;

const TREE: &[(&str, &str)] = &[
    (
        "config",
        "defaults:\n  - opt: sgd\n  - _self_\nlr: 0.1\nlr_wd: [[all, 0.1, 0.2]]\ncopy: ${opt}\n\
         text: ${lr} of ${opt.name} ${oc.env:NOWHERE,${copy.name}} in ${hydra:job.name}\n\
         way: ${.${which}}\nwhich: lr\nhydra:\n  run:\n    dir: out/${text}\n",
    ),
    ("opt/sgd", "lr: ${lr}\nname: sgd\n"),
    ("opt/adam", "lr: 1\nname: adam\n"),
    ("more/x", "# @package _global_\nlr_wd: [[all, 0.3, 0.4], [head, 0, 0]]\nopt: {name: x}\n"),
];

/// The explanation without the directory's name.
fn explained(overrides: &str, key: &str) -> String {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in TREE {
        let path = dir.path().join(format!("{name}.yaml"));
        files::create_dir_all(path.parent().unwrap()).unwrap();
        files::write_atomic(&path, text.as_bytes()).unwrap();
    }
    let mut request = ComposeRequest::new(dir.path().to_owned(), Runtime::new("/".into()));
    request.overrides = OverrideArg::split(overrides);
    let shown = compose(&request).unwrap().explain(key).unwrap().to_string();
    shown.replace(&format!("{}/", dir.path().display()), "")
}

#[test]
fn an_item_of_a_list_has_the_history_of_its_list() {
    let expected = "\
lr_wd.0.1 = 0.5
  set to 0.5 at argument 2 `lr_wd=[[all,0.5,1]]`
  shadows 0.3 at more/x.yaml:2:15
  shadows 0.1 at config.yaml:5:15
";
    assert_eq!(explained("+more=x lr_wd=[[all,0.5,1]]", "lr_wd.0.1"), expected);
    assert_eq!(explained("+more=x lr_wd=[[all,0.5,1]]", "lr_wd[0][1]").lines().count(), 4);
}

#[test]
fn a_key_behind_an_interpolation_leads_to_where_it_is() {
    let expected = "\
copy.name = x
  opt.name set to x at more/x.yaml:3:13
  shadows sgd at opt/sgd.yaml:2:7
  through copy = ${opt} at config.yaml:6:7
";
    assert_eq!(explained("+more=x", "copy.name"), expected);
}

#[test]
fn every_interpolation_of_a_text_is_followed() {
    let shown = explained("lr=7", "text");
    for line in [
        "text = 7 of sgd sgd in runner",
        "  through lr = 7 at argument 1 `lr=7`",
        "  through opt.name = sgd at opt/sgd.yaml:2:7",
        "  through copy = ${opt} at config.yaml:6:7",
        "  through hydra.job.name = runner at set by the program",
    ] {
        assert!(shown.lines().any(|shown| shown == line), "{line} in {shown}");
    }
    assert!(explained("", "way").contains("through which = lr at config.yaml:9:8"));
}

#[test]
fn the_hydra_node_is_explained_too() {
    let shown = explained("hydra.run.dir=here", "hydra.run.dir");
    assert!(shown.starts_with("hydra.run.dir = here\n  set to here at argument 1"), "{shown}");
    assert!(shown.contains("  shadows out/${text} at config.yaml:12:10\n"), "{shown}");
    assert!(shown.contains("at built-in hydra/output/default:"), "{shown}");
}

#[test]
fn what_was_chosen_instead_leaves_no_history() {
    assert!(!explained("opt=adam", "opt.lr").contains("shadows"));
}

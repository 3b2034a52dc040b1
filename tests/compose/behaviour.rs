//! What goes beyond Hydra: origins, explanations, the site file, errors that help.

use std::path::Path;

use runner::config::{
    ComposeRequest, Composed, Composer, ConfigErrors, ErrorKind, Origin, OverrideArg, RunMode,
    Runtime, compose,
};

const CONFIG: &str = "\
defaults:
  - _self_
  - opt: sgd
lr: 0.1
width: ${lr}
paths:
  data: DATA
list: [1, 2]
";

pub(crate) fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    dir
}

fn standard() -> tempfile::TempDir {
    tree(&[
        ("conf/config.yaml", CONFIG),
        ("conf/opt/sgd.yaml", "name: sgd\nlr: ${lr}\n"),
        ("conf/opt/adam.yaml", "name: adam\nlr: ${..lr}\nbetas: [0.9, 0.99]\n"),
    ])
}

pub(crate) fn request(dir: &Path, args: &[&str]) -> ComposeRequest {
    let mut request = ComposeRequest::new(dir.join("conf"), Runtime::new(dir.to_owned()));
    request.overrides =
        args.iter().enumerate().map(|(i, arg)| OverrideArg::argument(i + 1, arg)).collect();
    request
}

fn run(dir: &Path, args: &[&str]) -> Result<Composed, ConfigErrors> {
    compose(&request(dir, args))
}

/// An origin relative to the tree.
fn place(origin: &Origin, dir: &Path) -> String {
    origin.to_string().replace(&format!("{}/", dir.display()), "")
}

#[test]
fn every_leaf_knows_its_place() {
    let dir = standard();
    let composed = run(dir.path(), &["opt=adam", "paths.data=/x"]).unwrap();
    let places: Vec<String> = composed
        .provenance()
        .iter()
        .map(|(key, origin)| format!("{key} {}", place(origin, dir.path())))
        .collect();
    assert_eq!(
        places,
        [
            "lr conf/config.yaml:4:5",
            "width conf/config.yaml:5:8",
            "paths.data argument 2 `paths.data=/x`",
            "list.0 conf/config.yaml:8:8",
            "list.1 conf/config.yaml:8:11",
            "opt.name conf/opt/adam.yaml:1:7",
            "opt.lr conf/opt/adam.yaml:2:5",
            "opt.betas.0 conf/opt/adam.yaml:3:9",
            "opt.betas.1 conf/opt/adam.yaml:3:14",
        ]
    );
}

#[test]
fn an_explanation_shows_what_was_shadowed_and_passed_through() {
    let dir = standard();
    let composed = run(dir.path(), &["opt=adam", "lr=0.2", "lr=0.3"]).unwrap();
    let shown = composed.explain("lr").unwrap().to_string();
    let shown = shown.replace(&format!("{}/", dir.path().display()), "");
    assert_eq!(
        shown,
        "\
lr = 0.3
  set to 0.3 at argument 3 `lr=0.3`
  shadows 0.2 at argument 2 `lr=0.2`
  shadows 0.1 at conf/config.yaml:4:5
"
    );
    let shown = composed.explain("opt.lr").unwrap();
    assert_eq!(shown.resolved.as_deref(), Ok("0.3"));
    assert_eq!(shown.through.len(), 1);
    assert_eq!(shown.through[0].key, "lr");
    let error = composed.explain("opt.lrr").unwrap_err();
    assert!(error.expected().contains(&"lr".to_owned()), "{error}");
}

#[test]
fn a_resolved_value_comes_from_where_the_interpolation_led() {
    let dir = standard();
    let composed = run(dir.path(), &["lr=fast"]).unwrap();
    let error = composed.resolve().unwrap().extract::<f64>("opt.lr").unwrap_err();
    assert_eq!(error.first().origin().unwrap().to_string(), "argument 1 `lr=fast`");
    assert!(error.to_string().contains("opt.lr"), "{error}");
}

#[test]
fn errors_name_key_place_and_alternatives() {
    let dir = standard();
    for (args, key, expected, origin) in [
        (&["opt.nam=x"][..], "opt.nam", "name", "argument 1 `opt.nam=x`"),
        (&["a=1", "opt=adm"], "opt/adm", "adam", "argument 2 `opt=adm`"),
        (&["pth.data=x"], "pth", "paths", "argument 1 `pth.data=x`"),
        (&["~lrr"], "lrr", "lr", "argument 1 `~lrr`"),
        (&["~opt=adam"], "opt=adam", "opt", "argument 1 `~opt=adam`"),
        (&["hydra.run.dr=x"], "hydra.run.dr", "dir", "argument 1 `hydra.run.dr=x`"),
        (
            &["hydra/launcher=basc"],
            "hydra/launcher/basc",
            "basic",
            "argument 1 `hydra/launcher=basc`",
        ),
    ] {
        let errors = run(dir.path(), args).unwrap_err();
        let error = errors.iter().find(|error| !error.expected().is_empty()).unwrap();
        assert!(error.to_string().contains(key), "{error}");
        assert!(error.expected().contains(&expected.to_owned()), "{error}");
        assert_eq!(error.origin().unwrap().to_string(), origin);
    }
}

#[test]
fn errors_of_one_stage_come_together() {
    let dir = standard();
    let errors = run(dir.path(), &["nope=1", "opt.nope=2", "+lr=3"]).unwrap_err();
    assert_eq!(errors.iter().count(), 3, "{errors}");
    let errors = run(dir.path(), &["a=[", "b=}"]).unwrap_err();
    assert_eq!(errors.iter().count(), 2, "{errors}");
}

#[test]
fn a_missing_option_in_a_file_names_the_line() {
    let dir = tree(&[("conf/config.yaml", "defaults:\n  - opt: nope\n"), ("conf/opt/a.yaml", "")]);
    let errors = run(dir.path(), &[]).unwrap_err();
    let error = errors.iter().next().unwrap();
    assert_eq!(place(error.origin().unwrap(), dir.path()), "conf/config.yaml:2:5");
    assert_eq!(error.expected(), ["a"]);
}

#[test]
fn cycles_are_errors() {
    let dir = tree(&[
        ("conf/config.yaml", "defaults:\n  - g: a\n"),
        ("conf/g/a.yaml", "defaults:\n  - b\n"),
        ("conf/g/b.yaml", "defaults:\n  - a\n"),
    ]);
    let errors = run(dir.path(), &[]).unwrap_err();
    let error = errors.iter().next().unwrap();
    assert!(matches!(error.kind(), ErrorKind::TooMuch { .. }), "{error}");
}

#[test]
fn absurd_sizes_are_errors() {
    let dir = standard();
    let path = vec!["a"; 100_000].join(".");
    for arg in [
        format!("++{path}=1"),
        format!("+opt@{path}=adam"),
        format!("+a={}1{}", "[".repeat(50_000), "]".repeat(50_000)),
        format!("+a='{}1{}'", "${oc.decode:".repeat(50_000), "}".repeat(50_000)),
    ] {
        assert!(run(dir.path(), &[&arg]).is_err());
    }
    let laughs = (1..30).map(|i| format!("a{i}: \"${{a{}}}${{a{}}}\"\n", i - 1, i - 1));
    let text: String = std::iter::once("a0: haha\n".to_owned()).chain(laughs).collect();
    let dir = tree(&[("conf/config.yaml", &text)]);
    assert!(run(dir.path(), &[]).unwrap().resolve().is_err());
    let laughs = (1..30).map(|i| format!("a{i}: [\"${{a{}}}\", \"${{a{}}}\"]\n", i - 1, i - 1));
    let text: String = std::iter::once("a0: haha\n".to_owned()).chain(laughs).collect();
    let dir = tree(&[("conf/config.yaml", &text)]);
    assert!(run(dir.path(), &[]).unwrap().resolve().is_err());
}

#[test]
fn a_site_file_lies_between_the_tree_and_the_arguments() {
    let dir = standard();
    let site = dir.path().join("site.yaml");
    std::fs::write(&site, "paths: {data: /site}\nlr: 5\n+extra: 1\n?absent: 2\n").unwrap();
    let mut request = request(dir.path(), &["lr=6"]);
    request.site = Some(site.clone());
    let composed = compose(&request).unwrap();
    let value = |key: &str| composed.explain(key).unwrap();
    assert_eq!(value("paths.data").set.value, "/site");
    assert!(matches!(value("paths.data").set.origin, Origin::Site { line: 1, .. }));
    assert_eq!(value("lr").set.value, "6");
    assert_eq!(value("lr").shadowed.len(), 2);
    assert_eq!(value("extra").set.value, "1");
    assert!(composed.explain("absent").is_err());

    std::fs::write(&site, "pths: {data: /site}\nlrr: 5\n").unwrap();
    let errors = compose(&request).unwrap_err();
    assert_eq!(errors.iter().count(), 2);
    assert!(errors.iter().next().unwrap().expected().contains(&"paths".to_owned()));
}

#[test]
fn a_run_records_its_mode_and_overrides() {
    let dir = standard();
    let mut request = request(dir.path(), &["lr=1", "hydra.run.dir=out/${lr}"]);
    request.runtime.mode = Some(RunMode::Run);
    request.runtime.job_num = Some(3);
    let composed = compose(&request).unwrap();
    assert_eq!(composed.text_at("hydra.run.dir").unwrap(), "out/1");
    assert_eq!(composed.text_at("hydra.job.num").unwrap(), "3");
    let hydra: Vec<String> = composed.hydra_overrides().into_iter().map(|one| one.text).collect();
    assert_eq!(hydra, ["hydra.run.dir=out/${lr}", "hydra.mode=RUN"]);
    assert_eq!(composed.task_overrides().len(), 1);
    assert_eq!(composed.choices()["opt"].as_deref(), Some("sgd"));
}

#[test]
fn a_sweep_takes_groups_globs_and_params() {
    let dir = standard();
    let mut request = request(dir.path(), &["opt=glob(*)", "+hydra.sweeper.params={lr: '1,2'}"]);
    request.runtime.mode = Some(RunMode::Multirun);
    let composed = compose(&request).unwrap();
    let jobs = runner::sweep::jobs(&composed, &Composer::new(request.clone())).unwrap();
    let texts: Vec<String> = jobs
        .iter()
        .map(|(_, task)| task.iter().map(|one| one.text.as_str()).collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(texts, ["lr=1 opt=adam", "lr=1 opt=sgd", "lr=2 opt=adam", "lr=2 opt=sgd"]);
    for (all, _) in &jobs {
        let mut job = request.clone();
        job.overrides = all.clone();
        job.runtime.mode = Some(RunMode::Run);
        compose(&job).unwrap();
    }
}

#[test]
fn the_hash_depends_on_values_only() {
    let dir = standard();
    let hash = |args: &[&str]| run(dir.path(), args).unwrap().resolve().unwrap().hash();
    assert_eq!(hash(&[]), hash(&["lr=0.1", "hydra.run.dir=x"]));
    assert_ne!(hash(&[]), hash(&["lr=0.2"]));
}

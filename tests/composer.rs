//! Jobs composed together are the jobs composed alone, from one state of the files.

#![allow(clippy::unwrap_used, clippy::disallowed_methods)] // a test

use std::fs;
use std::path::Path;

use runner::config::{
    ComposeRequest, Composed, Composer, OverrideArg, Part, RunMode, Runtime, compose,
};

fn arguments(texts: &[&str]) -> Vec<OverrideArg> {
    let numbered = texts.iter().enumerate();
    numbered.map(|(index, text)| OverrideArg::argument(index + 1, text)).collect()
}

fn request(conf: &Path, overrides: &[&str]) -> ComposeRequest {
    let mut request = ComposeRequest::new(conf.to_owned(), Runtime::new("/cwd".into()));
    request.overrides = arguments(overrides);
    request.runtime.mode = Some(RunMode::Multirun);
    request
}

fn write(dir: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = dir.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

fn tree() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let config = "defaults: [_self_, {db: a}, {extra: '???'}]\nx: 1\ny: ${x}\nz: ${db.port}";
    write(
        dir.path(),
        &[
            ("config.yaml", config),
            ("db/a.yaml", "port: 1\nhost: ${oc.select:other,none}"),
            ("db/b.yaml", "port: 2\nhost: h\nlist: [1, 2]"),
            ("extra/one.yaml", "e: 1"),
            ("extra/two.yaml", "e: 2"),
        ],
    );
    dir
}

/// Everything that can be seen of a composed config.
fn seen(composed: &Composed) -> Vec<String> {
    let whole = composed.to_yaml(Part::All, false, None).unwrap();
    let resolved = composed.resolve().unwrap();
    let explained = ["x", "db", "db.port"].map(|key| composed.explain(key).unwrap().to_string());
    let provenance = composed.provenance().into_iter();
    let mut seen = vec![whole, resolved.to_yaml(), composed.defaults_table()];
    seen.push(composed.clone().into_resolved_in_parts().to_yaml());
    seen.extend(explained);
    seen.extend(provenance.map(|(key, origin)| format!("{key} {origin}")));
    seen
}

#[test]
fn a_job_is_the_same_beside_others() {
    let dir = tree();
    let whole = request(dir.path(), &["hydra.mode=MULTIRUN", "extra=one"]);
    let composer = Composer::new(whole.clone());
    composer.compose().unwrap();
    let jobs = [
        &["hydra.mode=MULTIRUN", "extra=one", "x=2"][..],
        &["hydra.mode=MULTIRUN", "extra=one", "x=${db.port}", "+new=1"],
        &["hydra.mode=MULTIRUN", "extra=one", "db=b", "x=3"],
        &["hydra.mode=MULTIRUN", "extra=one", "db=b", "~db.list"],
        &["hydra.mode=MULTIRUN", "~extra", "db.port=7", "hydra.job.name=other"],
        &["hydra.mode=MULTIRUN", "extra=one", "x=2"],
    ];
    for (number, job) in jobs.into_iter().enumerate() {
        let mut alone = ComposeRequest { overrides: arguments(job), ..whole.clone() };
        alone.runtime.mode = Some(RunMode::Run);
        alone.runtime.job_num = Some(number);
        let beside = composer.job(number, arguments(job)).unwrap();
        assert_eq!(seen(&beside), seen(&compose(&alone).unwrap()), "{job:?}");
    }
}

#[test]
fn errors_are_those_of_the_job() {
    let dir = tree();
    let composer = Composer::new(request(dir.path(), &["extra=one"]));
    for (job, said) in [
        (&["extra=one", "db=c"][..], "db/c"),
        (&["extra=one", "w=1"], "`w`"),
        (&["extra=one", "x=1,2"], "x=1,2"),
        (&["x=1"], "extra"),
        (&["extra=one", "nothing@here=1"], "nothing"),
    ] {
        let error = composer.job(0, arguments(job)).unwrap_err().to_string();
        assert!(error.contains(said), "{job:?}: {error}");
    }
    assert!(composer.job(1, arguments(&["extra=one", "x=1"])).is_ok());
}

#[test]
fn a_sweep_may_leave_an_option_open_that_its_jobs_choose() {
    let dir = tree();
    let composer = Composer::new(request(dir.path(), &["extra=one,two"]));
    composer.compose().unwrap();
    let e = |option: &str| {
        let job = composer.job(0, arguments(&[&format!("extra={option}")])).unwrap();
        job.text_at("extra.e").unwrap()
    };
    assert_eq!((e("one"), e("two")), ("1".to_owned(), "2".to_owned()));
    assert!(composer.job(0, arguments(&["x=1"])).is_err());
}

#[test]
fn a_file_that_changes_meanwhile_changes_no_job() {
    let dir = tree();
    let composer = Composer::new(request(dir.path(), &["extra=one"]));
    let port = |job: &[&str]| {
        composer.job(0, arguments(job)).map(|composed| composed.text_at("db.port").unwrap())
    };
    assert_eq!(port(&["extra=one"]).unwrap(), "1");
    write(dir.path(), &[("db/a.yaml", "port: 9"), ("config.yaml", "x: 9")]);
    fs::remove_file(dir.path().join("db/b.yaml")).unwrap();
    assert_eq!(port(&["extra=one", "x=5"]).unwrap(), "1");
    assert_eq!(port(&["extra=two", "x=5"]).unwrap(), "1");
    assert!(port(&["extra=one", "db=b"]).is_err(), "it was not read before it went");
    let now = compose(&request(dir.path(), &["+extra=one"])).unwrap();
    assert_eq!(now.text_at("x").unwrap(), "9");
}

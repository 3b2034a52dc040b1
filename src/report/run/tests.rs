use serde_json::json;

use super::*;
use crate::runs::{
    ClassNames, DataKind, HydraFiles, MetricsLog, Results, ResultsWriter, Rows, RunDir, RunFacts,
    RunManifest, Uids,
};

fn run(dir: &Path, data: DataKind) -> RunDir {
    let run = RunDir::at(&dir.join("e/0001")).unwrap();
    let facts = RunFacts {
        command: vec!["runner".into(), "x=</code><script>alert(1)</script>".into()],
        data,
        ..RunFacts::example("e", "h")
    };
    RunManifest::begin(&run, facts).unwrap().fail("<b>boom</b>").unwrap();
    run
}

/// Logits that say class `i % 2` of samples whose target is `i % 3`.
fn store(run: &RunDir, samples: usize) {
    let logits: Vec<f32> =
        (0..samples).flat_map(|i| (0..3).map(move |c| f32::from(u8::from(i % 2 == c)))).collect();
    let idx: Vec<i64> = (0..samples as i64).collect();
    let mut writer = ResultsWriter::new();
    let results = Results {
        uid: Uids::Numbers(idx.clone()),
        logits: [("action".to_owned(), Rows::new([samples, 3], logits))].into(),
        logits_regression: None,
        target: [("action".to_owned(), Rows::column(idx.iter().map(|i| i % 3).collect()))].into(),
        loss: [].into(),
        epoch: vec![1.0],
        idx,
    };
    writer.append(results).unwrap();
    files::create_dir_all(&run.file("results")).unwrap();
    writer.write(&run.file("results/eval.h5")).unwrap();
    let names = ["wash <plate>", "take cup", "open door"].map(str::to_owned).to_vec();
    ClassNames::new([("action".to_owned(), names)].into()).write(run.path()).unwrap();
}

#[test]
fn a_page_without_anything_logged() {
    let dir = tempfile::tempdir().unwrap();
    let run = run(dir.path(), DataKind::Real);
    let page = render_html(run.path()).unwrap();
    for part in [
        "Nothing has been logged",
        "No evaluation has finished",
        "No results of an evaluation",
        "no record of its config",
        "&lt;b&gt;boom",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains("class=\"banner\"") && !page.contains("<script>alert"));
}

#[test]
fn what_is_torn_broken_or_foreign_is_said_in_its_place() {
    let dir = tempfile::tempdir().unwrap();
    let run = run(dir.path(), DataKind::Real);
    let write = |name: &str, bytes: &[u8]| {
        let path = run.file(name);
        files::create_dir_all(path.parent().unwrap()).unwrap();
        files::write_atomic(&path, bytes).unwrap();
    };
    write("metrics.jsonl", b"{\"split\":\"train\",\"epoch\":0,\"step\":0,\"loss\":1}\n{\"spl");
    write("results/eval.h5", b"no hdf5");
    write("results/classes.json", b"[]");
    write("provenance.yaml", b"\xff\xfe");
    write(".hydra/config.yaml", b"a: [<");
    let page = render_html(run.path()).unwrap();
    for part in ["is torn and left out", "No confusion of eval", "Classes are numbers", "a: [&lt;"]
    {
        assert!(page.contains(part), "{part}\n{page}");
    }
    write("metrics.jsonl", b"{}\n[1]\n{}\n");
    let page = render_html(run.path()).unwrap();
    assert!(page.contains("The log cannot be read") && !page.contains("Nothing has been logged"));
}

#[test]
fn a_directory_without_a_manifest_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(render_html(dir.path()), Err(ReportError::Run(_))));
}

#[test]
fn generated_data_is_announced() {
    for (data, words) in
        [(DataKind::Synthetic, "Synthetic data."), (DataKind::Simulated, "Simulated features.")]
    {
        let dir = tempfile::tempdir().unwrap();
        let page = render_html(run(dir.path(), data).path()).unwrap();
        assert!(page.contains(words));
    }
}

#[test]
fn a_running_run_says_how_its_page_is_written_anew() {
    let dir = tempfile::tempdir().unwrap();
    let run = RunDir::at(&dir.path().join("e/0001")).unwrap();
    let _manifest = RunManifest::begin(&run, RunFacts::example("e", "h")).unwrap();
    let page = render_html(run.path()).unwrap();
    assert!(page.contains(">running</strong>") && page.contains("runner runs report"));
}

#[test]
fn the_whole_page() {
    let dir = tempfile::tempdir().unwrap();
    let run = run(dir.path(), DataKind::Synthetic);
    let mut log = MetricsLog::open(&run).unwrap();
    for step in 0..5 {
        let record = json!({"split": "train", "epoch": step, "step": step, "loss": 1.0, "lr": 1e-5,
            "data_seconds": 0.5});
        log.append(record.as_object().unwrap()).unwrap();
    }
    let config = HydraFiles {
        config: "a: 1\n".into(),
        overrides: "- distill=0.5\n".into(),
        ..HydraFiles::default()
    };
    config.write(&run).unwrap();
    store(&run, 12);
    let page = files::read_to_string(&write_html(run.path()).unwrap()).unwrap();
    assert_eq!(page.matches("<figure>").count(), 3);
    for part in [
        "runner runs rerun e/0001",
        "<li><code>distill=0.5</code></li>",
        "waiting for data</th><td class=\"number\">2.500 s",
        "wash &lt;plate&gt;\npredicted take cup\n2 of 4 samples, 50.0 %",
        "4 of 12 samples right (33.33\u{a0}%), over all classes, after epoch 1.",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    for tag in ["main", "table", "figure", "svg", "details", "div", "p", "ul", "tr", "section", "g"]
    {
        let open =
            page.matches(&format!("<{tag}>")).count() + page.matches(&format!("<{tag} ")).count();
        assert_eq!(open, page.matches(&format!("</{tag}>")).count(), "<{tag}>");
    }
}

/// The size that the contract promises, for a run as long and wide as they come.
#[test]
fn a_long_run_is_a_small_page() {
    let dir = tempfile::tempdir().unwrap();
    let run = run(dir.path(), DataKind::Synthetic);
    let mut text = String::new();
    for step in 0..100_000_u32 {
        let x = f64::from(step);
        text += &format!("{{\"split\":\"train\",\"epoch\":{},\"step\":{step}", x / 1000.0);
        for term in 0..20 {
            text +=
                &format!(",\"loss/term{term}\":{:.7}", (x * 0.37 + f64::from(term)).sin() + 2.0);
        }
        text += "}\n";
    }
    files::write_atomic(&run.file("metrics.jsonl"), text.as_bytes()).unwrap();
    let config: String = (0..400).map(|i| format!("key_of_a_module_{i}: value_{i}\n")).collect();
    let provenance: String =
        (0..400).map(|i| format!("key_of_a_module_{i}: conf/some/module.yaml:{i}:3\n")).collect();
    HydraFiles { config, provenance, ..HydraFiles::default() }.write(&run).unwrap();
    store(&run, 3000);
    let bytes = render_html(run.path()).unwrap().len();
    println!("{bytes} bytes");
    assert!(bytes < 2_000_000, "{bytes} bytes");
}

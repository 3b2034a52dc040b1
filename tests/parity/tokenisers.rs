//! Token ids of 200 texts, from each family's own files and from `tokenizer.json`.

use std::path::{Path, PathBuf};
use std::process::Command;

use runner::text::{Family, Style, Tokeniser, Wording};
use serde_json::Value;

const FAMILIES: [(&str, Family); 6] = [
    ("bert", Family::Bert),
    ("roberta", Family::Roberta),
    ("distilbert", Family::DistilBert),
    ("albert", Family::Albert),
    ("electra", Family::Electra),
    ("deberta", Family::Deberta),
];

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parity/fixtures/tokenisers").join(name)
}

/// The texts, and their ids in a family.
fn expected(family: &str) -> (Vec<String>, Vec<Vec<i64>>) {
    let text = runner::files::read_to_string(&folder("texts.json")).unwrap();
    let all: Value = serde_json::from_str(&text).unwrap();
    let take = |value: &Value| serde_json::from_value(value.clone()).unwrap();
    (take(&all["texts"]), serde_json::from_value(all["ids"][family].clone()).unwrap())
}

fn check(tokeniser: &Tokeniser, family: &str, from: &str) {
    let (texts, ids) = expected(family);
    same(tokeniser, &texts, &ids, from);
}

fn same(tokeniser: &Tokeniser, texts: &[String], ids: &[Vec<i64>], from: &str) {
    assert_eq!((texts.len(), ids.len()), (200, 200));
    for (text, ids) in texts.iter().zip(ids) {
        let encoded = tokeniser.encode_with_bytes(text).unwrap();
        assert_eq!(&encoded.ids, ids, "{from}: {text:?}");
        assert_eq!(encoded.bytes.len(), ids.len());
        // every token stands for a part of the text
        assert!(encoded.bytes.iter().all(|bytes| text.get(bytes.clone()).is_some()), "{text:?}");
    }
}

#[test]
fn from_the_files_of_a_family() {
    for (name, family) in FAMILIES {
        check(&Tokeniser::open(&folder(name), family).unwrap(), name, name);
    }
}

#[test]
fn from_what_transformers_writes() {
    for (name, family) in FAMILIES {
        let folder = folder(&format!("{name}_json"));
        if runner::files::is_dir(&folder) {
            check(&Tokeniser::open(&folder, family).unwrap(), name, "tokenizer.json");
        }
    }
}

#[test]
fn from_what_is_written_here() {
    for (name, family) in FAMILIES {
        let written = tempfile::tempdir().unwrap();
        let tokeniser = Tokeniser::open(&folder(name), family).unwrap();
        tokeniser.save(written.path()).unwrap();
        let again = Tokeniser::open(written.path(), family).unwrap();
        check(&again, name, "written");
        assert_eq!(again.len(), tokeniser.len());
        assert_eq!((again.pad_id(), again.mask_id()), (tokeniser.pad_id(), tokeniser.mask_id()));
    }
}

/// 200 sentences of the classes of EK55 and EGTEA, where the lists of them are.
fn real_texts() -> Option<Vec<String>> {
    let place = std::env::var_os("RUNNER_EXTERNAL").map(PathBuf::from);
    let place = place
        .unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/external"));
    let data = place.join("rulstm/RULSTM/data");
    if !runner::files::is_dir(&data) {
        println!("skipped: no annotations in {} (set RUNNER_EXTERNAL)", place.display());
        return None;
    }
    let mut texts = Vec::new();
    for (name, style, column) in [("ek55", Style::Epic, 1), ("egtea", Style::Egtea, 2)] {
        let list = runner::files::read_to_string(&data.join(name).join("actions.csv")).unwrap();
        let class = |line: &str| line.split(',').nth(column).unwrap().to_owned();
        let lines = list.lines().filter(|line| !line.starts_with("id,"));
        let phrases = Wording::of(style).phrases(&lines.map(class).collect::<Vec<_>>());
        let actions = phrases.len();
        let history =
            |i: usize| (0..1 + i % 6).map(|k| (i * 97 + k * 31) % actions).collect::<Vec<_>>();
        texts.extend((0..100).map(|i| phrases.sentence(&history(i)).text));
    }
    Some(texts)
}

/// What `transformers` says of texts by the tokenisers in `folder`, where it is there.
fn asked(texts: &[String], folder: &Path) -> Option<Value> {
    let python = std::env::var("RUNNER_PYTHON").unwrap_or_else(|_| "python3".into());
    let there = Command::new(&python).args(["-c", "import transformers, tokenizers"]).output();
    if !there.is_ok_and(|output| output.status.success()) {
        println!("skipped: `{python}` has no transformers; set RUNNER_PYTHON");
        return None;
    }
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("texts.json");
    let list = serde_json::to_string(texts).unwrap();
    runner::files::write_atomic(&file, list.as_bytes()).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/parity_tokenisers.py");
    let mut command = Command::new(python);
    command.arg(script).arg("--ids").arg(file).arg("--out").arg(folder);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

#[test]
fn on_sentences_of_real_classes() {
    let Some(texts) = real_texts() else { return };
    let Some(theirs) = asked(&texts, &folder("")) else { return };
    let written = tempfile::tempdir().unwrap();
    for (name, family) in FAMILIES {
        let ids: Vec<Vec<i64>> = serde_json::from_value(theirs[name].clone()).unwrap();
        let tokeniser = Tokeniser::open(&folder(name), family).unwrap();
        same(&tokeniser, &texts, &ids, name);
        let place = if name == "albert" { "albert_json" } else { name };
        tokeniser.save(&written.path().join(place)).unwrap();
    }
    assert_eq!(asked(&texts, written.path()).unwrap(), theirs, "as written here");
}

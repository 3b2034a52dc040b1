//! A language model over several files, as `transformers` saves it (`scripts/parity_shards.py`): the
//! same arrays as in one file.

use std::path::{Path, PathBuf};

use runner::experiment::language_model::{load_base, load_masked_lm, read_config};
use runner::files;
use runner::models::language::LanguageFamily;
use runner::weights::hugging_face::saved;

use crate::support::{Fixture, device};

const FOLDERS: [(&str, &str); 2] = [
    ("shards_safetensors", "model.safetensors.index.json"),
    ("shards_pickle", "pytorch_model.bin.index.json"),
];

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parity/fixtures").join(name)
}

#[test]
fn several_files_are_one_model() {
    let expected: Vec<_> = Fixture::read("language_bert").under("param/").into_iter().collect();
    for (name, index) in FOLDERS {
        let folder = folder(name);
        let config = read_config(&folder, LanguageFamily::Bert).unwrap();
        for weights in [folder.clone(), folder.join(index)] {
            let model = load_masked_lm(&config, &weights, &device()).unwrap();
            assert_eq!(saved(&model).into_iter().collect::<Vec<_>>(), expected, "{name}");
        }
    }
}

/// What loading a copy says, of which `spoil` has done something to the files.
fn told(name: &str, spoil: impl Fn(&Path)) -> String {
    let copy = tempfile::tempdir().unwrap();
    for entry in files::list(&folder(name)).unwrap() {
        files::write_atomic(&copy.path().join(&entry.name), &files::read(&entry.path).unwrap())
            .unwrap();
    }
    spoil(copy.path());
    let config = read_config(copy.path(), LanguageFamily::Bert).unwrap();
    load_base(&config, copy.path(), &device()).expect_err("refused").to_string()
}

#[test]
fn files_that_an_index_promises_and_that_are_not_there_are_named() {
    for (name, index) in FOLDERS {
        let ending = index.trim_end_matches(".index.json").split_once('.').unwrap().1;
        let stem = index.split('.').next().unwrap();
        let file = |n: usize| format!("{stem}-0000{n}-of-00002.{ending}");
        let said = told(name, |dir| files::remove_file(&dir.join(file(2))).unwrap());
        assert!(
            said.ends_with(&format!("{index}`: it names `{}`, which is not beside it", file(2))),
            "{said}"
        );
        let said = told(name, |dir| {
            let first = files::read(&dir.join(file(1))).unwrap();
            files::write_atomic(&dir.join(file(2)), &first).unwrap();
        });
        assert!(said.contains(&format!("it says that `{}` holds `", file(2))), "{said}");
        let said = told(name, |dir| files::write_atomic(&dir.join(file(1)), b"{").unwrap());
        assert!(said.contains(&file(1)), "{said}");
        let said = told(name, |dir| files::write_atomic(&dir.join(index), b"[]").unwrap());
        assert!(said.contains(index) && said.contains("it is no index"), "{said}");
    }
}

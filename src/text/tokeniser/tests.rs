use std::path::PathBuf;

use super::*;
use crate::files;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parity/fixtures/tokenisers").join(name)
}

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        files::write_atomic(&dir.path().join(name), text.as_bytes()).unwrap();
    }
    dir
}

const VOCABULARY: &str = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\ntake\npan\nß\n";

#[test]
fn what_is_wrong_with_a_folder() {
    for (id, family, files, expected) in [
        ("nothing", Family::Bert, &[][..], "has no tokeniser of BERT: there is no `vocab.txt`"),
        ("half", Family::Roberta, &[("vocab.json", "{}")], "of RoBERTa: there is no `merges.txt`"),
        ("no pieces", Family::Albert, &[], "of ALBERT: there is no `spiece.model`"),
        (
            "another family's",
            Family::Deberta,
            &[("vocab.txt", VOCABULARY)],
            "of DeBERTa: there is no `vocab.json`",
        ),
        (
            "a vocabulary without a mask",
            Family::Electra,
            &[("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\ntake\n")],
            "has no `[MASK]`, expected as mask_token",
        ),
        (
            "a token that is spelt otherwise",
            Family::Bert,
            &[("vocab.txt", VOCABULARY), ("special_tokens_map.json", r#"{"pad_token":"<p>"}"#)],
            "has no `<p>`, expected as pad_token",
        ),
        (
            "merges of three",
            Family::Roberta,
            &[("vocab.json", "{}"), ("merges.txt", "#version: 0.2\na b\na b c\n")],
            "merges.txt` is no tokeniser: line 3 is `a b c`, expected two tokens",
        ),
        (
            "half a file",
            Family::Bert,
            &[("tokenizer.json", r#"{"version": "1.0", "#)],
            "tokenizer.json` is no JSON file: EOF",
        ),
        (
            "no tokeniser",
            Family::Bert,
            &[("tokenizer.json", r#"{"version": "1.0"}"#)],
            "tokenizer.json` is no tokeniser: ",
        ),
        (
            "another model",
            Family::Bert,
            &[("tokenizer.json", r#"{"model": {"type": "BPE"}}"#)],
            "is no tokeniser: its model is BPE, BERT has WordPiece",
        ),
        (
            "no protocol buffer",
            Family::Albert,
            &[("spiece.model", "version https://git-lfs.github.com/spec/v1")],
            "spiece.model` is no SentencePiece model: ",
        ),
    ] {
        let dir = folder(files);
        let error = Tokeniser::open(dir.path(), family).unwrap_err().to_string();
        assert!(error.contains(expected), "{id}: {error}");
        assert!(error.contains(&*dir.path().to_string_lossy()), "{id}: {error}");
    }
}

#[test]
fn a_vocabulary_fits_as_many_embeddings_or_more() {
    let dir = folder(&[("vocab.txt", VOCABULARY)]);
    let tokeniser = Tokeniser::open(dir.path(), Family::Bert).unwrap();
    assert_eq!(tokeniser.len(), 8);
    tokeniser.fits(8).unwrap();
    tokeniser.fits(30_522).unwrap();
    let error = tokeniser.fits(7).unwrap_err().to_string();
    assert!(error.contains("has 8 tokens, the model embeds 7"), "{error}");
}

#[test]
fn a_vocabulary_with_gaps_has_as_many_ids_as_its_highest_says() {
    let ids = r#"{"[PAD]": 0, "[UNK]": 3, "[CLS]": 1, "[SEP]": 2, "[MASK]": 90}"#;
    let dir = folder(&[("vocab.json", ids), ("merges.txt", "")]);
    let tokeniser = Tokeniser::open(dir.path(), Family::Deberta).unwrap();
    assert_eq!(tokeniser.len(), 91);
    assert!(tokeniser.fits(90).is_err());
}

#[test]
fn special_tokens() {
    for (name, family, pad, mask) in [
        ("bert", Family::Bert, 0, 4),
        ("albert", Family::Albert, 0, 4),
        ("roberta", Family::Roberta, 1, 4),
        ("deberta", Family::Deberta, 0, 4),
    ] {
        let tokeniser = Tokeniser::open(&fixture(name), family).unwrap();
        assert_eq!((tokeniser.pad_id(), tokeniser.mask_id()), (pad, mask), "{name}");
        let special: Vec<i64> =
            (0..tokeniser.len() as i64).filter(|id| tokeniser.is_special(*id)).collect();
        assert_eq!(special, [0, 1, 2, 3, 4], "{name}");
    }
}

#[test]
fn further_tokens_follow_the_vocabulary() {
    let files = [("vocab.txt", VOCABULARY), ("added_tokens.json", r#"{"<v>": 8, "<a>": 9}"#)];
    let tokeniser = Tokeniser::open(folder(&files).path(), Family::Bert).unwrap();
    assert_eq!(tokeniser.len(), 10);
    assert_eq!(tokeniser.encode("take <v> pan <a> Take").unwrap(), [2, 5, 8, 6, 9, 5, 3]);
}

#[test]
fn a_configuration_changes_what_a_tokeniser_says() {
    let cased = r#"{"do_lower_case": false}"#;
    for (config, expected) in [("{}", [2, 5, 3]), (cased, [2, 1, 3])] {
        let files = [("vocab.txt", VOCABULARY), ("tokenizer_config.json", config)];
        let dir = folder(&files);
        let tokeniser = Tokeniser::open(dir.path(), Family::Bert).unwrap();
        assert_eq!(tokeniser.encode("TAKE").unwrap(), expected);
        tokeniser.save(dir.path()).unwrap();
        let again = Tokeniser::open(dir.path(), Family::Bert).unwrap();
        assert_eq!(again.encode("TAKE").unwrap(), expected, "tokenizer.json");
        files::write_atomic(&dir.path().join("tokenizer_config.json"), cased.as_bytes()).unwrap();
        let cased = Tokeniser::open(dir.path(), Family::Bert).unwrap();
        assert_eq!(cased.encode("TAKE").unwrap(), [2, 1, 3], "changed afterwards");
    }
}

#[test]
fn words_are_written_as_a_tokeniser_like_others() {
    let words = Tokeniser::words(["take <v> pan <a> open <v> door"]);
    let dir = tempfile::tempdir().unwrap();
    words.save(dir.path()).unwrap();
    let read = Tokeniser::open(dir.path(), Family::Roberta).unwrap();
    for text in ["", "take  <v> lid ", "open <v> door <a> take <v> pan"] {
        assert_eq!(read.encode_with_bytes(text).unwrap(), words.encode_with_bytes(text).unwrap());
    }
    assert_eq!((read.len(), read.pad_id(), read.mask_id()), (11, 0, 4));
    assert!((0..11).all(|id| read.is_special(id) == words.is_special(id)));
    read.save(dir.path()).unwrap();
    assert_eq!(Tokeniser::open(dir.path(), Family::Bert).unwrap().len(), 11);
}

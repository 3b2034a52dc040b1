use std::path::PathBuf;
use std::sync::Arc;

use super::super::{BatchOptions, MaskedBatch, TextError, Tokeniser};
use super::*;
use crate::data::Shard;
use crate::data::noise::Stream;
use crate::files;

/// A corpus of these bytes; the folder goes when it is dropped.
fn file(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("corpus.txt");
    files::write_atomic(&path, bytes).unwrap();
    (dir, path)
}

/// Recipes of up to twelve actions; line `i` says so in its first word.
fn recipes(count: usize) -> String {
    let mut stream = Stream::of(&[8]);
    let mut recipe = |i: usize| {
        let actions =
            (0..1 + stream.below(12)).map(|_| format!("verb{} <v> pan", stream.below(20)));
        let actions: Vec<String> = actions.collect();
        format!("line{i} <a> {}\n", actions.join(" <a> "))
    };
    (0..count).map(&mut recipe).collect()
}

fn tokeniser(text: &str) -> Arc<Tokeniser> {
    Arc::new(Tokeniser::words(text.lines()))
}

const OPTIONS: BatchOptions =
    BatchOptions { batch_size: 12, shuffle: true, seed: 3, by_length: true };

fn loader(corpus: Corpus, text: &str, max_tokens: usize) -> CorpusLoader {
    let masking = Masking::default();
    CorpusLoader::new(corpus, tokeniser(text), max_tokens, OPTIONS, masking).unwrap()
}

fn batches(loader: &CorpusLoader, epoch: u64, skip: usize) -> Vec<MaskedBatch> {
    loader.epoch(epoch, skip).collect::<Result<_, _>>().unwrap()
}

/// The ids as they truly are.
fn restored(batch: &MaskedBatch) -> Vec<i64> {
    let mut ids = batch.text.ids.clone();
    for (at, id) in batch.asked.iter().zip(&batch.targets) {
        ids[*at] = *id;
    }
    ids
}

#[test]
fn every_line_comes_once_and_an_epoch_goes_on() {
    let text = recipes(500);
    let (_dir, path) = file(text.as_bytes());
    let loader = loader(Corpus::open(&path).unwrap(), &text, 512);
    let whole = batches(&loader, 2, 0);
    assert_eq!((whole.len(), loader.len(), loader.rows()), (42, 42, 500));
    assert_eq!(whole[30..], batches(&loader, 2, 30));
    assert_ne!(whole, batches(&loader, 3, 0));
    let words = tokeniser(&text);
    let mut firsts: Vec<i64> = whole
        .iter()
        .flat_map(|batch| {
            let ids = restored(batch);
            let row = |row: usize| ids[row * batch.text.width + 1];
            (0..batch.text.lengths.len()).map(row).collect::<Vec<_>>()
        })
        .collect();
    firsts.sort_unstable();
    let line = |i: usize| words.encode(&format!("line{i}")).unwrap()[1];
    let mut expected: Vec<i64> = (0..500).map(line).collect();
    expected.sort_unstable();
    assert_eq!(firsts, expected);
    let padding = whole.iter().map(|batch| batch.text.padding()).sum::<f64>() / 42.0;
    assert!(padding < 0.08, "{padding}");
}

/// Shares of tokens asked for and of what is shown, as `DataCollatorForLanguageModeling` draws.
#[test]
fn what_is_hidden() {
    let text = recipes(800);
    let (_dir, path) = file(text.as_bytes());
    let loader = loader(Corpus::open(&path).unwrap(), &text, 512);
    let words = tokeniser(&text);
    let (mut all, mut asked, mut masks, mut kept) = (0, 0, 0, 0);
    for batch in (0..6).flat_map(|epoch| batches(&loader, epoch, 0)) {
        assert!(batch.asked.is_sorted() && batch.asked.len() == batch.targets.len());
        all += restored(&batch).iter().filter(|id| !words.is_special(**id)).count();
        asked += batch.asked.len();
        for (at, target) in batch.asked.iter().zip(&batch.targets) {
            assert!(!words.is_special(*target));
            masks += usize::from(batch.text.ids[*at] == words.mask_id());
            kept += usize::from(batch.text.ids[*at] == *target);
        }
    }
    let share = |part: usize, of: usize| part as f64 / of as f64;
    assert!((share(asked, all) - 0.15).abs() < 0.003, "{asked} of {all}");
    assert!((share(masks, asked) - 0.8).abs() < 0.01, "{masks} of {asked}");
    assert!((share(kept, asked) - 0.1).abs() < 0.01, "{kept} of {asked}");
}

#[test]
fn long_lines_are_cut_and_something_is_always_asked() {
    let text = "[UNK]\ntake <v> pan <a> open <v> door\n";
    let (_dir, path) = file(text.as_bytes());
    let options = BatchOptions { batch_size: 2, shuffle: false, seed: 0, by_length: false };
    let masking = Masking { probability: 1e-9, mask: 0.8, random: 0.1 };
    let corpus = Corpus::open(&path).unwrap();
    let loader = CorpusLoader::new(corpus, tokeniser(text), 4, options, masking).unwrap();
    let batch = &batches(&loader, 0, 0)[0];
    let words = tokeniser(text).encode("take <v>").unwrap();
    assert_eq!(restored(batch)[4..], words, "the first two words and the frame");
    assert_eq!((batch.asked.len(), batch.text.lengths.as_slice()), (1, &[3, 4][..]));
}

#[test]
fn lines_are_kept_aside() {
    let text = recipes(1000);
    let (_dir, path) = file(text.as_bytes());
    let corpus = Corpus::open(&path).unwrap();
    for (share, expected) in [(0.0, 0), (1e-9, 1), (0.001, 1), (0.25, 250), (0.9999, 999)] {
        let (learnt, aside) = corpus.split(share).unwrap();
        let aside = aside.map_or(0, |aside| aside.len());
        assert_eq!((learnt.len(), aside), (1000 - expected, expected), "{share}");
    }
    let numbers = |corpus: &Corpus| (0..corpus.len()).map(|i| corpus.number(i)).collect::<Vec<_>>();
    let (learnt, aside) = corpus.split(0.25).unwrap();
    let mut both = [numbers(&learnt), numbers(&aside.unwrap())].concat();
    both.sort_unstable();
    assert!(both.into_iter().eq(1..=1000));
    assert!(corpus.split(1.0).unwrap_err().to_string().contains("`corpus.held_out` is 1"));
}

#[test]
fn bad_files() {
    let long = [b"take <v> pan\n".as_slice(), &b"pan ".repeat(250_000)].concat();
    for (id, bytes, expected) in [
        ("empty", b"".as_slice(), "is an empty corpus"),
        ("blank", b"\n  \n\r\n", "is an empty corpus"),
        ("a megabyte", &long, "line 2: longer than 65536 bytes"),
        ("no UTF-8", b"take <v> pan\n\nta\xffke\n", "line 3: not UTF-8 at byte 2 of the line"),
    ] {
        let (_dir, path) = file(bytes);
        let error = Corpus::open(&path).unwrap_err().to_string();
        assert!(error.contains(expected) && error.contains("corpus.txt"), "{id}: {error}");
    }
    let (_dir, path) = file(b"no end of line");
    assert_eq!(Corpus::open(&path).unwrap().len(), 1);
    let missing = Corpus::open(&path.with_extension("none")).unwrap_err().to_string();
    assert!(missing.contains("failed to open"), "{missing}");
}

#[test]
fn a_file_that_changes_is_noticed() {
    let text = recipes(50);
    let (_dir, path) = file(text.as_bytes());
    let loader = loader(Corpus::open(&path).unwrap(), &text, 512);
    files::write_atomic(&path, b"short\n").unwrap();
    let read: Vec<Result<MaskedBatch, TextError>> = loader.epoch(0, 0).collect();
    assert_eq!(read.len(), 1, "nothing follows an error");
    let error = read[0].as_ref().unwrap_err().to_string();
    assert!(error.contains("the file has changed since it was opened"), "{error}");
}

#[test]
fn bad_settings() {
    let (_dir, path) = file(b"take <v> pan\n");
    let corpus = Corpus::open(&path).unwrap();
    let bert = Masking::default();
    for (max_tokens, masking, expected) in [
        (2, bert, "`text.max_tokens` is 2"),
        (9, Masking { probability: 0.0, ..bert }, "`mlm.probability` is 0"),
        (9, Masking { mask: 1.5, ..bert }, "`mlm.mask` is 1.5"),
        (9, Masking { random: 0.3, ..bert }, "`mlm.random` is 0.3"),
        (9, Masking { mask: f64::NAN, ..bert }, "`mlm.mask` is NaN"),
    ] {
        let made =
            CorpusLoader::new(corpus.clone(), tokeniser("pan"), max_tokens, OPTIONS, masking);
        let error = made.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn ranks_share_the_lines_of_what_one_process_reads() {
    let text = recipes(500);
    let (_dir, path) = file(text.as_bytes());
    let masking = Masking::default();
    let loader = |batch_size| {
        let options = BatchOptions { batch_size, ..OPTIONS };
        let corpus = Corpus::open(&path).unwrap();
        CorpusLoader::new(corpus, tokeniser(&text), 512, options, masking).unwrap()
    };
    let whole = batches(&loader(24), 2, 0);
    let ranks = [0, 1].map(|rank| batches(&loader(12).shared(Shard { rank, world: 2 }), 2, 0));
    for (step, whole) in whole.iter().enumerate() {
        let asked = |batch: &MaskedBatch| batch.targets.len();
        assert_eq!(ranks.iter().map(|own| asked(&own[step])).sum::<usize>(), asked(whole));
    }
    assert!(ranks.iter().all(|own| own.len() == whole.len()));
}

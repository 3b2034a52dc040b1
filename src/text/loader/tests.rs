use std::sync::Arc;

use super::*;
use crate::data::Labels;
use crate::data::noise::Stream;
use crate::text::{Style, TextReading, Tokeniser, Truncate, Wording};

const CLASSES: usize = 40;

/// Histories of up to `longest` actions.
fn rows(count: usize, longest: u64) -> Vec<HistoryRow> {
    let mut stream = Stream::of(&[3]);
    let mut row = |idx: usize| {
        let length = stream.below(longest + 1);
        let past = (0..length).map(|_| stream.below(CLASSES as u64) as usize).collect();
        let labels = Labels { verb: idx as i64 % 7, noun: -1, action: idx as i64 % 40 };
        HistoryRow { idx, uid: (idx as i64 + 100).into(), labels, past }
    };
    (0..count).map(&mut row).collect()
}

fn text() -> Reading {
    let noun = |i: usize| ["pan", "board:chopping", "onion:red:small", "lid"][i % 4];
    let classes: Vec<String> = (0..CLASSES).map(|i| format!("verb{i}_{}", noun(i))).collect();
    let phrases = Wording::of(Style::Epic).phrases(&classes);
    let words: Vec<String> = phrases.actions().chain(["<a>".to_owned()]).collect();
    let tokeniser = Arc::new(Tokeniser::words(words.iter().map(String::as_str)));
    Reading::Text(TextReading { tokeniser, phrases, max_tokens: 512, truncate: Truncate::First })
}

const SHUFFLED: BatchOptions =
    BatchOptions { batch_size: 16, shuffle: true, seed: 1, by_length: true };

fn loader(reading: &Reading, options: BatchOptions, hidden: f64) -> HistoryLoader {
    let withheld = Withheld { hidden, ..Withheld::NOTHING };
    HistoryLoader::new(rows(997, 15), reading, options, withheld).unwrap()
}

#[test]
fn an_epoch_goes_on_where_it_was_left() {
    for reading in [text(), Reading::Actions { classes: CLASSES }] {
        let loader = loader(&reading, SHUFFLED, 0.3);
        let whole: Vec<HistoryBatch> = loader.epoch(4, 0).collect();
        assert_eq!((whole.len(), loader.len(), loader.rows()), (63, 63, 997));
        let rest: Vec<HistoryBatch> = loader.epoch(4, 40).collect();
        assert_eq!(whole[40..], rest);
        assert_eq!(loader.epoch(4, 63).count() + loader.epoch(4, 99).count(), 0);
        assert!(loader.epoch(5, 0).next() != whole.first().cloned());
        let mut seen: Vec<usize> = whole.iter().flat_map(|batch| batch.idx.clone()).collect();
        seen.sort_unstable();
        assert!(seen.into_iter().eq(0..997));
    }
}

#[test]
fn rows_stay_together() {
    let options = BatchOptions { shuffle: false, by_length: false, ..SHUFFLED };
    let loader = loader(&Reading::Actions { classes: CLASSES }, options, 0.0);
    let rows = rows(997, 15);
    let batch = loader.epoch(0, 1).next().unwrap();
    assert_eq!(batch.idx, (16..32).collect::<Vec<_>>());
    assert_eq!(batch.uids[3], 119.into());
    let names: Vec<&str> = batch.targets.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["action", "verb", "noun"]);
    assert_eq!((batch.targets[0].1[3], batch.targets[1].1[3], batch.targets[2].1[3]), (19, 5, -1));
    let HistoryInput::Actions(input) = batch.input else { panic!("actions were asked for") };
    for (row, length) in input.lengths.iter().enumerate() {
        let shown = &input.actions[row * input.width..][..input.width];
        let past = &rows[16 + row].past;
        assert_eq!(*length, past.len());
        assert!(shown[..*length].iter().map(|a| *a as usize).eq(past.iter().copied()));
        assert!(shown[*length..].iter().all(|a| *a == CLASSES as i64));
    }
}

#[test]
fn rows_of_similar_length_cost_little() {
    let padding = |shuffle, by_length| {
        let loader = loader(&text(), BatchOptions { shuffle, by_length, ..SHUFFLED }, 0.0);
        let shares = loader.epoch(0, 0).map(|batch| match batch.input {
            HistoryInput::Text(text) => text.padding(),
            HistoryInput::Actions(_) => panic!("text was asked for"),
        });
        shares.sum::<f64>() / loader.len() as f64
    };
    let (drawn, bucketed, sorted) =
        (padding(true, false), padding(true, true), padding(false, true));
    assert!(drawn > 0.4 && bucketed < 0.06 && sorted < 0.06, "{drawn} {bucketed} {sorted}");
}

#[test]
fn past_actions_are_hidden() {
    let actions = loader(&Reading::Actions { classes: CLASSES }, SHUFFLED, 0.1);
    let (mut hidden, mut all) = (0, 0);
    for batch in (0..5).flat_map(|epoch| actions.epoch(epoch, 0)) {
        let HistoryInput::Actions(input) = batch.input else { panic!("actions were asked for") };
        hidden += input.actions.iter().filter(|a| **a == CLASSES as i64 + 1).count();
        all += input.lengths.iter().sum::<usize>();
    }
    let share = hidden as f64 / all as f64;
    assert!((share - 0.1).abs() < 0.005, "{share}");
}

/// All words of a hidden action are hidden, and nothing else.
#[test]
fn words_of_past_actions_are_hidden() {
    let reading = text();
    let Reading::Text(text) = &reading else { panic!("text was asked for") };
    let between = text.tokeniser.encode("<v> <a>").unwrap();
    let loader = loader(&reading, SHUFFLED, 0.5);
    for batch in loader.epoch(0, 0) {
        let HistoryInput::Text(input) = batch.input else { panic!("text was asked for") };
        for (row, idx) in batch.idx.iter().enumerate() {
            let shown = &input.ids[row * input.width..][..input.lengths[row]];
            let truly = &loader.numbers[*idx].ids;
            assert!(shown.iter().zip(truly).all(|(s, t)| s == t || *s == text.tokeniser.mask_id()));
            let inner = |ids: &[i64]| ids[1..ids.len() - 1].to_vec();
            let (shown, truly) = (inner(shown), inner(truly));
            let actions = |ids: &[i64]| {
                ids.split(|id| *id == between[2]).map(<[i64]>::to_vec).collect::<Vec<_>>()
            };
            for (shown, truly) in actions(&shown).iter().zip(&actions(&truly)) {
                let words = |ids: &[i64]| ids.iter().filter(|id| **id != between[1]).count();
                let masks = shown.iter().filter(|id| **id == text.tokeniser.mask_id()).count();
                assert!(masks == 0 || masks == words(truly), "{shown:?} {truly:?}");
            }
        }
    }
}

#[test]
fn bad_settings() {
    let reading = Reading::Actions { classes: 3 };
    let options = BatchOptions { batch_size: 0, ..SHUFFLED };
    let row = || rows(1, 0);
    let (all, none) = (Withheld::NOTHING, Withheld { hidden: 1.0, ..Withheld::NOTHING });
    for (id, made, expected) in [
        ("no rows", HistoryLoader::new(vec![], &reading, SHUFFLED, all), "no segment whose past"),
        ("no batch", HistoryLoader::new(row(), &reading, options, all), "`batch_size` is 0"),
        ("all hidden", HistoryLoader::new(row(), &reading, SHUFFLED, none), "`input_masking` is 1"),
        ("classes", HistoryLoader::new(rows(9, 9), &reading, SHUFFLED, all), "of the 3 classes"),
    ] {
        let error = made.unwrap_err().to_string();
        assert!(error.contains(expected), "{id}: {error}");
    }
}

#[test]
fn ranks_share_the_rows_of_what_one_process_reads() {
    let whole = BatchOptions { batch_size: 48, ..SHUFFLED };
    for reading in [text(), Reading::Actions { classes: CLASSES }] {
        let whole = loader(&reading, whole, 0.3);
        let shards = [0, 1, 2].map(|rank| Shard { rank, world: 3 });
        let ranks = shards.map(|shard| loader(&reading, SHUFFLED, 0.3).shared(shard));
        for (step, batch) in whole.epoch(4, 0).enumerate() {
            for (rank, part) in ranks.iter().enumerate() {
                let own = part.epoch(4, step).next().unwrap();
                assert_eq!(own.idx, shards[rank].every(&batch.idx), "step {step}, rank {rank}");
                assert_eq!(part.len(), whole.len());
            }
        }
    }
}

//! Late fusion and submissions against the original's notebook, to 1e-6.
//!
//! `scripts/parity_submission.py` writes the fixture.

use std::collections::BTreeMap;

use runner::analysis::{
    Challenge, Norm, Pool, Predictions, Submission, Supervision, Table, complete,
};
use runner::data::{ClassMapping, Uid};
use serde_json::Value;

const FIXTURE: &str = include_str!("fixtures/submission.json");
const ACTIONS: usize = 400;

struct Case {
    name: &'static str,
    challenge: Challenge,
    segments: [[&'static str; 2]; 2],
    /// Every segment, that which is too early among them.
    all: [&'static str; 4],
    heads: [bool; 2],
    weights: [f64; 2],
    norm: Norm,
}

const CASES: [Case; 2] = [
    Case {
        name: "ek55",
        challenge: Challenge::Ek55,
        segments: [["7", "8"], ["8", "9"]],
        all: ["3", "7", "8", "9"],
        heads: [false, false],
        weights: [1.0, 1.0],
        norm: Norm::None,
    },
    Case {
        name: "ek100",
        challenge: Challenge::Ek100,
        segments: [["P01_1", "P01_2"], ["P01_2", "P01_3"]],
        all: ["P01_0", "P01_1", "P01_2", "P01_3"],
        heads: [true, false],
        weights: [1.0, 0.5],
        norm: Norm::P(2.0),
    },
];

/// The scores of `scripts/parity_submission.py`.
fn scores(rows: usize, classes: usize, seed: usize) -> Table {
    let score = |i: usize| f64::from(((i * 48_271 + seed * 1_009) % 65_521) as f32 / 4096.0);
    Table { classes, values: (0..rows * classes).map(score).collect() }
}

impl Case {
    fn triples(&self) -> Vec<(usize, usize, usize)> {
        let (verbs, nouns) = (self.challenge.verbs(), self.challenge.nouns());
        (0..ACTIONS).map(|action| (action % verbs, action * 7 % nouns, action)).collect()
    }

    fn model(&self, number: usize, mappings: &[ClassMapping]) -> Predictions {
        let rows = self.segments[number].len();
        let mut tables = BTreeMap::from([("action".to_owned(), scores(rows, ACTIONS, number))]);
        if self.heads[number] {
            tables.insert("verb".into(), scores(rows, self.challenge.verbs(), number + 10));
            tables.insert("noun".into(), scores(rows, self.challenge.nouns(), number + 20));
        }
        let mut model = Predictions {
            name: number.to_string(),
            uids: uids(&self.segments[number]),
            scores: tables,
            targets: BTreeMap::new(),
        };
        complete(&mut model, mappings);
        model
    }

    fn document(&self) -> Value {
        let triples = self.triples();
        let mapping = |label: &str, classes, pairs| ClassMapping {
            label: label.into(),
            actions: ACTIONS,
            classes,
            pairs,
        };
        let verbs = triples.iter().map(|(v, _, a)| (*a, *v)).collect();
        let nouns = triples.iter().map(|(_, n, a)| (*a, *n)).collect();
        let mappings = [
            mapping("verb", self.challenge.verbs(), verbs),
            mapping("noun", self.challenge.nouns(), nouns),
        ];
        let models = (0..2).map(|number| self.model(number, &mappings)).collect();
        let mut pool = Pool::new(models).unwrap();
        pool.normalise(self.norm);
        let scores = pool.sum("both", |_| &self.weights);
        let submission = Submission {
            challenge: self.challenge,
            supervision: Supervision::default(),
            scores: &scores,
            triples: &triples,
            segments: &uids(&self.all),
        };
        serde_json::from_slice(&submission.json().unwrap()).unwrap()
    }
}

fn uids(texts: &[&str]) -> Vec<Uid> {
    Uid::column(texts.iter().copied())
}

#[test]
fn documents_are_the_originals() {
    let original: Value = serde_json::from_str(FIXTURE).unwrap();
    for case in CASES {
        let (found, original) = (case.document(), &original[case.name]);
        for key in ["version", "challenge"] {
            assert_eq!(found[key], original[key], "{}", case.name);
        }
        let (found, original) =
            (found["results"].as_object().unwrap(), original["results"].as_object().unwrap());
        assert!(found.keys().eq(original.keys()), "{}: {:?}", case.name, found.keys());
        for (uid, original) in original {
            for label in ["verb", "noun", "action"] {
                let place = format!("{}: {uid}, {label}", case.name);
                let found = found[uid][label].as_object().unwrap();
                let original = original[label].as_object().unwrap();
                assert!(found.keys().eq(original.keys()), "{place}: other keys or another order");
                for ((key, a), b) in found.iter().zip(original.values()) {
                    let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
                    assert!((a - b).abs() <= 1e-6, "{place}, {key}: {a} {b}");
                }
            }
        }
    }
}

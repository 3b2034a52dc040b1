//! A data set of six segments for tests, and models of it.

use std::collections::BTreeMap;

use super::{Predictions, Table};
use crate::data::vocabulary::ManyShot;
use crate::data::{
    Annotations, Collection, Labels, Segment, TimePrecision, Uid, Version, Vocabulary,
};

/// Two videos; actions 0 `take_pan`, 1 `open_door`, 2 `take_cup` of two verbs and three nouns.
///
/// | uid | 10 | 11 | 12 | 13 | 20 | 21 |
/// |---|---|---|---|---|---|---|
/// | video | a | a | a | a | b | b |
/// | start | 0 | 1 | 2 | 2 | 0 | 5 |
/// | action | 0 | 1 | 2 | 0 | 1 | - |
pub(super) fn annotations() -> Annotations {
    let segment = |(uid, video, start, action): (i64, usize, f64, i64)| {
        let labels = match action {
            0 => Labels { verb: 0, noun: 0, action },
            1 => Labels { verb: 1, noun: 1, action },
            2 => Labels { verb: 0, noun: 2, action },
            _ => Labels::NONE,
        };
        Segment { uid: Uid::Int(uid), video, start, end: start + 1.0, labels }
    };
    let rows = [
        (10, 0, 0.0, 0),
        (11, 0, 1.0, 1),
        (12, 0, 2.0, 2),
        (13, 0, 2.0, 0),
        (20, 1, 0.0, 1),
        (21, 1, 5.0, -1),
    ];
    let texts = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    Annotations {
        collection: Collection::Kitchens(Version::Ek55),
        videos: texts(&["a", "b"]),
        video_files: Vec::new(),
        segments: rows.map(segment).into(),
        precision: TimePrecision::Full,
        vocabulary: Vocabulary {
            verbs: texts(&["take", "open"]),
            nouns: texts(&["pan", "door", "cup"]),
            actions: texts(&[" take_pan", " open_door", " take_cup"]),
            triples: vec![(0, 0, 0), (1, 1, 1), (0, 2, 2)],
            many_shot: Some(ManyShot { actions: vec![0, 2], ..ManyShot::default() }),
        },
        notes: crate::data::annotations::Notes::default(),
        synthetic: true,
    }
}

/// A model that puts these actions first, second and third, by uid.
pub(super) fn model(name: &str, said: &[(i64, [usize; 3])]) -> Predictions {
    let scores = |order: &[usize; 3]| {
        let mut scores = [0.0; 3];
        order.iter().zip([2.0, 1.0, 0.0]).for_each(|(action, score)| scores[*action] = score);
        scores
    };
    let values = said.iter().flat_map(|(_, order)| scores(order)).collect();
    Predictions {
        name: name.to_owned(),
        uids: said.iter().map(|(uid, _)| Uid::Int(*uid)).collect(),
        scores: BTreeMap::from([("action".to_owned(), Table { classes: 3, values })]),
        targets: BTreeMap::new(),
    }
}

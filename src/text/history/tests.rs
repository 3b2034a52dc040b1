use super::*;
use crate::data::{Split, SynthConfig, World};

/// Segments of one video: start and action, uids counted from `first`.
fn annotations(first: i64, actions: &[(f64, i64)]) -> Annotations {
    let config = SynthConfig { train_videos: 1, val_videos: 1, ..Default::default() };
    let mut annotations = World::generate(&config).unwrap().annotations(Split::Train);
    let template = annotations.segments[0].clone();
    annotations.segments = (first..)
        .zip(actions)
        .map(|(uid, (start, action))| {
            let mut segment = template.clone();
            segment.uid = uid.into();
            (segment.start, segment.end) = (*start, start + 1.0);
            segment.labels.action = *action;
            segment
        })
        .collect();
    annotations
}

fn pasts(annotations: &Annotations, seen: &[&Annotations], history: &History) -> Vec<Vec<usize>> {
    rows(annotations, seen, history).unwrap().into_iter().map(|row| row.past).collect()
}

const ALL: History = History { length: 9, deduplicate: false, horizon: Horizon::SegmentStart };

#[test]
fn cases() {
    let own =
        annotations(0, &[(0.0, 4), (2.0, 4), (1.0, 4), (3.0, -1), (4.0, 7), (4.5, 4), (9.0, 1)]);
    for (id, length, deduplicate, horizon, expected) in [
        ("all", 9, false, Horizon::SegmentStart, vec![4, 4, 4, 7, 4]),
        ("deduplicated", 9, true, Horizon::SegmentStart, vec![4, 7, 4]),
        ("last two", 2, true, Horizon::SegmentStart, vec![7, 4]),
        ("seen 4.6 s ahead", 9, true, Horizon::Before(4.6), vec![4, 7]),
        ("none", 9, true, Horizon::Before(9.0), vec![]),
    ] {
        let history = History { length, deduplicate, horizon };
        assert_eq!(pasts(&own, &[&own], &history)[6], expected, "{id}");
    }
}

/// Of segments that overlap, that begin together, or that the file has in another order, none sees
/// itself, its twin or what begins later.
#[test]
fn nothing_of_the_future_is_seen() {
    let own = annotations(0, &[(5.0, 1), (2.0, 2), (2.0, 3), (1.5, 0), (2.5, 4)]);
    let expected: [&[usize]; 5] = [&[0, 2, 3, 4], &[0], &[0], &[], &[0, 2, 3]];
    assert_eq!(pasts(&own, &[&own], &ALL), expected);
}

#[test]
fn gaps_are_filled_from_other_sets() {
    let (train, val) =
        (annotations(0, &[(0.0, 1), (4.0, 2)]), annotations(9, &[(2.0, 3), (9.0, 4)]));
    let expected: [&[usize]; 2] = [&[], &[1]];
    assert_eq!(pasts(&train, &[&train], &ALL), expected, "gappy");
    let expected: [&[usize]; 2] = [&[], &[1, 3]];
    assert_eq!(pasts(&train, &[&train, &val], &ALL), expected, "complete");
    let expected: [&[usize]; 2] = [&[1], &[1, 3, 2]];
    assert_eq!(pasts(&val, &[&train, &val, &train], &ALL), expected, "each segment once");
}

#[test]
fn an_action_of_another_vocabulary_is_refused() {
    let (own, mut other) = (annotations(0, &[(5.0, 1)]), annotations(3, &[(0.0, 1)]));
    other.segments[0].labels.action = 4000;
    let error = rows(&own, &[&own, &other], &ALL).unwrap_err().to_string();
    assert!(error.contains("segment 0: action 4000"), "{error}");
}

#[test]
fn rows_in_the_order_of_time() {
    let own = annotations(0, &[(5.0, 1), (2.0, 2), (2.0, 3), (1.5, 0)]);
    let mut rows = rows(&own, &[&own], &ALL).unwrap();
    sort_by_time(&mut rows, &own);
    assert_eq!(rows.iter().map(|row| row.idx).collect::<Vec<_>>(), [3, 1, 2, 0]);
}

fn pickle() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pickle/histories.pkl")
}

#[test]
fn histories_of_the_original() {
    let own = annotations(0, &[(0.0, 9), (1.0, 3), (2.0, 1), (3.0, -1), (4.0, 2)]);
    let rows = pickled::read(&pickle(), &own, &History { length: 2, ..ALL }).unwrap();
    let found: Vec<(usize, &[usize])> = rows.iter().map(|r| (r.idx, r.past.as_slice())).collect();
    let expected: [(usize, &[usize]); 6] =
        [(1, &[7, 4]), (1, &[4, 2]), (0, &[5]), (0, &[1, 2]), (2, &[]), (3, &[])];
    assert_eq!(found, expected);
    assert_eq!((rows[1].uid.clone(), rows[1].labels.action), (1.into(), 3));
}

#[test]
fn histories_of_other_data() {
    for (id, actions, expected) in [
        ("a segment less", vec![(0.0, 9), (1.0, 3), (2.0, 1)], "it has no segment 3"),
        (
            "another action",
            vec![(0.0, 9), (1.0, 4), (2.0, 1), (3.0, -1)],
            "segment 1 is action 3, annotated as 4",
        ),
    ] {
        let error = pickled::read(&pickle(), &annotations(0, &actions), &ALL).unwrap_err();
        let error = error.to_string();
        assert!(error.contains(expected) && error.contains("histories.pkl"), "{id}: {error}");
    }
    let mut own = annotations(0, &[(0.0, 9), (1.0, 3), (2.0, 1), (3.0, -1)]);
    own.vocabulary.actions.truncate(7);
    let error = pickled::read(&pickle(), &own, &ALL).unwrap_err().to_string();
    assert_eq!(error, "segment 1: action 7 in its past is none of the 7 classes");
    for (other, expected) in [
        ("teacher-no-uid.pkl", "entry 0 is not a dict with `uid`, `history`"),
        ("teacher-empty.pkl", "it is no list, each entry a dict with"),
    ] {
        let error = pickled::read(&pickle().with_file_name(other), &own, &ALL).unwrap_err();
        assert!(error.to_string().contains(expected), "{other}: {error}");
    }
}

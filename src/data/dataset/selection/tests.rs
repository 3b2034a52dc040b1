//! Positions against the original's, `scripts/parity_selection.py`, and by hand.

use serde::Deserialize;

use super::*;

const FIXTURE: &str = include_str!("../../../../tests/parity/fixtures/selection.json");

/// What the original gives when it draws a share of what it may.
#[derive(Deserialize)]
struct Repeated {
    segments: usize,
    repeat: f64,
    share: f64,
    positions: Vec<usize>,
}

/// The same of classes of so many segments each, which stand one after the other.
#[derive(Deserialize)]
struct Balanced {
    counts: Vec<usize>,
    share: f64,
    positions: Vec<usize>,
}

#[derive(Deserialize)]
struct Fixture {
    repeated: Vec<Repeated>,
    balanced: Vec<Balanced>,
}

#[test]
fn positions_are_the_original_s() {
    let fixture: Fixture = serde_json::from_str(FIXTURE).unwrap();
    let draw = |share: f64| move |n: usize| (share * n as f64) as usize;
    for case in fixture.repeated {
        let n = (case.segments as f64 * case.repeat) as usize;
        let found = (0..n).map(|i| repeated(i, case.segments, case.repeat, &mut draw(case.share)));
        let found: Vec<usize> = found.collect();
        assert_eq!(found, case.positions, "{} times {}", case.segments, case.repeat);
    }
    for case in fixture.balanced {
        let n: usize = case.counts.iter().sum();
        let ends = case.counts.iter().scan(0, |end, count| {
            *end += count;
            Some(*end)
        });
        let classes: Vec<Vec<usize>> =
            ends.zip(&case.counts).map(|(end, count)| (end - count..end).collect()).collect();
        let found: Vec<usize> =
            (0..n).map(|i| balanced(i, n, &classes, &mut draw(case.share))).collect();
        assert_eq!(found, case.positions, "{:?}, {}", case.counts, case.share);
    }
}

#[test]
fn segments_come_up_in_a_row() {
    let position = |idx, repeat| repeated(idx, 4, repeat, &mut |_| unreachable!());
    let row = |repeat: f64| (0..(4.0 * repeat) as usize).map(move |i| position(i, repeat));
    assert!(row(1.0).eq(0..4));
    assert!(row(2.0).eq([0, 0, 1, 1, 2, 2, 3, 3]));
    assert!(row(1.5).eq([0, 0, 1, 2, 2, 3]));
}

#[test]
fn below_one_they_are_drawn_from_their_neighbours() {
    for (idx, drawn, expected) in [(0, 0, 0), (0, 2, 2), (1, 0, 3), (1, 2, 5), (2, 1, 7)] {
        let mut below = 0;
        let mut draw = |n| {
            below = n;
            drawn
        };
        assert_eq!(repeated(idx, 9, 1.0 / 3.0, &mut draw), expected, "{idx} {drawn}");
        assert_eq!(below, 3);
    }
}

#[test]
fn classes_take_equal_shares_of_an_epoch() {
    let classes = [vec![0, 1, 2, 3, 4, 5, 6, 7], vec![8], vec![9, 10, 11]];
    let mut counts = [0; 12];
    let mut turn = 0;
    let mut draw = |n: usize| {
        turn += 1;
        turn % n
    };
    for idx in 0..120 {
        counts[balanced(idx, 120, &classes, &mut draw)] += 1;
    }
    for class in &classes {
        let of_class: usize = class.iter().map(|position| counts[*position]).sum();
        assert!((38..=42).contains(&of_class), "{counts:?}");
    }
    assert!(classes[0].contains(&balanced(0, 1, &classes, &mut draw)), "one of one");
}

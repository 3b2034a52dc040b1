use super::super::small_world::{annotations, model};
use super::*;

fn options(label: &str, sort: ClassSort) -> ClassOptions {
    ClassOptions { label: label.into(), k: 1, sort, min_support: 1, top: None }
}

/// Wrong about 13 and 20, right about 10, 11 and 12.
fn first() -> Predictions {
    let said =
        [(10, [0, 1, 2]), (11, [1, 0, 2]), (12, [2, 0, 1]), (13, [1, 0, 2]), (20, [0, 1, 2])];
    model("a", &said)
}

/// Right about 10, 11, 13, 20.
fn second() -> Predictions {
    let said =
        [(10, [0, 1, 2]), (11, [1, 0, 2]), (12, [0, 2, 1]), (13, [0, 1, 2]), (20, [1, 0, 2])];
    model("b", &said)
}

fn compare(a: &[Predictions], b: &[Predictions], options: ClassOptions) -> Classes {
    let annotations = annotations();
    let names = annotations.class_names(&options.label);
    let train = [annotations.clone()];
    let support = Support { names: &names, train: &train };
    Classes::new([a, b], &annotations, support, options).unwrap()
}

#[test]
fn gains_of_classes() {
    let classes = compare(&[first()], &[second()], options("action", ClassSort::Gain));
    let rows: Vec<_> = classes
        .rows
        .iter()
        .map(|row| (row.name.as_str(), row.values[0].mean, row.gain, row.segments, row.many_shot))
        .collect();
    let expected = [
        ("take_pan", 50.0, 50.0, 2, Some(true)),
        ("open_door", 50.0, 50.0, 2, Some(false)),
        ("take_cup", 100.0, -100.0, 1, Some(true)),
    ];
    assert_eq!(rows, expected);
    assert_eq!((classes.means()[0], classes.moved()), (200.0 / 3.0, [2, 1]));
    assert_eq!(classes.rows[0].train, Some(2));
    let names: Vec<String> = compare(&[first()], &[second()], options("action", ClassSort::Name))
        .rows
        .into_iter()
        .map(|row| row.name)
        .collect();
    assert_eq!(names, ["open_door", "take_cup", "take_pan"]);
}

#[test]
fn several_runs_are_averaged() {
    let classes = compare(&[first(), second()], &[second()], options("action", ClassSort::Support));
    let pan = &classes.rows[0];
    assert_eq!((pan.values[0].mean, pan.values[0].n), (75.0, 2));
    assert_eq!(pan.values[0].shown(), "75.00 ± 35.36");
    let csv = classes.csv();
    assert!(csv.contains("\n0,take_pan,75,35.35533905932738,2,100,,1,25,2,2,1\n"), "{csv}");
    assert!(classes.summary().starts_with("mean top1 of 3 classes: 66.67 and 66.67 (+0.00)"));
    assert_eq!(classes.json()["classes"][0]["a"]["n"], 2);
    assert_eq!(classes.grid().head[1], "a (n 2)");
}

#[test]
fn verbs_of_actions() {
    // `take` is two actions of three, so that a doubtful row is likely to be one.
    let classes = compare(&[first()], &[first()], options("verb", ClassSort::Name));
    let row = |row: &ClassRow| (row.name.clone(), row.values[0].mean, row.segments);
    let rows: Vec<_> = classes.rows.iter().map(row).collect();
    assert_eq!(rows, [("open".to_owned(), 50.0, 2), ("take".to_owned(), 200.0 / 3.0, 3)]);
}

#[test]
fn some_of_them() {
    let with = |top, min_support| {
        let options = ClassOptions { top, min_support, ..options("action", ClassSort::Gain) };
        let rows = compare(&[first()], &[second()], options).rows.into_iter();
        rows.map(|row| row.class).collect::<Vec<_>>()
    };
    assert_eq!(with(Some(1), 1), [0, 2]);
    assert_eq!(with(Some(2), 1), [0, 1, 2]);
    assert_eq!(with(None, 2), [0, 1]);
}

#[test]
fn nothing_to_show() {
    let annotations = annotations();
    let names = annotations.class_names("action");
    let support = Support { names: &names, train: &[] };
    let (a, b) = ([first()], [second()]);
    let told =
        |options| Classes::new([&a, &b], &annotations, support, options).unwrap_err().to_string();
    let many = ClassOptions { min_support: 3, ..options("action", ClassSort::Gain) };
    assert!(told(many).contains("min-support = 3: expected at most 2"));
    let wide = ClassOptions { k: 4, ..options("action", ClassSort::Gain) };
    assert!(told(wide).contains("expected 1 to 3"));
}

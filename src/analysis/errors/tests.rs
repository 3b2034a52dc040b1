use super::super::small_world::{annotations, model};
use super::*;

const K1: ErrorOptions = ErrorOptions { k: 1, history: 2, deduplicate: false };

/// The true action of every labelled segment first.
const RIGHT: [(i64, [usize; 3]); 5] =
    [(10, [0, 1, 2]), (11, [1, 0, 2]), (12, [2, 0, 1]), (13, [0, 1, 2]), (20, [1, 2, 0])];

fn wrong_about(uids: &[i64]) -> Vec<(i64, [usize; 3])> {
    let turned = |(uid, [a, b, c]): (i64, [usize; 3])| match uids.contains(&uid) {
        true => (uid, [b, a, c]),
        false => (uid, [a, b, c]),
    };
    RIGHT.map(turned).into()
}

fn models() -> [Predictions; 3] {
    [
        model("t", &wrong_about(&[13, 20])),
        model("b", &wrong_about(&[11, 12, 20])),
        model("d", &wrong_about(&[12, 13, 20])),
    ]
}

#[test]
fn who_is_right() {
    let (annotations, models) = (annotations(), models());
    let errors = Errors::new(models.each_ref(), &annotations, &[&annotations], K1).unwrap();
    let codes: Vec<String> = errors.cases.iter().map(|case| case.outcome.code()).collect();
    let expected = [
        "base_c_teach_c_distil_c",
        "base_w_teach_c_distil_c",
        "base_w_teach_c_distil_w",
        "base_c_teach_w_distil_w",
        "base_w_teach_w_distil_w",
    ];
    assert_eq!(codes, expected);
    assert_eq!((errors.counts(), errors.right()), ([1, 1, 1, 0, 0, 0, 1, 1], [3, 2, 2]));
    assert_eq!(errors.left_out, LeftOut { unlabelled: 1, ..LeftOut::default() });
    let two = ErrorOptions { k: 2, ..K1 };
    let errors = Errors::new(models.each_ref(), &annotations, &[&annotations], two).unwrap();
    assert_eq!(errors.right(), [5, 5, 5]);
}

#[test]
fn what_came_before() {
    let (annotations, models) = (annotations(), models());
    let errors = Errors::new(models.each_ref(), &annotations, &[&annotations], K1).unwrap();
    let past = |i: usize| -> Vec<(usize, i64)> {
        let history = &errors.cases[i].history;
        history.iter().map(|(action, uid)| (*action, uid.as_int().unwrap())).collect()
    };
    // Segment 13 begins with 12, which is therefore no past of it.
    for (i, expected) in [(0, vec![]), (1, vec![(0, 10)]), (3, vec![(0, 10), (1, 11)]), (4, vec![])]
    {
        assert_eq!(past(i), expected, "{i}");
    }
}

#[test]
fn guesses_in_order() {
    let guesses = Guesses::of(&[1.0, 3.0, 1.0, 2.0], 2, 3);
    let first: Vec<usize> = guesses.first.iter().map(|guess| guess.action).collect();
    assert_eq!((guesses.rank, first), (3, vec![1, 3, 0]));
    let total: f64 = [1.0_f64, 3.0, 1.0, 2.0].map(f64::exp).iter().sum();
    assert!((guesses.first[0].probability - 3.0_f64.exp() / total).abs() < 1e-12);
    // What adds up to one is a probability already.
    let shares = Guesses::of(&[0.25, 0.75], 0, 5);
    assert_eq!(shares.first[0].probability, 0.75);
}

#[test]
fn tables() {
    let (annotations, models) = (annotations(), models());
    let errors = Errors::new(models.each_ref(), &annotations, &[&annotations], K1).unwrap();
    let grid = errors.grid();
    assert_eq!(grid.rows.len(), 9);
    let texts: Vec<&str> = grid.rows[0].iter().map(|cell| cell.text.as_str()).collect();
    assert_eq!(texts, ["right", "wrong", "right", "learned from the teacher", "1", "20.00"]);
    assert!(errors.counts_csv().contains("base_w_teach_c_distil_c,1,0,1,1,20\n"));
    assert_eq!(errors.json()["outcomes"][0]["segments"], 1);
    let csv = errors.csv(&annotations.vocabulary.actions);
    let row = csv.lines().nth(2).unwrap();
    let start =
        "11,a,1,2,base_w_teach_c_distil_c,1,open_door,\"[\"\"take_pan\"\"]\",[10],1,\"[1,0,2]\"";
    assert!(row.starts_with(start), "{row}");
}

#[test]
fn examples_are_spread() {
    let (annotations, models) = (annotations(), models());
    let same = [&models[0], &models[0], &models[0]];
    let errors = Errors::new(same, &annotations, &[], K1).unwrap();
    let uids = |most| -> Vec<i64> {
        let all = errors.examples(Outcome::ALL[6], most).into_iter();
        all.map(|case| case.segment.uid.as_int().unwrap()).collect()
    };
    assert_eq!((uids(9), uids(2), uids(0)), (vec![10, 11, 12], vec![10, 11], vec![]));
    assert!(errors.cases[3].history.is_empty());
}

#[test]
fn what_does_not_belong_together() {
    let (annotations, models) = (annotations(), models());
    let told = |model: &Predictions, options| {
        let models = [&models[0], &models[1], model];
        Errors::new(models, &annotations, &[], options).unwrap_err().to_string()
    };
    let strangers = model("x", &[(7, [0, 1, 2])]);
    let mut others = models[2].clone();
    others.targets.insert("action".into(), vec![0, 2, 2, 0, 1]);
    let mut verbs = models[2].clone();
    verbs.scores = [("verb".to_owned(), verbs.scores["action"].clone())].into();
    let mut narrow = models[2].clone();
    narrow.scores.insert("action".into(), super::super::Table { classes: 1, values: vec![0.0; 5] });
    for (model, options, part) in [
        (&strangers, K1, "is in all of `t` (5 segments), `b` (5 segments), `x` (1 segments)"),
        (&others, K1, "segment 11 has action 2 there, and is annotated as 1"),
        (&verbs, K1, "failed to find scores of actions in `d`: it has `verb`"),
        (&narrow, K1, "`d`"),
        (&models[2], ErrorOptions { k: 4, ..K1 }, "k = 4: expected 1 to 3"),
        (&models[2], ErrorOptions { k: 0, ..K1 }, "k = 0"),
    ] {
        let text = told(model, options);
        assert!(text.contains(part), "{text}");
    }
}

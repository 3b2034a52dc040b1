use super::*;

fn model(name: &str, uids: &[i64], scores: &[f64], targets: &[i64]) -> Predictions {
    let classes = scores.len() / uids.len();
    let table = Table { classes, values: scores.to_vec() };
    Predictions {
        name: name.to_owned(),
        uids: uids.iter().map(|uid| Uid::Int(*uid)).collect(),
        scores: BTreeMap::from([("action".to_owned(), table)]),
        targets: BTreeMap::from([("action".to_owned(), targets.to_vec())]),
    }
}

#[test]
fn rows_meet_by_uid_and_a_lacking_model_adds_nothing() {
    let a = model("a", &[1, 2], &[1.0, 0.0, 2.0, 3.0], &[0, 1]);
    let b = model("b", &[3, 2], &[5.0, 6.0, 10.0, 20.0], &[0, 1]);
    let pool = Pool::new(vec![a, b]).unwrap();
    let sum = pool.sum("fusion", |_| &[1.0, 0.5]);
    assert_eq!(sum.uids, [Uid::Int(1), Uid::Int(2), Uid::Int(3)]);
    assert_eq!(sum.scores["action"].values, [1.0, 0.0, 7.0, 13.0, 2.5, 3.0]);
    assert_eq!(sum.targets["action"], [0, 1, 0]);
    assert_eq!(pool.partial(), 2);
}

#[test]
fn what_does_not_fit_is_named() {
    let a = || model("a", &[1], &[1.0, 0.0], &[0]);
    let mut heads = a();
    heads.scores.insert("verb".into(), Table { classes: 1, values: vec![1.0] });
    assert_eq!(Pool::new(vec![a(), heads.clone()]).unwrap().left_out(), ["verb"]);
    heads.scores.remove("action");
    for (other, told) in [
        (
            model("b", &[2], &[1.0, 0.0], &[0]),
            "no segment in common (the first is 1, the first is 2)",
        ),
        (model("b", &[1], &[1.0, 0.0, 3.0], &[0]), "one has 2 classes of `action`, the other 3"),
        (heads, "no label type has scores of all models"),
    ] {
        let error = Pool::new(vec![a(), other]).unwrap_err().to_string();
        assert!(error.contains(told), "{error}");
    }
}

#[test]
fn verbs_of_a_model_without_a_head_are_probabilities_of_actions() {
    let mapping =
        |label: &str, pairs| ClassMapping { label: label.into(), actions: 2, classes: 2, pairs };
    let mappings = [mapping("verb", vec![(0, 1), (1, 1)]), mapping("noun", vec![])];
    let mut a = model("a", &[1], &[1.0, 0.0], &[0]);
    complete(&mut a, &mappings);
    assert_eq!(a.scores["verb"].values, [0.0, 1.0]);
    assert!(!a.scores.contains_key("noun"), "a data set without nouns");
    a.scores.get_mut("verb").unwrap().values = vec![7.0, 8.0];
    complete(&mut a, &mappings);
    assert_eq!(a.scores["verb"].values, [7.0, 8.0], "its own scores stay");
}

/// Two models, each right where the other is wrong by little, and both where a third is loud.
fn three() -> Pool {
    let n = 60;
    let uids: Vec<i64> = (0..n).collect();
    let targets: Vec<i64> = uids.iter().map(|i| (i * 7 + i / 5) % 4).collect();
    let scores = |right: fn(i64) -> f64, seed: i64| -> Vec<f64> {
        let noise = |i: i64, c: i64| ((i * 31 + c * 17 + seed * 13) % 11) as f64 / 11.0;
        let row = |i: &i64| -> Vec<f64> {
            let target = targets[*i as usize];
            (0..4).map(|c| noise(*i, c) + if c == target { right(*i) } else { 0.0 }).collect()
        };
        uids.iter().flat_map(row).collect()
    };
    let a = scores(|i| if i % 2 == 0 { 1.5 } else { 0.2 }, 1);
    let b = scores(|i| if i % 2 == 0 { 0.1 } else { 1.2 }, 2);
    let loud: Vec<f64> = scores(|_| 0.0, 3).iter().map(|score| score * 40.0).collect();
    let models = [("a", a), ("b", b), ("loud", loud)];
    Pool::new(models.map(|(name, s)| model(name, &uids, &s, &targets)).into()).unwrap()
}

#[test]
fn searched_weights_reach_at_least_what_even_ones_and_each_alone_reach() {
    use crate::metrics::{FinalOptions, final_metrics};
    let pool = three();
    let goal = Goal::named("action.top1", &["action".to_owned()]).unwrap();
    let found = search(&pool, &goal, None, "eval", |_| true).unwrap();
    let reached = |weights: &[f64]| {
        let sum = pool.sum("fusion", |_| weights);
        let targets = &sum.targets["action"];
        final_metrics(sum.scores["action"].scores(), targets, &FinalOptions::default()).top1
    };
    assert!((reached(&found.weights) - found.value).abs() < 1e-9, "{found:?}");
    for weights in [[1.0; 3], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]] {
        assert!(reached(&weights) <= found.value, "{weights:?} {found:?}");
    }
    assert!(found.value > reached(&[1.0; 3]), "{found:?}");
    assert_eq!(search(&pool, &goal, None, "eval", |_| true).unwrap(), found, "always the same");
    let none = search(&pool, &goal, None, "eval", |_| false).unwrap_err().to_string();
    assert!(
        none.contains("no segment of `eval` has a label that counts for action.top1"),
        "{none}"
    );
}

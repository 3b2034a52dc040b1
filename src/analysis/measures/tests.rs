use std::collections::BTreeMap;

use super::super::{Marked, Table, common};
use super::*;
use crate::data::Uid;

fn predictions(name: &str, uids: &[i64], values: &[f64], targets: &[i64]) -> Predictions {
    let table = Table { classes: values.len() / uids.len(), values: values.to_vec() };
    Predictions {
        name: name.to_owned(),
        uids: uids.iter().copied().map(Uid::Int).collect(),
        scores: BTreeMap::from([("action".to_owned(), table)]),
        targets: BTreeMap::from([("action".to_owned(), targets.to_vec())]),
    }
}

fn measured(predictions: &Predictions) -> Measured {
    measure(predictions, &Labels { labelled: None, depths: &[1, 2] }).unwrap()
}

#[test]
fn what_scores_and_stored_classes_give() {
    let one = predictions("a", &[1, 2, 3], &[2., 1., 0., 2., 1., 0., 0., 1., 2.], &[0, 1, -1]);
    let measured = measured(&one);
    let value = |name: &str| measured.values.get(&format!("final_acc/action/{name}")).copied();
    assert_eq!((value("top1"), value("top2")), (Some(50.0), Some(100.0)));
    assert_eq!(value("top1_meanOverPresent"), Some(50.0));
    assert_eq!(value("top1_meanOverClasses"), Some(100.0 / 3.0));
    assert_eq!((value("AR5"), value("AR5_manyshot")), (Some(100.0), None));
    assert_eq!((measured.segments, measured.labelled), (3, 2));
}

#[test]
fn nothing_to_measure_is_said() {
    let mut one = predictions("a", &[1], &[1., 0.], &[-1]);
    let labels = Labels { labelled: None, depths: &[1] };
    let error = measure(&one, &labels).unwrap_err().to_string();
    assert!(error.contains("none of its 1 segments has a class"), "{error}");
    one.targets.clear();
    let error = measure(&one, &labels).unwrap_err().to_string();
    assert!(error.contains("no classes"), "{error}");
}

#[test]
fn side_by_side() {
    let a = measured(&predictions("a", &[1, 2], &[2., 1., 0., 2., 1., 0.], &[0, 1]));
    let b = measured(&predictions("b", &[1, 2], &[2., 1., 0., 1., 2., 0.], &[0, 1]));
    let table = MeasureTable::new(vec![a, b], &["action.top1".into()]).unwrap();
    assert_eq!(
        table.text(Marked::Star),
        "action  n     top1\na       2   50.00\nb       2  100.00*\n"
    );
    let csv = table.csv();
    assert!(csv.starts_with("predictions,data,segments,labelled,from_actions,final_acc"), "{csv}");
    assert_eq!(table.json()[1]["metrics"]["final_acc/action/top1"], 100.0);
    let error = MeasureTable::new(table.rows().to_vec(), &["topp".into()]).unwrap_err().to_string();
    assert!(error.contains("`topp`") && error.contains("`final_acc/action/top2`"), "{error}");
}

#[test]
fn places_of_different_segments() {
    let a = predictions("a", &[1, 2], &[2., 1., 0., 2., 1., 0.], &[0, 1]);
    let b = predictions("b", &[3, 2], &[2., 1., 0., 1., 2., 0.], &[0, 1]);
    let shared = common(&[a.clone(), b.clone()]).unwrap();
    assert_eq!(shared.uids, [Uid::Int(2)]);
    assert!(shared.doubt.unwrap().contains("1 are in all"));
    assert_eq!(b.only(&shared.uids).scores["action"].values, [1., 2., 0.]);
    assert_eq!(common(&[a.clone(), a.clone()]).unwrap().doubt, None);
    let other = predictions("c", &[9], &[1., 0., 0.], &[0]);
    assert!(common(&[a.clone(), other]).unwrap_err().to_string().contains("no segment in common"));
    let wide = predictions("d", &[1, 2], &[0.; 8], &[0, 1]);
    assert!(common(&[a, wide]).unwrap_err().to_string().contains("3 and 4 classes of `action`"));
}

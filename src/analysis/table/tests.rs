use super::super::record::tests::{Fake, finished};
use super::*;
use crate::runs::{RunDir, TagChange, Tags, read_run};

fn records() -> (tempfile::TempDir, Vec<Record>) {
    let dir = tempfile::tempdir().unwrap();
    let metrics = json!({"acc1/action": 12.345, "loss": 100.0});
    let records = vec![
        finished(dir.path(), "ek55_bert", json!({"distill": 1, "same": 1}), metrics),
        finished(
            dir.path(),
            "ek55_ensemble",
            json!({"distill": 20, "same": 1}),
            json!({"acc1/action": 7.0}),
        ),
        {
            let run = RunDir::create(dir.path(), "ek55_ensemble").unwrap();
            Record::new(read_run(run.path()), &Fake)
        },
    ];
    (dir, records)
}

fn table(records: Vec<Record>, columns: Option<&[&str]>) -> RunTable<'static> {
    let columns = columns.map(|c| c.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
    RunTable::new(records, columns.as_deref(), &Fake).unwrap()
}

#[test]
fn columns_are_aligned_and_only_keys_that_differ_have_one() {
    let (_dir, records) = records();
    let text = table(records, None).text();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 4);
    assert!(lines[0].starts_with("experiment     version  status      started"), "{text}");
    assert!(lines[0].ends_with("distill  acc1/action    loss"), "{text}");
    assert!(lines[1].ends_with("simulated  1              12.35  100.00"), "{text}");
    assert!(lines[3].contains("0002     incomplete"), "{text}");
    assert!(!text.contains("same") && !text.contains("tags"), "{text}");
}

#[test]
fn columns_asked_for() {
    let (_dir, records) = records();
    let columns = ["same", "best.acc1.action", "device"];
    let text = table(records, Some(&columns)).text();
    let mut lines = text.lines();
    assert!(lines.next().unwrap().ends_with("same  best.acc1.action  device"), "{text}");
    assert!(lines.next().unwrap().ends_with("1     12.35             flex"), "{text}");
    assert!(lines.nth(1).unwrap().ends_with("-     -                 -"), "{text}");
}

#[test]
fn tags_have_a_column_where_there_are_any() {
    let (_dir, mut records) = records();
    let changes = ["a", "b"].map(|tag| TagChange::Add(tag.into()));
    records[0].tags = Tags::change(&records[0].run.path, &changes).unwrap();
    let text = table(records, None).text();
    assert!(text.lines().next().unwrap().contains("data       tags  distill"), "{text}");
    assert!(text.contains("simulated  a,b   1"), "{text}");
}

#[test]
fn in_an_order() {
    let (_dir, mut records) = records();
    let versions = |records: &[Record]| -> Vec<String> {
        records.iter().map(|record| record.run.id()).collect()
    };
    sort(&mut records, "distill", true, &Fake).unwrap();
    assert_eq!(versions(&records), ["ek55_ensemble/0001", "ek55_bert/0001", "ek55_ensemble/0002"]);
    sort(&mut records, "acc1/action", false, &Fake).unwrap();
    assert_eq!(versions(&records), ["ek55_ensemble/0001", "ek55_bert/0001", "ek55_ensemble/0002"]);
    sort(&mut records, "run", false, &Fake).unwrap();
    assert_eq!(versions(&records), ["ek55_bert/0001", "ek55_ensemble/0001", "ek55_ensemble/0002"]);
    assert!(matches!(sort(&mut records, "x", false, &Fake), Err(AnalysisError::Unknown { .. })));
}

#[test]
fn json_and_csv_have_everything() {
    let (_dir, records) = records();
    let table = table(records, None);
    let value = table.json();
    assert_eq!(value.as_array().unwrap().len(), 3);
    assert_eq!(value[0]["metrics"]["last"]["loss"], json!(100.0));
    assert_eq!(value[0]["config"], json!({"distill": 1}));
    assert_eq!(value[2]["status"], json!("incomplete"));
    assert!(value[2]["started"].is_null());
    let csv = table.csv();
    assert!(csv.starts_with(
        "experiment,version,status,started,data,tags,path,distill,acc1/action,loss\n"
    ));
    assert_eq!(csv.lines().count(), 4);
    assert!(csv.lines().nth(1).unwrap().ends_with(",1,12.345,100.0"), "{csv}");
}

#[test]
fn no_runs_is_an_empty_table() {
    let table = table(Vec::new(), Some(&["anything"]));
    assert_eq!((table.text(), table.json()), (String::new(), json!([])));
}

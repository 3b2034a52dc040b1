//! Files that other programs share with us: results for h5py, events for TensorBoard.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use runner::files;
use runner::report::TensorBoard;
use runner::runs::{Results, ResultsWriter, Rows, RunError, Uids, read_results};
use serde_json::json;

/// A batch of `n` samples from number `from` on.
fn batch(from: i64, n: usize, uid: Uids) -> Results {
    let value = |i: usize| (from as f32) + i as f32 / 8.0;
    let floats = |shape: &[usize]| {
        Rows::new(shape, (0..shape.iter().product()).map(value).collect::<Vec<f32>>())
    };
    Results {
        idx: (from..from + n as i64).collect(),
        uid,
        logits: BTreeMap::from([
            ("action".into(), floats(&[n, 5])),
            ("verb".into(), floats(&[n, 2])),
        ]),
        logits_regression: Some(floats(&[n, 1])),
        target: BTreeMap::from([("action".into(), Rows::column(vec![-1; n]))]),
        loss: BTreeMap::from([
            ("cls_action".into(), floats(&[n])),
            ("feat".into(), floats(&[n, 3, 2])),
        ]),
        epoch: vec![2.5],
    }
}

fn numbers(from: i64, n: usize) -> Uids {
    Uids::Numbers((from..from + n as i64).map(|i| i * 10).collect())
}

fn texts(n: usize) -> Uids {
    Uids::Texts((0..n).map(|i| format!("rgb-{i}-ü")).collect())
}

#[test]
fn results_read_back_as_written() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("results/eval.h5");
    for uids in [numbers(0, 3), texts(3)] {
        let mut writer = ResultsWriter::new();
        writer.append(batch(0, 3, uids.clone())).unwrap();
        let more = match uids {
            Uids::Numbers(_) => numbers(3, 40_000),
            Uids::Texts(_) => texts(40_000),
        };
        writer.append(batch(3, 40_000, more)).unwrap();
        writer.write(&path).unwrap();
        let read = read_results(&path).unwrap();
        assert_eq!(Some(&read), writer.rows());
        assert_eq!((read.idx.len(), read.epoch.as_slice()), (40_003, [2.5, 2.5].as_slice()));
        assert_eq!(read.logits["verb"].row(3), [3.0, 3.125]);
    }
}

#[test]
fn results_of_nothing_and_foreign_files() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("eval.h5");
    ResultsWriter::new().write(&path).unwrap();
    assert!(read_results(&path).unwrap().idx.is_empty());
    let mut empty = ResultsWriter::new();
    empty.append(batch(0, 0, numbers(0, 0))).unwrap();
    empty.write(&path).unwrap();
    assert_eq!(read_results(&path).unwrap().logits["action"].shape, [0, 5]);

    let mut writer = ResultsWriter::new();
    writer.append(batch(0, 300, numbers(0, 300))).unwrap();
    writer.write(&path).unwrap();
    let whole = files::read(&path).unwrap();
    for cut in (0..whole.len()).step_by(97) {
        files::write_atomic(&path, &whole[..cut]).unwrap();
        assert!(read_results(&path).is_err(), "cut at {cut} of {}", whole.len());
    }
    files::write_atomic(&path, b"not an HDF5 file at all").unwrap();
    assert!(matches!(read_results(&path), Err(RunError::Hdf5 { .. })));
    let error = writer.append(batch(0, 3, texts(3))).unwrap_err();
    assert!(matches!(error, RunError::Batch { .. }), "{error}");
    let error = writer.append(batch(0, 3, numbers(0, 4))).unwrap_err();
    assert!(matches!(error, RunError::Batch { .. }), "{error}");
    assert_eq!(writer.len(), 300, "a refused batch leaves nothing behind");
}

/// A Python with the given modules: `RUNNER_PYTHON`, else `python3`; `None` says why on stdout.
pub(crate) fn python(modules: &str) -> Option<String> {
    let python = std::env::var("RUNNER_PYTHON").unwrap_or_else(|_| "python3".into());
    let found = Command::new(&python)
        .args(["-c", &format!("import {modules}")])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|s| s.success());
    if !found {
        println!("skipped: `{python}` has no {modules}; set RUNNER_PYTHON to one that has");
    }
    found.then_some(python)
}

/// What a script prints, as JSON.
pub(crate) fn ask(python: &str, script: &str, arguments: &[&Path]) -> serde_json::Value {
    let out = Command::new(python).args(["-c", script]).args(arguments).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).unwrap()
}

const READ_H5: &str = r#"
import h5py, json, sys
out = {}
def visit(name, d):
    if isinstance(d, h5py.Dataset):
        v = d[()]
        if v.dtype.kind == "S":
            v = [x.decode() for x in v]
        else:
            v = v.tolist()
        out[name] = dict(value=v, dtype=str(d.dtype), gzip=d.compression == "gzip", grows=d.maxshape[0] is None)
with h5py.File(sys.argv[1]) as f:
    f.visititems(visit)
print(json.dumps(out))
"#;

#[test]
fn h5py_reads_every_dataset() {
    let Some(python) = python("h5py") else { return };
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("eval.h5");
    let ascii = Uids::Texts(vec!["rgb-01".into(), "rgb-02".into(), "rgb-03".into()]);
    for (uids, dtype) in [(numbers(0, 3), "int64"), (ascii, "|S64")] {
        let mut writer = ResultsWriter::new();
        writer.append(batch(0, 3, uids.clone())).unwrap();
        writer.write(&path).unwrap();
        let rows = writer.rows().unwrap();
        let read = ask(&python, READ_H5, &[&path]);
        assert_eq!(read.as_object().unwrap().len(), 9);
        for (name, dataset) in read.as_object().unwrap() {
            assert_eq!(
                (&dataset["gzip"], &dataset["grows"]),
                (&json!(true), &json!(true)),
                "{name}"
            );
        }
        assert_eq!(read["uid"]["dtype"], dtype);
        assert_eq!(read["idx"]["value"], json!([0, 1, 2]));
        assert_eq!(read["epoch"]["value"], json!([2.5]));
        assert_eq!(read["target/action"]["value"], json!([-1, -1, -1]));
        assert_eq!(read["logits/action"]["dtype"], "float32");
        let logits = &rows.logits["action"];
        let expected: Vec<&[f32]> = (0..3).map(|i| logits.row(i)).collect();
        assert_eq!(read["logits/action"]["value"], json!(expected));
        assert_eq!(read["loss/feat"]["value"][2][2][1], json!(rows.loss["feat"].row(2)[5]));
        match uids {
            Uids::Numbers(v) => assert_eq!(read["uid"]["value"], json!(v)),
            Uids::Texts(v) => assert_eq!(read["uid"]["value"], json!(v)),
        }
    }
}

#[test]
fn h5py_reads_many_chunks() {
    let Some(python) = python("h5py") else { return };
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("eval.h5");
    let mut large = ResultsWriter::new();
    for i in 0..30 {
        large.append(batch(i * 1000, 1000, numbers(i * 1000, 1000))).unwrap();
    }
    large.write(&path).unwrap();
    let read = ask(&python, READ_H5, &[&path]);
    let flat = |v: &serde_json::Value| -> Vec<f64> {
        let rows = v["value"].as_array().unwrap().iter();
        rows.flat_map(|r| r.as_array().unwrap()).map(|x| x.as_f64().unwrap()).collect()
    };
    let logits: Vec<f64> =
        large.rows().unwrap().logits["action"].data.iter().map(|x| f64::from(*x)).collect();
    assert_eq!(flat(&read["logits/action"]), logits);
}

/// As `store_append_h5` of the original: growing, gzip, one call a batch.
const WRITE_H5: &str = r#"
import h5py, numpy as np, sys, json
def append(path, endpoints):
    with h5py.File(path, "a") as f:
        for k, v in endpoints.items():
            if k not in f:
                f.create_dataset(k, data=v, compression="gzip", compression_opts=9, chunks=True,
                                 maxshape=(None,) + v.shape[1:])
            else:
                f[k].resize((f[k].shape[0] + v.shape[0],) + v.shape[1:])
                f[k][-v.shape[0]:, ...] = v
text = sys.argv[2].endswith("text")
for i in range(3):
    n = 4 - i
    uid = np.array(["rgb-%d" % j for j in range(n)]).astype("S64") if text else np.arange(n) + 330
    append(sys.argv[1], {"logits/action": np.full((n, 6), i, "f4"), "idx": np.arange(n),
        "uid": uid, "loss/cls_action": np.ones(n, "f4"), "loss/distill_feat_mse": np.array([0.5], "f4"),
        "target/action": np.full(n, i), "epoch": np.array([50])})
print(json.dumps(None))
"#;

#[test]
fn results_of_the_original_are_read() {
    let Some(python) = python("h5py") else { return };
    let dir = tempfile::tempdir().unwrap();
    for kind in ["numbers", "text"] {
        let path = dir.path().join(kind);
        ask(&python, WRITE_H5, &[&path, Path::new(kind)]);
        let read = read_results(&path).unwrap();
        assert_eq!(read.idx, [0, 1, 2, 3, 0, 1, 2, 0, 1]);
        assert_eq!(read.epoch, [50.0; 3]);
        assert_eq!(read.logits["action"].shape, [9, 6]);
        assert_eq!(read.logits["action"].row(8), [2.0; 6]);
        assert_eq!(read.loss["distill_feat_mse"].shape, [3]);
        match read.uid {
            Uids::Numbers(v) => assert_eq!(v[..4], [330, 331, 332, 333]),
            Uids::Texts(v) => assert_eq!(v[..2], ["rgb-0", "rgb-1"]),
        }
    }
}

const READ_EVENTS: &str = r#"
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
acc = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0})
acc.Reload()
print(json.dumps({t: [[e.step, e.value] for e in acc.Scalars(t)] for t in acc.Tags()["scalars"]}))
"#;

#[test]
fn tensorboard_reads_the_events() {
    let Some(python) = python("tensorboard") else { return };
    let dir = tempfile::tempdir().unwrap();
    let mut board = TensorBoard::create(dir.path()).unwrap();
    for step in 1..=200_u32 {
        let value = f64::from(step) / 4.0;
        board.scalars(&[("train/loss", value), ("train/lr", 0.5)], u64::from(step)).unwrap();
    }
    board.scalar("eval/acc1/action", f64::NAN, 200).unwrap();
    drop(board);
    // Continued from a checkpoint at step 150: what came after it is written anew. Names sort by
    // second, and TensorBoard reads them in that order.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let mut board = TensorBoard::resume(dir.path(), 151).unwrap();
    board.scalar("train/loss", 7.0, 151).unwrap();
    drop(board);

    let read = ask(&python, READ_EVENTS, &[dir.path()]);
    let losses = read["train/loss"].as_array().unwrap();
    assert_eq!(losses.len(), 151);
    assert_eq!(losses[0], json!([1, 0.25]));
    assert_eq!(losses[150], json!([151, 7.0]));
    assert_eq!(read["train/lr"].as_array().unwrap().len(), 150);
}

//! Results at the edges of what a writer is asked for, as h5py and HDF5's own tools see them.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use runner::runs::{Results, ResultsWriter, Rows, Uids, read_results};
use serde_json::{Value, json};

use crate::foreign::{ask, python};

/// `n` samples with numbers that a text cannot hold, text uids or not.
fn results(n: usize, uid: fn(usize) -> Uids) -> Results {
    const SPECIAL: [f32; 6] = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -0.0, 1e-45, f32::MAX];
    let value = |i: usize| SPECIAL.get(i).copied().unwrap_or(i as f32 / 7.0);
    let floats = |width: usize| Rows::new([n, width], (0..n * width).map(value).collect());
    Results {
        idx: (0..n as i64).rev().collect(),
        uid: uid(n),
        logits: BTreeMap::from([("action".into(), floats(7)), ("verb".into(), floats(3))]),
        logits_regression: None,
        target: BTreeMap::from([("action".into(), Rows::column(vec![i64::MIN; n]))]),
        loss: BTreeMap::from([("cls_action".into(), floats(1))]),
        epoch: (0..n.div_ceil(32)).map(|_| f64::NAN).collect(),
    }
}

fn numbers(n: usize) -> Uids {
    Uids::Numbers((0..n as i64).map(|i| i64::MAX - i).collect())
}

fn texts(n: usize) -> Uids {
    Uids::Texts((0..n).map(|i| format!("rgb-01-2_{i}.5")).collect())
}

/// A text that is wider than the original's 64 bytes, one that is not ASCII, and none at all.
fn odd_texts(n: usize) -> Uids {
    Uids::Texts(
        (0..n).map(|i| ["v".repeat(90), "gemüse".into(), String::new()][i % 3].clone()).collect(),
    )
}

/// Every dataset's type, shape and the hash of its bytes; the uids as text.
const HASHES: &str = r#"
import h5py, hashlib, json, sys
out = {}
def visit(name, d):
    if isinstance(d, h5py.Dataset):
        v = d[()]
        out[name] = [str(v.dtype), list(v.shape), hashlib.sha256(v.tobytes()).hexdigest()]
with h5py.File(sys.argv[1]) as f:
    f.visititems(visit)
    out["uids"] = [u.decode() if isinstance(u, bytes) else int(u) for u in f["uid"][:3]]
print(json.dumps(out))
"#;

fn hashed<T>(kind: &str, shape: &[usize], data: &[T], bytes: fn(&T) -> Vec<u8>) -> Value {
    let bytes: Vec<u8> = data.iter().flat_map(bytes).collect();
    json!([kind, shape, runner::files::sha256_bytes(&bytes)])
}

fn floats(rows: &Rows<f32>) -> Value {
    hashed("float32", &rows.shape, &rows.data, |v| v.to_le_bytes().into())
}

fn integers(data: &[i64]) -> Value {
    hashed("int64", &[data.len()], data, |v| v.to_le_bytes().into())
}

/// `None` where HDF5's tools are not installed.
fn tool(name: &str, arguments: &[&str], path: &Path) -> Option<String> {
    let output = Command::new(name).args(arguments).arg(path).output();
    let Ok(output) = output else {
        println!("skipped: `{name}` is not installed");
        return None;
    };
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

/// The same bytes are read by h5py; the tools go through every dataset without complaint.
fn check(results: &Results, width: &str) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("eval.h5");
    let mut writer = ResultsWriter::new();
    writer.append(results.clone()).unwrap();
    writer.write(&path).unwrap();
    if let Some(python) = python("h5py") {
        let read = ask(&python, HASHES, &[&path]);
        assert_eq!(read["idx"], integers(&results.idx));
        assert_eq!(read["logits/action"], floats(&results.logits["action"]));
        assert_eq!(read["logits/verb"], floats(&results.logits["verb"]));
        assert_eq!(read["loss/cls_action"], floats(&results.loss["cls_action"]));
        assert_eq!(read["target/action"], integers(&results.target["action"].data));
        let epoch =
            hashed("float64", &[results.epoch.len()], &results.epoch, |v| v.to_le_bytes().into());
        assert_eq!(read["epoch"], epoch);
        assert_eq!(
            (&read["uid"][0], &read["uid"][1]),
            (&json!(width), &json!([results.idx.len()]))
        );
        match &results.uid {
            Uids::Numbers(v) => {
                assert_eq!(read["uids"], json!(v.iter().take(3).collect::<Vec<_>>()))
            }
            Uids::Texts(v) => assert_eq!(read["uids"], json!(v.iter().take(3).collect::<Vec<_>>())),
        }
    }
    let n = results.idx.len();
    if let Some(list) = tool("h5ls", &["-r"], &path) {
        let row = list.lines().find(|line| line.starts_with("/logits/action")).unwrap();
        assert!(row.ends_with(&format!("Dataset {{{n}/Inf, 7}}")), "{list}");
    }
    if let Some(dump) = tool("h5dump", &["-d", "/logits/action", "-d", "/uid"], &path) {
        assert!(dump.contains(&format!("SIMPLE {{ ( {n}, 7 ) / ( H5S_UNLIMITED, 7 ) }}")), "{n}");
    }
    let again = read_results(&path).unwrap();
    assert_eq!((again.idx, again.uid), (results.idx.clone(), results.uid.clone()));
}

#[test]
fn no_row_one_row_and_a_batch_and_a_bit() {
    for n in [0, 1, 33] {
        check(&results(n, numbers), "int64");
        check(&results(n, texts), "|S64");
    }
}

#[test]
fn a_hundred_thousand_rows() {
    check(&results(100_000, numbers), "int64");
}

#[test]
fn uids_that_are_long_foreign_or_empty() {
    check(&results(7, odd_texts), "|S90");
}

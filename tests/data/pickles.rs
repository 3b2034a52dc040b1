//! Pickles written by Python: `scripts/pickle_fixtures.py` and the published annotations.

use std::path::{Path, PathBuf};

use runner::data::pickle::numpy::{self, Elements};
use runner::data::pickle::pandas::Frame;
use runner::data::pickle::{PickleFile, Value};
use runner::files::{HostTensor, TensorFile};

use crate::support::external;

/// A committed pickle.
pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pickle").join(name)
}

fn frame(path: &Path) -> Result<Frame, String> {
    let file = PickleFile::open(path).map_err(|e| e.to_string())?;
    file.parse().and_then(|document| document.frame()).map_err(|e| e.to_string())
}

fn tensors(name: &str) -> Result<TensorFile, String> {
    let file = PickleFile::open(&fixture(name)).map_err(|e| e.to_string())?;
    file.parse().and_then(|document| document.tensors()).map_err(|e| e.to_string())
}

/// Names first, then one text a cell, the index in front.
fn texts(frame: &Frame) -> Vec<Vec<String>> {
    let index = frame.index_name.clone().unwrap_or_default();
    let header = std::iter::once(index).chain(frame.columns.iter().map(|c| c.name.clone()));
    let row = |i: usize| {
        let cells = frame.columns.iter().map(|column| column.cells[i].to_string());
        std::iter::once(frame.index[i].to_string()).chain(cells).collect()
    };
    std::iter::once(header.collect()).chain((0..frame.rows()).map(row)).collect()
}

fn split(table: &str) -> Vec<Vec<String>> {
    table.lines().map(|line| line.split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
}

const VERSIONS: [&str; 9] =
    ["0.22.0", "0.25.3", "1.1.5", "1.2.5", "1.3.5", "1.5.3", "2.0.3", "2.2.3", "3.1.1"];

#[test]
fn data_frames_of_nine_versions_of_pandas() {
    let plain = "uid|video_id|start_frame|score|flag|narration|stop_frame|when|all_nouns|kind
        10|P01_01|1|0.5|True|open door|7|2018-01-02 03:04:05.250000|['door']|b
        20|P01_02|-2||False||8||[]|a
        30|caf\u{e9}|3|-1.25|True||9|1969-12-31 00:00:00|['pan', 'lid']|";
    let range = "|video_id|start_frame\n0|P01_01|1\n1|P01_02|-2\n2|caf\u{e9}|3";
    let text = "narration_id|video_id|start_frame
        P01_1|P01_01|1\nP01_2|P01_02|-2\nP01_3|caf\u{e9}|3";
    let nullable = "|count|known|name\n0|1|True|a\n1|||\n2|3|False|c";
    let zoned = "|when\n0|2020-01-01 00:00:00";
    for version in VERSIONS {
        for (kind, expected) in [
            ("plain", plain),
            ("newest", plain),
            ("range", range),
            ("text", text),
            ("nullable", nullable),
            ("zoned", zoned),
        ] {
            let path = fixture(&format!("pandas-{version}-{kind}.pkl"));
            if version.starts_with("0.") && ["nullable", "zoned"].contains(&kind) {
                continue; // that pandas has no such columns
            }
            let read = frame(&path).unwrap_or_else(|e| panic!("{e}"));
            assert_eq!(texts(&read), split(expected), "{}", path.display());
        }
    }
}

#[test]
fn published_pickles_equal_their_csv_twins() {
    let Some(external) = external() else { return };
    for (name, rows) in [
        ("epic-kitchens-55-annotations/EPIC_test_s1_timestamps", 8_047),
        ("epic-kitchens-100-annotations/EPIC_100_validation", 9_668),
        ("epic-kitchens-100-annotations/EPIC_100_test_timestamps", 13_092),
    ] {
        let pickled = texts(&frame(&external.join(format!("{name}.pkl"))).unwrap());
        let csv = runner::files::read(&external.join(format!("{name}.csv"))).unwrap();
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv.as_slice());
        let row = |record: csv::StringRecord| record.iter().map(str::to_owned).collect();
        let twin: Vec<Vec<String>> = reader.records().map(|r| row(r.unwrap())).collect();
        assert_eq!(pickled.len(), rows + 1, "{name}");
        assert_eq!(twin.len(), rows + 1, "{name}");
        for (a, b) in pickled.iter().zip(&twin) {
            assert_eq!(a, b, "{name}");
        }
    }
}

fn describe(elements: &Elements<'_>) -> String {
    let object = |v: &Value<'_>| v.plain_text().unwrap();
    match elements {
        Elements::Bool(v) => format!("{v:?}"),
        Elements::Int(v) => format!("{v:?}"),
        Elements::Float(v) => format!("{v:?}"),
        Elements::Text(v) => format!("{v:?}"),
        Elements::Bytes(v) => format!("{v:?}"),
        Elements::Time(v) | Elements::Span(v) => format!("{v:?}"),
        Elements::Object(v) => v.iter().map(object).collect::<Vec<_>>().join(" "),
        Elements::Record(v) => v.iter().map(|(n, e)| format!("{n}: {} ", describe(e))).collect(),
    }
}

#[test]
fn arrays_of_three_versions_of_numpy() {
    for version in ["1.14.6", "2.1.3", "2.4.6"] {
        for protocol in ["2", "newest"] {
            let path = fixture(&format!("numpy-{version}-{protocol}.pkl"));
            let file = PickleFile::open(&path).unwrap();
            let document = file.parse().unwrap();
            for (name, shape, expected) in [
                ("rows", &[2, 3][..], "[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]"),
                ("columns", &[2, 3], "[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]"),
                ("big", &[2, 3], "[0, 1, 2, 3, 4, 5]"),
                ("half", &[3], "[0.5, -2.0, 65504.0]"),
                ("unsigned", &[2], "[0, 255]"),
                ("bools", &[2], "[true, false]"),
                ("texts", &[2], "[\"P01\", \"caf\u{e9}\"]"),
                ("bytes", &[2], "[[97, 98], [99]]"),
                ("objects", &[2, 2], "a None 1 2.5"),
                ("times", &[2], "[Some(1514851200000000000), None]"),
                ("record", &[2], "id: [1, 2] score: [0.5, 1.5] "),
                ("scalar", &[], "[0.25]"),
                ("integer", &[], "[-7]"),
                ("empty", &[0, 3], "[]"),
                ("point", &[], "[3.0]"),
            ] {
                let array = numpy::array(document.root().get(name).unwrap());
                let array = array.unwrap_or_else(|e| panic!("{}, {name}: {e}", path.display()));
                assert_eq!(array.shape, shape, "{name}");
                assert_eq!(describe(&array.data), expected, "{}, {name}", path.display());
            }
        }
        let complex = tensors(&format!("numpy-{version}-complex.pkl")).unwrap_err();
        assert!(complex.contains("dtype `c16` is not read"), "{complex}");
    }
}

#[test]
fn tensors_of_torch_in_three_containers() {
    let eighths =
        |range: std::ops::Range<u8>| range.map(|i| f32::from(i) / 8.0).collect::<Vec<_>>();
    let transposed = (0..4u8).flat_map(|c| (0..3u8).map(move |r| f32::from(r * 4 + c) / 8.0));
    let row = || HostTensor::f32([4], eighths(0..4));
    let expected = [
        ("array", HostTensor::f32([1, 2], vec![1.5, 2.5])),
        ("model.bfloat", row()),
        ("model.bool", HostTensor::i64([2], vec![1, 0])),
        ("model.byte", HostTensor::i64([1], vec![255])),
        ("model.double", HostTensor::f32([1], vec![0.1])),
        ("model.empty", HostTensor::f32([0, 4], vec![])),
        ("model.half", row()),
        ("model.int", HostTensor::i64([2], vec![3, -4])),
        ("model.layer.tied", HostTensor::f32([2, 4], eighths(4..12))),
        ("model.layer.transposed", HostTensor::f32([4, 3], transposed.collect())),
        ("model.layer.weight", HostTensor::f32([3, 4], eighths(0..12))),
        ("model.long", HostTensor::i64([1, 2], vec![1, -2])),
        ("model.scalar", HostTensor::i64([], vec![7])),
        (
            "optimizer.state.0.momentum_buffer",
            HostTensor::f32([3, 4], eighths(0..12).iter().map(|x| x * 2.0).collect()),
        ),
    ];
    let expected: Vec<_> = expected.into_iter().map(|(n, t)| (n.to_owned(), t)).collect();
    for name in ["torch-zip.pt", "torch-legacy.pt", "torch-pickled.pkl"] {
        let file = tensors(name).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(file.tensors.into_iter().collect::<Vec<_>>(), expected, "{name}");
        let metadata: Vec<_> = file.metadata.iter().map(|(k, v)| format!("{k}={v}")).collect();
        assert_eq!(
            metadata,
            [
                "epoch=3",
                "note=fixture",
                "optimizer.param_groups.0.lr=0.125",
                "optimizer.param_groups.0.params.0=0",
                "optimizer.param_groups.0.params.1=1",
                "optimizer.state.1.momentum_buffer=None",
                "started=not read: an object of `datetime.date`",
            ],
            "{name}"
        );
    }
}

#[test]
fn what_is_not_read_is_named() {
    for (name, expected) in [
        ("torch-quantised.pt", "`torch._utils._rebuild_qtensor` is not read and was not called"),
        ("torch-sparse.pt", "`torch._utils._rebuild_sparse_tensor` is not read and was not called"),
        ("torch-complex.pt", "`torch.ComplexFloatStorage` where a storage of plain numbers"),
        ("torch-script.pt", "TorchScript archive, expected a state dict"),
    ] {
        let error = tensors(name).unwrap_err();
        assert!(error.contains(expected) && error.contains(name), "{error}");
    }
    let error = frame(&fixture("torch-zip.pt")).unwrap_err();
    assert!(error.contains("a dict where a data frame was expected"), "{error}");
}

#[test]
fn callables_are_never_called() {
    for (name, key, callable) in [
        ("hostile-system.pkl", "", "posix.system"),
        ("hostile-eval.pkl", "model.w", "builtins.eval"),
        ("hostile-torch.pt", "w", "posix.system"),
    ] {
        let file = tensors(name).unwrap();
        assert_eq!(file.metadata[key], format!("not read: an object of `{callable}`"));
    }
    let error = frame(&fixture("hostile-system.pkl")).unwrap_err();
    let expected = "`posix.system` is not read and was not called, expected a data frame";
    assert!(error.contains(expected), "{error}");
    assert!(!runner::files::is_file(Path::new("pickle-was-executed")));
}

#[test]
fn truncated_and_damaged_files_are_errors() {
    for name in ["torch-zip.pt", "torch-legacy.pt", "torch-pickled.pkl", "pandas-2.2.3-newest.pkl"]
    {
        let whole = runner::files::read(&fixture(name)).unwrap();
        let read = |bytes: &[u8]| {
            let file = PickleFile::of_bytes(Path::new(name), bytes.to_vec());
            let file = file.map_err(|e| e.to_string())?;
            let document = file.parse().map_err(|e| e.to_string())?;
            let _ = document.frame();
            document.tensors().map_err(|e| e.to_string())
        };
        assert!(read(&whole).is_ok());
        for cut in (0..whole.len()).step_by(7) {
            let error = read(&whole[..cut]).expect_err("a truncated file is refused");
            assert!(error.contains(name), "{error}");
        }
        // flipped bits may go unnoticed in numbers and names, but never end in a panic
        let mut damaged = whole.clone();
        for at in (0..whole.len()).step_by(3) {
            for flip in [0x01, 0x80, 0xff] {
                damaged[at] ^= flip;
                let _ = read(&damaged);
                damaged[at] = whole[at];
            }
        }
    }
}

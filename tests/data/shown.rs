//! `show` on every kind of file.

use std::path::Path;

use runner::data::pixels::Frames;
use runner::data::video::encode;
use runner::data::{DataError, SynthConfig, World, show};
use runner::files::{HostTensor, TensorFile};

use crate::pickles::fixture;
use crate::support::tiny;

#[test]
fn pickles_of_every_kind() {
    for (name, kind, header, first) in [
        (
            "pandas-2.2.3-text.pkl",
            "pickled data frame",
            "narration_id,video_id,start_frame",
            "P01_1,P01_01,1",
        ),
        ("torch-zip.pt", "pickle", "tensor,type,shape", "array,float,\"[1, 2]\""),
        ("torch-legacy.pt", "pickle", "tensor,type,shape", "array,float,\"[1, 2]\""),
        ("numpy-2.1.3-complex.pkl", "", "", "dtype `c16` is not read"),
        ("teacher-single.pkl", "pickle", "tensor,type,shape", "330,float,[4]"),
        (
            "teacher-list.pkl",
            "pickled list of dicts",
            "uid,action_history,target,logit_action,LM_feat,logit_action_mean,logit_action_maxpool",
            "330,a list of 2,dict of 2,\"numbers [4, 1]\",\"numbers [2, 1]\",\"numbers [4, 1]\",\"numbers [4, 1]\"",
        ),
        ("hostile-system.pkl", "pickle", "", ""),
    ] {
        match show(&fixture(name)) {
            Ok(shown) => {
                let csv = shown.csv();
                let lines: Vec<&str> = csv.lines().collect();
                assert_eq!(shown.kind, kind, "{name}");
                assert_eq!(lines.first().copied().unwrap_or_default(), header, "{name}");
                assert_eq!(lines.get(1).copied().unwrap_or_default(), first, "{name}");
            }
            Err(error) => assert!(error.to_string().contains(first) && kind.is_empty(), "{error}"),
        }
    }
    let shown = show(&fixture("hostile-system.pkl")).unwrap();
    assert_eq!(shown.json()["facts"]["content"], "an object of `posix.system`");
}

#[test]
fn stores_and_tables() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("root");
    let config: SynthConfig = tiny();
    World::generate(&config).unwrap().write_root(&root).unwrap();
    let rulstm = root.join("DATA/external/rulstm/RULSTM/data_full/rgb");
    let shown = show(&rulstm).unwrap();
    assert_eq!(shown.kind, "LMDB feature store");
    assert_eq!(shown.rows.len(), config.train_videos + config.val_videos);
    assert!(shown.rows.iter().all(|row| row[1] == "1"), "{:?}", shown.rows);
    let teacher = root.join("DATA/teachers/ek55_ensemble.safetensors");
    let shown = show(&teacher).unwrap();
    assert_eq!(shown.kind, "teacher store");
    assert_eq!(shown.header, ["uid", "teacher", "class", "logit"]);
    assert!(shown.text(2).contains("more"), "{}", shown.text(2));
    let csv = dir.path().join("a.csv");
    runner::files::write_atomic(&csv, b"uid,video\n1,\"a, b\"\n2\n").unwrap();
    assert_eq!(show(&csv).unwrap().csv(), "uid,video\n1,\"a, b\"\n2,\n");
    runner::files::write_atomic(&csv, b"1, P01_01\n2, P01_02\n").unwrap();
    let shown = show(&csv).unwrap();
    assert_eq!(
        (shown.header.as_slice(), shown.rows.len()),
        (&["column 0".into(), "column 1".into()][..], 2)
    );
    assert_eq!(shown.json()["rows"][1]["column 1"], " P01_02");
}

#[test]
fn what_cannot_be_shown_is_said() {
    assert!(show(Path::new("absent")).unwrap_err().is_missing_file());
    let dir = tempfile::tempdir().unwrap();
    let error = show(dir.path()).unwrap_err();
    assert!(matches!(error, DataError::UnknownContent { .. }), "{error}");
    assert!(error.to_string().contains("without a `data.mdb`"), "{error}");
    let half = |name: &str| {
        let bytes = runner::files::read(&fixture(name)).unwrap();
        bytes[..bytes.len() / 2].to_vec()
    };
    for (name, bytes, expected) in [
        ("a.h5", b"\x89HDF\r\n\x1a\n and then nothing".to_vec(), "no usable HDF5 file"),
        ("a.pkl", b"\x80\x04".to_vec(), "at byte 2"),
        ("frame.pkl", half("pandas-2.2.3-plain.pkl"), "at byte"),
        ("zip.pth", half("torch-zip.pt"), "is no file of torch.save"),
        ("legacy.pth", half("torch-legacy.pt"), "at byte"),
        ("empty.pkl", Vec::new(), "it is empty; csv tables, pickles"),
        ("empty.csv", Vec::new(), "has no rows"),
        ("table.csv", b"a,b\n\xff,1\n".to_vec(), "table.csv:2: malformed csv"),
        ("a.json", b"{\"a\": 1}".to_vec(), "as a pickle, at byte 0: byte 0x7b is no opcode"),
        ("junk", (0..64u8).map(|i| i.wrapping_mul(37)).collect(), "is nothing that can be shown"),
        ("a.safetensors", b"\x10\0\0\0\0\0\0\0{\"a\"".to_vec(), "a header of 16 bytes in a file"),
        ("long.safetensors", vec![0xff; 64], "not a complete safetensors file"),
        ("cut.mp4", b"\0\0\0\x20ftypisom\0\0\0\0".to_vec(), "a video file without a stream"),
    ] {
        if name == "cut.mp4" && runner::data::video::check_programs().is_err() {
            eprintln!("skipped: no ffmpeg");
            continue;
        }
        let path = dir.path().join(name);
        runner::files::write_atomic(&path, &bytes).unwrap();
        let error = show(&path).unwrap_err().to_string();
        assert!(error.contains(name) && error.contains(expected), "{error}");
    }
    let error = show(dir.path()).unwrap();
    let says: Vec<&str> = error.rows.iter().map(|row| row[3].as_str()).collect();
    assert!(
        says.iter().all(|says| says.contains("is not a complete safetensors file")),
        "{says:?}"
    );
}

#[test]
fn checkpoints_of_a_run_and_their_arrays() {
    let dir = tempfile::tempdir().unwrap();
    let checkpoints = dir.path().join("run/checkpoints");
    runner::files::create_dir_all(&checkpoints).unwrap();
    let mut file = TensorFile::default();
    file.tensors.insert("w".into(), HostTensor::f32([2, 3], vec![0.5; 6]));
    file.tensors.insert("ids".into(), HostTensor::i64([1], vec![7]));
    file.metadata.insert("epoch".into(), "3".into());
    file.metadata.insert("long".into(), "x".repeat(100));
    let path = checkpoints.join("last.safetensors");
    file.write(&path).unwrap();
    let shown = show(&path).unwrap();
    assert_eq!(shown.csv(), "tensor,type,shape\nids,I64,[1]\nw,F32,\"[2, 3]\"\n");
    assert_eq!(shown.json()["facts"]["epoch"], "3");
    for place in [checkpoints.clone(), dir.path().join("run")] {
        let shown = show(&place).unwrap();
        assert_eq!(shown.header, ["file", "bytes", "tensors", "says"]);
        let size = runner::files::size(&path).unwrap().to_string();
        assert_eq!(shown.rows, [["last.safetensors", &*size, "2", "epoch 3"]]);
    }
}

#[test]
fn videos_are_probed() {
    if runner::data::video::check_programs().is_err() {
        eprintln!("skipped: no ffmpeg");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.MP4");
    let frame = |_| Frames { data: vec![128; 16 * 32 * 3], count: 1, height: 16, width: 32 };
    encode(&path, (16, 32), 25.0, (0..50).map(frame)).unwrap();
    let shown = show(&path).unwrap();
    let text = "video\n  width: 32\n  height: 16\n  frames per second: 25.0000\n  frames: 50\n  seconds: 2.000\n";
    assert_eq!(shown.text(10), text);
}

#[test]
fn lists_have_no_header() {
    let dir = tempfile::tempdir().unwrap();
    for (name, text, header, rows) in [
        ("videos.csv", "P01_02\nP01_03\n", "column 0", 2),
        ("tail.csv", "narration_id\nP01_11_102\n", "narration_id", 1),
        ("train.split1.bundle", "#bundle.txt\nrgb-01-1.txt\n", "#bundle.txt", 1),
        ("mapping.txt", "0 cut_tomato\n1 mix\n", "column 0", 2),
    ] {
        let path = dir.path().join(name);
        runner::files::write_atomic(&path, text.as_bytes()).unwrap();
        let shown = show(&path).unwrap();
        assert_eq!((&*shown.header[0], shown.rows.len()), (header, rows), "{name}");
    }
}

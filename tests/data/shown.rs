//! `show` on every kind of file.

use std::path::Path;

use runner::data::{DataError, SynthConfig, World, show};

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
    assert!(matches!(show(dir.path()), Err(DataError::Store { .. })));
    for (name, bytes) in
        [("a.h5", &b"\x89HDF\r\n\x1a\n and then nothing"[..]), ("a.pkl", b"\x80\x04")]
    {
        let path = dir.path().join(name);
        runner::files::write_atomic(&path, bytes).unwrap();
        let error = show(&path).unwrap_err().to_string();
        assert!(error.contains(name), "{error}");
    }
}

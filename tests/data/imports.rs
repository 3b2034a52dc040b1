//! Teacher predictions from the pickles of the study, and back.

use std::path::{Path, PathBuf};
use std::process::Command;

use runner::data::annotations::Notes;
use runner::data::teacher::{Content, ImportConfig, Imported, Pool, export, export_rows, import};
use runner::data::{
    Annotations, Collection, Coverage, DataError, DataKind, Labels, MissingPrediction, Segment,
    Teacher, TeacherStore, TimePrecision, Uid, Version, Vocabulary,
};

use crate::pickles::fixture;

/// Segments of four action classes.
fn annotations(uids: &[i64]) -> Annotations {
    let segment = |uid: &i64| Segment {
        uid: Uid::Int(*uid),
        video: 0,
        start: 0.0,
        end: 1.0,
        labels: Labels::NONE,
    };
    Annotations {
        collection: Collection::Kitchens(Version::Egtea),
        videos: vec!["v".into()],
        video_files: vec!["v.mp4".into()],
        precision: TimePrecision::Full,
        segments: uids.iter().map(segment).collect(),
        vocabulary: Vocabulary {
            actions: ["a", "b", "c", "d"].map(String::from).into(),
            ..Default::default()
        },
        notes: Notes::default(),
        synthetic: false,
    }
}

fn config(predictions: &str, features: Option<&str>, pool: Pool) -> ImportConfig {
    ImportConfig {
        predictions: fixture(predictions),
        features: features.map(fixture),
        pool,
        teacher: "bert".into(),
    }
}

fn read(predictions: &str, features: Option<&str>, pool: Pool) -> Imported {
    let config = config(predictions, features, pool);
    import(&config, &annotations(&[330, 331, 332])).unwrap_or_else(|e| panic!("{e}"))
}

fn refused(predictions: &str, features: Option<&str>, pool: Pool) -> DataError {
    let config = config(predictions, features, pool);
    import(&config, &annotations(&[330, 331, 332])).unwrap_err()
}

fn row(store: &TeacherStore, uid: i64) -> (Vec<f32>, Option<Vec<f32>>) {
    store.row(&Uid::Int(uid)).unwrap()
}

/// `(arange(n) - n / 2) / 4 + offset`, as the fixtures have it.
fn ramp(n: u8, offset: f32) -> Vec<f32> {
    (0..n).map(|i| (f32::from(i) - f32::from(n) / 2.0) / 4.0 + offset).collect()
}

#[test]
fn both_forms_of_one_teacher_agree() {
    let list = read("teacher-list.pkl", None, Pool::Single);
    let dicts = read("teacher-single.pkl", Some("teacher-features.pkl"), Pool::Single);
    assert_eq!(list.store.fingerprint(), dicts.store.fingerprint());
    for imported in [&list, &dicts] {
        let store = &imported.store;
        assert_eq!(imported.coverage, Coverage { present: 3, of: 3 });
        assert_eq!((imported.strangers, imported.replaced), (0, 0));
        assert_eq!((store.members(), store.feature_dim()), (1, Some(2)));
        assert_eq!(store.manifest().origin, DataKind::Real);
        for (uid, offset) in [(330, 0.0), (331, 1.0), (332, 2.0)] {
            assert_eq!(row(store, uid), (ramp(4, offset), Some(ramp(2, -offset))));
        }
        let teacher = Teacher::Store(store.clone());
        teacher.check_classes(&annotations(&[]).class_names("action")).unwrap();
    }
    assert_eq!(read("teacher-single.pkl", None, Pool::Single).store.feature_dim(), None);
}

#[test]
fn several_teachers_are_pooled_or_stacked() {
    // pooled by the study itself, under entries of their own
    let mean = read("teacher-list.pkl", None, Pool::Mean);
    assert_eq!(row(&mean.store, 331).0, ramp(4, 10.0));
    let maximum = read("teacher-list.pkl", None, Pool::MaxPool);
    assert_eq!(row(&maximum.store, 331).0, ramp(4, 100.0));
    // pooled here
    let mean = read("teacher-stacked.pkl", None, Pool::Mean);
    assert_eq!(row(&mean.store, 331).0, [0.5, 0.75, 1.0, 1.25]);
    let maximum = read("teacher-stacked.pkl", None, Pool::MaxPool);
    assert_eq!(row(&maximum.store, 331).0, [1.0, 1.25, 1.5, 1.75]);
    // kept apart
    let features = Some("teacher-stacked-features.pkl");
    let stacked = read("teacher-stacked.pkl", features, Pool::Stacked);
    assert_eq!(stacked.store.members(), 2);
    assert_eq!(row(&stacked.store, 332), (ramp(8, 2.0), Some(ramp(4, 2.0))));
    let list = read("teacher-ensemble.pkl", None, Pool::Stacked);
    assert_eq!(row(&list.store, 330), (ramp(8, 0.0), Some(ramp(4, 0.0))));
    assert!(!list.features_left_out);
    // a stack survives the disk and stays one
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("t.safetensors");
    stacked.store.write(&path).unwrap();
    let store = TeacherStore::open(&path).unwrap();
    assert_eq!(store.fingerprint(), stacked.store.fingerprint());
    assert_eq!(row(&store, 332), row(&stacked.store, 332));
    let classes = annotations(&[]).class_names("action");
    let teacher = Teacher::Store(store);
    assert!(teacher.check_classes(&classes).is_ok());
    let stacked = teacher.row(&Uid::Int(332), Labels::NONE, MissingPrediction::Error);
    assert_eq!((stacked.members, stacked.logits), (2, ramp(8, 2.0)));
}

#[test]
fn a_stack_of_features_is_left_out_of_pooled_logits_and_said_so() {
    let ensemble = config("teacher-ensemble.pkl", None, Pool::Stacked);
    for (pool, left_out) in [(Pool::Stacked, false), (Pool::Mean, true), (Pool::MaxPool, true)] {
        let config = ImportConfig { pool, ..ensemble.clone() };
        let imported = import(&config, &annotations(&[330])).unwrap();
        assert_eq!(imported.features_left_out, left_out);
        assert_eq!(imported.store.feature_dim().is_none(), left_out);
    }
}

#[test]
fn coverage_is_counted() {
    let config = config("teacher-list.pkl", None, Pool::Single);
    let imported = import(&config, &annotations(&[331, 7, 8])).unwrap();
    assert_eq!(imported.coverage, Coverage { present: 1, of: 3 });
    assert_eq!(imported.missing, [Uid::Int(7), Uid::Int(8)]);
    assert_eq!((imported.strangers, imported.store.len()), (2, 3));
    let error = import(&config, &annotations(&[7, 8])).unwrap_err().to_string();
    assert!(
        error.contains("none of its 3 uids is a segment of the data set, the first is `330`"),
        "{error}"
    );
    // texts that are numbers are numbers, as in a CSV file
    let texts = import(
        &ImportConfig { predictions: fixture("teacher-texts.pkl"), ..config },
        &annotations(&[330, 331]),
    );
    assert_eq!(texts.unwrap().coverage, Coverage { present: 2, of: 2 });
    let mixed = read("teacher-mixed-uids.pkl", None, Pool::Single);
    assert_eq!(mixed.coverage, Coverage { present: 2, of: 3 });
    assert_eq!((mixed.missing, mixed.strangers), (vec![Uid::Int(332)], 0));
}

#[test]
fn other_files_are_refused_by_name() {
    for (predictions, features, pool, expected) in [
        ("teacher-stacked.pkl", None, Pool::Single, "segment 330 has 2 predictions: choose"),
        (
            "teacher-ragged.pkl",
            None,
            Pool::Single,
            "segment 331 has 1 x 5 numbers, the first has 1 x 4",
        ),
        ("teacher-no-uid.pkl", None, Pool::Single, "a dict where a list of dicts with `uid`"),
        ("teacher-histories.pkl", None, Pool::Single, "none of its 2 uids is a segment"),
        ("teacher-features.pkl", None, Pool::Single, "predicts 2 classes, the data set has 4"),
        ("teacher-no-logits.pkl", None, Pool::Single, "segment 330 has no `logit_action`"),
        ("teacher-no-logits.pkl", None, Pool::Mean, "no `logit_action_mean` or `logit_action`"),
        ("teacher-nan.pkl", None, Pool::Single, "segment 331 has the number NaN"),
        ("teacher-cube.pkl", None, Pool::Mean, "segment 330 has numbers of shape [2, 3, 4]"),
        ("teacher-empty.pkl", None, Pool::Single, "has no rows"),
        ("teacher-float-uids.pkl", None, Pool::Single, "a float where a uid: an int or a text"),
        ("teacher-feature-gap.pkl", None, Pool::Single, "segment 331 has no `LM_feat`"),
        ("torch-zip.pt", None, Pool::Single, "a dict where a dense tensor was expected"),
        ("pandas-2.2.3-text.pkl", None, Pool::Single, "`pandas.core.frame.DataFrame` is not read"),
        (
            "hostile-teacher.pkl",
            None,
            Pool::Single,
            "`posix.system` is not read and was not called",
        ),
        (
            "teacher-single.pkl",
            Some("teacher-texts.pkl"),
            Pool::Single,
            "no features of segment 332",
        ),
        (
            "teacher-single.pkl",
            Some("teacher-stacked-features.pkl"),
            Pool::Single,
            "features of 2 teachers for logits of 1",
        ),
    ] {
        let error = refused(predictions, features, pool).to_string();
        assert!(error.contains(expected), "{predictions}: {error}");
    }
}

#[test]
fn what_is_exported_is_imported() {
    let dir = tempfile::tempdir().unwrap();
    for (predictions, features, pool) in [
        ("teacher-single.pkl", "teacher-features.pkl", Pool::Single),
        ("teacher-stacked.pkl", "teacher-stacked-features.pkl", Pool::Stacked),
    ] {
        let first = read(predictions, Some(features), pool).store;
        let path = |name: &str| -> PathBuf { Path::join(dir.path(), name) };
        export(&first, Content::Logits, &path("logits.pkl")).unwrap();
        export(&first, Content::Features, &path("features.pkl")).unwrap();
        let config = ImportConfig {
            predictions: path("logits.pkl"),
            features: Some(path("features.pkl")),
            pool,
            teacher: "bert".into(),
        };
        let second = import(&config, &annotations(&[330, 331, 332])).unwrap().store;
        assert_eq!(first.fingerprint(), second.fingerprint());
        assert_eq!(row(&first, 332), row(&second, 332));
    }
    let bare = read("teacher-single.pkl", None, Pool::Single).store;
    assert!(export(&bare, Content::Features, &dir.path().join("x")).is_err());
}

#[test]
fn rows_that_are_exported_are_imported() {
    let dir = tempfile::tempdir().unwrap();
    for (predictions, features, pool) in [
        ("teacher-single.pkl", "teacher-features.pkl", Pool::Single),
        ("teacher-stacked.pkl", "teacher-stacked-features.pkl", Pool::Stacked),
    ] {
        let first = read(predictions, Some(features), pool).store;
        let path = dir.path().join("rows.pkl");
        export_rows(&first, &path).unwrap();
        let read = |pool| {
            let (predictions, teacher) = (path.clone(), "bert".into());
            let config = ImportConfig { predictions, features: None, pool, teacher };
            import(&config, &annotations(&[330, 331, 332])).unwrap().store
        };
        let second = read(pool);
        assert_eq!(first.fingerprint(), second.fingerprint());
        assert_eq!(row(&first, 332), row(&second, 332));
        let (stacked, mean) = (row(&first, 331).0, row(&read(Pool::Mean), 331).0);
        let of_class = |c: usize| stacked.iter().skip(c).step_by(mean.len());
        let expected: Vec<f32> = (0..mean.len())
            .map(|c| of_class(c).sum::<f32>() / of_class(c).count() as f32)
            .collect();
        assert_eq!(mean, expected);
    }
}

#[test]
fn numpy_reads_exported_rows() {
    let python = std::env::var("RUNNER_PYTHON").unwrap_or_else(|_| "python3".into());
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("rows.pkl");
    let features = Some("teacher-features.pkl");
    export_rows(&read("teacher-single.pkl", features, Pool::Single).store, &path).unwrap();
    let code = "import pickle, sys, numpy as np\n\
        rows = pickle.load(open(sys.argv[1], 'rb'))\n\
        print([(r['uid'], r['logit_action'].shape, r['LM_feat'].shape) for r in rows])\n\
        assert all(r['logit_action'].dtype == np.float32 for r in rows)";
    let output = Command::new(&python).args(["-W", "ignore", "-c", code]).arg(&path).output();
    let Ok(output) = output else { return eprintln!("skipped: no `{python}` (set RUNNER_PYTHON)") };
    let error = String::from_utf8_lossy(&output.stderr);
    if error.contains("No module named 'numpy'") {
        return eprintln!("skipped: `{python}` has no numpy (set RUNNER_PYTHON)");
    }
    assert!(output.status.success(), "{error}");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(printed.contains("(330, (4, 1), (2, 1))"), "{printed}");
}

//! Teacher predictions: coverage, classes, files.

use std::path::Path;
use std::sync::Arc;

use runner::data::teacher::TeacherError;
use runner::data::{
    Batch, Coverage, DataError, DataKind, Dataset, Labels, MissingPrediction, ReaderConfig,
    SimulatedTeacher, SimulatedTeacherConfig, Source, Split, Teacher, TeacherManifest,
    TeacherStore, Uid, World, label_map_hash,
};

use crate::support::{clip, dataset, tiny};

fn data() -> Dataset {
    let config = dataset(Source::Synthetic(tiny(), Split::Train), 5.0);
    let world = World::generate(&tiny()).unwrap();
    Dataset::open(&config, &ReaderConfig::Simulated(world.features()), &clip()).unwrap()
}

fn manifest(data: &Dataset) -> TeacherManifest {
    let classes = &data.classes()[0].classes;
    TeacherManifest {
        teacher: "t".into(),
        classes: classes.len(),
        label_map: label_map_hash(classes),
        origin: DataKind::Real,
    }
}

/// A teacher that knows the segments of the given samples; logit = uid, features = 2 uid.
fn partial(data: &Dataset, known: &[usize]) -> TeacherStore {
    let uids: Vec<Uid> = known.iter().map(|idx| data.segment(*idx).uid.clone()).collect();
    let value = |uid: &Uid| uid.to_string().parse::<f32>().unwrap();
    let classes = manifest(data).classes;
    let logits = uids.iter().flat_map(|u| vec![value(u); classes]).collect();
    let features = uids.iter().flat_map(|u| vec![2.0 * value(u); 3]).collect();
    TeacherStore::new(Path::new("t"), manifest(data), uids, logits, Some((features, 3))).unwrap()
}

fn join(teacher: TeacherStore, rule: MissingPrediction) -> Result<Dataset, DataError> {
    data().with_teacher(Arc::new(Teacher::Store(teacher)), rule)
}

#[test]
fn a_missing_prediction_follows_the_rule() {
    let known = [0, 2, 3];
    let teacher = partial(&data(), &known);
    let error = join(teacher.clone(), MissingPrediction::Error).unwrap_err();
    let DataError::Teacher(TeacherError::Coverage { missing, of, first, .. }) = error else {
        panic!("{error}")
    };
    assert_eq!(
        (missing, of, first),
        (data().len() - 3, data().len(), data().segment(1).uid.clone())
    );
    for (rule, counts) in [(MissingPrediction::Uniform, true), (MissingPrediction::Skip, false)] {
        let data = join(teacher.clone(), rule).unwrap();
        assert_eq!(data.coverage(), Some(Coverage { present: 3, of: data.len() }));
        let there = data.sample(2, 0).unwrap();
        let value: f32 = there.uid.to_string().parse().unwrap();
        let row = there.teacher.unwrap();
        assert!(row.present && row.logits.iter().all(|l| *l == value));
        assert_eq!(row.features, Some(vec![2.0 * value; 3]));
        let absent = data.sample(1, 0).unwrap().teacher.unwrap();
        assert!(absent.logits.iter().all(|l| *l == -1.0));
        assert_eq!((absent.present, absent.features), (counts, Some(vec![-1.0; 3])));
    }
}

#[test]
fn several_teachers_stand_side_by_side() {
    let data = data();
    let world = World::generate(&tiny()).unwrap();
    let (one, all) = (world.teacher("bert").unwrap(), world.stacked_teacher("ensemble").unwrap());
    let mean = world.teacher("ensemble").unwrap();
    let uid = &data.segment(3).uid;
    let (logits, features) = all.row(uid).unwrap();
    let classes = all.manifest().classes;
    assert_eq!((all.members(), logits.len()), (6, 6 * classes));
    let (first, shown) = one.row(uid).unwrap();
    assert_eq!(logits[..classes], first);
    let (dim, features) = (all.feature_dim().unwrap(), features.unwrap());
    assert_eq!((features.len(), &features[..dim]), (6 * dim, &shown.unwrap()[..]));
    for (class, expected) in mean.row(uid).unwrap().0.into_iter().enumerate() {
        let sum: f32 = logits.iter().skip(class).step_by(classes).sum();
        assert!((sum / 6.0 - expected).abs() < 1e-4, "the mean of the six is the ensemble");
    }
    let joined = join(all, MissingPrediction::Error).unwrap();
    let batch = Batch::read(&joined, &[3, 0], |_| 0).unwrap().teacher.unwrap();
    assert_eq!((batch.members, batch.classes), (6, classes));
    assert_eq!(batch.logits[..6 * classes], logits);
    assert_eq!(batch.features.unwrap().0.len(), 2 * 6 * dim);
}

#[test]
fn a_missing_row_of_several_teachers_is_filled_for_each() {
    let vocabulary = &data().annotations().vocabulary.clone();
    let all = World::generate(&tiny()).unwrap().stacked_teacher("ensemble").unwrap();
    let row = Teacher::Store(all.clone()).row(&999.into(), Labels::NONE, MissingPrediction::Skip);
    assert_eq!((row.members, row.present), (6, false));
    assert_eq!(row.logits, vec![-1.0; 6 * all.manifest().classes]);
    let config =
        SimulatedTeacherConfig { teachers: 3, stacked: true, feature_dim: 4, ..Default::default() };
    let teacher = Teacher::Simulated(SimulatedTeacher::new(config, vocabulary));
    let row = teacher.row(&7.into(), Labels::NONE, MissingPrediction::Error);
    let classes = vocabulary.actions.len();
    assert_eq!((row.members, row.logits.len()), (3, 3 * classes));
    assert_eq!(row.features.as_ref().map(Vec::len), Some(12));
    assert_ne!(row.logits[..classes], row.logits[classes..2 * classes]);
}

#[test]
fn a_teacher_of_other_classes_is_refused() {
    let all: Vec<usize> = (0..data().len()).collect();
    let store = partial(&data(), &all);
    assert!(join(store.clone(), MissingPrediction::Error).is_ok());
    let uids = store.uids().to_vec();
    let other = |manifest: TeacherManifest| {
        let logits = vec![0.0; uids.len() * manifest.classes];
        let store =
            TeacherStore::new(Path::new("t"), manifest, uids.clone(), logits, None).unwrap();
        join(store, MissingPrediction::Uniform).unwrap_err()
    };
    let mut fewer = manifest(&data());
    fewer.classes -= 1;
    assert!(matches!(other(fewer), DataError::Teacher(TeacherError::Classes { .. })));
    let mut renamed = manifest(&data());
    renamed.label_map = label_map_hash(&["other".into()]);
    assert!(matches!(other(renamed), DataError::Teacher(TeacherError::LabelMap { .. })));
}

#[test]
fn stores_survive_the_disk_with_either_kind_of_uid() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("t.safetensors");
    for uids in [vec![Uid::Int(330), Uid::Int(-1)], vec![Uid::Text("P01_1_0".into()), Uid::Int(7)]]
    {
        let manifest = TeacherManifest {
            teacher: "t".into(),
            classes: 2,
            label_map: "x".into(),
            origin: DataKind::Simulated,
        };
        let logits = vec![1.0, 2.0, 3.0, 4.0];
        let features = Some((vec![5.0, 6.0], 1));
        let store =
            TeacherStore::new(&path, manifest.clone(), uids.clone(), logits, features).unwrap();
        store.write(&path).unwrap();
        let read = TeacherStore::open(&path).unwrap();
        assert_eq!(read.manifest(), &manifest);
        assert_eq!(read.feature_dim(), Some(1));
        let texts = |uids: &[Uid]| uids.iter().map(Uid::to_string).collect::<Vec<_>>();
        assert_eq!(texts(read.uids()), texts(&uids));
        let last = read.uids()[1].clone();
        assert_eq!(read.row(&last), Some((vec![3.0, 4.0], Some(vec![6.0]))));
    }
}

#[test]
fn files_that_are_no_stores_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("t.safetensors");
    runner::files::TensorFile::default().write(&path).unwrap();
    assert!(matches!(
        TeacherStore::open(&path),
        Err(DataError::Teacher(TeacherError::Store { .. }))
    ));
    runner::files::write_atomic(&path, b"no tensors").unwrap();
    assert!(matches!(TeacherStore::open(&path), Err(DataError::TensorFile(_))));
    assert!(matches!(TeacherStore::open(dir.path()), Err(DataError::TensorFile(_))));
    let new = |uids: Vec<Uid>, logits: Vec<f32>| {
        TeacherStore::new(
            &path,
            TeacherManifest { classes: 1, ..manifest(&data()) },
            uids,
            logits,
            None,
        )
        .map_err(|e| e.to_string())
    };
    let two = || vec![Uid::Int(1), Uid::Int(2)];
    for (uids, logits, reason) in [
        (two(), vec![1.0], "1 logits for 2 segments"),
        (two(), vec![1.0, f32::NAN], "segment 2 are not finite"),
        (vec![Uid::Int(1), Uid::Int(1)], vec![1.0, 2.0], "segment 1 occurs twice"),
    ] {
        let error = new(uids, logits).unwrap_err();
        assert!(error.contains(reason), "{error}");
    }
}

#[test]
fn a_simulated_teacher_is_right_more_often_than_not_and_never_the_same_twice() {
    let data = data();
    let vocabulary = &data.annotations().vocabulary;
    let config = SimulatedTeacherConfig { noise: 2.0, ..Default::default() };
    let teacher = SimulatedTeacher::new(config, vocabulary);
    let teacher = Teacher::Simulated(teacher);
    assert_eq!(teacher.kind(), DataKind::Simulated);
    let row = |uid: i64, action: usize| {
        let (verb, noun, action) = vocabulary.triples[action];
        let labels = Labels { verb: verb as i64, noun: noun as i64, action: action as i64 };
        teacher.row(&uid.into(), labels, MissingPrediction::Error).logits
    };
    let hits = (0..240).filter(|uid| {
        let action = *uid as usize % vocabulary.actions.len();
        let logits = row(*uid, action);
        logits.iter().all(|l| *l <= logits[action])
    });
    assert!(hits.count() > 200);
    assert_eq!(row(1, 2), row(1, 2));
    assert_ne!(row(1, 2), row(2, 2));
    let unlabelled = teacher.row(&9.into(), Labels::NONE, MissingPrediction::Error).logits;
    assert!(unlabelled.iter().all(|l| l.is_finite()));
}

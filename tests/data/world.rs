//! A generated world is the same in memory and on disk.

use runner::data::synth::RootLayout;
use runner::data::{
    Annotations, DataKind, Dataset, MissingPrediction, ReaderConfig, Source, Split, Teacher,
    TeacherStore, World,
};

use crate::support::{clip, dataset, ek55, ek55_rulstm, store, tiny};

#[test]
fn disk_and_memory_hold_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let world = World::generate(&tiny()).unwrap();
    let summary = world.write_root(dir.path()).unwrap();
    assert_eq!(summary.layout, RootLayout::under(dir.path()));
    assert_eq!(summary.segments, 36);
    for (split, name, videos) in [(Split::Train, "training", 4), (Split::Val, "validation", 2)] {
        let expected = world.annotations(split);
        assert_eq!(expected.videos.len(), videos);
        let list = format!("{name}_videos.csv");
        let file = format!("{name}.csv");
        for config in [ek55(&summary.layout, &list), ek55_rulstm(&summary.layout, &file)] {
            let read = Annotations::read(&config).unwrap();
            assert_eq!(read.segments, expected.segments);
            assert_eq!(read.videos, expected.videos);
            assert_eq!(read.vocabulary, expected.vocabulary);
            assert!(read.synthetic);
        }
        let memory = dataset(Source::Synthetic(tiny(), split), 5.0);
        let memory =
            Dataset::open(&memory, &ReaderConfig::Simulated(world.features()), &clip()).unwrap();
        let disk = dataset(Source::Files(ek55(&summary.layout, &list)), 5.0);
        let disk = Dataset::open(&disk, &store(&summary.layout.features), &clip()).unwrap();
        assert_eq!((memory.kind(), disk.kind()), (DataKind::Synthetic, DataKind::Synthetic));
        let teacher = world.teacher("ensemble").unwrap();
        let stored = summary.layout.teachers.join("ek55_ensemble.safetensors");
        let stored = TeacherStore::open(&stored).unwrap();
        assert_eq!(teacher.fingerprint(), stored.fingerprint());
        let join = |data: Dataset, teacher| {
            data.with_teacher(
                std::sync::Arc::new(Teacher::Store(teacher)),
                MissingPrediction::Error,
            )
        };
        let (memory, disk) = (join(memory, teacher).unwrap(), join(disk, stored).unwrap());
        assert_eq!(memory.len(), disk.len());
        for idx in 0..memory.len() {
            assert_eq!(memory.sample(idx, 3).unwrap(), disk.sample(idx, 3).unwrap());
        }
        assert_eq!(disk.read_stats().missing, 0);
    }
}

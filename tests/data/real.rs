//! The real annotation files give the published counts.

use std::collections::BTreeSet;
use std::path::Path;

use runner::data::synth::RootLayout;
use runner::data::{
    AnnotationConfig, Annotations, DataKind, Dataset, ReaderConfig, SimulatedConfig, Source, Uid,
    Version,
};

use crate::support::{clip, dataset, ek55, ek55_rulstm, external};

fn layout(external: &Path) -> RootLayout {
    RootLayout {
        annotations: external.join("epic-kitchens-55-annotations"),
        rulstm: external.join("rulstm/RULSTM/data/ek55"),
        features: "unused".into(),
        teachers: "unused".into(),
        videos: "unused".into(),
    }
}

#[test]
fn ek55_in_both_layouts() {
    let Some(external) = external() else { return };
    let layout = layout(&external);
    let mut total = 0;
    for (split, rulstm, count, videos) in [
        ("training_videos.csv", "training.csv", 23_493, 232),
        ("validation_videos.csv", "validation.csv", 4_979, 40),
    ] {
        let original = Annotations::read(&ek55(&layout, split)).unwrap();
        let quantised = Annotations::read(&ek55_rulstm(&layout, rulstm)).unwrap();
        assert_eq!(original.segments.len(), count);
        assert_eq!(original.videos.len(), videos);
        assert_eq!(quantised.segments.len(), count);
        assert_eq!(original.notes.undefined_actions, 0);
        assert_eq!(original.class_names("action").len(), 2_513);
        assert_eq!(original.class_names("verb").len(), 125);
        assert_eq!(original.class_names("noun").len(), 352);
        // the two layouts list the same segments with the same classes, times but for rounding
        for (a, b) in original.segments.iter().zip(&quantised.segments) {
            assert_eq!((&a.uid, a.labels), (&b.uid, b.labels));
            assert!(
                (a.start - b.start).abs() < 0.05 && (a.end - b.end).abs() < 0.05,
                "{a:?} {b:?}"
            );
        }
        total += count;
    }
    assert_eq!(total, 28_472);
}

#[test]
fn ek55_classes() {
    let Some(external) = external() else { return };
    let annotations = Annotations::read(&ek55(&layout(&external), "training_videos.csv")).unwrap();
    assert_eq!(annotations.segments[0].uid, Uid::Int(330));
    assert_eq!(annotations.class_names("action")[0], " take_pan");
    let lists = annotations.vocabulary.many_shot.as_ref().unwrap();
    assert_eq!((lists.verbs.len(), lists.nouns.len()), (26, 71));
    assert_eq!(lists.actions.len(), MANY_SHOT_ACTIONS);
    let mappings = annotations.vocabulary.class_mappings();
    assert_eq!((mappings[0].actions, mappings[0].classes), (2_513, 125));
    assert_eq!((mappings[1].actions, mappings[1].classes), (2_513, 352));
    assert!(mappings.iter().all(|m| m.pairs.len() == 2_513));
}

/// What the teachers' recall is averaged over.
#[test]
fn ek55_lists_many_shot_actions() {
    let Some(external) = external() else { return };
    let layout = layout(&external);
    let validation = Annotations::read(&ek55(&layout, "validation_videos.csv")).unwrap();
    let listed = validation.vocabulary.many_shot.as_ref().and_then(|l| l.listed.clone()).unwrap();
    assert_eq!(listed.len(), 819);
    let is_class = |class: &usize| *class < 2_513;
    assert!(listed.iter().all(is_class) && listed.is_sorted());
    let there: BTreeSet<i64> = validation.segments.iter().map(|s| s.labels.action).collect();
    assert_eq!(listed.iter().filter(|class| there.contains(&(**class as i64))).count(), 451);
}

/// Actions whose verb or noun is in the two lists, counted from the files with pandas.
const MANY_SHOT_ACTIONS: usize = 2_265;

#[test]
fn egtea_has_three_splits() {
    let Some(external) = external() else { return };
    let dir = external.join("rulstm/RULSTM/data/egtea");
    for (split, train, val) in [(1, 8_299, 2_022), (2, 8_299, 2_022), (3, 8_300, 2_021)] {
        for (name, count) in [("training", train), ("validation", val)] {
            let annotations = Annotations::read(&AnnotationConfig {
                version: Version::Egtea,
                annotation_path: vec![dir.join(format!("{name}{split}.csv"))],
                annotation_dir: None,
                action_labels_fpath: Some(dir.join("actions.csv")),
                only_keep_persons: None,
                only_keep_videos: None,
            })
            .unwrap();
            assert_eq!(annotations.segments.len(), count);
            let classes = ["action", "verb", "noun"].map(|l| annotations.class_names(l).len());
            assert_eq!(classes, [106, 19, 51]);
            assert!(annotations.vocabulary.many_shot.is_none());
        }
    }
}

#[test]
fn ek100_in_rulstm_layout() {
    let Some(external) = external() else { return };
    let dir = external.join("rulstm/RULSTM/data/ek100");
    for (file, count) in [("training.csv", 67_217), ("validation.csv", 9_668)] {
        let annotations = Annotations::read(&AnnotationConfig {
            version: Version::Ek100,
            annotation_path: vec![dir.join(file)],
            annotation_dir: Some(external.join("epic-kitchens-100-annotations")),
            action_labels_fpath: Some(dir.join("actions.csv")),
            only_keep_persons: None,
            only_keep_videos: None,
        })
        .unwrap();
        assert_eq!(annotations.segments.len(), count);
        assert!(matches!(annotations.segments[0].uid, Uid::Text(_)));
        let classes = ["action", "verb", "noun"].map(|l| annotations.class_names(l).len());
        assert_eq!(classes, [3_806, 97, 300]);
    }
}

#[test]
fn pickled_annotations_are_those_of_the_csv() {
    let Some(external) = external() else { return };
    let ek100 = external.join("epic-kitchens-100-annotations");
    let ek55 = external.join("epic-kitchens-55-annotations");
    let rulstm = external.join("rulstm/RULSTM/data");
    for (version, file, actions, count, undefined) in [
        (Version::Ek100, ek100.join("EPIC_100_validation"), "ek100/actions.csv", 9_668, 0),
        (
            Version::Ek100,
            ek100.join("EPIC_100_test_timestamps"),
            "ek100/actions.csv",
            13_092,
            13_092,
        ),
        (Version::Ek55, ek55.join("EPIC_test_s1_timestamps"), "ek55/actions.csv", 8_047, 8_047),
    ] {
        let read = |ending| {
            Annotations::read(&AnnotationConfig {
                version,
                annotation_path: vec![file.with_extension(ending)],
                annotation_dir: None,
                action_labels_fpath: Some(rulstm.join(actions)),
                only_keep_persons: None,
                only_keep_videos: None,
            })
            .unwrap()
        };
        let (pickled, twin) = (read("pkl"), read("csv"));
        assert_eq!(pickled.segments, twin.segments);
        assert_eq!((pickled.segments.len(), pickled.notes), (count, twin.notes));
        assert_eq!(pickled.notes.undefined_actions, undefined);
        assert_eq!(pickled.videos, twin.videos);
    }
}

#[test]
fn real_segments_with_simulated_features() {
    let Some(external) = external() else { return };
    let source = Source::Files(ek55(&layout(&external), "training_videos.csv"));
    let reader = ReaderConfig::Simulated(SimulatedConfig { dim: 64, noise: 0.5, seed: 1 });
    let data = Dataset::open(&dataset(source, 10.0), &reader, &clip()).unwrap();
    assert_eq!(data.kind(), DataKind::Simulated);
    assert_eq!((data.len(), data.discarded()), TRAIN_KEPT_AND_DISCARDED);
    let sample = data.sample(100, 0).unwrap();
    assert_eq!(sample.features.len(), 10 * 64);
}

/// With `tau_a = 1`, observations that end before frame 1, counted from the files with pandas.
const TRAIN_KEPT_AND_DISCARDED: (usize, usize) = (23_430, 63);

/// Training and validation set of EK100 as one, as for a submission; persons and videos of it.
/// Counted from the files with pandas.
#[test]
fn ek100_training_and_validation_together_and_parts_of_them() {
    let Some(external) = external() else { return };
    let dir = external.join("rulstm/RULSTM/data/ek100");
    let read = |persons: Option<&str>, videos: Option<&str>| {
        Annotations::read(&AnnotationConfig {
            version: Version::Ek100,
            annotation_path: ["training.csv", "validation.csv"].map(|file| dir.join(file)).into(),
            annotation_dir: Some(external.join("epic-kitchens-100-annotations")),
            action_labels_fpath: Some(dir.join("actions.csv")),
            only_keep_persons: persons.map(str::to_owned),
            only_keep_videos: videos.map(|file| dir.join(file)),
        })
        .unwrap()
    };
    let all = read(None, None);
    assert_eq!((all.segments.len(), all.videos.len()), (76_885, 633));
    let used = |label: &str| {
        let of = all.segments.iter().map(|segment| segment.labels.get(label));
        of.collect::<std::collections::BTreeSet<i64>>().len()
    };
    assert_eq!(["action", "verb", "noun"].map(used), [3_806, 97, 293]);
    assert_eq!(all.notes.undefined_actions, 0);
    assert_eq!(read(Some("1-10"), None).segments.len(), 34_322);
    let validation = read(None, Some("validation_videos.csv"));
    assert_eq!((validation.segments.len(), validation.videos.len()), (9_668, 138));

    let ek55 = AnnotationConfig {
        only_keep_persons: Some("1-25".into()),
        ..ek55_rulstm(&layout(&external), "training.csv")
    };
    assert_eq!(Annotations::read(&ek55).unwrap().segments.len(), 18_808);
}

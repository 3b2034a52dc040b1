//! The real files in full: classes, many-shot and tail lists, segments by their sums, and every cell
//! of the real pickles.
//!
//! Numbers are those that `scripts/real_counts.py` counts with pandas, which shares no code with the
//! readers here.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use runner::data::{AnnotationConfig, Annotations, Uid, Version, show};
use runner::files::is_file;

use crate::support::external;

/// Annotations of one file, with RULSTM's list of actions.
fn read(external: &Path, version: Version, file: &str, actions: &str) -> Annotations {
    let rulstm = external.join("rulstm/RULSTM/data");
    let classes = match version {
        Version::Ek55 => external.join("epic-kitchens-55-annotations"),
        Version::Ek100 => external.join("epic-kitchens-100-annotations"),
        Version::Egtea => rulstm.join("egtea"),
    };
    let path = external.join(file);
    let path = if is_file(&path) { path } else { rulstm.join(file) };
    Annotations::read(&AnnotationConfig {
        version,
        annotation_path: vec![path],
        annotation_dir: Some(classes),
        action_labels_fpath: Some(rulstm.join(actions)),
        only_keep_persons: None,
        only_keep_videos: None,
    })
    .unwrap()
}

fn numbers(path: PathBuf, column: &str) -> Vec<usize> {
    let shown = show(&path).unwrap();
    let at = shown.header.iter().position(|name| name == column).unwrap();
    shown.rows.iter().map(|row| row[at].trim().parse().unwrap()).collect()
}

fn lines(path: PathBuf) -> Vec<String> {
    runner::files::read_to_string(&path).unwrap().lines().map(|l| l.trim().to_owned()).collect()
}

/// Segments, videos, sums of first and last frames, and of verb, noun and action classes.
type Sums = (usize, usize, [i64; 5]);

#[test]
fn segments_of_every_split_add_up() {
    let Some(external) = external() else { return };
    let files: [(Version, &str, &str, Sums); 10] = [
        (
            Version::Ek55,
            "ek55/training.csv",
            "ek55/actions.csv",
            (23_493, 232, [445_185_878, 447_871_550, 163_000, 1_098_347, 24_839_456]),
        ),
        (
            Version::Ek55,
            "ek55/validation.csv",
            "ek55/actions.csv",
            (4_979, 40, [81_745_412, 82_257_631, 31_380, 223_410, 5_507_081]),
        ),
        (
            Version::Ek100,
            "ek100/training.csv",
            "ek100/actions.csv",
            (67_217, 495, [1_221_321_903, 1_227_609_214, 475_169, 2_507_445, 107_282_539]),
        ),
        (
            Version::Ek100,
            "ek100/validation.csv",
            "ek100/actions.csv",
            (9_668, 138, [106_866_218, 107_934_462, 63_862, 369_458, 15_972_126]),
        ),
        (
            Version::Egtea,
            "egtea/training1.csv",
            "egtea/actions.csv",
            (8_299, 86, [186_398_755, 187_265_079, 36_285, 120_813, 257_375]),
        ),
        (
            Version::Egtea,
            "egtea/validation1.csv",
            "egtea/actions.csv",
            (2_022, 65, [42_333_796, 42_545_903, 8_781, 29_101, 61_692]),
        ),
        (
            Version::Egtea,
            "egtea/training2.csv",
            "egtea/actions.csv",
            (8_299, 86, [173_831_743, 174_689_798, 36_285, 120_813, 257_375]),
        ),
        (
            Version::Egtea,
            "egtea/validation2.csv",
            "egtea/actions.csv",
            (2_022, 42, [54_900_808, 55_121_184, 8_781, 29_101, 61_692]),
        ),
        (
            Version::Egtea,
            "egtea/training3.csv",
            "egtea/actions.csv",
            (8_300, 86, [197_752_614, 198_624_739, 36_290, 120_827, 257_393]),
        ),
        (
            Version::Egtea,
            "egtea/validation3.csv",
            "egtea/actions.csv",
            (2_021, 58, [30_979_937, 31_186_243, 8_776, 29_087, 61_674]),
        ),
    ];
    for (version, file, actions, expected) in files {
        let read = read(&external, version, file, actions);
        assert_eq!(read.notes.undefined_actions, 0, "{file}");
        let frame = |seconds: f64| (seconds * 30.0).round() as i64;
        let mut sums = [0; 5];
        for segment in &read.segments {
            let labels = segment.labels;
            let values =
                [frame(segment.start), frame(segment.end), labels.verb, labels.noun, labels.action];
            sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
        }
        assert_eq!((read.segments.len(), read.videos.len(), sums), expected, "{file}");
    }
}

#[test]
fn test_sets_have_segments_without_labels() {
    let Some(external) = external() else { return };
    for (version, file, actions, segments, videos) in [
        (Version::Ek55, "ek55/test_seen.csv", "ek55/actions.csv", 8_047, 106),
        (Version::Ek55, "ek55/test_unseen.csv", "ek55/actions.csv", 2_929, 54),
        (Version::Ek100, "ek100/test_timestamps.csv", "ek100/actions.csv", 13_092, 67),
    ] {
        let read = read(&external, version, file, actions);
        assert_eq!((read.segments.len(), read.videos.len()), (segments, videos), "{file}");
        assert_eq!(read.notes.undefined_actions, segments, "{file}");
    }
}

#[test]
fn both_layouts_of_ek100_and_of_the_test_sets_agree() {
    let Some(external) = external() else { return };
    let (ek55, ek100) = ("epic-kitchens-55-annotations", "epic-kitchens-100-annotations");
    for (version, original, quantised, actions) in [
        (
            Version::Ek100,
            format!("{ek100}/EPIC_100_validation.csv"),
            "ek100/validation.csv",
            "ek100/actions.csv",
        ),
        (
            Version::Ek100,
            format!("{ek100}/EPIC_100_test_timestamps.csv"),
            "ek100/test_timestamps.csv",
            "ek100/actions.csv",
        ),
        (
            Version::Ek55,
            format!("{ek55}/EPIC_test_s1_timestamps.csv"),
            "ek55/test_seen.csv",
            "ek55/actions.csv",
        ),
    ] {
        let original = read(&external, version, &original, actions);
        let quantised = read(&external, version, quantised, actions);
        assert_eq!(original.videos, quantised.videos);
        assert_eq!(original.segments.len(), quantised.segments.len());
        for (a, b) in original.segments.iter().zip(&quantised.segments) {
            assert_eq!((&a.uid, a.video, a.labels), (&b.uid, b.video, b.labels));
            // RULSTM counts whole frames, the first being 1: at most one away
            let near = |a: f64, b: f64| (a - b).abs() < 1.0 / 30.0 + 1e-9;
            assert!(near(a.start, b.start) && near(a.end, b.end), "{a:?} {b:?}");
        }
    }
}

#[test]
fn vocabularies() {
    let Some(external) = external() else { return };
    let ends =
        |names: &[String]| [&names[0], &names[1], &names[names.len() - 1]].map(String::clone);
    for (version, file, actions, verbs, nouns, last) in [
        (
            Version::Ek55,
            "ek55/validation.csv",
            [" take_pan", " take_fridge", " move_napkin"],
            ["take", "put", "reverse"],
            ["Nothing", "pan", "trouser"],
            (9, 97, 2_512),
        ),
        (
            Version::Ek100,
            "ek100/validation.csv",
            ["take tap", "take spoon", "pour cereal"],
            ["take", "put", "unfreeze"],
            ["tap", "spoon", "extract:vanilla"],
            (9, 99, 3_805),
        ),
        (
            Version::Egtea,
            "egtea/validation1.csv",
            [" Inspect/Read_recipe", " Open_fridge", " Put_oil:container"],
            ["0", "1", "18"],
            ["0", "1", "50"],
            (5, 35, 105),
        ),
    ] {
        let folder = file.split('/').next().unwrap();
        let read = read(&external, version, file, &format!("{folder}/actions.csv"));
        assert_eq!(ends(&read.class_names("action")), actions);
        assert_eq!(ends(&read.class_names("verb")), verbs);
        assert_eq!(ends(&read.class_names("noun")), nouns);
        let triples = &read.vocabulary.triples;
        assert_eq!(triples.last(), Some(&last));
        assert!(triples.iter().enumerate().all(|(line, triple)| triple.2 == line));
        let pairs: BTreeSet<_> = triples.iter().map(|(verb, noun, _)| (verb, noun)).collect();
        assert_eq!(pairs.len(), triples.len());
    }
}

#[test]
fn classes_that_segments_have() {
    let Some(external) = external() else { return };
    for (version, file, actions, expected) in [
        (Version::Ek55, "ek55/training.csv", "ek55/actions.csv", [2_291, 115, 313]),
        (Version::Ek55, "ek55/validation.csv", "ek55/actions.csv", [931, 81, 192]),
        (Version::Ek100, "ek100/training.csv", "ek100/actions.csv", [3_568, 97, 289]),
        (Version::Ek100, "ek100/validation.csv", "ek100/actions.csv", [1_352, 78, 211]),
        (Version::Egtea, "egtea/training2.csv", "egtea/actions.csv", [106, 19, 51]),
        (Version::Egtea, "egtea/validation3.csv", "egtea/actions.csv", [106, 19, 51]),
    ] {
        let read = read(&external, version, file, actions);
        let distinct = |label: &str| {
            let classes = read.segments.iter().map(|segment| segment.labels.get(label));
            classes.collect::<BTreeSet<_>>().len()
        };
        assert_eq!(["action", "verb", "noun"].map(distinct), expected, "{file}");
    }
}

/// AVT calls an action many-shot when its verb *or* its noun is; the list of the data set, which
/// nobody reads, has those of which both are.
#[test]
fn many_shot_classes_of_ek55() {
    let Some(external) = external() else { return };
    let dir = external.join("epic-kitchens-55-annotations");
    let annotations = read(&external, Version::Ek55, "ek55/training.csv", "ek55/actions.csv");
    let lists = annotations.vocabulary.many_shot.as_ref().unwrap();
    let verbs: Vec<usize> = (0..=24).chain([32]).collect();
    assert_eq!(lists.verbs, verbs);
    assert_eq!((lists.nouns.len(), lists.nouns.iter().sum::<usize>()), (71, 3_072));
    assert_eq!(lists.actions.len(), 2_265);
    let triples = &annotations.vocabulary.triples;
    let both: BTreeSet<(usize, usize)> = triples
        .iter()
        .filter(|(verb, noun, _)| lists.verbs.contains(verb) && lists.nouns.contains(noun))
        .map(|(verb, noun, _)| (*verb, *noun))
        .collect();
    let listed = dir.join("EPIC_many_shot_actions.csv");
    let listed: BTreeSet<(usize, usize)> = numbers(listed.clone(), "verb_class")
        .into_iter()
        .zip(numbers(listed, "noun_class"))
        .collect();
    assert_eq!((listed.len(), listed == both), (819, true));
    // RULSTM's copies of the two lists are the same
    for name in ["EPIC_many_shot_verbs.csv", "EPIC_many_shot_nouns.csv"] {
        let copy = external.join("rulstm/RULSTM/data/ek55").join(name);
        assert_eq!(lines(dir.join(name)), lines(copy), "{name}");
    }
}

#[test]
fn tail_classes_and_unseen_participants_of_ek100() {
    let Some(external) = external() else { return };
    let validation = read(&external, Version::Ek100, "ek100/validation.csv", "ek100/actions.csv");
    let training = read(&external, Version::Ek100, "ek100/training.csv", "ek100/actions.csv");
    let listed = |name: &str| {
        let path = format!("rulstm/RULSTM/data/ek100/validation_{name}_ids.csv");
        let uids = lines(external.join(path));
        let listed: BTreeSet<Uid> = uids.iter().map(|uid| Uid::Text(uid.as_str().into())).collect();
        assert_eq!(listed.len(), uids.len(), "{name}");
        listed
    };
    for (name, label, segments, classes) in [
        ("tail_verbs", "verb", 1_760, 67),
        ("tail_nouns", "noun", 1_900, 146),
        ("tail_actions", "action", 3_105, 998),
    ] {
        let listed = listed(name);
        let of = |in_tail: bool| -> BTreeSet<i64> {
            let segments =
                validation.segments.iter().filter(|s| listed.contains(&s.uid) == in_tail);
            segments.map(|segment| segment.labels.get(label)).collect()
        };
        assert_eq!((listed.len(), of(true).len()), (segments, classes), "{name}");
        // a class is in the tail with all of its segments or with none
        assert!(of(true).is_disjoint(&of(false)), "{name}");
    }
    let participant = |video: &String| video.split('_').next().unwrap().to_owned();
    let trained: BTreeSet<String> = training.videos.iter().map(participant).collect();
    let unseen = listed("unseen_participants");
    let of_unseen = validation.segments.iter().filter(|segment| unseen.contains(&segment.uid));
    let persons: BTreeSet<String> =
        of_unseen.map(|segment| participant(&validation.videos[segment.video])).collect();
    assert_eq!(unseen.len(), 1_065);
    assert!(persons.iter().eq(["P18", "P32"]), "{persons:?}");
    assert!(persons.is_disjoint(&trained));
    let new = |video: &String| !trained.contains(&participant(video));
    let strangers = validation.segments.iter().filter(|s| new(&validation.videos[s.video]));
    assert_eq!(strangers.count(), unseen.len());
}

/// Every cell of every row, empty ones included: 70 narration times of EK100's validation set are
/// empty, in both files.
#[test]
fn every_cell_of_the_real_pickles_is_that_of_the_csv() {
    let Some(external) = external() else { return };
    for (file, columns, rows, empty) in [
        ("epic-kitchens-55-annotations/EPIC_test_s1_timestamps", 7, 8_047, 0),
        ("epic-kitchens-100-annotations/EPIC_100_validation", 15, 9_668, 70),
        ("epic-kitchens-100-annotations/EPIC_100_test_timestamps", 8, 13_092, 0),
    ] {
        let [pickled, twin] =
            ["pkl", "csv"].map(|ending| show(&external.join(file).with_extension(ending)).unwrap());
        assert_eq!(pickled.kind, "pickled data frame", "{file}");
        assert_eq!((pickled.header.len(), pickled.rows.len()), (columns, rows), "{file}");
        assert_eq!(pickled.header, twin.header, "{file}");
        let cells = pickled.rows.iter().flatten().filter(|cell| cell.is_empty());
        assert_eq!(cells.count(), empty, "{file}");
        for (line, (a, b)) in pickled.rows.iter().zip(&twin.rows).enumerate() {
            assert_eq!(a, b, "{file}, row {line}");
        }
        assert_eq!(pickled.rows.len(), twin.rows.len());
    }
}

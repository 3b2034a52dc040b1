//! Annotation files that are odd or wrong: read as documented, or refused by file and row.

use std::path::Path;

use runner::data::{AnnotationConfig, Annotations, DataError, Labels, Uid, Version};

use crate::pickles::fixture;

const HEADER: &str =
    "uid,participant_id,video_id,start_timestamp,stop_timestamp,verb_class,noun_class";
const ROWS: [&str; 2] =
    ["0,P01,P01_01,00:00:01.00,00:00:02.50,0,1", "1,P02,P02_01,00:00:03.00,00:00:04.00,1,1"];
const ACTIONS: &str = "id,action,verb,noun\n0, take_cup,0,1\n1, put_pan,1,0\n2, put_cup,1,1\n";

/// A directory with two verbs, two nouns, three actions, and the given files.
fn root(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let always = [
        ("EPIC_verb_classes.csv", "verb_id,class_key,verbs\n0,take,['take']\n1,put,['put']\n"),
        ("EPIC_noun_classes.csv", "noun_id,class_key,nouns\n0,pan,['pan']\n1,cup,['cup']\n"),
        ("EPIC_many_shot_verbs.csv", "verb_class,verb\n0,take\n"),
        ("EPIC_many_shot_nouns.csv", "noun_class,noun\n0,pan\n"),
        ("actions.csv", ACTIONS),
    ];
    for (name, text) in always.iter().chain(files) {
        runner::files::write_atomic(&dir.path().join(name), text.as_bytes()).unwrap();
    }
    dir
}

fn config(dir: &Path, names: &[&str]) -> AnnotationConfig {
    AnnotationConfig {
        version: Version::Ek55,
        annotation_path: names.iter().map(|n| dir.join(n)).collect(),
        annotation_dir: None,
        action_labels_fpath: Some(dir.join("actions.csv")),
        only_keep_persons: None,
        only_keep_videos: None,
    }
}

fn read(name: &str, text: &str) -> Result<Annotations, DataError> {
    let dir = root(&[(name, text)]);
    Annotations::read(&config(dir.path(), &[name]))
}

fn original(rows: &[&str]) -> String {
    format!("{HEADER}\n{}\n", rows.join("\n"))
}

#[test]
fn tolerated() {
    let plain = read("a.csv", &original(&ROWS)).unwrap();
    assert_eq!(plain.segments.len(), 2);
    assert_eq!(plain.segments[0].labels, Labels { verb: 0, noun: 1, action: 0 });
    assert_eq!((plain.segments[0].start, plain.segments[0].end), (1.0, 2.5));
    assert_eq!(plain.videos, ["P01_01", "P02_01"]);
    assert_eq!(plain.vocabulary.many_shot.as_ref().unwrap().actions, [0, 1]);
    let reordered = "video_id,uid,noun_class,verb_class,stop_timestamp,start_timestamp,participant_id\n\
                     P01_01,0,1,0,00:00:02.50,00:00:01.00,P01\n\
                     P02_01,1,1,1,00:00:04.00,00:00:03.00,P02\n";
    let times_first = "start_timestamp,video_id,uid,noun_class,verb_class,stop_timestamp,participant_id\n\
                       00:00:01.00,P01_01,0,1,0,00:00:02.50,P01\n\
                       00:00:03.00,P02_01,1,1,1,00:00:04.00,P02\n";
    let quoted = |text: String| {
        let line = |line: &str| format!("\"{}\"\n", line.replace(',', "\",\""));
        text.lines().map(line).collect::<String>()
    };
    for (id, text) in [
        ("times first, behind a byte order mark", format!("\u{feff}{times_first}")),
        ("quoted", quoted(original(&ROWS))),
        ("byte order mark", format!("\u{feff}{}", original(&ROWS))),
        ("crlf", original(&ROWS).replace('\n', "\r\n")),
        ("blanks", original(&ROWS).replace(',', " , ")),
        ("other columns, other order", reordered.into()),
        ("no newline at the end", original(&ROWS).trim_end().into()),
    ] {
        let got = read("a.csv", &text).unwrap_or_else(|e| panic!("{id}: {e}"));
        assert_eq!(got.segments, plain.segments, "{id}");
    }
}

/// The other layout and the files of classes are read alike behind a byte order mark and with CRLF.
#[test]
fn tolerated_in_every_file() {
    let verbs = "verb_id,class_key,verbs\n0,take,['take']\n1,put,['put']\n";
    let many = "verb_class,verb\n0,take\n";
    let rulstm = "1, P01_02, 30, 75, 0, 1, 0\n2, P01_02, 80, 90, 1, 0, 1\n";
    let files = [
        ("r.csv", rulstm),
        ("actions.csv", ACTIONS),
        ("EPIC_verb_classes.csv", verbs),
        ("EPIC_many_shot_verbs.csv", many),
    ];
    let read = |files: &[(&str, &str)]| {
        let dir = root(files);
        Annotations::read(&config(dir.path(), &["r.csv"])).unwrap()
    };
    let plain = read(&files);
    assert_eq!(plain.segments.len(), 2);
    for (name, text) in files {
        let odd = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        let odd: Vec<_> =
            files.iter().map(|f| if f.0 == name { (name, odd.as_str()) } else { *f }).collect();
        let got = read(&odd);
        assert_eq!(
            (got.segments, got.vocabulary),
            (plain.segments.clone(), plain.vocabulary.clone()),
            "{name}"
        );
    }
}

#[test]
fn uids_without_labels_without_actions() {
    let texts = original(&["P01_0,P01,P01_01,00:00:01.0,00:00:02.0,0,1"]);
    assert_eq!(read("a.csv", &texts).unwrap().segments[0].uid, Uid::Text("P01_0".into()));
    let test_set = "uid,participant_id,video_id,start_timestamp,stop_timestamp\n\
                    1924,P01,P01_11,00:00:00.00,00:00:01.89\n";
    assert_eq!(read("a.csv", test_set).unwrap().segments[0].labels, Labels::NONE);
    // a pair that is no action: -1, counted
    let odd = read("a.csv", &original(&["5,P01,P01_01,00:00:01.0,00:00:02.0,0,0"])).unwrap();
    assert_eq!((odd.segments[0].labels.action, odd.notes.undefined_actions), (-1, 1));
    let rulstm = read("r.csv", "00330, P01_02, 0000000030, 0000000075, 000, 001, 0000\n").unwrap();
    let segment = &rulstm.segments[0];
    assert_eq!((&segment.uid, segment.start, segment.end), (&Uid::Int(330), 1.0, 2.5));
    let unlabelled = read("r.csv", "1, P01_02, 30, 75\n").unwrap();
    assert_eq!(unlabelled.segments[0].labels, Labels::NONE);
    // overlapping and empty segments are kept and counted
    let rows = "1,P01_02,30,75,0,1,0\n2,P01_02,60,90,1,0,1\n3,P01_02,90,90,1,0,1\n";
    let notes = read("r.csv", rows).unwrap().notes;
    assert_eq!((notes.overlapping, notes.empty), (1, 1));
}

/// Content of an annotation file -> what the error says, besides the file.
#[test]
fn refused_by_file_and_row() {
    let row = |text: &str| original(&[ROWS[0], text]);
    for (id, name, text, says) in [
        ("empty", "a.csv", String::new(), "no rows"),
        ("header alone", "a.csv", original(&[]), "no rows"),
        (
            "no times",
            "a.csv",
            original(&ROWS).replace("start_timestamp", "start"),
            "no column `start_timestamp`",
        ),
        (
            "no commas",
            "a.csv",
            original(&ROWS).replace(',', ";"),
            "no column `participant_id`, expected a header with",
        ),
        (
            "column twice",
            "a.csv",
            original(&ROWS)
                .replace("participant_id", "video_id,participant_id")
                .replace(",P0", ",P0,P0"),
            "several columns `video_id`",
        ),
        ("no uid", "a.csv", row(",P01,P01_01,00:00:03.0,00:00:04.0,0,1"), ":3: uid is ``"),
        ("no uid either", "r.csv", "1,P01_02,30,75\n ,P01_02,80,90\n".into(), ":2: uid is ``"),
        (
            "no such column",
            "a.csv",
            original(&ROWS).replace("video_id", "video"),
            "no column `video_id`",
        ),
        (
            "verbs without nouns",
            "a.csv",
            original(&ROWS).replace("noun_class", "noun"),
            "no column `noun_class`",
        ),
        (
            "time",
            "a.csv",
            row("1,P01,P01_01,00:00:03,00:00:04.00,0,1"),
            ":3: start_timestamp is `00:00:03`",
        ),
        ("class", "a.csv", row("1,P01,P01_01,00:00:03.0,00:00:04.0,x,1"), ":3: verb_class is `x`"),
        (
            "verb too large",
            "a.csv",
            row("1,P01,P01_01,00:00:03.0,00:00:04.0,2,1"),
            ":3: verb class 2 does not exist, expected 0..2",
        ),
        (
            "noun too small",
            "a.csv",
            row("1,P01,P01_01,00:00:03.0,00:00:04.0,1,-2"),
            ":3: noun class -2",
        ),
        ("short row", "a.csv", row("1,P01,P01_01"), ":3: 3 fields, expected 7"),
        (
            "backwards",
            "a.csv",
            row("1,P01,P01_01,00:00:04.0,00:00:03.0,0,1"),
            ":3: segment 1 runs from 4 s to 3 s",
        ),
        (
            "uid twice",
            "a.csv",
            row("00,P01,P01_01,00:00:03.0,00:00:04.0,0,1"),
            ":3: uid 0 was already used at",
        ),
        ("action too large", "r.csv", "1,P01_02,30,75,0,1,3\n".into(), ":1: action class 3"),
        ("negative", "r.csv", "1,P01_02,-30,75,0,1,0\n".into(), "runs from -1 s"),
        ("frame", "r.csv", "1,P01_02,3.5,75,0,1,0\n".into(), ":1: start frame is `3.5`"),
        ("five fields", "r.csv", "1,P01_02,30,75,0\n".into(), ":1: 5 fields"),
        ("labels stop", "r.csv", "1,P01_02,30,75,0,1,0\n2,P01_02,30,75\n".into(), ":2: 4 fields"),
        ("quotes", "a.csv", row("1,P01,\"P01_01,00:00:03.0"), ":3:"),
        ("no pickle", "a.pkl", "pickle".into(), "at byte 1: a line of text does not end"),
        ("another kind", "a.json", "{}".into(), "expected .csv or .pkl"),
    ] {
        let error = read(name, &text).map(|a| a.segments).unwrap_err().to_string();
        assert!(error.contains(name) && error.contains(says), "{id}: {error}");
    }
}

#[test]
fn files_of_another_kind_are_refused() {
    let dir = root(&[]);
    runner::files::write_atomic(&dir.path().join("a.csv"), b"uid,start_timestamp\n\xff,\xfe\n")
        .unwrap();
    let error = Annotations::read(&config(dir.path(), &["a.csv"])).unwrap_err();
    assert!(matches!(error, DataError::Csv { .. }), "{error}");
    let error = Annotations::read(&config(dir.path(), &["absent.pkl"])).unwrap_err();
    assert!(matches!(error, DataError::NoTwin { .. }), "{error}");
    for (name, says) in [
        ("pandas-2.2.3-text.pkl", "no column `participant_id`"),
        ("hostile-system.pkl", "`posix.system` is not read and was not called"),
        ("torch-zip.pt", "a dict where a data frame was expected"),
    ] {
        let bytes = runner::files::read(&fixture(name)).unwrap();
        runner::files::write_atomic(&dir.path().join("b.pkl"), &bytes).unwrap();
        let error = Annotations::read(&config(dir.path(), &["b.pkl"])).unwrap_err().to_string();
        assert!(error.contains(says), "{name}: {error}");
    }
    let error = Annotations::read(&config(dir.path(), &["absent.csv"])).unwrap_err();
    assert!(error.to_string().contains("absent.csv"), "{error}");
}

/// Class files -> what the error says.
#[test]
fn class_files_are_checked() {
    for (id, name, text, says) in [
        (
            "class twice",
            "EPIC_verb_classes.csv",
            "verb_id,class_key\n0,take\n1,take\n",
            ":3: class `take` occurs twice",
        ),
        ("no key", "EPIC_noun_classes.csv", "noun_id,key\n0,pan\n", "no column `class_key`"),
        ("action twice", "actions.csv", "id,action,verb,noun\n0,a,0,1\n1,a,1,1\n", ":3: class `a`"),
        (
            "action number twice",
            "actions.csv",
            "id,action,verb,noun\n0,a,0,1\n0,b,1,1\n",
            ":3: class `0 of verb 1 and noun 1` occurs twice",
        ),
        (
            "pair twice",
            "actions.csv",
            "id,action,verb,noun\n0,a,0,1\n1,b,0,1\n",
            ":3: class `1 of verb 0 and noun 1` occurs twice",
        ),
        (
            "many-shot, no such class",
            "EPIC_many_shot_nouns.csv",
            "noun_class,noun\n0,pan\n2,lid\n",
            ":3: noun class 2 does not exist",
        ),
        ("id too large", "actions.csv", "id,action,verb,noun\n7,a,0,1\n", ":2: action class 7"),
        ("verb too large", "actions.csv", "id,action,verb,noun\n0,a,2,1\n", ":2: verb class 2"),
        (
            "many-shot",
            "EPIC_many_shot_verbs.csv",
            "verb_class,verb\none,take\n",
            ":2: verb_class is `one`",
        ),
    ] {
        let dir = root(&[("a.csv", &original(&ROWS)), (name, text)]);
        let error = Annotations::read(&config(dir.path(), &["a.csv"])).unwrap_err().to_string();
        assert!(error.contains(name) && error.contains(says), "{id}: {error}");
    }
}

/// One file has numbers, the other names: a number is the same in both.
#[test]
fn uids_of_several_files() {
    let of = |uids: [&str; 2]| {
        let rows = uids.map(|uid| format!("{uid},P01,P01_01,00:00:01.00,00:00:02.50,0,1"));
        original(&[&rows[0], &rows[1]])
    };
    let dir = root(&[
        ("a.csv", &of(["00", "7"])),
        ("b.csv", &of(["7", "P01_7"])),
        ("c.csv", &of(["8", "P01_8"])),
    ]);
    let read = |names: &[&str]| Annotations::read(&config(dir.path(), names));
    let error = read(&["a.csv", "b.csv"]).unwrap_err().to_string();
    assert!(
        error.contains("b.csv:2: uid 7 was already used at") && error.contains("a.csv:3"),
        "{error}"
    );
    let uids: Vec<Uid> =
        read(&["a.csv", "c.csv"]).unwrap().segments.into_iter().map(|s| s.uid).collect();
    let text = |text: &str| Uid::Text(text.into());
    assert_eq!(uids, [Uid::Int(0), Uid::Int(7), text("8"), text("P01_8")]);
}

#[test]
fn selections() {
    let dir = root(&[
        ("a.csv", &original(&ROWS)),
        ("b.csv", &original(&["7,P03,P03_02,00:00:01.00,00:00:02.50,0,1"])),
        ("videos.csv", "\u{feff}P02_01\r\nP03_02\r\n"),
    ]);
    let uids = |change: &dyn Fn(&mut AnnotationConfig)| {
        let mut config = config(dir.path(), &["a.csv", "b.csv"]);
        change(&mut config);
        let read = Annotations::read(&config);
        read.map(|a| a.segments.iter().map(|s| s.uid.to_string()).collect::<Vec<_>>().join(" "))
    };
    assert_eq!(uids(&|_| {}).unwrap(), "0 1 7");
    assert_eq!(uids(&|c| c.only_keep_persons = Some("1-2".into())).unwrap(), "0 1");
    let list = dir.path().join("videos.csv");
    assert_eq!(uids(&|c| c.only_keep_videos = Some(list.clone())).unwrap(), "1 7");
    assert_eq!(uids(&|c| c.action_labels_fpath = None).unwrap(), "0 1 7");
    assert!(matches!(
        uids(&|c| c.only_keep_persons = Some("8-9".into())),
        Err(DataError::NothingLeft { before: 3, .. })
    ));
    assert!(matches!(
        uids(&|c| c.only_keep_persons = Some("P01".into())),
        Err(DataError::Setting { .. })
    ));
    assert!(uids(&|c| c.annotation_path.clear()).is_err());
    assert!(matches!(
        uids(&|c| c.annotation_path = vec![dir.path().join("a.csv"); 2]),
        Err(DataError::DuplicateUid { .. })
    ));
}

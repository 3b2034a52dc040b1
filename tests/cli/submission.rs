//! `runner analyze submission`, on small kitchens written here, with the numbers of classes that the
//! challenges have (generated segments, random weights).

use std::fmt::Write as _;
use std::process::{Command, Output};

use serde_json::Value;

use crate::support::{Place, repository, stderr, stdout};

/// A release: its folders, classes, and the layout of its files.
struct Release {
    annotations: &'static str,
    rulstm: &'static str,
    infix: &'static str,
    columns: [&'static str; 2],
    verbs: usize,
    nouns: usize,
}

const EK55: Release = Release {
    annotations: "external/epic-kitchens-55-annotations",
    rulstm: "external/rulstm/RULSTM/data/ek55",
    infix: "",
    columns: ["uid", "verb_id,class_key,verbs"],
    verbs: 125,
    nouns: 352,
};
const EK100: Release = Release {
    annotations: "external/epic-kitchens-100-annotations",
    rulstm: "external/rulstm/RULSTM/data/ek100",
    infix: "_100",
    columns: ["narration_id", "id,key,instances"],
    verbs: 97,
    nouns: 300,
};

fn put(place: &Place, path: &str, text: &str) {
    let path = place.path().join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

impl Release {
    fn write(&self, place: &Place) {
        for (kind, count) in [("verb", self.verbs), ("noun", self.nouns)] {
            let rows = (0..count).map(|i| format!("{i},{kind}{i},\"['{kind}{i}']\"\n"));
            let text = format!("{}\n{}", self.columns[1], rows.collect::<String>());
            let name = format!("EPIC{}_{kind}_classes.csv", self.infix);
            put(place, &format!("{}/{name}", self.annotations), &text);
        }
        let action = |id: usize| {
            let (verb, noun) = (id % self.verbs, id * 7 % self.nouns);
            format!("{id},verb{verb} noun{noun},{verb},{noun}\n")
        };
        let actions: String = (0..200).map(action).collect();
        let actions = format!("id,action,verb,noun\n{actions}");
        put(place, &format!("{}/actions.csv", self.rulstm), &actions);
    }

    /// Segments, with classes those of training; the first starts too early to be anticipated.
    fn segments(&self, place: &Place, file: &str, first: usize, count: usize) {
        let (names, classes) = match file.contains("train") {
            true => (",verb_class,noun_class", ",1,7"),
            false => ("", ""),
        };
        let mut text = format!(
            "{},participant_id,video_id,start_timestamp,stop_timestamp{names}\n",
            self.columns[0]
        );
        for i in 0..count {
            let name = match self.columns[0] {
                "uid" => (first + i).to_string(),
                _ => format!("P01_101_{i}"),
            };
            let (from, to) = (3 * i, 3 * i + 2);
            let _ =
                writeln!(text, "{name},P01,P01_101,00:00:{from:02}.50,00:00:{to:02}.50{classes}");
        }
        put(place, &format!("{}/{file}", self.annotations), &text);
    }
}

/// A run on test sets alone: a small model with random weights.
fn run(place: &Place, args: &[&str]) {
    let common = [
        "+features=simulated",
        "+debug=tiny",
        "paths.external=external",
        "test_only=true",
        "train.init_from_model=null",
    ];
    let output = place.runner(args.iter().copied().chain(common)).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", stderr(&output));
}

fn submission(place: &Place, args: &[&str]) -> Output {
    place.command(["analyze", "submission"].iter().chain(args).copied()).output().unwrap()
}

fn made(place: &Place, args: &[&str]) -> Output {
    let output = submission(place, args);
    assert!(output.status.success(), "{args:?}: {}", stderr(&output));
    output
}

fn refused(place: &Place, args: &[&str]) -> String {
    let output = submission(place, args);
    assert_eq!(output.status.code(), Some(2), "{args:?}: {}{}", stdout(&output), stderr(&output));
    stdout(&output) + &stderr(&output)
}

/// Whether Python's `jsonschema` takes a document; `None` where there is none.
fn jsonschema_takes(document: &std::path::Path) -> Option<bool> {
    let python = std::env::var("RUNNER_PYTHON").unwrap_or_else(|_| "python3".into());
    let code = "import json, sys\ntry:\n import jsonschema\nexcept ImportError:\n sys.exit(3)\n\
                load = lambda path: json.load(open(path))\n\
                schema = load(sys.argv[1])\n\
                jsonschema.Draft202012Validator.check_schema(schema)\n\
                sys.exit(not jsonschema.Draft202012Validator(schema).is_valid(load(sys.argv[2])))";
    let schema = repository().join("src/analysis/submission/schema.json");
    let found = Command::new(&python).args(["-c", code]).arg(schema).arg(document).status();
    match found.ok().and_then(|status| status.code()) {
        Some(0) => Some(true),
        Some(1) => Some(false),
        _ => {
            println!("skipped: `{python}` has no jsonschema; set RUNNER_PYTHON to one that has");
            None
        }
    }
}

#[test]
fn kitchens_100() {
    let place = Place::new();
    EK100.write(&place);
    EK100.segments(&place, "EPIC_100_train.csv", 0, 12);
    EK100.segments(&place, "EPIC_100_test_timestamps.csv", 0, 12);
    for list in ["tail_verbs", "tail_nouns", "tail_actions", "unseen_participants"] {
        put(&place, &format!("{}/validation_{list}_ids.csv", EK100.rulstm), "P01_101_3\n");
    }
    for seed in ["seed=1", "seed=2"] {
        run(&place, &["+experiment=ek100_avt_tsn_test_testonly", seed]);
    }
    let both = ["ek100_avt_tsn_test_testonly/1", "ek100_avt_tsn_test_testonly/2"];
    let args = [&both[..], &["--weights", "1,0.5", "--norm", "2", "--out", "challenge"]].concat();
    let output = made(&place, &args);
    let said = stderr(&output);
    assert!(
        said.contains("12 segments, zeros for 1 of them") && said.contains("sls_pt 1"),
        "{said}"
    );
    assert_eq!(stdout(&output), "challenge/test.json\nchallenge/submit.zip\n");
    let document = place.json("challenge/test.json");
    assert_eq!((&document["version"], &document["sls_td"]), (&"0.2".into(), &4.into()));
    let results = document["results"].as_object().unwrap();
    assert_eq!(results["P01_101_11"]["action"].as_object().unwrap().len(), 100);
    assert_eq!(results["P01_101_0"]["verb"]["96"], 0.0);
    let path = place.path().join("challenge/test.json");
    assert_ne!(jsonschema_takes(&path), Some(false));

    let taken = made(&place, &["--check", "challenge/submit.zip", "--of", both[0]]);
    assert!(
        stdout(&taken).contains("submit.zip:test.json: as EPIC-Kitchens-100 takes it, 12 segments")
    );
    let broken = place.text("challenge/test.json").replace("\"96\":", "\"97\":");
    put(&place, "broken.json", &broken);
    let told = refused(&place, &["--check", "broken.json"]);
    assert!(
        told.contains("broken.json: results.P01_101_0.verb: expected classes 0 to 96"),
        "{told}"
    );
    assert!(told.contains("and 16 more") && told.contains("36 problems"), "{told}");
    assert_ne!(jsonschema_takes(&place.path().join("broken.json")), Some(true));
    let json = submission(&place, &["--check", "broken.json", "--json"]);
    let json: Value = serde_json::from_str(&stdout(&json)).unwrap();
    assert_eq!(json[0]["total"], 36);

    let rows: [(&[&str], &str); 8] = [
        (&[both[0], "--out", "challenge"], "`challenge/test.json`: it is there already"),
        (
            &[both[0], "--out", "a.json", "--challenge", "ek55"],
            "the results are of EPIC-Kitchens-100",
        ),
        (&[both[0], "--out", "a.json", "--sls", "1,4,9"], "expected three levels from 0 to 5"),
        (&[both[0], "--out", "a.json", "--weights", "1,1"], "failed to weigh 1 models"),
        (&[both[0], "--out", "a.json", "--set", "eval9"], "eval9"),
        (&[both[0]], "--out"),
        (&["--check", "nowhere.json"], "nowhere.json"),
        (&["--check", "challenge/submit.zip", "--weights", "1"], "cannot be used with"),
    ];
    for (args, told) in rows {
        let error = refused(&place, args);
        assert!(error.contains(told), "{args:?}: `{told}` in {error}");
    }
    assert!(!place.path().join("a.json").exists());
}

#[test]
fn kitchens_55() {
    let place = Place::new();
    EK55.write(&place);
    for kind in ["verb", "noun"] {
        let text = format!("{kind}_class,{kind}\n1,{kind}1\n");
        put(&place, &format!("{}/EPIC_many_shot_{kind}s.csv", EK55.annotations), &text);
    }
    EK55.segments(&place, "EPIC_train_action_labels.csv", 0, 12);
    for set in ["training", "validation"] {
        put(&place, &format!("{}/{set}_videos.csv", EK55.rulstm), "P01_101\n");
    }
    EK55.segments(&place, "EPIC_test_s1_timestamps.csv", 1924, 9);
    EK55.segments(&place, "EPIC_test_s2_timestamps.csv", 7000, 7);
    let set = "dataset@dataset_eval=epic_kitchens/anticipation_test_s1";
    let unseen = "+dataset@dataset_eval_s2=epic_kitchens/anticipation_test_s2";
    let features = "+dataset_eval_s2.reader_fn=${dataset_eval.reader_fn}";
    run(&place, &["+experiment=ek55_avt_tsn", set, unseen, features]);
    let one = "ek55_avt_tsn/latest";
    made(&place, &[one, "--out", "submit.zip"]);
    made(&place, &[one, "--out", "seen.json"]);
    let document = place.json("seen.json");
    assert_eq!(document["version"], "0.1");
    assert!(document.get("sls_pt").is_none(), "of EK100 alone");
    assert_ne!(jsonschema_takes(&place.path().join("seen.json")), Some(false));
    let taken = stdout(&made(&place, &["--check", "submit.zip", "--of", one]));
    assert!(
        taken.contains("submit.zip:seen.json: as EPIC-Kitchens-55 takes it, 9 segments"),
        "{taken}"
    );
    assert!(
        taken.contains("submit.zip:unseen.json: as EPIC-Kitchens-55 takes it, 7 segments"),
        "{taken}"
    );
    let told = refused(&place, &["--check", "seen.json", "--of", one, "--set", "eval_s2"]);
    assert!(told.contains("results: 7 segments of the set are missing: 7000, 7001"), "{told}");
    let error = refused(&place, &[one, "--out", "other", "--unseen", "eval_s3"]);
    assert!(error.contains("eval_s3") && !place.path().join("other").exists(), "{error}");
}

#[test]
fn other_data_is_refused() {
    let place = Place::new();
    place.runner(crate::support::QUICK).assert().success();
    let error = refused(&place, &["ek55_ensemble/latest", "--out", "a.json"]);
    assert!(error.contains("neither of EPIC-Kitchens-55 nor of EPIC-Kitchens-100"), "{error}");
}

//! `runner data show` and `runner data import-teacher`.

use std::path::{Path, PathBuf};

use crate::support::{Place, stderr};

fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pickle");
    folder.join(name).display().to_string()
}

/// Writes EGTEA-like annotations of four actions for the segments of the fixtures.
fn annotations(place: &Place) -> [PathBuf; 2] {
    let paths = ["training1.csv", "actions.csv"].map(|name| place.path().join(name));
    let rows = "330, v, 10, 40, 0, 0, 0\n331, v, 50, 90, 0, 1, 1\n7, v, 95, 99, 1, 1, 3\n";
    let actions = "0,0_0,a\n1,0_1,b\n2,1_0,c\n3,1_1,d\n";
    std::fs::write(&paths[0], rows).unwrap();
    std::fs::write(&paths[1], actions).unwrap();
    paths
}

#[test]
fn a_teacher_is_imported_once_and_shown() {
    let place = Place::new();
    let [rows, actions] = annotations(&place).map(|path| path.display().to_string());
    let import = |pickle: &str| {
        let pickle = fixture(pickle);
        let args = ["data", "import-teacher", &pickle, "t.safetensors", "--dataset-version", "-1"];
        let rest = ["--annotations", &rows, "--actions", &actions, "--name", "bert"];
        place.command(args.into_iter().chain(rest)).output().unwrap()
    };
    let refused = import("hostile-teacher.pkl");
    assert_eq!(refused.status.code(), Some(2), "{}", stderr(&refused));
    assert!(stderr(&refused).contains("`posix.system` is not read and was not called"));
    assert!(!place.path().join("t.safetensors").exists());

    let output = import("teacher-list.pkl");
    let text = stderr(&output);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("predictions for 2 of 3 segments\nmissing: 7\n"), "{text}");
    assert!(text.contains("1 predictions are for no segment"), "{text}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "t.safetensors\n");

    let again = import("teacher-list.pkl");
    assert_eq!(again.status.code(), Some(2));
    assert!(stderr(&again).contains("exists already"), "{}", stderr(&again));

    let shown = place.command(["data", "show", "t.safetensors", "--csv"]).output().unwrap();
    let csv = String::from_utf8_lossy(&shown.stdout);
    assert!(csv.starts_with("uid,teacher,class,logit\n330,0,3,0.25\n331,0,3,1.25\n"), "{csv}");
}

#[test]
fn coverage_is_told_for_each_file() {
    let place = Place::new();
    let [rows, actions] = annotations(&place).map(|path| path.display().to_string());
    let more = place.path().join("validation1.csv");
    std::fs::write(&more, "332, v, 100, 140, 0, 0, 0\n").unwrap();
    let pickle = fixture("teacher-list.pkl");
    let args = ["data", "import-teacher", &pickle, "t.safetensors", "--dataset-version", "-1"];
    let files = ["--annotations", &rows, "--annotations", "validation1.csv", "--actions", &actions];
    let output = place.command(args.into_iter().chain(files)).output().unwrap();
    let text = stderr(&output);
    assert!(text.contains("predictions for 3 of 4 segments\nmissing: 7\n"), "{text}");
    assert!(text.contains("training1.csv: 2 of 3\n  validation1.csv: 1 of 1\n"), "{text}");
}

#[test]
fn a_closed_stdout_is_no_error() {
    let place = Place::new();
    let rows: String = (0..100_000).map(|i| format!("{i}, v, 1, 2, 0, 0, 0\n")).collect();
    std::fs::write(place.path().join("big.csv"), rows).unwrap();
    for form in ["--csv", "--json"] {
        let mut shown = std::process::Command::new(place.command([]).get_program())
            .args(["data", "show", "big.csv", form])
            .current_dir(place.path())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        drop(shown.stdout.take());
        let output = shown.wait_with_output().unwrap();
        assert!(output.status.success(), "{form}: {}", stderr(&output));
        assert!(output.stderr.is_empty(), "{form}: {}", stderr(&output));
    }
}

#[test]
fn data_is_shown_as_text_and_json() {
    let place = Place::new();
    let frame = fixture("pandas-2.2.3-text.pkl");
    let text = place.command(["data", "show", &frame]).output().unwrap();
    let text = String::from_utf8_lossy(&text.stdout);
    assert!(text.starts_with("pickled data frame\n  rows: 3\n  columns: 2\n"), "{text}");
    assert!(
        text.contains("narration_id  video_id  start_frame\nP01_1         P01_01    1\n"),
        "{text}"
    );
    let json = place.command(["data", "show", &frame, "--json"]).output().unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["rows"][2]["video_id"], "caf\u{e9}");
    let absent = place.command(["data", "show", "absent.pkl"]).output().unwrap();
    assert_eq!(absent.status.code(), Some(2));
    assert!(stderr(&absent).contains("absent.pkl"), "{}", stderr(&absent));
}

//! Who is right where, and which classes go together, against the original's notebook on the public
//! validation segments of EK55. `scripts/parity_errors.py` writes the fixture.

use std::collections::BTreeMap;
use std::path::PathBuf;

use runner::analysis::{ErrorOptions, Errors, Predictions, Table, correlated};
use runner::data::{AnnotationConfig, Annotations, Version};
use runner::files;
use serde_json::{Value, json};

const PRIME: u64 = 65521;
const FACTORS: [u64; 3] = [48271, 16807, 40692];
const CORRELATED: usize = 400;

/// The same as in the script.
fn scores(model: usize, targets: &[usize], classes: usize) -> Vec<f64> {
    let mut values = Vec::with_capacity(targets.len() * classes);
    for (row, target) in targets.iter().enumerate() {
        let ahead = row >> model & 1 == 0;
        values.extend((0..classes).map(|class| {
            let one = (row * classes + class) as u64 % PRIME * FACTORS[model] % PRIME;
            let two = one * one % PRIME;
            let four = two * two % PRIME;
            let score = (four * four % PRIME * two % PRIME * one % PRIME) as f64 / 4096.0;
            if ahead && class == *target { score + 16.0 } else { score }
        }));
    }
    values
}

fn annotations() -> Option<Annotations> {
    let place = std::env::var_os("RUNNER_EXTERNAL").map(PathBuf::from);
    let place = place.unwrap_or_else(|| {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data/external")
    });
    let data = place.join("rulstm/RULSTM/data/ek55");
    if !files::is_dir(&data) {
        eprintln!("skipped: no annotations in {} (set RUNNER_EXTERNAL)", place.display());
        return None;
    }
    let config = AnnotationConfig {
        version: Version::Ek55,
        annotation_path: vec![data.join("validation.csv")],
        annotation_dir: Some(place.join("epic-kitchens-55-annotations")),
        action_labels_fpath: Some(data.join("actions.csv")),
        only_keep_persons: None,
        only_keep_videos: None,
    };
    Some(Annotations::read(&config).unwrap())
}

fn predictions(model: usize, annotations: &Annotations, rows: usize) -> Predictions {
    let segments = &annotations.segments[..rows];
    let targets: Vec<usize> = segments.iter().map(|s| s.labels.action as usize).collect();
    let classes = annotations.vocabulary.actions.len();
    let values = scores(model, &targets, classes);
    Predictions {
        name: model.to_string(),
        uids: segments.iter().map(|segment| segment.uid.clone()).collect(),
        scores: BTreeMap::from([("action".into(), Table { classes, values })]),
        targets: BTreeMap::new(),
    }
}

fn fixture() -> Value {
    serde_json::from_str(include_str!("fixtures/errors.json")).unwrap()
}

#[test]
fn the_groups_of_the_notebook() {
    let Some(annotations) = annotations() else { return };
    let all = annotations.segments.len();
    assert_eq!(fixture()["segments"], all);
    let models = [0, 1, 2].map(|model| predictions(model, &annotations, all));
    let options = ErrorOptions { k: 5, history: 5, deduplicate: false };
    let errors = Errors::new(models.each_ref(), &annotations, &[&annotations], options).unwrap();
    let name = |action: &usize| annotations.vocabulary.actions[*action].trim();
    let mut groups: BTreeMap<String, Vec<(i64, String)>> = BTreeMap::new();
    for case in &errors.cases {
        let uid = |uid: &runner::data::Uid| uid.as_int().unwrap();
        let first = |model: usize| -> Vec<&str> {
            case.guesses[model].first.iter().map(|guess| name(&guess.action)).collect()
        };
        let line = json!([
            case.outcome.code(),
            uid(&case.segment.uid),
            name(&case.target),
            case.history.iter().map(|(action, _)| name(action)).collect::<Vec<_>>(),
            case.history.iter().map(|(_, of)| uid(of)).collect::<Vec<_>>(),
            first(0),
            first(1),
            first(2),
        ]);
        let group = groups.entry(case.outcome.code()).or_default();
        group.push((uid(&case.segment.uid), line.to_string()));
    }
    assert_eq!(groups.len(), 8);
    for (code, expected) in fixture()["groups"].as_object().unwrap() {
        let group = groups.get_mut(code).unwrap();
        assert_eq!(expected["segments"], group.len(), "{code}");
        group.sort();
        let first: Vec<i64> = group.iter().take(3).map(|(uid, _)| *uid).collect();
        assert_eq!(expected["first"], json!(first), "{code}");
        let mut lines: Vec<&str> = group.iter().map(|(_, line)| line.as_str()).collect();
        lines.sort_unstable();
        let found = files::sha256_bytes(lines.join("\n").as_bytes());
        assert_eq!(expected["sha256"], found, "{code}: {}", lines[0]);
    }
}

#[test]
fn the_correlations_of_the_notebook() {
    let Some(annotations) = annotations() else { return };
    let many_shot = annotations.vocabulary.many_shot.as_ref().unwrap().listed.as_ref().unwrap();
    assert_eq!(fixture()["many_shot"], many_shot.len());
    let said = predictions(2, &annotations, CORRELATED);
    let expected = fixture()["correlations"].as_array().unwrap().clone();
    let classes: Vec<usize> =
        expected.iter().map(|row| row["class"].as_u64().unwrap() as usize).collect();
    assert!(classes.iter().all(|class| many_shot.contains(class)));
    let found = correlated(&said.scores["action"], &classes, 5);
    for (found, expected) in found.iter().zip(&expected) {
        let names: Vec<usize> = found.iter().map(|one| one.class).collect();
        assert_eq!(expected["correlated"], json!(names));
        for (found, expected) in found.iter().zip(expected["values"].as_array().unwrap()) {
            let expected = expected.as_f64().unwrap();
            assert!((found.correlation - expected).abs() < 1e-6, "{found:?}, {expected}");
        }
    }
}

//! AVT's recipes at full size: their models have the original's parameters, by name and shape.
//!
//! `tests/conf/full_size.json` holds what the original's models have, as `scripts/parity_counts.py`
//! measured them. Nothing is allocated: names and shapes of a model are known before its values.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use burn::tensor::Device;
use serde::Deserialize;

use crate::config::{ComposeRequest, Origin, OverrideArg, Runtime, compose};
use crate::experiment::config::{ExperimentConfig, Task};
use crate::files;
use crate::models::{ClassMapping, StateDict, Student, named_parameters};

use crate::experiment::build::model::student;

/// What the original's model of a recipe has.
#[derive(Debug, Deserialize)]
struct Expected {
    parameters: usize,
    arrays: usize,
    hash: String,
    /// Label types of the data set with their numbers of classes.
    classes: Vec<(String, usize)>,
}

/// Beginnings of recipes whose models are others' under another teacher.
const SAME_MODEL: [(&str, &str); 3] =
    [("ek55_ensemble_ig65m", "ek55_avt_ig65m"), ("ek55_", "ek55_avt_tsn"), ("egtea_", "egtea_avt")];

#[test]
fn models_have_the_originals_parameters() {
    let measured = files::read(&repository("tests/conf/full_size.json")).unwrap();
    let measured: BTreeMap<String, Expected> = serde_json::from_slice(&measured).unwrap();
    let mut built = 0;
    for experiment in experiments() {
        let config = composed(&experiment);
        if config.run.task != Task::Train {
            continue;
        }
        let expected = expected(&experiment, &measured);
        let labels = labelled(&config, expected);
        let model = student(&config.model).unwrap();
        let model = model.outline(&labels, &maps(expected), &Device::default());
        check(&experiment, &model.unwrap(), expected);
        built += 1;
    }
    assert!(built >= 40, "{built} students");
}

/// What the original's model of a recipe has, or of the recipe with the same model.
fn expected<'a>(experiment: &str, measured: &'a BTreeMap<String, Expected>) -> &'a Expected {
    let same = || SAME_MODEL.iter().find(|(start, _)| experiment.starts_with(start));
    let found = measured.get(experiment).or_else(|| measured.get(same()?.1));
    found.unwrap_or_else(|| panic!("{experiment} was not measured"))
}

fn check(experiment: &str, model: &Student, expected: &Expected) {
    let parameters = named_parameters(model);
    let count: usize = parameters.iter().map(|p| p.shape.iter().product::<usize>()).sum();
    let mut lines: Vec<String> = parameters
        .into_iter()
        .map(|mut parameter| {
            if parameter.transposed {
                parameter.shape.reverse();
            }
            format!("{} {:?}", parameter.name, parameter.shape)
        })
        .chain(model.class_maps().iter().map(|m| format!("{} {:?}", m.name(), m.matrix().dims())))
        .collect();
    lines.sort_unstable();
    assert_eq!(count, expected.parameters, "{experiment}: parameters");
    assert_eq!(lines.len(), expected.arrays, "{experiment}: arrays");
    let hash = files::sha256_bytes(lines.join("\n").as_bytes());
    assert_eq!(hash, expected.hash, "{experiment}: {lines:#?}");
}

/// The label types of a recipe with their numbers of classes.
fn labelled(config: &ExperimentConfig, expected: &Expected) -> Vec<(String, usize)> {
    let labels = config.label_types().iter().map(|label| label.name().to_owned());
    let classes = |label: &String| expected.classes.iter().find(|(name, _)| name == label);
    labels.map(|label| classes(&label).unwrap().clone()).collect()
}

/// Maps of the right sizes, whatever they say.
fn maps(expected: &Expected) -> Vec<ClassMapping> {
    let actions = expected.classes[0].1;
    expected.classes[1..]
        .iter()
        .map(|(label, classes)| ClassMapping {
            target: label.clone(),
            source: "action".into(),
            source_classes: actions,
            target_classes: *classes,
            pairs: Vec::new(),
        })
        .collect()
}

fn composed(experiment: &str) -> ExperimentConfig {
    let text = format!("+experiment={experiment}");
    let mut request = ComposeRequest::new(repository("conf"), Runtime::new("/somewhere".into()));
    request.overrides = vec![OverrideArg { origin: Origin::argument(1, &text), text }];
    let resolved = compose(&request).unwrap().resolve_in_parts();
    ExperimentConfig::from_resolved(&resolved).unwrap_or_else(|e| panic!("{experiment}: {e:?}"))
}

fn experiments() -> Vec<String> {
    let entries = files::list(&repository("conf/experiment")).unwrap();
    entries.iter().filter_map(|e| e.name.strip_suffix(".yaml")).map(str::to_owned).collect()
}

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

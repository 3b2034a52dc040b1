//! Language models drawn at random, against what `transformers` draws
//! (`scripts/parity_language_initial.py`): which values are constant and which, the deviation of
//! the others, and the rows that begin as zero.

use std::collections::BTreeMap;

use burn::tensor::Device;
use runner::files::HostTensor;
use runner::weights::hugging_face::{read_config, saved};
use serde::Deserialize;
use serde_json::Value;

use crate::language::family;

/// How far the means of two sets of draws may be apart, in deviations of their difference; so may
/// the deviations, whose difference varies less.
const CHANCE: f64 = 5.0;

#[derive(Deserialize)]
struct Case {
    config: Value,
    arrays: BTreeMap<String, Drawn>,
    /// The first rows of a table of positions that is not drawn.
    positions: Option<Vec<Vec<f32>>>,
}

#[derive(Deserialize)]
struct Drawn {
    mean: f64,
    std: f64,
    #[serde(default)]
    zero_rows: Vec<usize>,
}

#[test]
fn first_values_are_those_of_transformers() {
    let cases: BTreeMap<String, Case> =
        serde_json::from_str(include_str!("fixtures/language_initial.json")).unwrap();
    let device = Device::default();
    device.seed(11);
    for (name, case) in &cases {
        let config = read_config(&case.config.to_string(), family(name)).unwrap();
        let model = config.init_masked_lm(&device).unwrap();
        let arrays = saved(&model);
        let names = |arrays: Vec<&String>| arrays.into_iter().cloned().collect::<Vec<_>>();
        assert_eq!(names(arrays.keys().collect()), names(case.arrays.keys().collect()), "{name}");
        for (array, expected) in &case.arrays {
            check(&format!("{name}: {array}"), &arrays[array], expected);
        }
        if let Some(positions) = &case.positions {
            let table = &arrays["distilbert.embeddings.position_embeddings.weight"];
            for (found, expected) in table.as_f32().unwrap().iter().zip(positions.concat()) {
                assert!((found - expected).abs() <= 1e-6, "{found} is not {expected}");
            }
        }
    }
}

fn check(what: &str, array: &HostTensor, expected: &Drawn) {
    let values = array.as_f32().unwrap();
    let of = |f: &dyn Fn(f64) -> f64| {
        values.iter().map(|v| f(f64::from(*v))).sum::<f64>() / values.len() as f64
    };
    let mean = of(&|v| v);
    let std = of(&|v| (v - mean).powi(2)).sqrt();
    let allowed = CHANCE * expected.std * (2.0 / values.len() as f64).sqrt() + 1e-6;
    assert!((mean - expected.mean).abs() <= allowed, "{what}: mean {mean}, not {}", expected.mean);
    assert!((std - expected.std).abs() <= allowed, "{what}: deviation {std}, not {}", expected.std);
    assert_eq!(zero_rows(array), expected.zero_rows, "{what}: rows of zeros");
}

/// The rows of a table that are zero, if some are not.
fn zero_rows(array: &HostTensor) -> Vec<usize> {
    let [rows, width] = array.shape[..] else { return vec![] };
    let values = array.as_f32().unwrap().chunks(width).enumerate();
    let zero: Vec<usize> =
        values.filter(|(_, row)| row.iter().all(|v| *v == 0.0)).map(|(i, _)| i).collect();
    if zero.len() == rows { vec![] } else { zero }
}

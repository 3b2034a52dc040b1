//! What an evaluation averages over, and what it says of rows that repeat or have no label.

use std::sync::Arc;

use burn::tensor::Device;
use runner::data::{
    Dataset, Labels, Loader, LoaderConfig, ReaderConfig, Selection, Split, World, reader,
};
use runner::metrics::UnlabelledRows;
use runner::train::{
    Alone, Counting, EvalOptions, EvalReport, EvalSet, LabelLosses, NeverStop, Outcome, evaluate,
};

use crate::bits::alone;
use crate::world::{Run, WORLD, config, student, trainer};

fn eval_set(split: &str, data: Arc<Dataset>, batch_size: usize) -> EvalSet {
    let order = LoaderConfig { batch_size, shuffle: false, seed: 3, workers: 1, drop_last: false };
    let loader = Loader::new(data, order).unwrap();
    EvalSet { split: split.into(), loader, store_endpoint: "logits".into() }
}

/// The validation videos.
fn data() -> Dataset {
    let (config, clip) = config(Split::Val);
    let features = World::generate(&WORLD).unwrap().features();
    Dataset::open(&config, &ReaderConfig::Simulated(features), &clip).unwrap()
}

/// The same without a label.
fn unlabelled() -> Arc<Dataset> {
    let (config, clip) = config(Split::Val);
    let world = World::generate(&WORLD).unwrap();
    let mut annotations = world.annotations(Split::Val);
    let input = reader::open(&ReaderConfig::Simulated(world.features()), &annotations).unwrap();
    annotations.segments.iter_mut().for_each(|segment| segment.labels = Labels::NONE);
    Arc::new(Dataset::new(&config, annotations, input, &clip).unwrap())
}

fn evaluated(data: Arc<Dataset>, batch_size: usize, nominal_batches: bool) -> EvalReport {
    let device = Device::default();
    let counting = Counting { nominal_batches, unlabelled: UnlabelledRows::Skip };
    let options =
        EvalOptions { counting, epoch: 1.0, max_batches: None, told: EvalOptions::UNHEARD };
    let set = eval_set("eval", data, batch_size);
    evaluate(&student(&device, 0.0), &set, &LabelLosses::default(), &device, &options, &Alone)
        .unwrap()
}

fn value(report: &EvalReport, name: &str) -> f64 {
    let found = report.values.iter().find(|(known, _)| known == name);
    found.unwrap_or_else(|| panic!("no {name} in {:?}", report.values)).1
}

fn close(what: &str, found: f64, expected: f64) {
    assert!(
        (found - expected).abs() < 1e-5 * expected.abs().max(1.0),
        "{what}: {found} {expected}"
    );
}

#[test]
fn every_sample_weighs_the_same_whatever_the_batches() {
    let _turn = alone();
    let data = Arc::new(data());
    let n = data.len();
    let whole = evaluated(Arc::clone(&data), n, false);
    for batch_size in [1, 5, n - 1] {
        let parts = evaluated(Arc::clone(&data), batch_size, false);
        for ((name, found), (_, expected)) in parts.values.iter().zip(&whole.values) {
            close(&format!("{name} in batches of {batch_size}"), *found, *expected);
        }
        assert_eq!(parts.values.len(), whole.values.len());
    }
    let (_, losses) = whole.rows.losses.iter().find(|(name, _)| name == "cls_action").unwrap();
    let mean = losses.iter().map(|v| f64::from(*v)).sum::<f64>() / n as f64;
    close("loss/cls_action", value(&whole, "loss/cls_action"), mean);
    let terms = ["loss/cls_action", "loss/feat"].map(|term| value(&whole, term));
    close("loss", value(&whole, "loss"), terms.iter().sum());
}

/// As the original: a last batch of one row weighs as much as the others.
#[test]
fn every_batch_weighs_the_same_when_asked_for() {
    let _turn = alone();
    let data = Arc::new(data());
    let n = data.len();
    let found = evaluated(Arc::clone(&data), n - 1, true);
    let (_, losses) = found.rows.losses.iter().find(|(name, _)| name == "cls_action").unwrap();
    let mean = |rows: &[f32]| rows.iter().map(|v| f64::from(*v)).sum::<f64>() / rows.len() as f64;
    let expected = (mean(&losses[..n - 1]) + mean(&losses[n - 1..])) / 2.0;
    close("loss/cls_action", value(&found, "loss/cls_action"), expected);
    let each = evaluated(data, n, false);
    assert!((value(&each, "loss") - value(&found, "loss")).abs() > 1e-3);
    assert_eq!(value(&each, "final_acc/action/top1"), value(&found, "final_acc/action/top1"));
}

#[test]
fn samples_that_come_twice_count_once_in_the_end() {
    let _turn = alone();
    let once = evaluated(Arc::new(data()), 7, false);
    let selection = Selection { repeat: 2.0, ..Selection::default() };
    let twice = evaluated(Arc::new(data().with_selection(selection).unwrap()), 7, false);
    assert_eq!(twice.rows.idx.len(), 2 * once.rows.idx.len());
    for ((name, found), (_, expected)) in twice.values.iter().zip(&once.values) {
        close(name, *found, *expected);
    }
}

#[test]
fn verbs_and_nouns_are_sums_over_actions() {
    let _turn = alone();
    let report = evaluated(Arc::new(data()), 7, false);
    for label in ["action", "verb", "noun"] {
        for metric in ["top1", "top5", "top1_meanOverClasses", "AR5", "AR5_manyshot"] {
            let percent = value(&report, &format!("final_acc/{label}/{metric}"));
            assert!((0.0..=100.0).contains(&percent), "{label} {metric}: {percent}");
        }
    }
    assert_eq!(value(&report, "final_acc/verb/top5"), 100.0, "of three verbs five are all");
    assert!(report.values.iter().all(|(name, _)| !name.ends_with("/verb") && name != "loss/verb"));
    let heads: Vec<&str> = report.rows.logits.iter().map(|(label, ..)| label.as_str()).collect();
    assert_eq!(heads, ["action"], "what is stored is what the model says");
}

#[test]
fn a_set_without_labels_has_rows_and_no_accuracy() {
    let _turn = alone();
    for nominal in [false, true] {
        let report = evaluated(unlabelled(), 7, nominal);
        assert_eq!(report.rows.idx.len(), data().len());
        let names: Vec<&str> = report.values.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["loss", "loss/feat"]);
        assert!(report.values.iter().all(|(_, value)| value.is_finite()));
    }
}

#[test]
fn training_beside_a_test_set_keeps_no_best() {
    let _turn = alone();
    let mut run = Run::new();
    run.options.early_stop_patience = Some(1);
    let [eval] = run.evals;
    run.evals = [eval_set("eval", unlabelled(), eval.loader.batch_size())];
    let mut trainer = trainer(&run.device, run.train.len());
    assert_eq!(run.fit(&mut trainer, &NeverStop).unwrap(), Outcome::Completed);
    assert_eq!((trainer.progress.epoch, &trainer.progress.best), (3, &None));
    assert_eq!(run.memory.results, ["eval"; 3]);
}

//! Small pages for tests.

use serde_json::json;

use super::model::{Measured, Metric, Setting, SweepJob, SweepPage};

pub(super) fn metric(name: &str, is_cost: bool) -> Metric {
    Metric { name: name.into(), is_cost }
}

/// A page with the results of one key.
pub(super) fn page(keys: &[&str], metrics: Vec<Metric>, results: &[(f64, &[f64])]) -> SweepPage {
    let mut page = SweepPage {
        keys: keys.iter().map(|key| (*key).to_owned()).collect(),
        metrics,
        ..SweepPage::default()
    };
    for (value, results) in results {
        let values = vec![Some(json!(value)); keys.len()];
        add(&mut page, values, results);
    }
    page
}

/// A page of a grid with three values of each key; more of any is better.
pub(super) fn grid(keys: &[&str]) -> SweepPage {
    let mut page = page(keys, vec![metric("top1", false)], &[]);
    for point in 0..3_usize.pow(keys.len() as u32) {
        let digits: Vec<usize> =
            (0..keys.len()).map(|at| point / 3_usize.pow(at as u32) % 3).collect();
        let values = digits.iter().map(|digit| Some(json!(digit + 1))).collect();
        add(&mut page, values, &[digits.iter().sum::<usize>() as f64]);
    }
    page
}

fn add(page: &mut SweepPage, values: Vec<Option<serde_json::Value>>, results: &[f64]) {
    let first = page.jobs.len();
    for result in results {
        page.jobs.push(SweepJob {
            name: page.jobs.len().to_string(),
            state: SweepJob::COMPLETED.into(),
            values: values.clone(),
            results: vec![Some(*result)],
            ..SweepJob::default()
        });
    }
    let n = results.len();
    let mean = results.iter().sum::<f64>() / n as f64;
    let squares: f64 = results.iter().map(|result| (result - mean).powi(2)).sum();
    let deviation = (n > 1).then(|| (squares / (n - 1) as f64).sqrt());
    page.settings.push(Setting {
        values,
        jobs: (first..first + n).collect(),
        results: vec![Some(Measured { mean, deviation, n })],
    });
}

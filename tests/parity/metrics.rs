//! Accuracies against `common/utils.py` and `notebooks/utils.py`.

use runner::metrics::{FinalOptions, Scores, UnlabelledRows, batch_accuracy, final_metrics};

use crate::support::{Fixture, assert_close};

#[test]
fn batch_accuracies() {
    let fixture = Fixture::read("metrics");
    let scores = Scores::new(fixture.floats("scores"), 12);
    for (name, labels) in [("all", "labels"), ("gaps", "labels_with_gaps")] {
        let top = batch_accuracy(scores, fixture.ints(labels)).top;
        let top: Vec<f32> = top.iter().map(|a| *a as f32).collect();
        assert_close(name, &top, fixture.floats(&format!("accuracy/{name}")));
    }
}

#[test]
fn final_accuracies() {
    let fixture = Fixture::read("metrics");
    let many: Vec<usize> =
        fixture.ints("many_shot").iter().map(|c| usize::try_from(*c).unwrap()).collect();
    let scores = Scores::new(fixture.floats("scores"), 12);
    let options = FinalOptions { many_shot: Some(&many), ..Default::default() };
    let m = final_metrics(scores, fixture.ints("labels"), &options);
    let actual = [m.top1, m.top5, m.top1_mean_over_classes, m.ar5, m.ar5_many_shot];
    assert_close("final", &actual.map(|v| v as f32), fixture.floats("final/all"));
    let options = FinalOptions { unlabelled: UnlabelledRows::ShiftLabels, ..options };
    let m = final_metrics(scores, fixture.ints("labels_with_gaps"), &options);
    let expected = fixture.floats("shifted_class_mean");
    assert_close("shifted", &[m.top1_mean_over_classes as f32], expected);
}

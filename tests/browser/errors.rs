//! The page of errors.

use crate::chromium::{Expected, check};
use crate::support::{Place, stderr};

#[test]
fn errors_of_two_runs() {
    let place = Place::new();
    for distill in ["distill=0", "distill=20"] {
        let arguments = ["+experiment=ek55_ensemble", "+debug=synthetic", distill];
        let output = place.runner(arguments).output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
    }
    let (first, second) = ("ek55_ensemble/1", "ek55_ensemble/2");
    let models = ["--teacher", second, "--baseline", first, "--distilled", second];
    // A picture of all examples would be larger than a browser takes.
    let few = ["analyze", "errors", "--out", "errors", "--examples", "6"];
    let arguments = few.into_iter().chain(models);
    let output = place.command(arguments).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let texts = ["Synthetic data.", "learned from the teacher", "All wrong", "errors.csv"];
    check(&place.path().join("errors/errors.html"), &Expected { charts: 1, texts: &texts });
}

//! The main job on the real EPIC-Kitchens-55 annotations, with simulated features.

use crate::support::{Place, external, stderr};

#[test]
fn real_annotations_with_simulated_features() {
    let Some(external) = external() else { return };
    let place = Place::new();
    let paths = format!("paths.external={}", external.display());
    let output = place
        .runner([
            "+experiment=ek55_ensemble",
            "distill=0.5",
            "+features=simulated",
            "+debug=tiny",
            &paths,
        ])
        .output()
        .unwrap();
    let text = stderr(&output);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("simulated"), "{text}");
    assert!(text.contains("2513"), "the number of actions is logged: {text}");
    let run = "outputs/ek55_ensemble/0001";
    assert_eq!(place.json(&format!("{run}/run.json"))["data"], "simulated");
    assert!(place.text(&format!("{run}/report.html")).contains("simulated"));
}

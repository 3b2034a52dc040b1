//! Wrong input: exit code 2, nothing written, one clear message.

use crate::support::{Place, QUICK, stderr};

/// Arguments after the quick ones, and what the message must hold.
const REFUSED: [(&str, &[&str], &[&str]); 8] = [
    ("misspelt key", &["distil=0.5"], &["distil", "distill"]),
    ("misspelt experiment", &["+experiment=ek55_ensembel"], &["ek55_ensembel", "ek55_ensemble"]),
    ("misspelt option", &["opt/optimizer=adamm"], &["adamm", "adam"]),
    ("wrong type", &["train.batch_size=many"], &["train.batch_size", "many"]),
    ("unknown key added", &["+train.bogus=1"], &["bogus"]),
    ("unknown device", &["device=gpu"], &["device", "gpu", "flex"]),
    ("unknown launcher", &["hydra/launcher=pbs"], &["pbs", "basic"]),
    ("no such file of overrides", &["@nowhere.txt"], &["nowhere.txt"]),
];

#[test]
fn refused_input_writes_nothing() {
    for (name, arguments, parts) in REFUSED {
        let place = Place::new();
        let mut args = QUICK.to_vec();
        if arguments[0].starts_with("+experiment") {
            args.remove(0);
        }
        let output =
            place.runner(args.into_iter().chain(arguments.iter().copied())).output().unwrap();
        let text = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{name}: {text}");
        for part in parts {
            assert!(text.contains(part), "{name}: `{part}` in {text}");
        }
        assert!(!text.contains("panicked"), "{name}: {text}");
        assert!(place.is_empty(), "{name}: something was written");
    }
}

#[test]
fn a_loss_that_is_no_number_fails_the_run_and_names_the_term() {
    let place = Place::new();
    let args = ["+experiment=ek55_ensemble", "+debug=synthetic", "hydra.run.dir=run"];
    let output = place.runner(args).arg("opt.lr_wd=[[__all__,1e30,0]]").output().unwrap();
    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert_eq!(text.matches("loss term").count(), 1, "said once: {text}");
    let manifest = place.json("run/run.json");
    assert_eq!(manifest["status"], "failed");
    assert!(manifest["error"].as_str().unwrap().contains("training stopped before the update"));
    assert!(place.text("run/runner.log").contains("loss term"));
}

#[test]
fn missing_data_names_the_file_and_the_way_out() {
    let place = Place::new();
    let output = place.runner(["+experiment=ek55_ensemble"]).output().unwrap();
    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("EPIC_train_action_labels"), "{text}");
    assert!(text.contains("paths.external"), "{text}");
    assert!(place.is_empty());
}

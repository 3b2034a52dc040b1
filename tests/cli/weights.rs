//! Weights to start from, in the original's formats, and weights for the original.

use std::process::{Command, Output, Stdio};

use crate::support::{Place, stderr, stdout};

/// A student small enough to be written and read in a moment.
const TINY: [&str; 5] = [
    "+experiment=ek55_ensemble",
    "+debug=synthetic",
    "train.num_epochs=1",
    "train.max_steps_per_epoch=1",
    "eval.max_batches=1",
];

/// Makes checkpoints of every published form from an exported one: `export.safetensors`, with
/// values of its own so that what was loaded shows.
const MAKE: &str = r#"
import collections, os, pickle, sys, torch
from safetensors.torch import load_file, save_file
state = {k: v if k.startswith("cls_map") else v + 1 for k, v in load_file("export.safetensors").items()}
torch.save({"model": state, "epoch": 3, "optimizer": {}, "lr_scheduler": {"x": [1]}}, "avt.pth")
masks = {"future_predictor.gpt_model.h.0.attn.bias": torch.ones(1, 1, 8, 8, dtype=torch.uint8),
         "future_predictor.gpt_model.h.0.attn.masked_bias": torch.tensor(-1e4)}
torch.save({"state_dict": collections.OrderedDict(
    (f"module.{k}", v) for k, v in {**state, **masks}.items())}, "parallel.pth.tar",
    _use_new_zipfile_serialization=False)
torch.save({"classy_state_dict": {"base_model": {"model": {"trunk": state}}}}, "vissl.bin")
torch.save({k: v.half() for k, v in state.items()}, "half.pt")
torch.save({k: torch.nn.Parameter(v.bfloat16()) for k, v in state.items()}, "brain.pt")
torch.save({k: v.double() for k, v in state.items()}, "double.pkl")
with open("numpy.pkl", "wb") as f:
    pickle.dump({k: v.numpy() for k, v in state.items()}, f)
save_file(state, "foreign.safetensors")
head = {k[len("classifiers.action."):]: v for k, v in state.items() if k.startswith("classifiers.action.")}
torch.save({"state_dict": {**{f"classifier.1.{k}": v for k, v in head.items()},
                           "rolling_lstm.lstm.weight_ih_l0": torch.zeros(4)}}, "rulstm.pth.tar")
torch.save({"conv1.weight": torch.zeros(3), "fc.weight": torch.zeros(2, 2)}, "resnet.pth")
wrong = dict(state, **{"future_predictor.encoder.weight": torch.zeros(2, 3)})
torch.save({"model": wrong}, "other_size.pth")
class Hostile:
    def __reduce__(self):
        return os.system, ("touch executed",)
torch.save({"model": Hostile()}, "hostile.pth")
torch.save({"model": {"w": torch.zeros(1), "x": Hostile()}}, "hostile_inside.pth")
with open("hostile.pkl", "wb") as f:
    pickle.dump(Hostile(), f)
torch.save(torch.nn.Linear(2, 2), "module.pth")
whole = open("avt.pth", "rb").read()
open("cut.pth", "wb").write(whole[:len(whole) // 2])
whole = open("parallel.pth.tar", "rb").read()
open("cut.pth.tar", "wb").write(whole[:len(whole) // 2])
open("text.pth", "w").write("no checkpoint\n")
"#;

/// A Python with torch and safetensors: `RUNNER_PYTHON`, else `python3`; `None` says why.
fn python() -> Option<String> {
    let python = std::env::var("RUNNER_PYTHON").unwrap_or_else(|_| "python3".into());
    let mut probe = Command::new(&python);
    probe.args(["-c", "import torch, safetensors.torch"]).stderr(Stdio::null());
    if !probe.status().is_ok_and(|status| status.success()) {
        println!("skipped: `{python}` has no torch and safetensors; set RUNNER_PYTHON");
        return None;
    }
    Some(python)
}

/// A place with a finished run `first`, exported to `export.safetensors`.
fn exported() -> (Place, Output) {
    let place = Place::new();
    place.runner(TINY).arg("hydra.run.dir=first").assert().success();
    let output =
        place.command(["data", "export-checkpoint", "first", "export.safetensors"]).output();
    (place, output.unwrap())
}

/// Starts a run from entries of `train.init_from_model`.
fn start(place: &Place, dir: &str, entries: &str) -> Output {
    let entries = format!("train.init_from_model=[{entries}]");
    let dir = format!("hydra.run.dir={dir}");
    place.runner(TINY).args([&*entries, "test_only=true", &*dir]).output().unwrap()
}

fn loss(place: &Place, dir: &str) -> f64 {
    let records = place.metrics(dir);
    let last = records.into_iter().rfind(|record| record["split"] == "eval").unwrap();
    last["loss"].as_f64().unwrap()
}

#[test]
fn an_exported_checkpoint_is_the_originals_and_starts_a_run() {
    let (place, output) = exported();
    let said = stderr(&output);
    assert!(output.status.success(), "{said}");
    assert_eq!(stdout(&output), "export.safetensors\n");
    assert!(
        said.contains("first/checkpoints/last.safetensors, 1 epochs and 1 steps old"),
        "{said}"
    );
    let again = place.command(["data", "export-checkpoint", "first", "export.safetensors"]);
    let again = { again }.output().unwrap();
    assert_eq!(again.status.code(), Some(2));
    assert!(stderr(&again).contains("exists already"), "{}", stderr(&again));

    let which = ["--which", "best", "--json"];
    let args = ["data", "export-checkpoint", "first/checkpoints", "best.safetensors"];
    let output = place.command(args.into_iter().chain(which)).output().unwrap();
    let json: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(json["source"], "first/checkpoints/best.safetensors");
    let arrays = json["arrays"].as_array().unwrap();
    for name in ["cls_map_noun_action", "future_predictor.gpt_model.h.0.attn.c_attn.weight"] {
        assert!(arrays.iter().any(|array| array["name"] == name), "{name} in {json}");
    }

    for start_from in ["first", "first/checkpoints/best", "export.safetensors"] {
        let dir = start_from.replace('/', "_") + "_run";
        let output = start(&place, &dir, &format!("[{start_from}]"));
        assert!(output.status.success(), "{}", stderr(&output));
        assert!(stderr(&output).contains("0 missing, 0 unused"), "{}", stderr(&output));
        assert_eq!(loss(&place, &dir), loss(&place, "first"), "{start_from}");
    }
}

#[test]
fn what_cannot_be_exported_is_said() {
    let place = Place::new();
    place.runner(TINY).args(["train.store_best=false", "hydra.run.dir=run"]).assert().success();
    for (args, said) in [
        (["run", "--which=best"], "checkpoint `best`"),
        (["run", "--which=newest"], "`newest`"),
        (["run/results", "--which=last"], "it holds no checkpoint"),
        (["absent", "--which=last"], "absent"),
        (["run/run.json", "--which=last"], "run.json"),
    ] {
        let output =
            place.command(["data", "export-checkpoint", args[0], "out", args[1]]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(said), "{args:?}: {}", stderr(&output));
        assert!(!place.path().join("out").exists(), "{args:?}");
    }
}

#[test]
fn python_reads_the_export_and_we_read_pythons_checkpoints() {
    let Some(python) = python() else { return };
    let (place, _) = exported();
    let made = Command::new(python).current_dir(place.path()).args(["-c", MAKE]).output().unwrap();
    assert!(made.status.success(), "{}", stderr(&made));
    every_form_is_loaded(&place);
    parts_are_loaded(&place);
    what_is_no_checkpoint_is_refused(&place);
    assert!(!place.path().join("executed").exists(), "a pickle was executed");
}

fn every_form_is_loaded(place: &Place) {
    let all = [
        ("avt.pth", 0.0),
        ("parallel.pth.tar", 0.0),
        ("vissl.bin", 0.0),
        ("double.pkl", 0.0),
        ("numpy.pkl", 0.0),
        ("foreign.safetensors", 0.0),
        ("half.pt", 0.01),
        ("brain.pt", 0.1),
    ];
    for (file, tolerance) in all {
        let run = format!("from_{file}");
        let output = start(place, &run, &format!("[{file}]"));
        let said = stderr(&output);
        assert!(output.status.success(), "{file}: {said}");
        assert!(said.contains("0 missing, 0 unused, 0 of another shape"), "{file}: {said}");
        assert!(place.text(&format!("{run}/runner.log")).contains("0 missing"), "{file}");
        let (found, expected) = (loss(place, &run), loss(place, "from_avt.pth"));
        assert!((found - expected).abs() <= tolerance * expected, "{file}: {found} {expected}");
        assert_ne!(found, loss(place, "first"), "{file}");
    }
}

fn parts_are_loaded(place: &Place) {
    let head = "[classifiers.action,classifier.1.,rulstm.pth.tar]";
    let output = start(place, "head", &format!("[first],{head}"));
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stderr(&output).contains("into classifiers.action: 2 arrays loaded, 0 missing"));
    // The other way round, the whole model overrides its classifier.
    let output = start(place, "overridden", &format!("{head},[first]"));
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(loss(place, "overridden"), loss(place, "first"));
    assert_ne!(loss(place, "head"), loss(place, "first"));

    let output = start(place, "mismatched", "[other_size.pth]");
    let said = stderr(&output);
    assert!(output.status.success(), "{said}");
    let mismatch = "WARN other_size.pth: future_predictor.encoder.weight: expected";
    assert!(said.contains(mismatch) && said.contains("found [2, 3]; left as it was"), "{said}");
}

fn what_is_no_checkpoint_is_refused(place: &Place) {
    for (entry, said) in [
        ("[hostile.pth]", "`posix.system` is not read and was not called"),
        ("[hostile.pkl]", "`posix.system` is not read and was not called"),
        ("[classifiers.action,hostile.pth]", "`posix.system` is not read and was not called"),
        ("[hostile_inside.pth]", "`posix.system` is not read and was not called"),
        ("[module.pth]", "`torch.nn.modules.linear.Linear` is not read"),
        ("[cut.pth]", "cut.pth"),
        ("[cut.pth.tar]", "cut.pth.tar"),
        ("[text.pth]", "text.pth"),
        ("[absent.pth]", "absent.pth"),
        ("[resnet.pth]", "it holds `conv1.weight`, `fc.weight`; the model needs `"),
        ("[classifiers.acton,avt.pth]", "did you mean `classifiers.action`?"),
        ("[classifiers.action,fc.,avt.pth]", "no array's name starts with `fc.`"),
    ] {
        let output = start(place, "refused", entry);
        let error = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{entry}: {error}");
        assert!(error.contains(said), "{entry}: no `{said}` in {error}");
        assert!(!error.contains("panicked"), "{entry}: {error}");
        assert!(!place.path().join("refused").exists(), "{entry}");
    }
}

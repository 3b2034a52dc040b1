//! Python opens what a run and `runner data synth` leave: the same arrays, by the hash of their bytes.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use runner::data::reader::SimulatedReader;
use runner::data::{Split, SynthConfig, World};
use runner::files::{TensorData, TensorFile, sha256_bytes};
use serde_json::{Value, json};

use crate::support::{Place, stderr, stdout};

const READ: &str = r#"
import hashlib, json, sys
from safetensors import safe_open
out = {}
with safe_open(sys.argv[1], framework="numpy") as f:
    for name in f.keys():
        a = f.get_tensor(name)
        out[name] = [str(a.dtype), list(a.shape), hashlib.sha256(a.tobytes()).hexdigest()]
    metadata = f.metadata() or {}
    metadata.pop("checksum", None)  # of the file, read by us alone
    print(json.dumps({"tensors": out, "metadata": metadata}))
"#;

/// Entries, their widths, and the hash of one key's vector.
const STORE: &str = r#"
import hashlib, json, lmdb, numpy as np, sys
env = lmdb.open(sys.argv[1], readonly=True, lock=False)
with env.begin() as t:
    widths = sorted({len(v) for _, v in t.cursor()})
    one = np.frombuffer(t.get(sys.argv[2].encode()), "float32")
    one = hashlib.sha256(one.tobytes()).hexdigest()
    print(json.dumps({"entries": t.stat()["entries"], "widths": widths, "one": one}))
"#;

/// A Python with all of these: `RUNNER_PYTHON`, else `python3`; `None` says why on stdout.
fn python() -> Option<String> {
    let python = std::env::var("RUNNER_PYTHON").unwrap_or_else(|_| "python3".into());
    let mut probe = Command::new(&python);
    probe.args(["-c", "import lmdb, numpy, safetensors"]).stderr(Stdio::null());
    if probe.status().is_ok_and(|status| status.success()) {
        return Some(python);
    }
    println!("skipped: `{python}` has no lmdb, numpy, safetensors; set RUNNER_PYTHON");
    None
}

fn ask(python: &str, script: &str, path: &Path, more: &[&str]) -> Value {
    let output = Command::new(python).args(["-c", script]).arg(path).args(more).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    serde_json::from_str(&stdout(&output)).unwrap()
}

/// What Python finds in a file of tensors is what is found here.
fn same(python: &str, path: &Path) -> TensorFile {
    let file = TensorFile::read(path).unwrap();
    let describe = |data: &TensorData| match data {
        TensorData::F32(v) => ("float32", bytes(v, |x| x.to_le_bytes().into())),
        TensorData::I64(v) => ("int64", bytes(v, |x| x.to_le_bytes().into())),
    };
    let tensors: BTreeMap<&str, Value> = file
        .tensors
        .iter()
        .map(|(name, tensor)| {
            let (kind, bytes) = describe(&tensor.data);
            (name.as_str(), json!([kind, tensor.shape, sha256_bytes(&bytes)]))
        })
        .collect();
    assert!(!tensors.is_empty());
    let read = ask(python, READ, path, &[]);
    assert_eq!(read["metadata"], json!(file.metadata), "{}", path.display());
    assert_eq!(read["tensors"].as_object().unwrap().len(), tensors.len());
    for (name, tensor) in tensors {
        assert_eq!(read["tensors"][name], tensor, "{name} of {}", path.display());
    }
    file
}

fn bytes<T>(values: &[T], of: fn(&T) -> Vec<u8>) -> Vec<u8> {
    values.iter().flat_map(of).collect()
}

#[test]
fn python_opens_checkpoints_and_exports() {
    let Some(python) = python() else { return };
    let place = Place::new();
    let args = ["+experiment=ek55_ensemble", "+debug=synthetic", "train.ema_decay=0.5"];
    let short = ["train.num_epochs=1", "train.max_steps_per_epoch=2", "eval.max_batches=1"];
    place.runner(args.into_iter().chain(short)).arg("hydra.run.dir=run").assert().success();
    for name in ["last", "best"] {
        let path = place.path().join(format!("run/checkpoints/{name}.safetensors"));
        let file = same(&python, &path);
        let has = |part: &str| file.tensors.keys().any(|name| name.starts_with(part));
        assert!(has("model.") && has("average.") && has("optimizer."), "{name}");
        assert!(file.metadata["progress"].contains("\"step\":2"), "{:?}", file.metadata);
    }
    place.command(["data", "export-checkpoint", "run", "out.safetensors"]).assert().success();
    same(&python, &place.path().join("out.safetensors"));
}

#[test]
fn python_opens_a_generated_root() {
    let Some(python) = python() else { return };
    let place = Place::new();
    let synth = ["data", "synth", "root", "--train-videos", "3", "--val-videos", "2"];
    place.command(synth).assert().success();
    let root = place.path().join("root/DATA");
    for name in ["ensemble", "roberta"] {
        let path = root.join(format!("teachers/ek55_{name}.safetensors"));
        let file = same(&python, &path);
        assert_eq!(file.tensors["logits"].shape[0], file.tensors["uids"].shape[0]);
    }

    let config = SynthConfig { train_videos: 3, val_videos: 2, ..SynthConfig::default() };
    let world = World::generate(&config).unwrap();
    let annotations = world.annotations(Split::Train);
    let mut expected = vec![0.0; config.dim];
    let reader = SimulatedReader::new(&world.features(), &annotations).unwrap();
    reader.feature(1, 17, &mut expected);

    let store = root.join("external/rulstm/RULSTM/data_full/rgb");
    let key = format!("{}_frame_0000000017.jpg", annotations.videos[1]);
    let read = ask(&python, STORE, &store, &[&key]);
    let shown = place.command(["data", "show", "--json"]).arg(&store).output().unwrap();
    let shown: Value = serde_json::from_str(&stdout(&shown)).unwrap();
    assert_eq!(read["widths"], json!([config.dim * 4]));
    assert_eq!(read["one"], sha256_bytes(&bytes(&expected, |v| v.to_le_bytes().into())));
    let entries = read["entries"].to_string();
    assert!(shown.to_string().contains(&entries), "{entries} vectors in {shown}");
}

//! `task=extract_features`: a store that is the same whoever writes it, and that a student reads.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use runner::data::reader::{FeatureStore, frame_key};
use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Place, repository, stderr};

/// Mean colours of painted pictures: a world of three videos.
const COLOURS: [&str; 10] = [
    "+experiment=ek55_avt",
    "+debug=synthetic_video",
    "task=extract_features",
    "+extract=lmdb",
    "dataset.synthetic.world.train_videos=2",
    "dataset.synthetic.world.val_videos=1",
    "dataset.synthetic.world.segments_per_video=5",
    "data_eval.num_frames=1",
    "data_eval.subclips.num_frames=1",
    "data_eval.subclips.stride=1",
];
const SLOW: &str = "extract.frame_rate=5";

fn extract(place: &Place, store: &str, more: &[&str]) -> Output {
    command(place, store, more).output().unwrap()
}

fn command(place: &Place, store: &str, more: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("runner"));
    command
        .current_dir(place.path())
        .env("HOME", place.path())
        .env_remove("RUST_LOG")
        .arg("--config-path")
        .arg(repository().join("conf"))
        .args(COLOURS)
        .arg(format!("extract.store={store}"))
        .args(more);
    command
}

fn bytes(place: &Place, store: &str) -> Vec<u8> {
    std::fs::read(place.path().join(store).join("data.mdb")).unwrap()
}

fn names(place: &Place, store: &str) -> Vec<String> {
    let entries = runner::files::list(&place.path().join(store)).unwrap();
    entries.into_iter().map(|entry| entry.name).collect()
}

#[test]
fn a_store_holds_every_frame_and_says_what_it_is() {
    let place = Place::new();
    let output = extract(&place, "store", &[SLOW]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(names(&place, "store"), ["SYNTHETIC", "data.mdb", "extract.json"]);
    let manifest = place.json("store/extract.json");
    let store = FeatureStore::open(&place.path().join("store")).unwrap();
    assert_eq!((store.dim(), &manifest["width"]), (3, &3.into()));
    assert_eq!(manifest["frames"], store.entries());
    assert_eq!(manifest["of"]["endpoint"], "backbone_mean");
    assert_eq!(manifest["of"]["data"], "synthetic");
    let session = store.session().unwrap();
    let videos = session.videos().unwrap();
    assert_eq!(videos.len(), 3);
    let mut count = 0;
    for (video, first, last) in &videos {
        assert_eq!((*first, last % 6), (6, 0), "{video}: five a second");
        count += last / 6;
        let mut feature = [0.0; 3];
        assert!(session.read(video, 12, &mut feature).unwrap());
        assert!(!session.read(video, 13, &mut feature).unwrap());
    }
    assert_eq!(count as u64, store.entries());

    let run = "outputs/ek55_avt/0001";
    let summary = place.json(&format!("{run}/run.json"));
    assert_eq!((&summary["status"], &summary["data"]), (&"completed".into(), &"synthetic".into()));
    let last = place.metrics(run).pop().unwrap();
    assert_eq!((&last["split"], &last["step"]), (&"extract".into(), &count.into()));
    assert!(place.path().join(run).join("report.html").is_file());
}

#[test]
fn a_store_is_the_same_to_the_byte_however_it_is_written() {
    let place = Place::new();
    let small = [SLOW, "eval.batch_size=7", "data_eval.workers=0"];
    assert!(extract(&place, "whole", &small).status.success());

    interrupt(&place, "stopped", Signal::TERM, 75);
    interrupt(&place, "stopped", Signal::KILL, -1);
    let stored = names(&place, "stopped");
    assert!(!stored.contains(&"data.mdb".into()), "not before it is whole: {stored:?}");
    let output = extract(&place, "stopped", &["eval.batch_size=7", "extract.frame_rate=30"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(
        extract(&place, "fast", &["eval.batch_size=7", "extract.frame_rate=30"]).status.success()
    );
    assert!(bytes(&place, "stopped") == bytes(&place, "fast"));

    // Again: nothing is computed. Anew: everything is, and nothing changes.
    let again = extract(&place, "whole", &small);
    assert!(stderr(&again).contains("has every feature already"), "{}", stderr(&again));
    let before = bytes(&place, "whole");
    let anew = extract(&place, "whole", &[&small[..], &["extract.skip_done=false"]].concat());
    assert!(anew.status.success() && before == bytes(&place, "whole"), "{}", stderr(&anew));
}

/// Asks an extraction to stop, or kills it, when something is stored.
fn interrupt(place: &Place, store: &str, signal: Signal, code: i32) {
    let more = ["eval.batch_size=7", "extract.frame_rate=30"];
    let child = command(place, store, &more).stderr(Stdio::null()).stdout(Stdio::null()).spawn();
    let mut child = child.unwrap();
    let started = Instant::now();
    let part = place.path().join(store).join("part-0000-of-0001.mdb");
    let first = size(&part);
    while size(&part) <= first.max(1 << 14) {
        assert!(started.elapsed() < Duration::from_secs(120), "it does not get going");
        assert!(child.try_wait().unwrap().is_none(), "it was faster than the test");
        std::thread::sleep(Duration::from_millis(1));
    }
    kill_process(Pid::from_child(&child), signal).unwrap();
    assert_eq!(child.wait().unwrap().code().unwrap_or(-1), code);
}

fn size(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |data| data.len())
}

#[test]
fn two_processes_share_the_videos() {
    let place = Place::new();
    assert!(extract(&place, "alone", &[SLOW]).status.success());
    let rank = |rank: &str, world: &str| {
        let mut command = command(&place, "shared", &[SLOW]);
        command.env("RANK", rank).env("WORLD_SIZE", world);
        command.stderr(Stdio::piped()).stdout(Stdio::piped());
        command
    };
    let (one, two) = (rank("0", "2").spawn().unwrap(), rank("1", "2").spawn().unwrap());
    for child in [one, two] {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
    }
    assert!(bytes(&place, "alone") == bytes(&place, "shared"));
    assert_eq!(names(&place, "shared"), ["SYNTHETIC", "data.mdb", "extract.json"]);

    // One of them alone leaves a part, which another number of processes does not go on with.
    let half = |number: &str, world: &str| {
        let mut command = command(&place, "half", &[SLOW]);
        command.env("SLURM_PROCID", number).env("SLURM_NTASKS", world).output().unwrap()
    };
    let output = half("1", "2");
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stderr(&output).contains("process 1 of 2 is done"), "{}", stderr(&output));
    assert!(!names(&place, "half").contains(&"data.mdb".into()));
    let output = half("0", "3");
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("2 processes have begun it"), "{}", stderr(&output));
    assert!(half("0", "2").status.success());
    assert!(bytes(&place, "alone") == bytes(&place, "half"));
}

#[test]
fn a_store_of_something_else_is_left_alone() {
    let place = Place::new();
    assert!(extract(&place, "store", &[SLOW]).status.success());
    let before = bytes(&place, "store");
    let runs = || runner::files::list(&place.path().join("outputs/ek55_avt")).unwrap().len();
    let known = runs();
    for (more, told) in [
        (&["extract.frame_rate=10"][..], "frame_rate is 5, asked for is 10"),
        (&[SLOW, "extract.endpoint=future_agg"], "endpoint is backbone_mean"),
        (&[SLOW, "data_eval.crop_size=28"], "model and data_eval"),
        (&["extract.frame_rate=60"], "30 frames a second"),
        (&[SLOW, "extract.endpoint=backbone_maen"], "backbone_mean"),
        (&[SLOW, "data_eval.num_frames=2"], "data_eval.subclips"),
    ] {
        let output = extract(&place, "store", more);
        assert_eq!(output.status.code(), Some(2), "{more:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(told), "{more:?}: {}", stderr(&output));
    }
    std::fs::remove_file(place.path().join("store/extract.json")).unwrap();
    let output = extract(&place, "store", &[SLOW]);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("was not extracted by this program"), "{}", stderr(&output));
    let wrong = command(&place, "store", &[SLOW]).env("RANK", "2").env("WORLD_SIZE", "2").output();
    assert_eq!(wrong.unwrap().status.code(), Some(2));
    assert!(before == bytes(&place, "store") && runs() == known, "nothing was started");
}

#[test]
fn a_backbone_of_clips_gives_features_that_python_reads_and_a_student_trains_on() {
    let place = Place::new();
    let backbone = [
        "extract.frame_rate=3",
        "model/backbone=r3d_18",
        "model.backbone_last_n_modules_to_drop=5",
        "model.backbone_dim=64",
        "data_eval.num_frames=4",
        "data_eval.frame_rate=15",
        "data_eval.subclips.num_frames=4",
        "data_eval.subclips.stride=4",
        "model.classifier_on_past=false",
        "train.train_one_epoch_fn.loss_wts.past_cls_action=0",
        "data_eval.scale_h=18",
        "data_eval.crop_size=16",
        "eval.batch_size=16",
    ];
    let output = extract(&place, "store", &backbone);
    assert!(output.status.success(), "{}", stderr(&output));
    let store = FeatureStore::open(&place.path().join("store")).unwrap();
    assert_eq!(store.dim(), 64);
    let (video, first, _) = store.session().unwrap().videos().unwrap().remove(0);
    let mut feature = [0.0; 64];
    assert!(store.session().unwrap().read(&video, first, &mut feature).unwrap());
    drop(store);
    if let Some(read) = python(&place.path().join("store"), &frame_key(&video, first)) {
        assert_eq!(read, feature);
    }

    let reader = "replace({_target_: datasets.epic_kitchens.EpicRULSTMFeatsReader, \
                  read_type: normal, lmdb_path: store})";
    let mut train = place.runner([
        "+experiment=ek55_avt_tsn",
        "+debug=synthetic",
        "model.backbone_dim=64",
        "train.num_epochs=1",
        "train.max_steps_per_epoch=1",
    ]);
    train.args(&COLOURS[4..7]);
    for split in ["train", "val"] {
        train.arg(format!("dataset.synthetic.{split}.reader_fn={reader}"));
    }
    let output = train.output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let records = place.metrics("outputs/ek55_avt_tsn/0001");
    assert!(records.iter().any(|record| record["final_acc/action/top1"].is_number()));
}

/// The numbers behind a key as Python's `lmdb` has them; `None` without it.
fn python(store: &Path, key: &str) -> Option<Vec<f32>> {
    let python = std::env::var("RUNNER_PYTHON").unwrap_or_else(|_| "python3".into());
    let code = "import json, lmdb, numpy, sys\n\
                with lmdb.open(sys.argv[1], readonly=True, lock=False).begin() as t:\n\
                \x20   value = numpy.frombuffer(t.get(sys.argv[2].encode()), 'float32')\n\
                print(json.dumps(value.tolist()))";
    let output = Command::new(&python).args(["-c", code]).arg(store).arg(key).output().ok();
    match output {
        Some(output) if output.status.success() => {
            let values: Vec<f64> = serde_json::from_slice(&output.stdout).unwrap();
            Some(values.into_iter().map(|value| value as f32).collect())
        }
        _ => {
            eprintln!("skipped: `{python}` has no lmdb and numpy (set RUNNER_PYTHON)");
            None
        }
    }
}

/// Videos of files, features of them, a recipe of the project on these: as in the documentation.
#[test]
fn features_of_video_files_are_used_at_once() {
    if Command::new("ffmpeg").arg("-version").output().is_err() {
        eprintln!("skipped: ffmpeg is not installed");
        return;
    }
    let place = Place::new();
    let synth = ["data", "synth", "root", "--train-videos", "2", "--val-videos", "1"];
    let more = ["--segments-per-video", "3", "--video", "--video-size", "40"];
    place.command(synth.into_iter().chain(more)).assert().success();
    let paths = ["paths.external=root/external", "paths.data=root/DATA"];
    let colours = ["model/backbone=identity", "pretrained.backbone=null", "model.backbone_dim=3"];
    let small = ["data_eval.scale_h=36", "data_eval.crop_size=32", "extract.frame_rate=3"];
    let debug = ["+experiment=ek55_avt", "+debug=tiny", "task=extract_features", "+extract=lmdb"];
    let args = debug.into_iter().chain(COLOURS[7..].iter().copied());
    let args = args.chain(paths).chain(colours).chain(small);
    let output = place.runner(args).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));

    let store = "root/DATA/extracted_features/ek55_avt";
    let train = ["+experiment=ek55_avt_tsn", "+debug=tiny", "model.backbone_dim=3"];
    let short = ["train.num_epochs=1", "train.max_steps_per_epoch=1"];
    let mut train = place.runner(train.into_iter().chain(short).chain(paths));
    // What evaluates reads what trains does.
    train.arg(format!("dataset_train.reader_fn.lmdb_path={store}"));
    let output = train.output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let manifest = place.json("outputs/ek55_avt_tsn/0001/run.json");
    assert_eq!(
        (&manifest["status"], &manifest["data"]),
        (&"completed".into(), &"synthetic".into())
    );
}

//! What a teacher is made from: histories made beforehand, the run of a language model, histories with
//! gaps.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use runner::data::pickle::Writer;
use runner::data::{Split, SynthConfig, TeacherStore, Uid, World};
use runner::files::TensorFile;
use runner::text::{History, Horizon, history};

use crate::support::Place;
use crate::teacher::{of, refuse, succeed};

/// The histories of a split of the generated world as the original pickles them, each `times` times.
fn pickle(path: &Path, split: Split, times: usize) {
    let world = World::generate(&SynthConfig { seed: 42, ..Default::default() }).unwrap();
    let annotations = world.annotations(split);
    let kind = History { length: 9, deduplicate: false, horizon: Horizon::SegmentStart };
    let rows = history::rows(&annotations, &[&annotations], &kind).unwrap();
    let mut pickle = Writer::new(File::create(path).unwrap()).unwrap();
    pickle.begin_list().unwrap();
    for row in rows {
        let Uid::Int(uid) = row.uid else { panic!("numbers name segments") };
        pickle.begin_dict().unwrap();
        pickle.text("uid").unwrap();
        pickle.int(uid).unwrap();
        pickle.text("history").unwrap();
        pickle.begin_list().unwrap();
        for _ in 0..times {
            pickle.begin_list().unwrap();
            row.past.iter().for_each(|action| pickle.int(*action as i64).unwrap());
            pickle.end_list().unwrap();
        }
        pickle.end_list().unwrap();
        pickle.text("target").unwrap();
        pickle.int(row.labels.action).unwrap();
        pickle.end_dict().unwrap();
    }
    pickle.end_list().unwrap();
    pickle.finish().unwrap();
}

fn logits(place: &Place, data: &str) -> BTreeMap<Uid, Vec<f32>> {
    let path = format!("{data}/teachers/ek55_action_gru.safetensors");
    let store = TeacherStore::open(&place.path().join(path)).unwrap();
    let row = |uid: i64| {
        let uid = Uid::Int(uid);
        store.row(&uid).map(|row| (uid.clone(), row.0.to_vec()))
    };
    (0..store.len() as i64).filter_map(row).collect()
}

#[test]
fn histories_made_beforehand_are_read_as_those_of_the_annotations() {
    let place = Place::new();
    let file = |name: &str| place.path().join(name);
    pickle(&file("train.pkl"), Split::Train, 1);
    pickle(&file("val.pkl"), Split::Val, 1);
    pickle(&file("twice.pkl"), Split::Val, 2);
    let made = |data: &'static str, files: &'static str| {
        for task in ["task=teacher_finetune", "task=teacher_predict"] {
            succeed(of(&place, "ek55_teacher_action_gru", &[data, files, task]));
        }
        logits(&place, data.split_once('=').unwrap().1)
    };
    let expected = made("paths.data=a", "history.files=null");
    assert!(expected.len() > 1000);
    assert_eq!(made("paths.data=b", "history.files=[train.pkl,val.pkl]"), expected);
    let twice = made("paths.data=c", "history.files=[train.pkl,twice.pkl]");
    for (uid, logits) in &expected {
        let close = logits.iter().zip(&twice[uid]).all(|(a, b)| (a - b).abs() < 1e-4);
        assert!(close, "{uid}: the mean of two alike");
    }

    let refused = |files: &str, expected: &str| {
        let files = format!("history.files={files}");
        refuse(of(&place, "ek55_teacher_action_gru", &["paths.data=d", &files]), expected);
    };
    refused("[train.pkl]", "names 1 files for 2 data sets");
    refused("[val.pkl,train.pkl]", "it has no segment");
    refused("[train.pkl,none.pkl]", "none.pkl");
    assert!(!place.path().join("d").exists());
}

#[test]
fn a_run_stands_for_the_weights_that_it_left() {
    let place = Place::new();
    succeed(of(&place, "pretrain_bert", &["hydra.run.dir=pretraining"]));
    let finetuned = |weights: &'static str, folder: &'static str| {
        let more = [
            "lm.size=published",
            "lm.folder=data/lm/recipes_bert",
            "train.max_steps_per_epoch=1",
            weights,
            folder,
        ];
        let said = succeed(of(&place, "ek55_teacher_bert", &more));
        let folder = place.path().join(folder.split_once('=').unwrap().1);
        (said, TensorFile::read(&folder.join("model.safetensors")).unwrap().tensors)
    };
    let (_, of_folder) = finetuned("lm.weights=data/lm/recipes_bert", "finetune.folder=a");
    let (said, of_run) = finetuned("lm.weights=pretraining", "finetune.folder=b");
    assert!(said.contains("pretraining/checkpoints/last.safetensors"), "{said}");
    assert!(of_run == of_folder, "the weights of the run are those of its folder");
    let file = "lm.weights=data/lm/recipes_bert/model.safetensors";
    assert!(finetuned(file, "finetune.folder=c").1 == of_folder, "and those of a file");

    let checked = |weights: &'static str| {
        let conf = crate::support::repository().join("conf").display().to_string();
        let args = ["data", "check", "--config-path", &conf, "+experiment=ek55_teacher_bert"];
        let more = ["+debug=synthetic", "lm.size=published", "lm.folder=data/lm/recipes_bert"];
        place.command(args.into_iter().chain(more).chain([weights])).output().unwrap()
    };
    for weights in ["lm.weights=pretraining", file, "lm.weights=data/lm/recipes_bert"] {
        let output = checked(weights);
        assert!(output.status.success(), "{weights}: {}", crate::support::stdout(&output));
    }
    assert_eq!(checked("lm.weights=nowhere").status.code(), Some(2));
}

#[test]
fn past_actions_are_left_out_of_histories_alone_that_are_read_as_actions() {
    let place = Place::new();
    let weights = |data: &'static str, thinning: &'static str| {
        succeed(of(&place, "ek55_teacher_action_gru", &[data, thinning]));
        let path = place.path().join(data.split_once('=').unwrap().1).join("lm/ek55_action_gru");
        TensorFile::read(&path.join("model.safetensors")).unwrap().tensors
    };
    let whole = weights("paths.data=a", "finetune.input_thinning=0.0");
    assert!(whole != weights("paths.data=b", "finetune.input_thinning=0.5"));
    for (experiment, share, expected) in [
        ("ek55_teacher_action_ngram", "0.5", "for `action_gru` and `action_transformer` alone"),
        ("ek55_teacher_bert", "0.5", "for `action_gru` and `action_transformer` alone"),
        ("ek55_teacher_action_gru", "1.0", "finetune.input_thinning"),
    ] {
        let share = format!("finetune.input_thinning={share}");
        refuse(of(&place, experiment, &["paths.data=c", &share]), expected);
    }
}

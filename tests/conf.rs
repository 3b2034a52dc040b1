//! `conf/`: everything in it composes, alone and with what is meant to go with it, and passes the
//! typed config; what is wrong is refused with the key, the place and what to write instead.

use std::path::{Path, PathBuf};

use runner::config::{
    ComposeRequest, ConfigErrors, Origin, OverrideArg, Resolved, Runtime, compose,
};
use runner::experiment::config::{
    DatasetConfig, ExperimentConfig, FrozenOverlap, FuturePredictor, MissingPrediction, Optimizer,
    ReaderConfig, Scheduler, TeacherSource,
};

/// What combines with every experiment.
const WITH: [&[&str]; 8] = [
    &[],
    &["+debug=tiny"],
    &["+debug=synthetic"],
    &["+features=simulated"],
    &["+features=simulated", "+debug=tiny"],
    &["+features=simulated", "+debug=synthetic"],
    &["+compat=avt"],
    &["+features=simulated", "+debug=tiny", "+compat=avt"],
];

fn conf() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("conf")
}

fn resolved(overrides: &[&str]) -> Result<Resolved, Vec<String>> {
    let mut request = ComposeRequest::new(conf(), Runtime::new("/somewhere".into()));
    request.overrides = (1..)
        .zip(overrides)
        .map(|(index, text)| OverrideArg {
            text: (*text).to_owned(),
            origin: Origin::argument(index, text),
        })
        .collect();
    let said = |errors: ConfigErrors| errors.iter().map(ToString::to_string).collect::<Vec<_>>();
    Ok(compose(&request).map_err(said)?.resolve_in_parts())
}

fn typed(overrides: &[&str]) -> Result<ExperimentConfig, Vec<String>> {
    let resolved = resolved(overrides)?;
    ExperimentConfig::from_resolved(&resolved)
        .map_err(|errors| errors.iter().map(ToString::to_string).collect())
}

fn good(overrides: &[&str]) -> ExperimentConfig {
    typed(overrides).unwrap_or_else(|errors| panic!("{overrides:?}:\n{}", errors.join("\n")))
}

fn options(group: &str) -> Vec<String> {
    let entries = runner::files::list(&conf().join(group)).expect("a group of conf/");
    entries.iter().filter_map(|e| e.name.strip_suffix(".yaml")).map(str::to_owned).collect()
}

fn experiments() -> Vec<String> {
    options("experiment").into_iter().map(|name| format!("+experiment={name}")).collect()
}

#[test]
fn every_experiment_with_every_option() {
    for experiment in experiments() {
        for with in WITH {
            let overrides = [&[&*experiment], with].concat();
            let config = good(&overrides);
            let name = format!("+experiment={}", config.run.expt_name);
            assert_eq!(name, experiment, "an experiment is named as its file");
        }
    }
}

#[test]
fn every_teacher() {
    for teacher in options("teacher").iter().filter(|name| *name != "none") {
        let chosen = format!("teacher={teacher}");
        let config = good(&["+experiment=ek55_avt_tsn", &chosen, "distill=1"]);
        assert_eq!(config.teacher.name.as_ref(), Some(teacher));
        let file = format!("DATA/teachers/{teacher}.safetensors");
        assert!(config.teacher.store.is_some_and(|store| store.ends_with(file)));
    }
}

#[test]
fn every_option_of_the_model_and_the_optimiser() {
    for (group, base) in [
        ("opt/optimizer", "+experiment=ek55_avt_tsn"),
        ("opt/scheduler", "+experiment=ek55_avt_tsn"),
        ("model/backbone", "+experiment=ek55_avt_tsn"),
        ("model/classifier", "+experiment=ek55_avt_tsn"),
        ("model/temporal_aggregator", "+debug=synthetic"),
    ] {
        for option in options(group) {
            let chosen = format!("{group}={option}");
            let no_feat = "train.train_one_epoch_fn.loss_wts.feat=0";
            good(&[base, &chosen, no_feat]);
        }
    }
    for set in ["epic_kitchens/anticipation_val", "synthetic/anticipation_val"] {
        let chosen = format!("+dataset@dataset_eval2={set}");
        let config = good(&["+experiment=ek55_avt_tsn", "+features=simulated", &chosen, READ]);
        let names: Vec<&str> = config.dataset_eval.iter().map(|(name, _)| &**name).collect();
        assert_eq!(names, ["", "2"]);
    }
}

/// `+features=simulated` knows the data sets of the experiment, not those added beside it.
const READ: &str = "++dataset_eval2.reader_fn=${features}";

#[test]
fn the_main_experiment_is_the_published_one() {
    let config = good(&["+experiment=ek55_ensemble"]);
    assert_eq!(config.train.train_one_epoch_fn.loss_wts.distill, 20.0);
    assert_eq!((config.teacher.kl.temperature, config.teacher.kl.top_k), (5.0, Some(50)));
    let Some(TeacherSource::Store(store)) = config.teacher.source() else { panic!("no store") };
    assert!(store.ends_with("DATA/teachers/ek55_ensemble.safetensors"));
    let FuturePredictor::Avth(avth) = &config.model.future_predictor else { panic!("no AVT-h") };
    assert_eq!((avth.n_head, avth.n_layer, avth.inter_dim), (8, 12, 2048));
    assert_eq!((config.model.backbone_dim, config.data_train.num_frames), (1024, 10));
}

#[test]
fn a_weight_has_two_names() {
    let short = good(&["+experiment=ek55_ensemble", "distill=0.5"]);
    let long = "train.train_one_epoch_fn.loss_wts.distill=0.5";
    assert_eq!(short, good(&["+experiment=ek55_ensemble", long]));
}

#[test]
fn synthetic_replaces_data_and_sizes_of_every_experiment() {
    for experiment in experiments() {
        let config = good(&[&experiment, "+debug=synthetic"]);
        for (key, set) in config.datasets() {
            assert!(matches!(set, DatasetConfig::Synthetic(_)), "{experiment}: {key}");
        }
        let FuturePredictor::Avth(avth) = &config.model.future_predictor else { panic!("AVT-h") };
        assert!(avth.inter_dim <= 64 && avth.n_layer <= 2, "{experiment}");
        assert!(matches!(config.opt.optimizer, Optimizer::Adam(_)), "{experiment}");
        assert!(config.teacher.source().is_none_or(|s| s == TeacherSource::Simulated));
        assert!(config.train.num_epochs <= 20, "{experiment}");
    }
    good(&["+debug=synthetic"]);
    good(&["+features=simulated", "+debug=tiny"]);
}

#[test]
fn simulated_features_need_annotations_only() {
    for experiment in experiments() {
        let config = good(&[&experiment, "+features=simulated"]);
        for (key, set) in config.datasets() {
            assert!(
                matches!(set.reader(), Some(ReaderConfig::Simulated(_))),
                "{experiment}: {key}"
            );
            assert!(matches!(set, DatasetConfig::EpicKitchens(_)), "{experiment}: {key}");
        }
        assert!(config.teacher.source().is_none_or(|s| s == TeacherSource::Simulated));
    }
}

#[test]
fn compat_sets_what_the_original_does() {
    let config = good(&["+debug=synthetic", "+compat=avt"]);
    assert_eq!(config.teacher.missing, MissingPrediction::Uniform);
    assert_eq!(config.opt.frozen_overlap, FrozenOverlap::Freeze);
    assert_eq!(config.opt.warmup.min_lr, 1e-7);
    let Scheduler::Cosine(cosine) = &config.opt.scheduler else { panic!("cosine") };
    assert_eq!(cosine.final_lr, Some(3e-7));
    let sound = good(&["+debug=synthetic"]);
    assert_eq!(sound.teacher.missing, MissingPrediction::Error);
    assert_eq!(sound.opt.warmup.min_lr, 0.0);
}

/// Written as AVT's files are: keys added with `+`, nodes given whole, launcher settings.
#[test]
fn the_original_way_of_writing() {
    let reader = "+dataset_train.reader_fn={_target_: datasets.epic_kitchens.EpicRULSTMFeatsReader, \
                  lmdb_path: ${dataset.epic_kitchens.common.rulstm_feats_dir}/rgb/, read_type: normal}";
    let mut config = good(&[
        "model/temporal_aggregator=identity",
        "model/future_predictor=avth",
        "opt/optimizer=adam",
        "opt/scheduler=cosine",
        "opt.warmup.num_epochs=5",
        "opt.lr_wd=[[__all__,0.000005,0.0001]]",
        "model.backbone_dim=1024",
        "model.dropout=0.8",
        "+model.future_predictor.n_head=8",
        "+model.future_predictor.n_layer=12",
        "+model.future_predictor.inter_dim=2048",
        "+model.future_predictor.output_len=1",
        "+model.future_predictor.avg_last_n=1",
        "+model.future_predictor.return_past_too=true",
        "+model.future_predictor.future_pred_loss={_target_: torch.nn.MSELoss}",
        "train.batch_size=32",
        "eval.batch_size=32",
        "train.num_epochs=20",
        "train.train_one_epoch_fn.loss_wts.feat=2.0",
        "data_train.num_frames=10",
        "data_train.frame_rate=2",
        "data_eval=${data_train}",
        "dataset_train.sample_strategy=last_clip",
        "dataset_eval.sample_strategy=last_clip",
        "dataset_train.conv_to_anticipate_fn.tau_o=5",
        "dataset_eval.conv_to_anticipate_fn.tau_o=5",
        "+dataset_train.conv_to_anticipate_fn.drop_style=correct",
        reader,
        "+dataset_eval.reader_fn=${dataset_train.reader_fn}",
        "expt_name=ek55_avt_tsn",
        "hydra.launcher.nodes=1",
        "hydra.launcher.gpus_per_node=4",
    ]);
    let recipe = good(&["+experiment=ek55_avt_tsn"]);
    // The recipe chooses the original's side of docs/faithful.md.
    config.teacher = recipe.teacher.clone();
    config.opt = recipe.opt.clone();
    config.eval = recipe.eval.clone();
    config.data_train.seg_label_overlap = recipe.data_train.seg_label_overlap;
    config.data_eval.seg_label_overlap = recipe.data_eval.seg_label_overlap;
    assert_eq!(config, recipe);
}

/// Each row: what is added to `+experiment=ek55_ensemble`, and what the errors must say.
#[test]
fn what_is_wrong_is_refused_with_key_and_place() {
    const WTS: &str = "train.train_one_epoch_fn.loss_wts";
    let rows: &[(&[&str], &[&str])] = &[
        // names
        (&["trian.batch_size=4"], &["trian"]),
        (&["train.batchsize=4"], &["train.batchsize", "batchsize"]),
        (
            &["+train.batchsize=4"],
            &["`train.batchsize`: unknown key", "+train.batchsize=4", "batch_size"],
        ),
        (&["+typo=1"], &["`typo`: unknown key", "+typo=1", "teacher"]),
        (&["+hydra.job.typo=1"], &["`hydra.job.typo`: unknown key", "chdir"]),
        (&["+hydra.typo=1"], &["`hydra.typo`: unknown key", "searchpath"]),
        (&["+model.future_predictor.n_heads=4"], &["model.future_predictor.n_heads", "n_head"]),
        (&["+opt.optimizer.nesterov=true"], &["opt.optimizer.nesterov", "betas"]),
        (&["+dataset.epic_kitchens.common.lable_type=verb"], &["lable_type", "label_type"]),
        (&["opt/optimizer=adm"], &["opt/optimizer/adm"]),
        (&["teacher=ek55_gpt"], &["teacher/ek55_gpt"]),
        (&["+experiment=ek55_ensemble2"], &["ek55_ensemble2"]),
        // types
        (&["train.batch_size=many"], &["train.batch_size", "many", "train.batch_size=many"]),
        (&["train.batch_size=-1"], &["train.batch_size", "-1"]),
        (&["train.batch_size=1.5"], &["train.batch_size", "1.5"]),
        (&["distill=much"], &["`distill`", "much"]),
        (&["model.dropout=null"], &["model.dropout"]),
        (&["teacher.missing=maybe"], &["teacher.missing", "maybe", "error, uniform, skip"]),
        (&["opt.lr_wd=[[__all__,0.1]]"], &["opt.lr_wd"]),
        (&["opt.lr_wd=0.1"], &["opt.lr_wd"]),
        (
            &["model.backbone._target_=torchvision.r3d"],
            &["`model.backbone._target_`", "argument 2", "torch.nn.Identity"],
        ),
        (&["dataset_train.label_type=[action,colour]"], &["label_type", "colour", "noun"]),
        (&["data_train.scale_h=tall"], &["data_train.scale_h", "tall"]),
        (&["task=dance"], &["`task`", "dance", "train"]),
        // values
        (&["train.batch_size=0"], &["train.batch_size", "at least 1"]),
        (&["model.dropout=1"], &["model.dropout", "below 1"]),
        (&["distill=-1"], &["`distill`", "at least 0", "distill=-1"]),
        (&["teacher.kl.temperature=0"], &["teacher.kl.temperature", "above 0"]),
        (&["teacher.kl.top_k=0"], &["teacher.kl.top_k", "at least 1"]),
        (&["data_train.frame_rate=0"], &["data_train.frame_rate", "above 0"]),
        // combinations
        (&["teacher=none"], &["`distill`", "teacher.store", "teacher=<name>"]),
        (&["teacher.store=null"], &["`distill`", "teacher.store"]),
        (&["ens_distill=1"], &["`ens_distill`", "several predictions"]),
        (&["model.future_predictor.n_head=7"], &["model.future_predictor.n_head", "2048"]),
        (&["model.future_predictor.output_len=0"], &["output_len", "at least 1"]),
        (&["model.future_predictor.avg_last_n=-1"], &["after_future_pred", "mean"]),
        (&["model.future_predictor.future_pred_loss=null"], &[WTS, "feat", "future_pred_loss"]),
        (&["data_train.num_frames=1"], &[WTS, "feat", "mean of nothing"]),
        (&["model.classifier_on_past=true"], &["data_train.subclips.num_frames"]),
        (
            &["train.train_one_epoch_fn.loss_wts.past_cls_action=1"],
            &["past_cls_action", "classifier_on_past"],
        ),
        (&["opt.warmup.num_epochs=30"], &["opt.scheduler.num_epochs", "opt.warmup.num_epochs=30"]),
        (
            &["opt.frozen_overlap=refuse", "opt.lr_wd=[[__all__,0.1,0],[backbone,0,0]]"],
            &["opt.lr_wd", "`backbone`", "frozen_overlap"],
        ),
        (
            &["dataset_eval.label_type=verb"],
            &["dataset_eval.label_type", "dataset_train.label_type"],
        ),
        (&["~dataset_eval"], &["dataset_eval"]),
        (
            &["~dataset_eval.reader_fn", "~dataset_train.reader_fn"],
            &["dataset_train", "+features=simulated"],
        ),
        // what there is not
        (&["sync_bn=true"], &["sync_bn", "false"]),
        (&["opt.classifier_only=true"], &["opt.classifier_only", "classifiers"]),
        (&["train.init_from_model=[[backbone,a.pth]]"], &["train.init_from_model"]),
        (
            &["+dataset@dataset_train2=epic_kitchens/anticipation_train"],
            &["dataset_train2", "not joined"],
        ),
        (&["model.add_regression_head=true"], &["add_regression_head"]),
    ];
    for (wrong, said) in rows {
        let overrides = [&["+experiment=ek55_ensemble"][..], wrong].concat();
        let errors = match typed(&overrides) {
            Ok(_) => panic!("{wrong:?} is accepted"),
            Err(errors) => errors.join("\n"),
        };
        for part in *said {
            assert!(errors.contains(part), "{wrong:?}: no `{part}` in\n{errors}");
        }
    }
}

#[test]
fn all_errors_at_once() {
    let wrong = ["train.batch_size=many", "+typo=1", "device=[]", "teacher.missing=maybe"];
    let errors = typed(&[&["+experiment=ek55_ensemble"][..], &wrong].concat()).unwrap_err();
    assert_eq!(errors.len(), wrong.len(), "{errors:#?}");
    for (one, argument) in wrong.iter().zip(1..) {
        let place = one.split('=').next().unwrap().trim_start_matches('+');
        assert!(errors.iter().any(|e| e.contains(place)), "{argument}: {one}: {errors:#?}");
    }
    let rules = ["model.dropout=2", "teacher.kl.temperature=-1", "train.batch_size=0"];
    let errors = typed(&[&["+experiment=ek55_ensemble"][..], &rules].concat()).unwrap_err();
    assert_eq!(errors.len(), rules.len(), "{errors:#?}");
}

#[test]
fn open_nodes_take_new_keys() {
    let base = "+experiment=ek55_ensemble";
    let free = ["+extra.note=anything", "+extra.width={a: [1, 2]}", "+hydra.job.env_set.X=1"];
    good(&[&[base][..], &free].concat());
    good(&[base, "+extra.width=512", "model.future_predictor.inter_dim=${extra.width}"]);
}

#[test]
fn everything_wrong_is_told_at_once_each_mistake_once() {
    let wrong = [
        "+typo=1",
        "train.batch_size=many",
        "data_train.num_frames=few",
        "data_train.scale_h=tall",
        "opt.optimizer._target_=torch.optim.Adamm",
        "opt.lr_wd=[[__all__,0.1]]",
        "+dataset_train.conv_to_anticipate_fn.dropstyle=x",
        "distill=${nowhere}",
        "device=gpu",
        "hydra.sweep.dir=${nowhere}",
    ];
    let errors = typed(&[&["+experiment=ek55_ensemble"][..], &wrong].concat()).unwrap_err();
    assert_eq!(errors.len(), wrong.len(), "{}", errors.join("\n"));
    for (index, (error, wrong)) in errors.iter().zip(wrong).enumerate() {
        assert!(error.contains(&format!("at argument {} `{wrong}`", index + 2)), "{error}");
    }
    assert!(errors[2].contains(", data_eval.num_frames,"), "{}", errors[2]);
}

#[test]
fn options_before_the_experiment_are_refused() {
    for option in ["+debug=synthetic", "+debug=tiny", "+features=simulated", "+compat=avt"] {
        let errors = typed(&[option, "+experiment=ek55_avt_tsn"]).unwrap_err().join("\n");
        let instead = format!("expected one of: +experiment=ek55_avt_tsn {option}");
        assert!(errors.contains(&instead), "{option}: {errors}");
    }
}

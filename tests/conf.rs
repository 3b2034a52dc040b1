//! `conf/`: everything in it composes, alone and with what is meant to go with it, and passes the
//! typed config; what is wrong is refused with the key, the place and what to write instead.
//!
//! | module | what |
//! |---|---|
//! | `tree` | every option of every group, and AVT's |
//! | `needs` | which files each recipe reads |
//! | `published` | the recipes' numbers are the published ones |
//! | `refused` | what is wrong, and what is said of it |
//! | `unavailable` | what is typed and cannot be run yet |

use std::path::{Path, PathBuf};

use runner::config::{
    ComposeRequest, ConfigErrors, Origin, OverrideArg, Resolved, Runtime, compose,
};
use runner::experiment::config::{
    DatasetConfig, ExperimentConfig, FrozenOverlap, FuturePredictor, MissingPrediction, Optimizer,
    ReaderConfig, Scheduler, TeacherSource, TimePrecision,
};

#[path = "conf/needs.rs"]
mod needs;
#[path = "conf/published.rs"]
mod published;
#[path = "conf/refused.rs"]
mod refused;
#[path = "conf/tree.rs"]
mod tree;
#[path = "conf/unavailable.rs"]
mod unavailable;

/// What combines with every experiment.
const WITH: [&[&str]; 11] = [
    &[],
    &["+debug=tiny"],
    &["+debug=synthetic"],
    &["+debug=synthetic_video"],
    &["+features=pictures"],
    &["+features=pictures", "+debug=tiny"],
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
        assert!(config.teacher.store.is_some_and(|stores| stores[0].ends_with(file)));
        let made_by = config.teacher.made_by.map(|name| format!("+experiment={name}"));
        assert!(made_by.is_some_and(|name| experiments().contains(&name)), "{teacher}");
    }
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
            assert!(!matches!(set, DatasetConfig::Synthetic(_)), "{experiment}: {key}");
        }
        assert!(config.teacher.source().is_none_or(|s| s == TeacherSource::Simulated));
    }
}

#[test]
fn made_up_pictures_leave_the_backbone() {
    for experiment in experiments() {
        let config = good(&[&experiment, "+features=pictures"]);
        for (key, set) in config.datasets() {
            let painted = matches!(set.reader(), Some(ReaderConfig::Painted(_)));
            assert!(painted && set.reads_pictures(), "{experiment}: {key}");
        }
        assert_eq!(config.model.backbone, good(&[&experiment]).model.backbone);
        let config = good(&[&experiment, "+debug=synthetic_video"]);
        let mut sets = config.datasets();
        assert!(sets.all(|(_, set)| set.reads_pictures() && set.videos().is_none()));
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
    let precision = |overrides: &[&str]| match &good(overrides).dataset_train[0].1 {
        DatasetConfig::BreakfastSalads(set) => set.time_precision,
        set => panic!("{set:?}"),
    };
    let breakfast = "dataset@dataset_train=breakfast/anticipation_train";
    assert_eq!(precision(&[breakfast]), TimePrecision::Full);
    assert_eq!(precision(&[breakfast, "+compat=avt"]), TimePrecision::Half);
    assert_eq!(precision(&["+experiment=50salads_avt"]), TimePrecision::Half);
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
    for (ours, its) in
        [(&mut config.data_train, &recipe.data_train), (&mut config.data_eval, &recipe.data_eval)]
    {
        ours.seg_label_overlap = its.seg_label_overlap;
        ours.color_matrix = its.color_matrix;
    }
    assert_eq!(config, recipe);
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
fn rules_are_asked_where_the_keys_they_are_about_can_be_read() {
    let base = "+experiment=ek55_ensemble";
    let wrong = [base, "data_train.workers=many", "opt.warmup.num_epochs=-1", "+typo=1"];
    let errors = typed(&wrong).unwrap_err().join("\n");
    for part in ["`data_train.workers`: expected", "`opt.warmup.num_epochs`: must be", "`typo`"] {
        assert!(errors.contains(part), "`{part}` in {errors}");
    }
    let wrong = [base, "opt.optimizer.eps=x", "opt.warmup.num_epochs=-1"];
    let errors = typed(&wrong).unwrap_err();
    assert_eq!(errors.len(), 1, "{errors:#?}");
}

#[test]
fn options_before_the_experiment_are_refused() {
    for option in ["+debug=synthetic", "+debug=tiny", "+features=simulated", "+compat=avt"] {
        let errors = typed(&[option, "+experiment=ek55_avt_tsn"]).unwrap_err().join("\n");
        let instead = format!("expected one of: +experiment=ek55_avt_tsn {option}");
        assert!(errors.contains(&instead), "{option}: {errors}");
    }
}

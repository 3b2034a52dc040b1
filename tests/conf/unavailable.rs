//! What is typed and cannot be run yet: it composes, passes every check, and says so when started.

use runner::experiment::config::{ExperimentConfig, Task};

use super::{experiments, good, resolved};

/// What cannot be run of a config that is right in itself.
fn unavailable(overrides: &[&str]) -> Vec<String> {
    let resolved = resolved(overrides).unwrap_or_else(|e| panic!("{overrides:?}: {e:?}"));
    let config = ExperimentConfig::from_resolved(&resolved)
        .unwrap_or_else(|e| panic!("{overrides:?}: {e:?}"));
    config.unavailable(&resolved).iter().map(ToString::to_string).collect()
}

#[test]
fn every_student_runs_on_a_generated_world() {
    let mut students = 0;
    for experiment in experiments() {
        if good(&[&experiment]).run.task == Task::Train {
            for debug in ["+debug=synthetic", "+debug=synthetic_video"] {
                let found = unavailable(&[&experiment, debug]);
                assert!(found.is_empty(), "{experiment} {debug}: {found:?}");
            }
            students += 1;
        }
    }
    assert!(students >= 40, "{students} students");
}

#[test]
fn students_over_frames_run_on_videos_and_on_simulated_features() {
    for experiment in [
        "ek55_avt",
        "ek55_avt_forAR",
        "egtea_avt",
        "egtea_bert",
        "ek100_avt_longer",
        "50salads_avt",
    ] {
        let experiment = format!("+experiment={experiment}");
        for features in [&[][..], &["+features=simulated"], &["+features=pictures"]] {
            let found = unavailable(&[&[experiment.as_str()][..], features].concat());
            assert!(found.is_empty(), "{experiment} {features:?}: {found:?}");
        }
    }
}

/// Each row: what is chosen, the key that is told, what is said of it, and what to write instead.
#[test]
fn a_backbone_sees_what_is_read() {
    let rows: &[(&[&str], &str, &str, &str)] = &[
        (&[], "`model.backbone`", "dataset_train reads pictures", "r3d_18"),
        (
            &["+experiment=ek55_avt", "model/backbone=identity"],
            "`model.backbone`",
            "reads pictures",
            "avt_b",
        ),
        (
            &["+experiment=ek55_avt_tsn", "dataset_eval.reader_fn=null"],
            "`model.backbone`",
            "dataset_eval reads pictures",
            "+features=simulated",
        ),
        (
            &["+experiment=ek55_avt_tsn", "+features=pictures"],
            "`model.backbone`",
            "pictures",
            "r3d_18",
        ),
        (
            &["+experiment=ek55_avt_tsn", "model/backbone=r3d_18", "model.backbone_dim=512"],
            "`model.backbone`",
            "sees pictures, and dataset_train reads features",
            "dataset_train.reader_fn=null",
        ),
        (
            &["+experiment=ek55_avt", "data_eval.scale_h=200"],
            "`data_eval.crop_size`",
            "scaled to 200 pixels",
            "",
        ),
        (
            &["+experiment=ek55_avt", "data_eval.crop_size=192"],
            "`data_eval.crop_size`",
            "pictures of 224 x 224",
            "expected one of: 224",
        ),
        (
            &["+experiment=ek55_avt", "dataset_train.root=[]"],
            "`dataset_train.root`",
            "no directory",
            "",
        ),
    ];
    for (chosen, key, said, instead) in rows {
        let found = unavailable(chosen);
        let told = |e: &String| [key, said, instead].iter().all(|part| e.contains(*part));
        assert!(found.iter().any(told), "{chosen:?}: no {key} {said} {instead} in {found:#?}");
    }
    let colours = ["+experiment=ek55_avt", "+features=pictures", "model/backbone=identity"];
    let found = unavailable(&[&colours[..], &["model.backbone_dim=3"]].concat());
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn convolutional_backbones_see_pictures() {
    for (option, dropped, width) in [
        ("bn_inception", 0, 1024),
        ("r3d_18", 2, 512),
        ("r2plus1d_18", 2, 512),
        ("r2plus1d_34", 3, 256),
        ("r2plus1d_152", 2, 2048),
        ("ir_csn_152", 2, 2048),
        ("ip_csn_152", 4, 512),
        ("ip_csn_50", 2, 2048),
    ] {
        let found = unavailable(&[
            "+experiment=ek55_ensemble",
            "+features=pictures",
            &format!("model/backbone={option}"),
            &format!("model.backbone_last_n_modules_to_drop={dropped}"),
            &format!("model.backbone_dim={width}"),
            "data_train.crop_size=96",
            "data_eval.crop_size=96",
        ]);
        assert!(found.is_empty(), "{option}: {found:?}");
    }
}

#[test]
fn every_teacher_runs_on_real_and_on_a_generated_world() {
    for experiment in experiments() {
        if good(&[&experiment]).run.task != Task::Train {
            for debug in ["+debug=tiny", "+debug=synthetic"] {
                let found = unavailable(&[&experiment, debug]);
                assert!(found.is_empty(), "{experiment} {debug}: {found:?}");
            }
        }
    }
}

/// Each row: what is added to `+experiment=ek55_ensemble`, the key that is told, and its place.
#[test]
fn keys_that_ask_for_what_there_is_not() {
    let rows: &[(&[&str], &str)] = &[(&["sync_bn=true"], "`sync_bn`")];
    for (asks, said) in rows {
        let found = unavailable(&[&["+experiment=ek55_ensemble"][..], asks].concat());
        let told = found.iter().any(|e| {
            e.contains(said) && e.contains("not available in this version") && e.contains("at ")
        });
        assert!(told, "{asks:?}: no {said} in {found:#?}");
    }
}

#[test]
fn a_clip_that_nothing_reads_is_refused_for_good() {
    let asks = ["+experiment=ek55_ensemble", "+dataset_eval.return_unsampled_video=true"];
    let found = unavailable(&asks).join("\n");
    for said in ["`dataset_eval.return_unsampled_video`", "no part of a run reads", "at "] {
        assert!(found.contains(said), "no {said} in {found}");
    }
    assert!(!found.contains("not available in this version"), "{found}");
}

#[test]
fn what_runs_beside_the_recipes() {
    const NO_FEAT: &str = "train.train_one_epoch_fn.loss_wts.feat=0";
    const SAME_READER: &str = "+dataset_train2.reader_fn=${dataset_train.reader_fn}";
    const CENTROIDS: [&str; 3] = [
        "+model.future_predictor.assign_to_centroids=centroids.pth",
        "+model.future_predictor.quantize_before_rollout=true",
        "model.future_predictor.future_pred_loss._target_=\
         loss_fn.multidim_xentropy.MultiDimCrossEntropy",
    ];
    let rows: &[&[&str]] = &[
        &["opt/optimizer=adamW", "+model.future_predictor.n_inner=128"],
        &["opt/optimizer=adafactor", "opt/scheduler=linear", "+opt.optimizer.beta1=0.9"],
        &["+opt.optimizer.amsgrad=true", "opt/optimizer=adam", "opt/scheduler=constant"],
        &["opt.classifier_only=true", "opt.lr_wd=[[classifiers,0.1,0]]"],
        &["train.accumulate_steps=2", "train.ema_decay=0.99", "train.early_stop_patience=3"],
        &["train.gradient_checkpointing=true", "train.precision=bf16"],
        &["train.train_one_epoch_fn.save_freq=0.25"],
        &["model/temporal_aggregator=rulstm", NO_FEAT],
        &["model/temporal_aggregator=transformer", "model/classifier=mlp", NO_FEAT],
        &["model.add_regression_head=true", "model.project_dim_for_nce=64"],
        &["+dataset@dataset_train2=epic_kitchens/anticipation_train", SAME_READER],
        &[
            "train_eval_op=pred_future_feat",
            "+dataset_train.return_future_clips_too=true",
            "+dataset_train.conv_to_anticipate_fn.future_clip_ratios=[0.5,1]",
        ],
        &[
            "+dataset_train.repeat_data_times=2",
            "+dataset_train.uid_subset=[1,P01_2]",
            "+dataset_train.class_balanced_sampling=true",
            "+dataset_train.random_seed=3",
        ],
        &["dataset_eval.conv_to_anticipate_fn.drop_style=rulstm"],
        &[
            "~dataset_eval.conv_to_anticipate_fn",
            "+dataset_eval.conv_to_anticipate_fn_runtime=${dataset_train.conv_to_anticipate_fn}",
        ],
        &["+dataset_train.process_df_before_read_fn=null", "+dataset_train.dummy_label=0"],
        &["+dataset_eval.load_long_term_future_labels=20"],
        &[
            "++dataset_train.reader_fn=${extra.r}",
            "++dataset_eval.reader_fn=${extra.r}",
            "+extra.r={_target_: datasets.reader_fns.VideoAsLabelOnehotReader, num_classes: 2513}",
            "model.backbone_dim=2513",
        ],
        &[
            "dataset@dataset_train=breakfast/anticipation_train",
            "dataset@dataset_eval=breakfast/anticipation_val",
            "teacher.simulate=true",
            "++dataset_train.reader_fn=${extra.r}",
            "++dataset_eval.reader_fn=${extra.r}",
            "+extra.r={_target_: datasets.breakfast_50salads.SenerFeatsReader, feat_dir: gz, \
             frame_rate: 15, format_reader: {_target_: datasets.breakfast_50salads.GZFormatReader}}",
        ],
        &["teacher.kl.classes=top_middle_bottom"],
        &["+dataset_train.sample_clips_densely=true"],
        &[
            "+dataset_eval.sample_clips_densely_fn._target_=\
             datasets.base_video_dataset.dense_clip_sampler",
            "+dataset_eval.sample_clips_densely_fn.stride=0.5",
            "+dataset_eval.sample_clips_densely_fn.shard_per_worker=true",
        ],
        &["model.future_predictor.future_pred_loss._target_=loss_fn.mse.NormedMSE"],
        &[
            "model.future_predictor.future_pred_loss._target_=\
             loss_fn.simclr_infonce.MultiDimDistributedSimclrInfoNCELoss",
            "+model.future_predictor.future_pred_loss.temperature=0.2",
        ],
        &["+model.future_predictor.output_attentions=true", "eval.eval_fn.store_endpoint=gpt2_att"],
        &[
            "+model.future_predictor.activation_function=relu",
            "+model.future_predictor.initializer_range=0.1",
            "+model.future_predictor.freeze_encoder_decoder=true",
        ],
        &CENTROIDS,
        &["train_eval_op/cls_loss_acc_fn=no"],
        &["train_eval_op.cls_loss_acc_fn.balance_classes=true"],
        &[
            "test_only=true",
            "model.future_predictor.output_len=-1",
            "+model.future_predictor.output_len_eval=1",
        ],
    ];
    for asks in rows {
        let found = unavailable(&[&["+experiment=ek55_ensemble"][..], asks].concat());
        assert!(found.is_empty(), "{asks:?}: {found:?}");
    }
    let found = unavailable(&["model/future_predictor=mlp", "+features=simulated"]);
    assert!(found.is_empty(), "{found:?}");
}

/// What a recipe asks of its losses and of labels of sub-clips is nothing to an extraction.
#[test]
fn features_of_clips_are_extracted_by_a_recipe_that_labels_frames() {
    let found = unavailable(&[
        "+experiment=ek55_avt",
        "task=extract_features",
        "+extract=lmdb",
        "model/backbone=r3d_18",
        "model.backbone_last_n_modules_to_drop=2",
        "model.backbone_dim=512",
        "data_eval.num_frames=16",
        "data_eval.subclips={num_frames: 16, stride: 16}",
    ]);
    assert!(found.is_empty(), "{found:?}");
}

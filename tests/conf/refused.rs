//! What is wrong, and what must be said of it.

use super::typed;

const WTS: &str = "train.train_one_epoch_fn.loss_wts";
const NO_FEAT: &str = "train.train_one_epoch_fn.loss_wts.feat=0";

const FUTURE: &str = "train_eval_op=pred_future_feat";
const CLIPS: &str = "+dataset_train.return_future_clips_too=true";

/// Each row: what is added to `+experiment=ek55_ensemble`, and what the errors must say.
const ROWS: &[(&[&str], &[&str])] = &[
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
    // terms that nothing gives
    (
        &["train.train_one_epoch_fn.loss_wts.tx_mlm=2"],
        &["loss_wts.tx_mlm", "is 2, and nothing gives this term", "cloze_loss_ratio"],
    ),
    (
        &["train.train_one_epoch_fn.loss_wts.cls_verb=0.5"],
        &["loss_wts.cls_verb", "`verb` in dataset_train.label_type"],
    ),
    (
        &["train.train_one_epoch_fn.loss_wts.pred=3"],
        &["loss_wts.pred", "train_eval_op=pred_future_feat"],
    ),
    // combinations
    (
        &["train_eval_op=pred_future_feat"],
        &["`dataset_train.return_future_clips_too`", "clips of the future"],
    ),
    (
        &[FUTURE, CLIPS, "train_eval_op.future_target=backbone_mean_projected"],
        &["`train_eval_op.future_target`", "model.project_dim_for_nce"],
    ),
    (
        &[FUTURE, CLIPS, "model.project_dim_for_nce=8", "train_eval_op.future_target=temp_agg"],
        &["`train_eval_op.future_target`", "has 1024 elements, the student predicts 8"],
    ),
    (
        &[FUTURE, CLIPS, "train_eval_op.incur_loss_style=together"],
        &["`train_eval_op.incur_loss_style`", "reg_criterion=simclr_infonce"],
    ),
    (
        &["+dataset_train.conv_to_anticipate_fn.future_clip_ratios=[1,-10]"],
        &["future_clip_ratios", "-10 is out of bounds"],
    ),
    (
        &[
            "+dataset_train.class_balanced_sampling=true",
            "dataset.epic_kitchens.common.label_type=[action,verb]",
        ],
        &["`dataset_train.label_type`", "one label type"],
    ),
    (
        &["ens_distill=1", "teacher.simulate=true", "teacher.simulated.teachers=1"],
        &["`teacher.simulated.teachers`", "weighs several"],
    ),
    (&["teacher=none"], &["`distill`", "teacher.store", "teacher=<name>"]),
    (&["teacher.store=null"], &["`distill`", "teacher.store"]),
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
    (&["dataset_eval.label_type=verb"], &["dataset_eval.label_type", "dataset_train.label_type"]),
    (&["~dataset_eval"], &["dataset_eval"]),
    (&["ens_distill=1", "teacher.attention.num_heads=3"], &["num_heads", "divide", "1024"]),
    (&["teacher.kl.classes=top_middle_bottom", "teacher.kl.top_k=null"], &["teacher.kl.top_k"]),
    (&["model/backbone=avt_b"], &["model.backbone_last_n_modules_to_drop", "expected one of: 0"]),
    (
        &["model/backbone=avt_b", "model.backbone_last_n_modules_to_drop=0"],
        &["model.backbone_dim", "gives 768"],
    ),
    (
        &["model/backbone=r3d_18", "model.backbone_last_n_modules_to_drop=0"],
        &["model.backbone_last_n_modules_to_drop", "its own classifier", "expected one of: 2"],
    ),
    (
        &["model/backbone=r3d_18", "model.backbone_last_n_modules_to_drop=7"],
        &["model.backbone_last_n_modules_to_drop", "seven modules", "expected one of: 2"],
    ),
    (
        &["model/backbone=ir_csn_152", "model.backbone_last_n_modules_to_drop=4"],
        &["model.backbone_dim", "gives 512"],
    ),
    (
        &["model/backbone=bn_inception", "data_train.crop_size=224"],
        &["data_eval.crop_size", "is 112", "a multiple of 32"],
    ),
    (&["model.bn.eps=0"], &["model.bn.eps", "above 0"]),
    (&["model.bn.mom=1.5"], &["model.bn.mom", "from 0 to 1"]),
    (
        &["model/temporal_aggregator=transformer", "+model.temporal_aggregator.nheads=7"],
        &["model.temporal_aggregator.nheads", "inter_rep, which is 512"],
    ),
    (&["+model.temporal_aggregator.nheads=2"], &["model.temporal_aggregator.nheads"]),
    (
        &["model/temporal_aggregator=transformer", "+model.temporal_aggregator.dropout=1"],
        &["model.temporal_aggregator.dropout", "below 1"],
    ),
    (
        &[
            "model/temporal_aggregator_after_future_pred=transformer",
            "model.future_predictor.avg_last_n=-1",
            "model.classifier_on_past=true",
        ],
        &["model.classifier_on_past", "1024 wide", "512 wide"],
    ),
    (
        &["model.use_cls_mappings=true", "model.classifier_on_past=true"],
        &["model.use_cls_mappings", "sequences"],
    ),
    (&["model.project_dim_for_nce=0"], &["model.project_dim_for_nce", "at least 1"]),
    (&["train.init_from_model=[[a,b,c,d]]"], &["train.init_from_model", "[module, path]"]),
    (&["train.ema_decay=1"], &["train.ema_decay", "below 1"]),
    (&["train.accumulate_steps=0"], &["train.accumulate_steps", "at least 1"]),
    (
        &["train.train_one_epoch_fn.save_freq=-1"],
        &["train.train_one_epoch_fn.save_freq", "at least 0"],
    ),
    (
        &["opt.classifier_only=true"],
        &["opt.lr_wd", "classifier_only=true", "[[classifiers,<learning rate>,<weight decay>]]"],
    ),
    (
        &["opt/optimizer=adafactor", "+opt.optimizer.decay_rate=0.8"],
        &["opt.optimizer.decay_rate", "0 or less"],
    ),
    (
        &[
            "opt/optimizer=adafactor",
            "+opt.optimizer.relative_step=false",
            "opt.optimizer.warmup_init=true",
        ],
        &["opt.optimizer.warmup_init", "relative_step=true"],
    ),
    (
        &["opt/scheduler=warmup_multi_step", "opt.scheduler.last_epoch=5"],
        &["opt.scheduler.last_epoch", "-1"],
    ),
    (
        &["train.early_stop_patience=3", "train.eval_freq=null"],
        &["train.early_stop_patience", "train.eval_freq"],
    ),
    (
        &[
            "dataset@dataset_eval=dundee50salads/anticipation_val",
            "dataset/dundee50salads/annot_reader_fn=abu_farha",
            "dataset.dundee50salads.annot_reader_fn.frame_rate=0",
        ],
        &["dataset_eval.annot_reader_fn.frame_rate", "above 0"],
    ),
    (
        &["dataset@dataset_eval=dundee50salads/anticipation_val", "dataset_eval.fold=6"],
        &["dataset_eval.fold", "1 to 5"],
    ),
    (
        &["+dataset_train.conv_to_anticipate_fn.future_clip_ratios=[1,20]"],
        &["future_clip_ratios", "20 is out of bounds"],
    ),
    (
        &["+dataset_train.conv_to_anticipate_fn_runtime=${dataset_eval.conv_to_anticipate_fn}"],
        &["`dataset_train.conv_to_anticipate_fn_runtime`", "set one of the two"],
    ),
    (
        &["+dataset_train.process_df_before_read_fn={_target_: a.function}"],
        &["process_df_before_read_fn", "no function can be given here", "null"],
    ),
    (
        &[
            "++dataset_train.reader_fn=${extra.r}",
            "+extra.r={_target_: datasets.reader_fns.VideoAsLabelOnehotReader, num_classes: 9}",
        ],
        &["`dataset_train.reader_fn.num_classes`", "is 9, model.backbone_dim is not"],
    ),
    (&["data_train.scale_h=280-248"], &["data_train.scale_h", "rising"]),
    (&["data_eval.eval_num_crops=2"], &["data_eval.eval_num_crops", "expected one of: 1, 3"]),
    (&["data_train.color_jitter_hue=0.6"], &["data_train.color_jitter_hue", "0 to 0.5"]),
    (&["data_train.color_jitter_contrast=-1"], &["color_jitter_contrast", "at least 0"]),
    (
        &[
            "+debug=synthetic",
            "dataset.synthetic.train.reader_fn=${extra.r}",
            "+extra.r={_target_: datasets.reader_fns.DefaultReader}",
        ],
        &["dataset_train.reader_fn", "LabelPictures"],
    ),
    (
        &[
            "+dataset_train.class_balanced_sampling=true",
            "train_eval_op.cls_loss_acc_fn.balance_classes=true",
        ],
        &["dataset_train.class_balanced_sampling", "balance_classes=true"],
    ),
    (
        &["train_eval_op/cls_loss_acc_fn=no", "distill=0", NO_FEAT],
        &["`train_eval_op.cls_loss_acc_fn`", "nothing is left to learn", "basic"],
    ),
    (
        &["train.train_one_epoch_fn.loss_wts.cls_action=0", "distill=0", NO_FEAT],
        &[WTS, "nothing is left to learn"],
    ),
    (
        &[
            "train_eval_op/cls_loss_acc_fn=no",
            "train.train_one_epoch_fn.loss_wts.past_cls_action=1",
        ],
        &["past_cls_action", "train_eval_op/cls_loss_acc_fn=basic"],
    ),
    (
        &["eval.eval_fn.store_endpoint=gpt2_att"],
        &["eval.eval_fn.store_endpoint", "output_attentions=true"],
    ),
    (&["eval.eval_fn.store_endpoint=fture"], &["eval.eval_fn.store_endpoint", "future_agg"]),
    // features that are stored
    (&["task=extract_features"], &["extract_features needs `extract`", "+extract=lmdb"]),
    (&["+extract=lmdb", "extract.frame_rate=60"], &["extract.frame_rate", "30 frames a second"]),
    (&["+extract=lmdb", "extract.frame_rate=0"], &["extract.frame_rate", "above 0"]),
    (&["+extract=lmdb", "extract.endpoint=logits"], &["extract.endpoint", "logits/action"]),
    (
        &[
            "task=extract_features",
            "+extract=lmdb",
            "data_eval.subclips.num_frames=1",
            "data_eval.subclips.stride=1",
        ],
        &["data_eval.subclips", "each with a `backbone_mean` of its own"],
    ),
    (&["eval.eval_fn.only_run_featext=true"], &["only_run_featext", "test_only=true"]),
    (
        &["+dataset_eval.sample_clips_densely_fn={_target_: \
             datasets.base_video_dataset.dense_clip_sampler, featext_skip_done: true}"],
        &["dataset_eval.sample_clips_densely_fn.featext_skip_done", "only_run_featext=true"],
    ),
    // what stands for a feature
    (
        &["+model.future_predictor.quantize_before_rollout=true"],
        &["quantize_before_rollout", "assign_to_centroids"],
    ),
    (
        &["model.future_predictor.future_pred_loss._target_=\
           loss_fn.multidim_xentropy.MultiDimCrossEntropy"],
        &["future_pred_loss", "the predictor gives features", "torch.nn.MSELoss"],
    ),
    (
        &["+model.future_predictor.assign_to_centroids=a.pth"],
        &["future_pred_loss", "scores of classes", "MultiDimCrossEntropy"],
    ),
    (
        &["model.intermediate_featdim=1", "+model.future_predictor.assign_to_centroids=a.pth"],
        &["assign_to_centroids", "are such already", "model.backbone_dim=1"],
    ),
    // tasks
    (&["task=teacher_finetune"], &["needs `lm`", "needs `history`", "needs `finetune`"]),
    (&["task=teacher_ensemble"], &["`task`", "`ensemble`", "+experiment=ek55_teacher_ensemble"]),
    (&["task=extract_features"], &["`task`", "`extract`", "+extract=lmdb"]),
    (&["lm=gpt"], &["lm/gpt", "bert"]),
    (&["history=ek55", "history.length=0"], &["history.length", "at least 1"]),
    (&["lm=action_transformer", "lm.num_heads=3"], &["lm.num_heads", "lm.dim, which is 256"]),
];

#[test]
fn what_is_wrong_is_refused_with_key_and_place() {
    for (wrong, said) in ROWS {
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

//! The recipes' numbers are those of the papers and of the original study's files.

use runner::experiment::config::{
    ClassWeights, Coverage, ExperimentConfig, FuturePredictor, LmConfig, Optimizer, Task,
    TeacherSource,
};

use super::good;

/// The language models of the study.
const LMS: [&str; 6] = ["bert", "roberta", "distilbert", "albert", "electra", "deberta"];

/// The small models over actions.
const OURS: [&str; 3] = ["action_gru", "action_transformer", "action_ngram"];

fn recipe(name: &str) -> ExperimentConfig {
    good(&[&format!("+experiment={name}")])
}

/// Temperature, classes and weight of the divergence.
fn kl(config: &ExperimentConfig) -> (f64, Option<usize>, f64) {
    let kl = &config.teacher.kl;
    (kl.temperature, kl.top_k, config.train.train_one_epoch_fn.loss_wts.distill)
}

/// Epochs, batch, history, and the weights of action, verb and noun.
fn teaching(config: &ExperimentConfig) -> (usize, usize, usize, [f64; 3]) {
    let weights = &config.train.train_one_epoch_fn.loss_wts;
    let history = config.language.history.as_ref().expect("a history").length;
    let weights = [weights.cls_action, weights.cls_verb, weights.cls_noun];
    (config.train.num_epochs, config.train.batch_size, history, weights)
}

#[test]
fn the_main_experiment_is_the_published_one() {
    let config = recipe("ek55_ensemble");
    assert_eq!(kl(&config), (5.0, Some(50), 20.0));
    let Some(TeacherSource::Stores([store])) = config.teacher.source() else { panic!("one store") };
    assert!(store.ends_with("DATA/teachers/ek55_ensemble.safetensors"));
    let FuturePredictor::Avth(avth) = &config.model.future_predictor else { panic!("no AVT-h") };
    assert_eq!((avth.n_head, avth.n_layer, avth.inter_dim), (8, 12, 2048));
    assert_eq!((config.model.backbone_dim, config.data_train.num_frames), (1024, 10));
}

#[test]
fn every_language_model_is_distilled_into_both_students() {
    for lm in LMS.into_iter().chain(["ensemble"]) {
        for (data, numbers) in [("ek55", (5.0, Some(50), 20.0)), ("egtea", (10.0, None, 150.0))] {
            let config = recipe(&format!("{data}_{lm}"));
            assert_eq!(kl(&config), numbers, "{data}_{lm}");
            assert_eq!(config.teacher.name, Some(format!("{data}_{lm}")));
        }
    }
}

#[test]
fn teachers_are_fine_tuned_as_in_the_study() {
    for lm in LMS {
        let ek55 = recipe(&format!("ek55_teacher_{lm}"));
        assert_eq!(teaching(&ek55), (8, 16, 5, [0.7, 0.15, 0.15]), "{lm}");
        let egtea = recipe(&format!("egtea_teacher_{lm}"));
        assert_eq!(teaching(&egtea), (5, 16, 15, [0.8, 0.1, 0.1]), "{lm}");
        for (config, weights) in [(ek55, ClassWeights::Equal), (egtea, ClassWeights::Balanced)] {
            assert_eq!(config.run.task, Task::TeacherFinetune);
            let Optimizer::AdamW(adam) = &config.opt.optimizer else { panic!("{lm}: AdamW") };
            assert_eq!((config.opt.lr_wd[0].lr, config.opt.lr_wd[0].wd), (1e-5, 1e-7));
            assert_eq!(adam.eps, 1e-8);
            let finetune = config.language.finetune.expect("fine-tuning");
            assert_eq!(finetune.class_weights, weights);
            assert_eq!(finetune.no_decay, ["bias", "gamma", "beta"]);
            assert_eq!(config.language.lm.expect("a model").name(), lm);
        }
    }
}

#[test]
fn language_models_are_pre_trained_as_in_the_study() {
    for lm in LMS {
        let config = recipe(&format!("pretrain_{lm}"));
        assert_eq!(config.run.task, Task::TeacherPretrain);
        let steps = config.train.num_epochs * config.train.max_steps_per_epoch.expect("a limit");
        assert_eq!((steps, config.train.batch_size), (200_000, 12), "{lm}");
        let mlm = config.language.mlm.expect("what is hidden");
        assert_eq!((mlm.probability, mlm.mask, mlm.random), (0.15, 0.8, 0.1));
        // Fine-tuning starts from what pre-training leaves.
        let tuned = recipe(&format!("ek55_teacher_{lm}")).language.lm.expect("a model");
        let weights = tuned.published().and_then(|lm| lm.weights.clone());
        assert_eq!(weights, Some(mlm.folder));
    }
}

#[test]
fn small_models_of_our_own() {
    for (data, [of_gru, of_attention], history, dim) in
        [("ek55", [10, 8], 5, 256), ("egtea", [15, 15], 15, 192)]
    {
        let config = recipe(&format!("{data}_teacher_action_gru"));
        assert_eq!(teaching(&config), (of_gru, 64, history, [0.8, 0.1, 0.1]), "{data}");
        assert_eq!((config.opt.lr_wd[0].lr, config.train.ema_decay), (2e-3, Some(0.999)));
        let language = config.language;
        assert!(language.history.is_some_and(|h| h.coverage == Coverage::Complete), "{data}");
        let Some(LmConfig::ActionGru(gru)) = language.lm else { panic!("{data}: a GRU") };
        assert_eq!((gru.dim, gru.dropout), (dim, 0.4));
        let config = recipe(&format!("{data}_teacher_action_transformer"));
        assert_eq!(teaching(&config), (of_attention, 64, history, [0.8, 0.1, 0.1]), "{data}");
        let lm = config.language.lm;
        let Some(LmConfig::ActionTransformer(transformer)) = lm else {
            panic!("{data}: attention")
        };
        assert_eq!((transformer.dim, transformer.dropout), (dim, 0.4));
        let config = recipe(&format!("{data}_teacher_action_ngram"));
        assert_eq!((config.train.num_epochs, config.train.ema_decay), (1, None));
        let Some(LmConfig::ActionNgram(counts)) = config.language.lm else { panic!("counts") };
        assert_eq!((counts.order, counts.discount), (3, 0.9));
    }
}

/// Of what stands beside the six: a second member of the ensemble, and histories with gaps.
#[test]
fn variants_of_our_own() {
    let (wide, first) = (recipe("ek55_teacher_action_gru_wide"), recipe("ek55_teacher_action_gru"));
    let dim = |config: &ExperimentConfig| match &config.language.lm {
        Some(LmConfig::ActionGru(gru)) => gru.dim,
        _ => panic!("a recurrent model"),
    };
    assert_eq!((dim(&wide), dim(&first)), (320, 256));
    let gappy = recipe("egtea_teacher_action_gru_gappy").language;
    assert_eq!(gappy.history.map(|history| history.coverage), Some(Coverage::Gappy));
    assert_eq!(gappy.finetune.map(|finetune| finetune.input_thinning), Some(0.6));
    let ensemble = recipe("ek55_teacher_action_ensemble").language.ensemble;
    let stores = ["action_gru", "action_gru_wide", "action_transformer"]
        .map(|lm| good(&[&format!("teacher=ek55_{lm}"), "distill=1"]).teacher.store.unwrap());
    assert_eq!(ensemble.map(|ensemble| ensemble.members), Some(stores.concat()));
}

/// What a teacher's task writes is what the student's option of its name reads.
#[test]
fn what_teachers_write_students_read() {
    for (data, other) in [("ek55", "action_gru_wide"), ("egtea", "action_gru_gappy")] {
        for lm in LMS.into_iter().chain(OURS).chain([other]) {
            let predict = recipe(&format!("{data}_teacher_{lm}")).language.predict;
            let predict = predict.expect("a prediction");
            let student = good(&[&format!("teacher={data}_{lm}"), "distill=1"]).teacher;
            assert_eq!(
                (Some(predict.name), Some(vec![predict.store])),
                (student.name, student.store)
            );
        }
        let ensemble = recipe(&format!("{data}_teacher_ensemble")).language.ensemble;
        let ensemble = ensemble.expect("an ensemble");
        let student = good(&[&format!("teacher={data}_ensemble"), "distill=1"]).teacher;
        assert_eq!(Some(vec![ensemble.store]), student.store);
        assert_eq!(ensemble.members.len(), 5);
        let ours = recipe(&format!("{data}_teacher_action_ensemble")).language.ensemble;
        let ours = ours.expect("an ensemble");
        for distilled in [
            format!("teacher={data}_action_ensemble"),
            format!("+experiment={data}_action_ensemble"),
        ] {
            let student = good(&[&distilled, "distill=1"]).teacher;
            assert_eq!(Some(vec![ours.store.clone()]), student.store);
        }
    }
}

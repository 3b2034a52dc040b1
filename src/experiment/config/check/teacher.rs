//! The teacher and the terms that need one.

use super::super::sections::LOSS_WTS;
use super::super::{ExperimentConfig, KlClasses, LabelType, TeacherSource};
use super::Findings;

pub(super) fn check(config: &ExperimentConfig, found: &mut Findings) {
    let teacher = &config.teacher;
    found.positive("teacher.kl.temperature", teacher.kl.temperature);
    found.at_least_one("teacher.kl.top_k", teacher.kl.top_k.unwrap_or(1));
    if teacher.kl.classes == KlClasses::TopMiddleBottom && teacher.kl.top_k.is_none() {
        found.add(
            "teacher.kl.top_k",
            "must say how many, with teacher.kl.classes=top_middle_bottom",
        );
    }
    found.not_negative("teacher.simulated.noise", teacher.simulated.noise);
    found.at_least_one("teacher.simulated.teachers", teacher.simulated.teachers);
    if teacher.name.is_some() && teacher.source().is_none() {
        found.add(
            "teacher.store",
            "a teacher needs a file of predictions, or teacher.simulate=true",
        );
    }
    terms(config, found);
}

fn terms(config: &ExperimentConfig, found: &mut Findings) {
    let weights = &config.train.train_one_epoch_fn.loss_wts;
    let source = config.teacher.source();
    let terms = [
        ("distill", weights.distill),
        ("ens_distill", weights.ens_distill),
        ("distill_feat", weights.distill_feat),
        ("distill_feat_mse", weights.distill_feat_mse),
    ];
    for (term, _) in terms.into_iter().filter(|(_, weight)| *weight > 0.0) {
        let key = format!("{LOSS_WTS}.{term}");
        if source.is_none() {
            let expected = ["0", "teacher=<name>", "teacher.store=<file>"];
            found.add_with(key, "needs a teacher, and teacher.store is not set", &expected);
        } else if term.ends_with("distill") && !config.label_types().contains(&LabelType::Action) {
            found.add(key, "needs `action` in dataset_train.label_type: teachers predict actions");
        } else if (term.starts_with("distill_feat") || term == "ens_distill")
            && source == Some(TeacherSource::Simulated)
            && config.teacher.simulated.feature_dim == 0
        {
            found.add(key, "needs features, and teacher.simulated.feature_dim is 0");
        }
    }
    if weights.ens_distill > 0.0 {
        let teachers = config.teacher.simulated.teachers;
        if source == Some(TeacherSource::Simulated) && teachers < 2 {
            let message = format!("is {teachers}, and the term ens_distill weighs several");
            found.add("teacher.simulated.teachers", message);
        }
        let width = config.model.feature_width();
        let heads = config.teacher.attention.num_heads;
        found.divides(
            "teacher.attention.num_heads",
            heads,
            "the width of the model's feature",
            width,
        );
    }
}

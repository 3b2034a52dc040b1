//! The teacher's tasks: which sections each needs, and what their values must satisfy.

use super::super::{ExperimentConfig, Keep, LabelType, LanguageConfig, LmConfig, Task};
use super::Findings;

/// | task | needs |
/// |---|---|
/// | `train` | nothing of these |
/// | `extract_features` | `extract` |
/// | `teacher_pretrain` | `lm`, which reads text; `text`, `corpus`, `mlm` |
/// | `teacher_finetune` | `lm`, with `text` if it reads text; `history`, `finetune` |
/// | `teacher_predict` | the same, `predict` in the place of `finetune` |
/// | `teacher_ensemble` | `ensemble` |
pub(super) fn check(config: &ExperimentConfig, found: &mut Findings) {
    let language = &config.language;
    needs(config.run.task, language, found);
    if matches!(config.run.task, Task::TeacherFinetune | Task::TeacherPredict)
        && config.label_types().first() != Some(&LabelType::Action)
    {
        found.add("task", "needs `action` first in dataset_train.label_type");
    }
    model(language, found);
    reading(language, config.datasets().count(), found);
    tasks(language, found);
    kept(config, found);
    let asks = matches!(config.run.task, Task::TeacherPretrain | Task::TeacherFinetune);
    if asks && config.run.test_only {
        let message =
            "trains nothing: a teacher that has learnt is examined by task=teacher_predict";
        found.add_with("test_only", message, &["false"]);
    }
}

/// The best evaluation is kept where there is one, and where it is kept.
fn kept(config: &ExperimentConfig, found: &mut Findings) {
    let keeps_best = config.language.finetune.as_ref().is_some_and(|f| f.keep == Keep::Best);
    let none = config.train.eval_freq.unwrap_or(0) == 0 || !config.train.store_best;
    if config.run.task == Task::TeacherFinetune && keeps_best && none {
        let message =
            "is best, which needs train.eval_freq of at least 1 and train.store_best=true";
        found.add_with("finetune.keep", message, &["last"]);
    }
}

fn needs(task: Task, given: &LanguageConfig, found: &mut Findings) {
    let reads_text = given.lm.as_ref().is_none_or(|lm| lm.published().is_some());
    let lm = ("lm", given.lm.is_some(), "lm=<name>");
    let text = ("text", given.text.is_some() || !reads_text, "text=<name>");
    let history = ("history", given.history.is_some(), "history=<name>");
    let needed = match task {
        Task::Train => vec![],
        Task::ExtractFeatures => vec![("extract", given.extract.is_some(), "+extract=lmdb")],
        Task::TeacherPretrain => vec![
            lm,
            text,
            ("corpus", given.corpus.is_some(), "corpus=recipes"),
            ("mlm", given.mlm.is_some(), "+experiment=pretrain_<lm>"),
        ],
        Task::TeacherFinetune => {
            let finetune = ("finetune", given.finetune.is_some(), "+experiment=ek55_teacher_<lm>");
            vec![lm, text, history, finetune]
        }
        Task::TeacherPredict => {
            let predict = ("predict", given.predict.is_some(), "+experiment=ek55_teacher_<lm>");
            vec![lm, text, history, predict]
        }
        Task::TeacherEnsemble => {
            vec![("ensemble", given.ensemble.is_some(), "+experiment=ek55_teacher_ensemble")]
        }
    };
    for (section, there, how) in needed {
        if !there {
            found.add_with("task", format!("{} needs `{section}`", task.name()), &[how]);
        }
    }
    if task == Task::TeacherPretrain
        && let Some(lm) = given.lm.as_ref().filter(|lm| lm.published().is_none())
    {
        let known = ["bert", "roberta", "distilbert", "albert", "electra", "deberta"];
        let message = format!("`{}` does not read text, of which a corpus is made", lm.name());
        found.add_with("lm", message, &known);
    }
}

fn model(language: &LanguageConfig, found: &mut Findings) {
    match &language.lm {
        Some(LmConfig::ActionGru(lm)) => {
            found.at_least_one("lm.dim", lm.dim);
            found.at_least_one("lm.num_layers", lm.num_layers);
            found.probability("lm.dropout", lm.dropout);
        }
        Some(LmConfig::ActionTransformer(lm)) => {
            found.at_least_one("lm.num_layers", lm.num_layers);
            found.divides("lm.num_heads", lm.num_heads, "lm.dim", lm.dim);
            found.probability("lm.dropout", lm.dropout);
            found.probability("lm.layer_dropout", lm.layer_dropout);
        }
        Some(LmConfig::ActionNgram(lm)) => {
            found.at_least_one("lm.order", lm.order);
            found.share("lm.discount", lm.discount);
        }
        // A published model's sizes are in its own file.
        Some(
            LmConfig::Bert(_)
            | LmConfig::Roberta(_)
            | LmConfig::DistilBert(_)
            | LmConfig::Albert(_)
            | LmConfig::Electra(_)
            | LmConfig::Deberta(_),
        )
        | None => {}
    }
}

fn reading(language: &LanguageConfig, sets: usize, found: &mut Findings) {
    if let Some(history) = &language.history {
        found.at_least_one("history.length", history.length);
        let files = history.files.as_ref().map_or(sets, Vec::len);
        if files != sets {
            let message = format!("names {files} files for {sets} data sets");
            found.add("history.files", message);
        }
    }
    if let Some(text) = &language.text {
        found.at_least_one("text.max_tokens", text.max_tokens);
    }
    if let Some(corpus) = &language.corpus {
        found.probability("corpus.held_out", corpus.held_out);
    }
}

fn tasks(language: &LanguageConfig, found: &mut Findings) {
    if let Some(mlm) = &language.mlm {
        found.share("mlm.probability", mlm.probability);
        found.share("mlm.mask", mlm.mask);
        found.share("mlm.random", mlm.random);
        if mlm.mask + mlm.random > 1.0 {
            found.add("mlm.random", "is more than mlm.mask leaves");
        }
    }
    if let Some(finetune) = &language.finetune {
        found.probability("finetune.label_smoothing", finetune.label_smoothing);
        found.probability("finetune.input_masking", finetune.input_masking);
        found.probability("finetune.input_thinning", finetune.input_thinning);
        if finetune.input_thinning > 0.0 && !language.lm.as_ref().is_none_or(LmConfig::is_network) {
            let message = "leaves past actions out for `action_gru` and `action_transformer` alone";
            found.add_with("finetune.input_thinning", message, &["0.0"]);
        }
    }
    if language.ensemble.as_ref().is_some_and(|ensemble| ensemble.members.is_empty()) {
        found.add("ensemble.members", "names no store");
    }
}

//! Which settings decide a product.
//!
//! | task | sections |
//! |---|---|
//! | `teacher_pretrain` | `seed`, `debug`, `lm`, `text`, `corpus`, `mlm`, `train`, `opt` |
//! | `teacher_finetune` | `seed`, `debug`, `lm`, `text`, `history`, `finetune`, `train`, `opt`, `dataset_*`, `eval.max_batches` |
//! | `teacher_predict` | `debug`, `lm`, `text`, `history`, `predict`, `dataset_*`, `eval.max_batches` |
//! | `teacher_ensemble` | `debug`, `ensemble` |
//!
//! Out of them stay where things lie (what lies there is an input) and what is only logged or saved on
//! the way. A path below one of `paths` is taken relative to it, so that the same data elsewhere is the
//! same data.

use serde_json::Value as Json;

use crate::config::Resolved;

use super::super::config::{ExperimentConfig, Task};
use super::made_of::Settings;

/// Changed when the same settings and inputs come to give another product.
const FORMAT: u64 = 1;

/// Keys, and beginnings of keys, that say where, or how a run tells of itself.
const LEFT_OUT: &[&str] = &[
    "lm.folder",
    "lm.weights",
    "corpus.file",
    "mlm.folder",
    "finetune.folder",
    "predict.folder",
    "predict.store",
    "ensemble.store",
    "ensemble.members",
    "ensemble.evaluate",
    "train.train_one_epoch_fn.print_",
    "train.train_one_epoch_fn.save_",
];

/// The settings that decide what a task makes; none for a task without a product.
pub(super) fn of(config: &ExperimentConfig, resolved: &Resolved) -> Settings {
    let task = config.run.task;
    let places = Places::of(config);
    let mut settings: Settings = resolved
        .leaves()
        .into_iter()
        .filter(|(key, _)| counts(task, key))
        .map(|(key, leaf)| (key, places.relative(leaf.value)))
        .collect();
    settings.insert("format".into(), FORMAT.into());
    settings.insert("task".into(), task.name().into());
    settings
}

/// Whether the value of a key decides what the task makes.
fn counts(task: Task, key: &str) -> bool {
    let section = key.split('.').next().unwrap_or_default();
    let is_set = section.starts_with("dataset_") || key == "eval.max_batches";
    let counts = match task {
        Task::Train | Task::ExtractFeatures => false,
        Task::TeacherPretrain => {
            ["seed", "debug", "lm", "text", "corpus", "mlm", "train", "opt"].contains(&section)
        }
        Task::TeacherFinetune => {
            let sections = ["seed", "debug", "lm", "text", "history", "finetune", "train", "opt"];
            is_set || sections.contains(&section)
        }
        Task::TeacherPredict => {
            is_set || ["debug", "lm", "text", "history", "predict"].contains(&section)
        }
        Task::TeacherEnsemble => ["debug", "ensemble"].contains(&section),
    };
    counts && !LEFT_OUT.iter().any(|out| key.starts_with(out))
}

/// What stands in the place of a directory that `paths` names, the longest first.
pub(super) struct Places(Vec<(String, &'static str)>);

impl Places {
    pub(super) fn of(config: &ExperimentConfig) -> Self {
        let paths = &config.paths;
        let named = [
            (&paths.external, "<external>"),
            (&paths.data, "<data>"),
            (&paths.made, "<made>"),
            (&paths.outputs, "<outputs>"),
            (&paths.root, "<root>"),
            (&config.run.cwd, "<cwd>"),
        ];
        let mut places: Vec<_> =
            named.into_iter().map(|(path, name)| (path.display().to_string(), name)).collect();
        places.sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
        Self(places)
    }

    /// A value with the paths in it relative to their places.
    fn relative(&self, value: Json) -> Json {
        match value {
            Json::String(text) => Json::String(self.relative_path(&text)),
            Json::Array(items) => items.into_iter().map(|item| self.relative(item)).collect(),
            other => other,
        }
    }

    /// A path relative to its place; any other text as it is.
    pub(super) fn relative_path(&self, text: &str) -> String {
        let below = |(path, name): &(String, &str)| {
            let rest = text.strip_prefix(path.as_str())?;
            (rest.is_empty() || rest.starts_with('/')).then(|| format!("{name}{rest}"))
        };
        let is_place = |(path, _): &&(String, &str)| path.len() > 1;
        self.0.iter().filter(is_place).find_map(below).unwrap_or_else(|| text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_and_how_loudly_do_not_count() {
        for (task, key, expected) in [
            (Task::TeacherFinetune, "seed", true),
            (Task::TeacherFinetune, "lm.dim", true),
            (Task::TeacherFinetune, "lm.weights", false),
            (Task::TeacherFinetune, "dataset_train.split", true),
            (Task::TeacherFinetune, "dataset.epic_kitchens.common.tau_a", false),
            (Task::TeacherFinetune, "train.train_one_epoch_fn.print_freq", false),
            (Task::TeacherFinetune, "train.train_one_epoch_fn.loss_wts.cls_verb", true),
            (Task::TeacherFinetune, "predict.name", false),
            (Task::TeacherPredict, "predict.name", true),
            (Task::TeacherPredict, "predict.store", false),
            (Task::TeacherPredict, "seed", false),
            (Task::TeacherPredict, "eval.max_batches", true),
            (Task::TeacherPredict, "eval.batch_size", false),
            (Task::TeacherEnsemble, "ensemble.combine", true),
            (Task::TeacherEnsemble, "ensemble.members", false),
            (Task::TeacherPretrain, "corpus.held_out", true),
            (Task::TeacherPretrain, "device", false),
            (Task::Train, "seed", false),
        ] {
            assert_eq!(counts(task, key), expected, "{} {key}", task.name());
        }
    }

    #[test]
    fn paths_are_relative_to_the_longest_place() {
        let places = Places(vec![("/a/DATA".into(), "<data>"), ("/a".into(), "<root>")]);
        for (path, expected) in [
            ("/a/DATA/x.lmdb", "<data>/x.lmdb"),
            ("/a/DATAx", "<root>/DATAx"),
            ("/b/DATA", "/b/DATA"),
            ("/a", "<root>"),
            ("words", "words"),
        ] {
            assert_eq!(places.relative_path(path), expected);
        }
    }
}

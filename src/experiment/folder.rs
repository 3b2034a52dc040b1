//! The folder of a trained teacher: what `task=teacher_finetune` leaves and `task=teacher_predict` reads.
//!
//! | file | content |
//! |---|---|
//! | `teacher.json` | [`Card`]: what kind of model it is, of which classes, reading what |
//! | `model.safetensors` | the weights that were evaluated, by original name; of a model that counts its counts |
//! | `config.json`, the tokeniser's files | of a published language model, as they were read |
//!
//! Invariant: a folder is read only where its card says what the config asks for.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::data::DataKind;
use crate::files::{self, HostTensor, TensorFile};
use crate::models::StateDict;
use crate::models::actions::{ActionClasses, NgramArrays};
use crate::models::language::{LanguageModelConfig, MaskedLm};
use crate::runs::{CheckpointName, RunError, checkpoint_file};
use crate::text::Tokeniser;
use crate::weights::hugging_face;

use super::SetupError;
use super::build::Reader;
use super::checkpoint::{evaluated, is_weight};
use super::config::{Coverage, ExperimentConfig, Keep, LmConfig, Truncate};

const FORMAT: &str = "runner-lm-teacher-1";
/// The file of the card.
pub(super) const CARD: &str = "teacher.json";
const WEIGHTS: &str = "model.safetensors";

/// What a folder says about itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Card {
    format: String,
    /// The `_target_` of its model.
    pub(super) lm: String,
    /// Identifies the actions and their order.
    pub(super) label_map: String,
    pub(super) actions: usize,
    pub(super) verbs: usize,
    pub(super) nouns: usize,
    /// How histories are made.
    history: Json,
    /// How they become sentences; `null` for a model that reads actions.
    text: Json,
    /// What its training data is worth.
    data: String,
}

impl Card {
    /// The card of what a config trains.
    pub(super) fn new(
        config: &ExperimentConfig,
        label_map: &str,
        classes: &ActionClasses,
        data: DataKind,
    ) -> Result<Self, SetupError> {
        let Some(lm) = &config.language.lm else { return Err(SetupError::unavailable("lm")) };
        Ok(Self {
            format: FORMAT.into(),
            lm: lm.target().into(),
            label_map: label_map.into(),
            actions: classes.actions(),
            verbs: classes.verbs,
            nouns: classes.nouns,
            history: history(config),
            text: text(config, lm),
            data: data.name().into(),
        })
    }

    /// Reads the card of the folder that a config predicts with, and refuses a model of something else
    /// than `self`.
    ///
    /// # Errors
    /// No such folder, a file that is missing or no card, what differs.
    pub(super) fn check(&self, folder: &Path) -> Result<DataKind, SetupError> {
        let path = folder.join(CARD);
        if !files::is_file(&path) {
            return Err(bad(
                folder,
                format!("there is no `{CARD}` in it; `task=teacher_finetune` makes it"),
            ));
        }
        let text = files::read_to_string(&path)?;
        let there: Self =
            serde_json::from_str(&text).map_err(|e| bad(folder, format!("`{CARD}`: {e}")))?;
        let differences = there.differences(self);
        if !differences.is_empty() {
            let reason = format!("it was trained on something else: {}", differences.join("; "));
            return Err(bad(folder, reason));
        }
        DataKind::from_name(&there.data)
            .ok_or_else(|| bad(folder, format!("`{CARD}`: data is `{}`", there.data)))
    }

    fn differences(&self, asked: &Self) -> Vec<String> {
        let (there, asked) = (json!(self), json!(asked));
        let mut found = Vec::new();
        for (key, value) in
            asked.as_object().into_iter().flatten().filter(|(key, _)| *key != "data")
        {
            let own = &there[key];
            match (own.as_object(), value.as_object()) {
                (Some(own), Some(value)) => {
                    let keys =
                        value.iter().filter(|(inner, value)| own.get(*inner) != Some(*value));
                    found.extend(keys.map(|(inner, value)| {
                        let own = own.get(inner).unwrap_or(&Json::Null);
                        format!("{key}.{inner} is {own} there, {value} here")
                    }));
                }
                _ if own != value => found.push(format!("{key} is {own} there, {value} here")),
                _ => {}
            }
        }
        found
    }

    fn write(&self, folder: &Path) -> Result<(), SetupError> {
        let mut text = serde_json::to_vec_pretty(self).expect("texts and numbers are written");
        text.push(b'\n');
        Ok(files::write_atomic(&folder.join(CARD), &text)?)
    }
}

fn history(config: &ExperimentConfig) -> Json {
    config.language.history.as_ref().map_or(Json::Null, |history| {
        let coverage = match history.coverage {
            Coverage::Gappy => "gappy",
            Coverage::Complete => "complete",
        };
        json!({
            "length": history.length,
            "coverage": coverage,
            "deduplicate": history.deduplicate,
        })
    })
}

fn text(config: &ExperimentConfig, lm: &LmConfig) -> Json {
    let reads = config.language.text.as_ref().filter(|_| lm.published().is_some());
    reads.map_or(Json::Null, |text| {
        json!({
            "words": text.words.name(),
            "verb_object": text.verb_object,
            "next_action": text.next_action,
            "max_tokens": text.max_tokens,
            "truncate": match text.truncate { Truncate::Oldest => "oldest", Truncate::First => "first" },
        })
    })
}

/// What a published language model has beside its weights.
#[derive(Clone, Debug)]
pub(super) struct LanguageFiles {
    config: LanguageModelConfig,
    /// The class of `transformers` that reads them.
    architecture: String,
    tokeniser: Arc<Tokeniser>,
    /// Second names of arrays, which `transformers` does not save.
    second_names: Vec<&'static str>,
}

impl LanguageFiles {
    /// Of a model that says what comes next; `transformers` reads its base.
    pub(super) fn base(reader: &Reader) -> Self {
        Self::new(reader, reader.class.to_owned(), &[])
    }

    /// Of a model that restores hidden words.
    pub(super) fn masked(reader: &Reader, model: &MaskedLm) -> Self {
        let family = reader.class.strip_suffix("Model").unwrap_or(reader.class);
        Self::new(reader, format!("{family}ForMaskedLM"), model.tied_names())
    }

    fn new(reader: &Reader, architecture: String, tied: &[(&'static str, &'static str)]) -> Self {
        Self {
            config: reader.config.clone(),
            architecture,
            tokeniser: Arc::clone(&reader.tokeniser),
            second_names: tied.iter().map(|(second, _)| *second).collect(),
        }
    }

    /// Fills a folder as `transformers` lays it out.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub(super) fn fill(
        &self,
        folder: &Path,
        mut tensors: BTreeMap<String, HostTensor>,
    ) -> Result<(), SetupError> {
        tensors.retain(|name, _| !self.second_names.contains(&name.as_str()));
        self.write(folder)?;
        write_arrays(folder, tensors)
    }

    fn write(&self, folder: &Path) -> Result<(), SetupError> {
        let text = hugging_face::write_config(&self.config, &self.architecture);
        files::write_atomic(&folder.join("config.json"), text.as_bytes())?;
        let saved = self.tokeniser.save(folder);
        saved.map_err(|source| SetupError::Text { key: "lm".into(), source: Box::new(source) })
    }
}

/// The weights of a run that were evaluated, by original name.
///
/// # Errors
/// A run without that checkpoint.
pub(super) fn weights_of_run(
    run: &Path,
    keep: Keep,
) -> Result<BTreeMap<String, HostTensor>, SetupError> {
    let name = match keep {
        Keep::Last => CheckpointName::Last,
        Keep::Best => CheckpointName::Best,
    };
    let path = checkpoint_file(run, name)?;
    let read = TensorFile::read_some(&path, |_, name| is_weight(name)).map_err(RunError::from)?;
    Ok(evaluated(read.tensors))
}

/// Fills a folder with a card, arrays and what a published language model has beside them.
///
/// # Errors
/// A file that cannot be written.
pub(super) fn fill(
    folder: &Path,
    card: &Card,
    files: Option<&LanguageFiles>,
    tensors: BTreeMap<String, HostTensor>,
) -> Result<(), SetupError> {
    card.write(folder)?;
    files.map_or(Ok(()), |files| files.write(folder))?;
    write_arrays(folder, tensors)
}

fn write_arrays(folder: &Path, tensors: BTreeMap<String, HostTensor>) -> Result<(), SetupError> {
    check_finite(&tensors)?;
    // What readers of PyTorch's safetensors look for.
    let metadata = BTreeMap::from([("format".to_owned(), "pt".to_owned())]);
    let file = TensorFile { tensors, metadata };
    Ok(file.write(&folder.join(WEIGHTS)).map_err(RunError::from)?)
}

/// Refuses weights that training has lost: its losses are of the weights before the last step.
fn check_finite(tensors: &BTreeMap<String, HostTensor>) -> Result<(), SetupError> {
    let is_lost = |array: &HostTensor| {
        array.as_f32().is_some_and(|values| !values.iter().all(|value| value.is_finite()))
    };
    match tensors.iter().find(|(_, array)| is_lost(array)) {
        None => Ok(()),
        Some((name, _)) => {
            let reason = format!("`{name}` is not finite: training has diverged");
            Err(SetupError::Checkpoint { reason })
        }
    }
}

/// The arrays of a folder.
///
/// # Errors
/// A file that is missing or damaged.
pub(super) fn arrays(folder: &Path) -> Result<BTreeMap<String, HostTensor>, SetupError> {
    let path = folder.join(WEIGHTS);
    if !files::is_file(&path) {
        return Err(bad(folder, format!("there is no `{WEIGHTS}` in it")));
    }
    Ok(TensorFile::read(&path).map_err(RunError::from)?.tensors)
}

/// Counts as arrays.
pub(super) fn of_counts(counts: NgramArrays) -> BTreeMap<String, HostTensor> {
    let rows = counts.actions.len();
    let width = counts.contexts.len() / rows.max(1);
    BTreeMap::from([
        ("contexts".to_owned(), HostTensor::i64([rows, width], counts.contexts)),
        ("actions".to_owned(), HostTensor::i64([rows], counts.actions)),
        ("counts".to_owned(), HostTensor::i64([rows], counts.counts)),
    ])
}

/// Arrays as counts; `None` where they are not.
pub(super) fn to_counts(arrays: &BTreeMap<String, HostTensor>) -> Option<NgramArrays> {
    let take = |name: &str| arrays.get(name)?.as_i64().map(<[i64]>::to_vec);
    Some(NgramArrays {
        contexts: take("contexts")?,
        actions: take("actions")?,
        counts: take("counts")?,
    })
}

pub(super) fn bad(folder: &Path, reason: String) -> SetupError {
    SetupError::Folder { key: "predict.folder", path: folder.to_owned(), reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_that_training_has_lost_are_not_left_for_others() {
        let dir = tempfile::tempdir().unwrap();
        for (id, value, is_fine) in [
            ("fine", 0.5, true),
            ("no number", f32::NAN, false),
            ("too large", f32::INFINITY, false),
        ] {
            let arrays = BTreeMap::from([
                ("counts".to_owned(), HostTensor::i64([1], vec![i64::MAX])),
                ("out_verb.weight".to_owned(), HostTensor::f32([2], vec![1.0, value])),
            ]);
            let folder = dir.path().join(id);
            files::create_dir_all(&folder).unwrap();
            let written = write_arrays(&folder, arrays);
            assert_eq!(written.is_ok(), is_fine, "{id}");
            assert_eq!(files::is_file(&folder.join(WEIGHTS)), is_fine, "{id}");
            if let Err(error) = written {
                let said = error.to_string();
                let expected = "`out_verb.weight` is not finite: training has diverged";
                assert!(said.contains(expected), "{id}: {said}");
            }
        }
    }
}

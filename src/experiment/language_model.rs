//! Folders of language models: `config.json`, weights, as Hugging Face lays them out.
//!
//! | file of the folder | read | written |
//! |---|---|---|
//! | `config.json` | always | always |
//! | `model.safetensors`, its index, `pytorch_model.bin`, its index, else what a run of ours left | weights to start from | the first |
//!
//! An index names files beside it that hold the arrays together, as large models are published.
//! What the texts and arrays mean is `weights::hugging_face`'s to say; the tokeniser's files are read and
//! written by `text`.

use std::path::{Path, PathBuf};

use burn::tensor::Device;

use crate::files::{self, TensorFile};
use crate::models::StateDict;
use crate::models::language::{LanguageFamily, LanguageModel, LanguageModelConfig, MaskedLm};
use crate::runs::{CheckpointName, RunError, checkpoint_file};
use crate::weights::{WeightsError, hugging_face};

use super::SetupError;
use super::state_dict;

const CONFIG: &str = "config.json";

/// Files of weights, the first that is there counts.
const WEIGHTS: [&str; 4] = [
    "model.safetensors",
    "model.safetensors.index.json",
    "pytorch_model.bin",
    "pytorch_model.bin.index.json",
];
/// How the name of an index ends.
const INDEX: &str = ".index.json";

/// Reads `config.json` of a folder.
///
/// # Errors
/// No such file, one of another family or of a model that is not built.
pub fn read_config(
    folder: &Path,
    family: LanguageFamily,
) -> Result<LanguageModelConfig, SetupError> {
    let path = folder.join(CONFIG);
    if !files::is_file(&path) {
        return Err(lacks(folder, CONFIG, family));
    }
    let text = files::read_to_string(&path)?;
    hugging_face::read_config(&text, family).map_err(|source| wrong(&path, source))
}

/// The base model with the weights of a folder, or of a file.
///
/// # Errors
/// No weights, those of another family or of another size.
pub fn load_base(
    config: &LanguageModelConfig,
    weights: &Path,
    device: &Device,
) -> Result<LanguageModel, SetupError> {
    let (path, arrays) = arrays(weights, config.family())?;
    let loaded = hugging_face::load_base(config.init(device)?, config.family(), arrays);
    let (model, report) = loaded.map_err(|source| wrong(&path, source))?;
    tracing::info!("{}: {report}", path.display());
    Ok(model)
}

/// The model with its masked-language-model head and the weights of a folder, or of a file; a head
/// that is not there is drawn, and the log says so.
///
/// # Errors
/// As [`load_base`].
pub fn load_masked_lm(
    config: &LanguageModelConfig,
    weights: &Path,
    device: &Device,
) -> Result<MaskedLm, SetupError> {
    let (path, arrays) = arrays(weights, config.family())?;
    let model = config.init_masked_lm(device)?;
    let loaded = hugging_face::load_masked_lm(model, config.family(), arrays);
    let (model, report) = loaded.map_err(|source| wrong(&path, source))?;
    if !report.missing.is_empty() {
        tracing::warn!("{}: no weights of {}, drawn", path.display(), report.missing.join(", "));
    }
    tracing::info!("{}: {report}", path.display());
    Ok(model)
}

/// Writes `config.json` and the weights of a model where `transformers` finds them; replaces what
/// is there. `architecture` is the class that it is for.
///
/// # Errors
/// A file that cannot be written.
pub fn save<M: StateDict>(
    folder: &Path,
    config: &LanguageModelConfig,
    model: &M,
    architecture: &str,
) -> Result<(), SetupError> {
    files::create_dir_all(folder)?;
    let mut file = TensorFile { tensors: hugging_face::saved(model), ..TensorFile::default() };
    file.metadata.insert("format".into(), "pt".into());
    file.write(&folder.join(WEIGHTS[0])).map_err(RunError::from)?;
    let text = hugging_face::write_config(config, architecture);
    Ok(files::write_atomic(&folder.join(CONFIG), text.as_bytes())?)
}

type Arrays = Vec<(String, files::HostTensor)>;

/// The file of the weights and its arrays.
fn arrays(weights: &Path, family: LanguageFamily) -> Result<(PathBuf, Arrays), SetupError> {
    let path = weights_file(weights).ok_or_else(|| lacks(weights, WEIGHTS[0], family))?;
    let is_index = path.to_string_lossy().ends_with(INDEX);
    let arrays = if is_index { of_shards(&path)? } else { of_file(&path)? };
    Ok((path, arrays))
}

fn of_file(path: &Path) -> Result<Arrays, SetupError> {
    let state = state_dict::read(path)
        .map_err(|error| SetupError::Data { key: "lm.weights".into(), source: Box::new(error) })?;
    Ok(state.arrays)
}

/// The arrays of all files that an index names.
fn of_shards(index: &Path) -> Result<Arrays, SetupError> {
    let refuse = |source| wrong(index, source);
    let shards = hugging_face::read_index(&files::read_to_string(index)?).map_err(refuse)?;
    let mut arrays = Arrays::new();
    for (file, mut names) in shards {
        let path = index.with_file_name(&file);
        if !files::is_file(&path) {
            return Err(refuse(WeightsError::NoShard { file }));
        }
        arrays.extend(of_file(&path)?.into_iter().filter(|(name, _)| names.remove(name)));
        if let Some(array) = names.pop_first() {
            return Err(refuse(WeightsError::NotInShard { file, array }));
        }
    }
    Ok(arrays)
}

fn weights_file(weights: &Path) -> Option<PathBuf> {
    if files::is_file(weights) {
        return Some(weights.to_owned());
    }
    published(weights).or_else(|| of_run(weights))
}

fn published(folder: &Path) -> Option<PathBuf> {
    WEIGHTS.map(|name| folder.join(name)).into_iter().find(|path| files::is_file(path))
}

/// The weights of a run of ours; `None` for a folder that holds a model, and for a file.
pub(super) fn of_run(weights: &Path) -> Option<PathBuf> {
    let is_run = files::is_dir(weights) && published(weights).is_none();
    is_run.then(|| checkpoint_file(weights, CheckpointName::Last).ok()).flatten()
}

fn lacks(folder: &Path, file: &'static str, family: LanguageFamily) -> SetupError {
    let example = hugging_face::example(family);
    SetupError::LanguageFolder { folder: folder.to_owned(), file, example }
}

fn wrong(path: &Path, source: WeightsError) -> SetupError {
    SetupError::LanguageModel { path: path.to_owned(), source: Box::new(source) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::write_atomic;

    const BERT: LanguageFamily = LanguageFamily::Bert;

    fn tiny() -> LanguageModelConfig {
        LanguageModelConfig::tiny(BERT, 60)
    }

    /// A folder with a model in it.
    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let model = tiny().init_masked_lm(&Device::default()).unwrap();
        save(folder.path(), &tiny(), &model, "BertForMaskedLM").unwrap();
        folder
    }

    #[test]
    fn what_is_written_is_read() {
        let (device, folder) = (Device::default(), folder());
        let config = read_config(folder.path(), BERT).unwrap();
        assert_eq!(config, tiny());
        let model = load_masked_lm(&config, folder.path(), &device).unwrap();
        let file = TensorFile::read(&folder.path().join(WEIGHTS[0])).unwrap();
        assert_eq!(hugging_face::saved(&model), file.tensors);
        load_base(&config, &folder.path().join(WEIGHTS[0]), &device).unwrap();
    }

    #[test]
    fn what_a_folder_lacks_is_named_with_where_to_get_it() {
        let folder = folder();
        let device = Device::default();
        files::remove_file(&folder.path().join(WEIGHTS[0])).unwrap();
        let error = load_base(&tiny(), folder.path(), &device).unwrap_err().to_string();
        let ending = "lacks `model.safetensors`: it holds config.json, model.safetensors or \
                      pytorch_model.bin, and the tokeniser's files, as google-bert/bert-base-uncased \
                      of huggingface.co has them";
        assert!(error.ends_with(ending), "{error}");
        files::remove_file(&folder.path().join(CONFIG)).unwrap();
        let error = read_config(folder.path(), BERT).unwrap_err().to_string();
        assert!(error.contains("lacks `config.json`"), "{error}");
    }

    #[test]
    fn files_of_another_model_are_named() {
        let (device, folder) = (Device::default(), folder());
        let error = read_config(folder.path(), LanguageFamily::Electra).unwrap_err().to_string();
        assert!(
            error.ends_with("config.json`: it is a model of type bert, expected electra"),
            "{error}"
        );
        let wider = LanguageModelConfig::tiny(BERT, 61);
        let error = load_base(&wider, folder.path(), &device).unwrap_err().to_string();
        assert!(error.contains("expected [61, 32], found [60, 32]"), "{error}");
        write_atomic(&folder.path().join(WEIGHTS[0]), b"not weights").unwrap();
        let error = load_base(&tiny(), folder.path(), &device).unwrap_err().to_string();
        assert!(error.contains("model.safetensors"), "{error}");
    }
}

//! Pre-training from the config: a language model that restores hidden words of a corpus.
//!
//! In a generated world the corpus is generated too: the actions of each video are a line.

use std::sync::Arc;

use crate::data::{Annotations, DataKind, Shard};
use crate::files::{sha256_bytes, sha256_file};
use crate::models::named_parameters;
use crate::text::{BatchOptions, Corpus, CorpusLoader, Masking, Tokeniser};
use crate::train::{MlmObjective, MlmSet};

use super::super::SetupError;
use super::super::config::{CorpusConfig, ExperimentConfig, LmSize, MlmConfig};
use super::super::folder::LanguageFiles;
use super::data::{at, source};
use super::finetune::{steps_per_epoch, trainer};
use super::histories::in_text;
use super::language::{Reader, lm, text, wording};
use super::{Basis, Built, opt, options, training_device};

/// The metric that decides which checkpoint is best.
const PRIMARY: &str = "acc1/token";

/// The objects of a pre-training, and the files that are left beside its weights.
pub(in super::super) struct Pretraining {
    pub built: Built<MlmObjective>,
    pub files: LanguageFiles,
}

impl Pretraining {
    /// Builds everything that the config of a pre-training describes.
    ///
    /// # Errors
    /// A corpus or a folder that is missing or wrong, an absent device, a model that cannot be.
    pub fn new(config: &ExperimentConfig, shard: Shard) -> Result<Self, SetupError> {
        let language = &config.language;
        let (Some(node), Some(mlm)) = (&language.corpus, &language.mlm) else {
            return Err(SetupError::unavailable("task"));
        };
        let Some(keys) = lm(config)?.published() else { return Err(SetupError::unavailable("lm")) };
        let Read { corpus, kind, fingerprint } = read(config, node, keys.size)?;
        let reader = Reader::new(config, &keys.folder, || words(&corpus))?;
        let reader = reader.ok_or_else(|| SetupError::unavailable("lm"))?;
        let (spec, device) = training_device(config)?;
        let (train, evals) =
            loaders(config, mlm, &in_text("corpus", corpus.split(node.held_out))?, &reader)?;
        let train = train.shared(shard);
        let model = reader.masked(config, &device)?;
        let weights: usize =
            named_parameters(&model).iter().map(|p| p.shape.iter().product::<usize>()).sum();
        tracing::info!("{} with {weights} weights; {} lines", keys.name, train.rows());
        let steps = steps_per_epoch(config, train.len());
        let made = opt::init_of_language_model(config, &[], &model, steps, shard.world)?;
        let files = LanguageFiles::masked(&reader, &model);
        let loss_wts = config.train.train_one_epoch_fn.loss_wts.terms();
        let named = loss_wts.into_iter().map(|(name, weight)| (name.to_owned(), weight));
        let settings = format!("{mlm:?} {:?} {}", text(config)?, node.held_out);
        let built = Built {
            basis: Basis::new(spec, kind, [fingerprint, settings]),
            trainer: trainer(config, model, made),
            objective: MlmObjective::new(&named.collect::<Vec<_>>()),
            train: Box::new(train),
            batch_size: config.train.batch_size * shard.world,
            skip_done: vec![false; evals.len()],
            evals,
            options: options(config, PRIMARY)?,
            device,
        };
        Ok(Self { built, files })
    }
}

/// A corpus, and what it is worth.
struct Read {
    corpus: Corpus,
    kind: DataKind,
    fingerprint: String,
}

fn read(config: &ExperimentConfig, node: &CorpusConfig, size: LmSize) -> Result<Read, SetupError> {
    if size != LmSize::Synthetic {
        let corpus = in_text("corpus.file", Corpus::open(&node.file))?;
        let fingerprint = sha256_file(&node.file)?;
        return Ok(Read { corpus, kind: DataKind::Real, fingerprint });
    }
    let mut lines = String::new();
    for (key, set) in config.datasets() {
        let annotations = at(&key, source(&key, set)?.annotations())?;
        lines.push_str(&sentences(&annotations, config)?);
    }
    let corpus = in_text("corpus", Corpus::made_up(&lines, "generated corpus"))?;
    let fingerprint = sha256_bytes(lines.as_bytes());
    Ok(Read { corpus, kind: DataKind::Synthetic, fingerprint })
}

/// The actions of every video, a line each.
fn sentences(annotations: &Annotations, config: &ExperimentConfig) -> Result<String, SetupError> {
    let phrases = wording(text(config)?).phrases(&annotations.class_names("action"));
    let mut videos = vec![Vec::new(); annotations.videos.len()];
    for segment in &annotations.segments {
        videos[segment.video].extend(usize::try_from(segment.labels.action).ok());
    }
    Ok(videos.iter().map(|actions| format!("{}\n", phrases.sentence(actions).text)).collect())
}

/// A number for each word of a corpus.
fn words(corpus: &Corpus) -> Result<Tokeniser, SetupError> {
    let lines =
        in_text("corpus.file", corpus.texts().and_then(Iterator::collect::<Result<Vec<_>, _>>))?;
    Ok(Tokeniser::words(lines.iter().map(String::as_str)))
}

/// Batches to learn from, and the set of those lines that are kept aside.
fn loaders(
    config: &ExperimentConfig,
    mlm: &MlmConfig,
    (train, aside): &(Corpus, Option<Corpus>),
    reader: &Reader,
) -> Result<(CorpusLoader, Vec<MlmSet>), SetupError> {
    let MlmConfig { probability, mask, random, .. } = *mlm;
    let masking = Masking { probability, mask, random };
    let loader = |corpus: &Corpus, batch_size, shuffle| {
        let order = BatchOptions { batch_size, shuffle, seed: config.run.seed, by_length: shuffle };
        let tokeniser = Arc::clone(&reader.tokeniser);
        let loader =
            CorpusLoader::new(corpus.clone(), tokeniser, reader.max_tokens, order, masking);
        in_text("corpus", loader)
    };
    let mut evals = Vec::new();
    if let Some(corpus) = aside {
        let loader = loader(corpus, config.eval_batch_size(), false)?;
        evals.push(MlmSet { split: "eval".into(), loader });
    }
    Ok((loader(train, config.train.batch_size, config.train.shuffle_data)?, evals))
}

//! Data sets and readers from their config nodes.

use std::sync::Arc;

use crate::data::{
    AnnotationConfig, Anticipation, ClipConfig, DataError, Dataset, DatasetConfig, DropStyle,
    EvalLists, Joined, Loader, LoaderConfig, Part, SampleStrategy, Selection, Shard, Source, Split,
    SynthConfig, Version,
};
use crate::train::EvalSet;

use super::super::SetupError;
use super::super::config::{self, ExperimentConfig};
use super::dense;
use super::folds;
use super::future::with_clips;
use super::pictures::Purpose;
use super::reader::{overlap, reader};
use super::teacher::Teachers;

/// Opens the training sets, with their teacher, and every evaluation set.
///
/// Ranks share the rows of every training batch, and the batches of evaluations.
pub(super) fn open(
    config: &ExperimentConfig,
    shard: Shard,
) -> Result<(Loader, Vec<EvalSet>), SetupError> {
    let order = LoaderConfig {
        batch_size: config.train.batch_size,
        shuffle: config.train.shuffle_data,
        seed: config.run.seed,
        workers: config.data_train.workers,
        drop_last: false,
    };
    let train = at("dataset_train", Loader::joined(training_sets(config)?, order))?;
    let train = train.part(Part::Rows(shard));
    let mut evals = Vec::new();
    for (suffix, node) in &config.dataset_eval {
        let key = &format!("dataset_eval{suffix}");
        let set = dataset(key, node, &config.data_eval, Purpose::Evaluation)?;
        let order = LoaderConfig {
            batch_size: config.eval_batch_size(),
            shuffle: false,
            seed: config.run.seed,
            workers: config.data_eval.workers,
            drop_last: false,
        };
        let split = format!("eval{suffix}");
        let loader = at(key, Loader::new(Arc::new(set), order))?.part(Part::Batches(shard));
        let store_endpoint = config.eval.eval_fn.store_endpoint.clone();
        evals.push(EvalSet { split, loader, store_endpoint });
    }
    Ok((train, evals))
}

/// Every training set, one after the other.
fn training_sets(config: &ExperimentConfig) -> Result<Joined, SetupError> {
    let mut sets = Vec::with_capacity(config.dataset_train.len());
    for (suffix, node) in &config.dataset_train {
        let key = format!("dataset_train{suffix}");
        let set = dataset(&key, node, &config.data_train, Purpose::Training)?;
        sets.push((at(&key, with_clips(set, node, config))?, node, key));
    }
    let teachers = Teachers::open(config)?;
    let mut joined: Option<Joined> = None;
    for (set, node, key) in sets {
        let set = Arc::new(teachers.join(set, node)?);
        match &mut joined {
            Some(sets) => at(&key, sets.push(set))?,
            None => joined = Some(Joined::new(set)),
        }
    }
    Ok(joined.expect("a config without a training set was refused"))
}

pub(super) fn at<T>(key: &str, result: Result<T, DataError>) -> Result<T, SetupError> {
    result.map_err(|source| SetupError::Data { key: key.to_owned(), source: Box::new(source) })
}

pub(super) fn dataset(
    key: &str,
    node: &config::DatasetConfig,
    data: &config::DataConfig,
    purpose: Purpose,
) -> Result<Dataset, SetupError> {
    let config = DatasetConfig {
        source: source(key, node)?,
        label_type: node.label_types().iter().map(|l| l.name().to_owned()).collect(),
        sample_strategy: at(key, SampleStrategy::from_key(node.sample_strategy().name()))?,
        anticipation: node.anticipation().map(|times| anticipation(key, times)).transpose()?,
        overlap: overlap(data),
    };
    let reader = reader(key, node, data, purpose)?;
    let clips = dense::clips(node)?;
    let set = at(key, Dataset::open_with(&config, &reader, &clip(data), clips.as_ref()))?;
    let set = set.with_lists(lists(key, node, purpose)?);
    let Some(keys) = node.videos() else { return Ok(set) };
    say_without_effect(key, &keys, purpose);
    let long_term = match purpose {
        Purpose::Training => 0,
        Purpose::Evaluation => keys.load_long_term_future_labels,
    };
    let set =
        set.with_selection(selection(&keys)).and_then(|set| set.with_long_term_labels(long_term));
    at(key, set.and_then(Dataset::checked))
}

/// Says of keys that are set and that nothing comes of.
fn say_without_effect(key: &str, keys: &config::VideoKeys<'_>, purpose: Purpose) {
    if keys.dummy_label != -1 {
        tracing::warn!("{key}.dummy_label has no effect: no segment lacks a column of its labels");
    }
    if keys.load_long_term_future_labels > 0 && purpose == Purpose::Training {
        tracing::warn!(
            "{key}.load_long_term_future_labels has no effect: labels behind clips are stored by \
             evaluations"
        );
    }
}

/// The segments that an evaluation on a set would report on their own.
pub(in crate::experiment) fn eval_lists(
    key: &str,
    node: &config::DatasetConfig,
) -> Result<Option<EvalLists>, SetupError> {
    lists(key, node, Purpose::Evaluation)
}

/// The segments that an evaluation on EK100 reports on their own.
fn lists(
    key: &str,
    node: &config::DatasetConfig,
    purpose: Purpose,
) -> Result<Option<EvalLists>, SetupError> {
    let (config::DatasetConfig::EpicKitchens(set), Purpose::Evaluation) = (node, purpose) else {
        return Ok(None);
    };
    let dir = set.rulstm_annotation_dir.as_deref();
    let dir = dir.filter(|_| Version::from_key(set.version).is_ok_and(|v| v == Version::Ek100));
    Ok(at(key, dir.map(EvalLists::read).transpose())?.flatten())
}

fn selection(keys: &config::VideoKeys<'_>) -> Selection {
    Selection {
        uids: keys.uid_subset.map(|uids| uids.iter().map(|uid| uid.0.clone()).collect()),
        repeat: keys.repeat_data_times,
        balanced: keys.class_balanced_sampling,
        random_seed: keys.random_seed,
    }
}

pub(in super::super) fn source(
    key: &str,
    node: &config::DatasetConfig,
) -> Result<Source, SetupError> {
    Ok(match node {
        config::DatasetConfig::EpicKitchens(set) => Source::Files(annotations(key, set)?),
        config::DatasetConfig::BreakfastSalads(set) => Source::Folds(folds::config(set)),
        config::DatasetConfig::Synthetic(set) => Source::Synthetic(
            world(&set.world),
            match set.split {
                config::Split::Train => Split::Train,
                config::Split::Val => Split::Val,
            },
        ),
    })
}

/// The segments of a data set.
pub(in super::super) fn annotations(
    key: &str,
    set: &config::EpicKitchens,
) -> Result<AnnotationConfig, SetupError> {
    Ok(AnnotationConfig {
        version: at(key, Version::from_key(set.version))?,
        annotation_path: set.annotation_path.clone(),
        annotation_dir: set.annotation_dir.clone(),
        action_labels_fpath: set.action_labels_fpath.clone(),
        only_keep_persons: set.only_keep_persons.clone(),
        only_keep_videos: set.only_keep_videos.clone(),
    })
}

pub(super) fn world(world: &config::SyntheticWorld) -> SynthConfig {
    SynthConfig {
        seed: world.seed,
        train_videos: world.train_videos,
        val_videos: world.val_videos,
        segments_per_video: world.segments_per_video,
        verbs: world.verbs,
        nouns: world.nouns,
        actions: world.actions,
        dim: world.dim,
        feature_noise: world.feature_noise as f32,
        teacher_noise: world.teacher_noise as f32,
        teacher_scale: world.teacher_scale as f32,
        teacher_dim: world.teacher_dim,
    }
}

pub(in super::super) fn anticipation(
    key: &str,
    node: &config::Anticipation,
) -> Result<Anticipation, SetupError> {
    Ok(Anticipation {
        tau_a: node.tau_a,
        tau_o: node.tau_o,
        drop_style: at(key, DropStyle::from_key(node.drop_style.name()))?,
    })
}

pub(super) fn clip(data: &config::DataConfig) -> ClipConfig {
    ClipConfig {
        num_frames: data.num_frames,
        frame_rate: data.frame_rate,
        subclip_frames: data.subclips.num_frames,
        subclip_stride: data.subclips.stride,
        load_seg_labels: data.load_seg_labels,
    }
}

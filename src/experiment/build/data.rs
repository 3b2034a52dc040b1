//! Data sets, readers and teachers from their config nodes.

use std::sync::Arc;

use crate::data::{
    AnnotationConfig, Anticipation, ClipConfig, DataError, Dataset, DatasetConfig, DropStyle,
    Loader, LoaderConfig, MissingPrediction, OverlapRule, ReadType, ReaderConfig, SampleStrategy,
    SimulatedConfig, SimulatedTeacher, SimulatedTeacherConfig, Source, Split, SynthConfig, Teacher,
    TeacherStore, Version, World,
};
use crate::train::EvalSet;

use super::super::SetupError;
use super::super::config::{self, ExperimentConfig, TeacherSource};

/// Opens the training set, with its teacher, and every evaluation set.
pub(super) fn open(config: &ExperimentConfig) -> Result<(Loader, Vec<EvalSet>), SetupError> {
    let (suffix, node) = &config.dataset_train[0];
    let key = &format!("dataset_train{suffix}");
    let train = dataset(key, node, &config.data_train)?;
    let train = with_teacher(train, node, config)?;
    let train = loader(
        key,
        train,
        LoaderConfig {
            batch_size: config.train.batch_size,
            shuffle: config.train.shuffle_data,
            seed: config.run.seed,
            workers: config.data_train.workers,
            drop_last: false,
        },
    )?;
    let mut evals = Vec::new();
    for (suffix, node) in &config.dataset_eval {
        let key = &format!("dataset_eval{suffix}");
        let set = dataset(key, node, &config.data_eval)?;
        let order = LoaderConfig {
            batch_size: config.eval_batch_size(),
            shuffle: false,
            seed: config.run.seed,
            workers: config.data_eval.workers,
            drop_last: false,
        };
        evals.push(EvalSet {
            split: format!("eval{suffix}"),
            loader: loader(key, set, order)?,
            store_endpoint: config.eval.eval_fn.store_endpoint.clone(),
        });
    }
    Ok((train, evals))
}

fn at<T>(key: &str, result: Result<T, DataError>) -> Result<T, SetupError> {
    result.map_err(|source| SetupError::Data { key: key.to_owned(), source: Box::new(source) })
}

fn loader(key: &str, dataset: Dataset, config: LoaderConfig) -> Result<Loader, SetupError> {
    at(key, Loader::new(Arc::new(dataset), config))
}

fn dataset(
    key: &str,
    node: &config::DatasetConfig,
    data: &config::DataConfig,
) -> Result<Dataset, SetupError> {
    let Some(reader_node) = node.reader() else {
        return Err(SetupError::unavailable(format!("{key}.reader_fn")));
    };
    let config = DatasetConfig {
        source: source(key, node)?,
        label_type: node.label_types().iter().map(|l| l.name().to_owned()).collect(),
        sample_strategy: at(key, SampleStrategy::from_key(node.sample_strategy().name()))?,
        anticipation: node.anticipation().map(|times| anticipation(key, times)).transpose()?,
        overlap: match data.seg_label_overlap {
            config::SegLabelOverlap::Centre => OverlapRule::Centre,
            config::SegLabelOverlap::HalfDuration => OverlapRule::HalfDuration,
        },
    };
    at(key, Dataset::open(&config, &reader(key, reader_node)?, &clip(data)))
}

fn source(key: &str, node: &config::DatasetConfig) -> Result<Source, SetupError> {
    Ok(match node {
        config::DatasetConfig::EpicKitchens(set) => Source::Files(AnnotationConfig {
            version: at(key, Version::from_key(set.version))?,
            annotation_path: set.annotation_path.clone(),
            annotation_dir: set.annotation_dir.clone(),
            action_labels_fpath: set.action_labels_fpath.clone(),
            only_keep_persons: set.only_keep_persons.clone(),
            only_keep_videos: set.only_keep_videos.clone(),
        }),
        config::DatasetConfig::BreakfastSalads(_) => {
            return Err(SetupError::unavailable(format!("{key}._target_")));
        }
        config::DatasetConfig::Synthetic(set) => Source::Synthetic(
            world(&set.world),
            match set.split {
                config::Split::Train => Split::Train,
                config::Split::Val => Split::Val,
            },
        ),
    })
}

fn world(world: &config::SyntheticWorld) -> SynthConfig {
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

fn anticipation(key: &str, node: &config::Anticipation) -> Result<Anticipation, SetupError> {
    Ok(Anticipation {
        tau_a: node.tau_a,
        tau_o: node.tau_o,
        drop_style: at(key, DropStyle::from_key(node.drop_style.name()))?,
    })
}

fn reader(key: &str, node: &config::ReaderConfig) -> Result<ReaderConfig, SetupError> {
    Ok(match node {
        config::ReaderConfig::Rulstm(reader) => ReaderConfig::Rulstm {
            lmdb_path: reader.lmdb_path.clone(),
            read_type: at(key, ReadType::from_key(reader.read_type.name()))?,
            warn_if_using_closeby_frame: reader.warn_if_using_closeby_frame,
        },
        config::ReaderConfig::Simulated(reader) => ReaderConfig::Simulated(SimulatedConfig {
            dim: reader.dim,
            noise: reader.noise as f32,
            seed: reader.seed,
        }),
        config::ReaderConfig::Video(_)
        | config::ReaderConfig::LabelOneHot(_)
        | config::ReaderConfig::Sener(_) => {
            return Err(SetupError::unavailable(format!("{key}.reader_fn")));
        }
    })
}

fn clip(data: &config::DataConfig) -> ClipConfig {
    ClipConfig {
        num_frames: data.num_frames,
        frame_rate: data.frame_rate,
        subclip_frames: data.subclips.num_frames,
        subclip_stride: data.subclips.stride,
        load_seg_labels: data.load_seg_labels,
    }
}

/// Joins the teacher to the training set; without one the set stays as it is.
fn with_teacher(
    dataset: Dataset,
    node: &config::DatasetConfig,
    config: &ExperimentConfig,
) -> Result<Dataset, SetupError> {
    const KEY: &str = "teacher";
    let teacher = match config.teacher.source() {
        None => return Ok(dataset),
        Some(TeacherSource::Store(path)) => {
            Teacher::Store(at("teacher.store", TeacherStore::open(path))?)
        }
        Some(TeacherSource::Simulated) => match node {
            config::DatasetConfig::Synthetic(set) => {
                let world = at(KEY, World::generate(&world(&set.world)))?;
                let name = config.teacher.name.as_deref().unwrap_or_default();
                Teacher::Store(at(KEY, world.teacher(name))?)
            }
            config::DatasetConfig::EpicKitchens(_) | config::DatasetConfig::BreakfastSalads(_) => {
                Teacher::Simulated(simulated_teacher(&config.teacher.simulated, &dataset))
            }
        },
    };
    check_features(&teacher, config)?;
    let missing = match config.teacher.missing {
        config::MissingPrediction::Error => MissingPrediction::Error,
        config::MissingPrediction::Uniform => MissingPrediction::Uniform,
        config::MissingPrediction::Skip => MissingPrediction::Skip,
    };
    at(KEY, dataset.with_teacher(Arc::new(teacher), missing))
}

/// Refuses a weighted feature term that the teacher's features cannot give.
fn check_features(teacher: &Teacher, config: &ExperimentConfig) -> Result<(), SetupError> {
    let weights = &config.train.train_one_epoch_fn.loss_wts;
    let width = config.model.feature_width();
    for (key, weight) in
        [("distill_feat", weights.distill_feat), ("distill_feat_mse", weights.distill_feat_mse)]
    {
        if weight > 0.0 && teacher.feature_dim() != Some(width) {
            return Err(SetupError::TeacherFeatures {
                key,
                weight,
                teacher: teacher.name().to_owned(),
                found: teacher.feature_dim(),
                expected: width,
            });
        }
    }
    Ok(())
}

fn simulated_teacher(node: &config::SimulatedTeacher, dataset: &Dataset) -> SimulatedTeacher {
    let config = SimulatedTeacherConfig {
        strength: node.strength as f32,
        related: node.related as f32,
        noise: node.noise as f32,
        teachers: node.teachers,
        feature_dim: node.feature_dim,
        seed: node.seed,
    };
    SimulatedTeacher::new(config, &dataset.annotations().vocabulary)
}

//! The typed config of an experiment: `conf/` as Rust structs, one file for each element.
//!
//! Decides which keys there are, of which type, and which combinations make sense. Knows nothing of
//! how a config was composed and builds nothing. Invariant: an [`ExperimentConfig`] has passed every
//! check of `check`, so builders need not repeat them.
//!
//! | stage | file |
//! |---|---|
//! | one top-level key after the other, all errors collected | `sections` |
//! | the top-level keys and the JSON schema of the whole | `keys` |
//! | nodes told apart by `_target_` | `target` |
//! | what holds between keys | `check` |

mod aggregator;
mod backbone;
mod check;
mod data;
mod dataset;
mod eval;
mod keys;
mod language;
mod legacy;
mod model;
mod op;
mod opt;
mod optimizer;
mod paths;
mod predictor;
mod reader;
mod run;
mod scheduler;
mod sections;
mod shelf;
mod target;
mod teacher;
mod train;
mod watched;

pub use aggregator::{AggregateStyle, Aggregator, RulstmAggregator, TransformerAggregator};
pub use backbone::{
    Backbone, BnInception, Temporal, TimmModel, TimmName, TorchvisionVideo, VideoResnet, VmzModel,
};
pub use data::{ColorMatrix, DataConfig, ScaleSide, SegLabelOverlap, Subclips};
pub use dataset::{
    AbuFarha, AnnotationReader, Anticipation, BreakfastSalads, BundleEntry, ClipLength,
    DatasetConfig, DenseClips, DropStyle, EpicKitchens, LabelType, NoFunction, OrigSalads,
    SaladsOrBreakfast, SampleStrategy, SegmentUid, Split, SyntheticDataset, SyntheticWorld,
    TimePrecision, VideoKeys,
};
pub use eval::{AccuracyAverage, EvalConfig, EvalFn, UnlabelledRows};
pub use language::{
    ActionGru, ActionNgram, ActionTransformer, ClassWeights, Combine, CorpusConfig, Coverage,
    EnsembleConfig, ExtractConfig, FinetuneConfig, HistoryConfig, Keep, LanguageConfig, LmConfig,
    LmSize, MlmConfig, PredictConfig, Published, Smoothing, StoreFormat, TextConfig, Truncate,
    WordsOf,
};
pub use legacy::{DistBackend, Legacy, Moco, PyTorch};
pub use model::{BatchNorm, Classifier, Linear, MlpClassifier, ModelConfig};
pub use op::{
    Basic, BasicLossAccuracy, CombineLosses, FutureTarget, IncurLoss, LossAccuracy, MilType,
    OpConfig, PredFutureFeat, RegCriterion, SimclrInfoNce,
};
pub use opt::{FrozenOverlap, GradClip, LrGroup, OptConfig, Overlap, PlateauWarmup, Warmup};
pub use optimizer::{Adafactor, Adam, Optimizer, Sgd};
pub use paths::PathsConfig;
pub use predictor::{
    Activation, AvthConfig, FutureLoss, FuturePredictor, MlpPredictor, QuantizedLoss,
};
pub use reader::{
    FeatureFormat, LabelOneHot, PaintedReader, ReadType, ReaderConfig, RulstmReader, SenerReader,
    SimulatedReader,
};
pub use run::{Debug as DebugOption, Pipeline, RunConfig, Task};
pub use scheduler::{
    Cosine, LinearDecay, PlateauMode, ReduceOnPlateau, Scheduler, ThresholdMode, WarmupMethod,
    WarmupMultiStep,
};
pub use target::NoKeys;
pub use teacher::{
    KlClasses, KlConfig, MissingPrediction, SimulatedTeacher, TeacherAttention, TeacherConfig,
    TeacherSource,
};
pub use train::{LossWeights, Precision, TrainConfig, TrainFunction, TrainOneEpoch};
pub use watched::{MlflowConfig, TensorBoardConfig, TrackerConfig};

use crate::config::{ConfigError, ConfigErrors, Resolved};

/// A whole experiment.
#[derive(Clone, Debug, PartialEq)]
pub struct ExperimentConfig {
    /// What is done, where, under which name.
    pub run: RunConfig,
    /// `train`
    pub train: TrainConfig,
    /// `eval`
    pub eval: EvalConfig,
    /// `model`
    pub model: ModelConfig,
    /// `opt`
    pub opt: OptConfig,
    /// `train_eval_op`
    pub train_eval_op: OpConfig,
    /// `teacher`
    pub teacher: TeacherConfig,
    /// `data_train`
    pub data_train: DataConfig,
    /// `data_eval`
    pub data_eval: DataConfig,
    /// `dataset_train*`: what follows the prefix, and the data set; never empty.
    pub dataset_train: Vec<(String, DatasetConfig)>,
    /// `dataset_eval*`: the same; the one named "" decides which epoch was the best.
    pub dataset_eval: Vec<(String, DatasetConfig)>,
    /// `paths`
    pub paths: PathsConfig,
    /// `lm`, `history` and what else only the teacher's tasks need.
    pub language: LanguageConfig,
    /// `features`, the reader that `+features=...` puts into every data set.
    pub features: Option<ReaderConfig>,
    /// `tensorboard`
    pub tensorboard: TensorBoardConfig,
    /// `tracker`
    pub tracker: TrackerConfig,
    /// AVT's keys without effect.
    pub legacy: Legacy,
}

impl ExperimentConfig {
    /// Reads and checks a composed config.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of [`ConfigErrors::in_order`]: unknown and missing
    /// keys, wrong types, interpolations without a value, keys that do not go together.
    pub fn from_resolved(resolved: &Resolved) -> Result<Self, ConfigErrors> {
        sections::read(resolved)
    }

    /// What [`ExperimentConfig::from_resolved`] finds key by key, without what holds between keys:
    /// for a config of which a part is known to be wrong.
    pub fn type_errors(resolved: &Resolved) -> Vec<ConfigError> {
        sections::type_errors(resolved)
    }

    /// What the config asks for that this version cannot run, told of the keys that ask for it.
    ///
    /// Such a config composes and passes every check; only starting it is refused.
    pub fn unavailable(&self, resolved: &Resolved) -> Vec<ConfigError> {
        check::unavailable(self).into_iter().map(|f| sections::blame(resolved, f)).collect()
    }

    /// The JSON schema (draft 2020-12) of what [`ExperimentConfig::from_resolved`] reads.
    pub fn json_schema() -> serde_json::Value {
        keys::schema()
    }

    /// Every data set with its key.
    pub fn datasets(&self) -> impl Iterator<Item = (String, &DatasetConfig)> {
        let train = self.dataset_train.iter().map(|(s, set)| (format!("dataset_train{s}"), set));
        let eval = self.dataset_eval.iter().map(|(s, set)| (format!("dataset_eval{s}"), set));
        train.chain(eval)
    }

    /// The label types of the training data; the first is the main one.
    pub fn label_types(&self) -> &[LabelType] {
        self.dataset_train.first().map_or(&[], |(_, set)| set.label_types())
    }

    /// Samples in an evaluation batch.
    pub fn eval_batch_size(&self) -> usize {
        self.eval.batch_size.unwrap_or(self.train.batch_size * 4)
    }
}

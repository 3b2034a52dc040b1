//! The student and its parts: `XConfig` -> `init(&Device)` -> `X` -> `forward`.
//!
//! Decides shapes, layers, their names and their initial values. It knows tensors and its own
//! typed structs only: no files, no experiment configuration; class counts and dimensions arrive
//! as arguments. Invariant: the path of every parameter is its name in the original's
//! `state_dict` ([`names`]), so learning-rate groups and published checkpoints address it by name.
//!
//! | file | layer of the original |
//! |---|---|
//! | `student` | `models/base_model.py`, `BaseModel` |
//! | `backbone` | `model/backbone/*`: what a frame becomes |
//! | `aggregator` | `models/temporal_aggregation.py` |
//! | `classifier` | `models/classifiers.py` |
//! | `future` | `models/future_prediction.py`: the choice |
//! | `avth` | `models/future_prediction.py`, `AVTh` |
//! | `gpt2` | `transformers.GPT2Model` without token embedding |
//! | `language` | encoders of `transformers` that read tokens |
//! | `attention`, `layers`, `activation`, `product`, `batch_norm`, `module_dict`, `stack` | layers and containers under their original names |
//! | `teacher`, [`actions`] | language models of any kind as teachers; the small ones of our own |
//! | `buffer` | what a model keeps beside its parameters |
//! | `state` | what is stored beside both |

pub mod actions;
mod activation;
mod aggregator;
mod attention;
mod avth;
mod backbone;
mod batch_norm;
mod buffer;
mod classifier;
mod error;
mod future;
mod gpt2;
pub mod language;
mod layers;
mod mapping;
mod module_dict;
pub mod names;
mod product;
mod stack;
mod state;
mod student;
mod teacher;

pub use activation::Activation;
pub use aggregator::{
    AggregateStyle, Aggregated, Aggregator, AggregatorConfig, Rulstm, RulstmConfig,
    TransformerAggregator, TransformerAggregatorConfig,
};
pub use avth::{Avth, AvthConfig, Centroids, FutureLoss, RowLoss};
pub use backbone::{
    Backbone, BackboneConfig, BlockKind, BnInception, BnInceptionConfig, ConvKind, FrameVit,
    LastModule, Middle, Stem, StemKind, VideoResNet, VideoResNetConfig, VitConfig,
};
pub use batch_norm::{BatchNorm, BatchNormConfig};
pub use buffer::Buffer;
pub use classifier::{Classifier, ClassifierConfig, MlpClassifier};
pub use error::ModelError;
pub use future::{Future, FuturePredictor, FuturePredictorConfig, MlpPredictor};
pub use gpt2::{Gpt2, Gpt2Config, Gpt2Output, KvCache};
pub use layers::{Conv1d, LayerNorm};
pub use mapping::{ClassMap, ClassMapping};
pub use module_dict::ModuleDict;
pub use names::{NamedParameter, named_buffers, named_parameters, untrained_parameters};
pub use product::{Linear, in_bf16};
pub use state::StateDict;
pub use student::{Student, StudentConfig, StudentOutput};
pub use teacher::{TeacherInput, TeacherModel, TeacherOutput};

//! The top-level keys, and the JSON schema of the whole config that they make up.

use std::collections::BTreeMap;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value as Json, json};

use crate::device::DeviceSpec;

use super::legacy::{DistBackend, Legacy, Moco, PyTorch};
use super::run::{Debug, Pipeline, RunConfig, Task};
use super::shelf::{Pretrained, Shelf};
use super::{
    CorpusConfig, DataConfig, DatasetConfig, EnsembleConfig, EvalConfig, ExtractConfig,
    FinetuneConfig, HistoryConfig, LmConfig, MlmConfig, ModelConfig, OpConfig, OptConfig,
    PathsConfig, PredictConfig, ReaderConfig, TeacherConfig, TensorBoardConfig, TextConfig,
    TrackerConfig, TrainConfig,
};

/// Keys that start so hold a data set to train on.
pub(super) const TRAIN: &str = "dataset_train";
/// Keys that start so hold a data set to evaluate on.
pub(super) const EVAL: &str = "dataset_eval";
/// The key below which a config may have whatever its author likes, to refer to or to note.
pub(super) const EXTRA: &str = "extra";

/// `extra`: anything.
pub(super) type Extra = BTreeMap<String, Json>;

/// A key and what it holds.
struct Section {
    key: &'static str,
    schema: fn(&mut SchemaGenerator) -> Schema,
    required: bool,
}

const fn of<T: JsonSchema>(key: &'static str) -> Section {
    Section { key, schema: SchemaGenerator::subschema_for::<T>, required: true }
}

const fn optional<T: JsonSchema>(key: &'static str) -> Section {
    Section { key, schema: SchemaGenerator::subschema_for::<T>, required: false }
}

/// Every key but the data sets'.
const SECTIONS: &[Section] = &[
    of::<PathsConfig>("paths"),
    of::<TeacherConfig>("teacher"),
    of::<OpConfig>("train_eval_op"),
    of::<OptConfig>("opt"),
    of::<ModelConfig>("model"),
    of::<Shelf>("dataset"),
    of::<DataConfig>("data_train"),
    of::<DataConfig>("data_eval"),
    of::<Task>("task"),
    of::<DeviceSpec>("device"),
    of::<String>("expt_name"),
    of::<u64>("run_id"),
    of::<u64>("seed"),
    of::<String>("cwd"),
    of::<bool>("test_only"),
    of::<f64>("distill"),
    of::<f64>("ens_distill"),
    of::<f64>("distill_feat"),
    of::<f64>("distill_feat_mse"),
    of::<TrainConfig>("train"),
    of::<EvalConfig>("eval"),
    of::<bool>("sync_bn"),
    of::<bool>("data_parallel"),
    of::<DistBackend>("dist_backend"),
    of::<PyTorch>("pytorch"),
    of::<Moco>("moco"),
    optional::<Option<Debug>>("debug"),
    optional::<Option<ReaderConfig>>("features"),
    optional::<Option<Pretrained>>("pretrained"),
    of::<Pipeline>("pipeline"),
    optional::<BTreeMap<String, BTreeMap<String, Json>>>("stages"),
    optional::<Option<LmConfig>>("lm"),
    optional::<Option<HistoryConfig>>("history"),
    optional::<Option<TextConfig>>("text"),
    optional::<Option<CorpusConfig>>("corpus"),
    optional::<Option<MlmConfig>>("mlm"),
    optional::<Option<FinetuneConfig>>("finetune"),
    optional::<Option<PredictConfig>>("predict"),
    optional::<Option<EnsembleConfig>>("ensemble"),
    optional::<Option<ExtractConfig>>("extract"),
    optional::<Option<TensorBoardConfig>>("tensorboard"),
    optional::<Option<TrackerConfig>>("tracker"),
    optional::<Extra>(EXTRA),
];

/// Whether a top-level key is one of ours.
pub(super) fn is_known(key: &str) -> bool {
    SECTIONS.iter().any(|section| section.key == key)
        || key.starts_with(TRAIN)
        || key.starts_with(EVAL)
}

/// Every key, for whoever has written another.
pub(super) fn names() -> Vec<String> {
    let keys = SECTIONS.iter().map(|section| section.key);
    keys.chain([TRAIN, EVAL]).map(str::to_owned).collect()
}

/// The JSON schema of a whole config, as it is composed.
pub(super) fn schema() -> Json {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let described = [
        RunConfig::json_schema(&mut generator).to_value(),
        Legacy::json_schema(&mut generator).to_value(),
    ];
    let mut properties = Map::new();
    for Section { key, schema, .. } in SECTIONS {
        let told = described.iter().find_map(|schema| schema["properties"].get(key));
        properties.insert((*key).to_owned(), with_description(schema(&mut generator), told));
    }
    let required: Vec<&str> =
        SECTIONS.iter().filter(|section| section.required).map(|section| section.key).collect();
    let dataset = generator.subschema_for::<DatasetConfig>();
    json!({
        "type": "object",
        "properties": properties,
        "patternProperties": { format!("^({TRAIN}|{EVAL})"): dataset },
        "additionalProperties": false,
        "required": required,
        "$defs": generator.take_definitions(true),
    })
}

fn with_description(schema: Schema, told: Option<&Json>) -> Json {
    let mut schema = schema.to_value();
    let text = told.and_then(|told| told.get("description")).cloned();
    if let (Some(object), Some(text)) = (schema.as_object_mut(), text) {
        object.insert("description".to_owned(), text);
    }
    schema
}

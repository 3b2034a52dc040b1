//! What is built, and what is refused.

use super::*;
use crate::models::{AvthConfig, Gpt2Config, VideoResNetConfig, named_buffers, named_parameters};
use burn::module::{Module, Param};
use burn::tensor::Tensor;

fn classes() -> Vec<(String, usize)> {
    vec![("action".into(), 40), ("verb".into(), 30)]
}

fn config() -> StudentConfig {
    let gpt = Gpt2Config { n_layer: 1, n_head: 2, n_positions: 6, ..Gpt2Config::new(64) };
    StudentConfig {
        intermediate_featdim: Some(32),
        future_predictor: FuturePredictorConfig::Avth(AvthConfig {
            gpt,
            avg_last_n: Some(1),
            ..AvthConfig::new(64)
        }),
        ..StudentConfig::new(48)
    }
}

fn with_avth(change: impl FnOnce(&mut AvthConfig)) -> StudentConfig {
    let mut config = config();
    if let FuturePredictorConfig::Avth(avth) = &mut config.future_predictor {
        change(avth);
    }
    config
}

#[test]
fn values_are_drawn_when_built_in_the_order_of_the_fields() {
    struct Drawn;
    impl burn::module::ModuleVisitor for Drawn {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            assert!(param.is_initialized(), "the first use would draw {:?}", param.id);
        }
    }
    config().init(&classes(), &[], &Device::default()).unwrap().visit(&mut Drawn);
}

#[test]
fn names_follow_the_fields() {
    let student = config().init(&classes(), &[], &Device::default()).unwrap();
    let names: Vec<String> = named_parameters(&student).into_iter().map(|p| p.name).collect();
    assert_eq!(names[0], "mapper_to_inter.weight");
    assert_eq!(names[1], "future_predictor.encoder.weight");
    assert_eq!(names.last().unwrap(), "classifiers.verb.bias");
    let unique: std::collections::BTreeSet<_> = names.iter().collect();
    assert_eq!(unique.len(), names.len());
}

#[test]
fn what_describes_no_model_is_refused() {
    let no_head = StudentConfig { dropout: 1.0, ..config() };
    let widened = StudentConfig {
        temporal_aggregator_after_future_pred: AggregatorConfig::Transformer(Default::default()),
        classifier_on_past: true,
        ..config()
    };
    let mapped = StudentConfig { use_cls_mappings: true, ..config() };
    let r3d = BackboneConfig::VideoResNet(VideoResNetConfig::r3d_18());
    let pictures = StudentConfig { backbone: r3d, ..config() };
    let pairs = vec![(3, 30)];
    let wrong = ClassMapping {
        target: "verb".into(),
        source: "action".into(),
        source_classes: 40,
        target_classes: 30,
        pairs,
    };
    for (what, config, maps, message) in [
        ("past", widened, vec![], "past features are 32 wide and future ones 512"),
        ("dropout", no_head, vec![], "dropout probability dropout is 1"),
        ("maps", mapped.clone(), vec![], "no class mapping gives `verb` from `action`"),
        ("class", mapped, vec![wrong], "names class 30, expected less than 30"),
        ("heads", with_avth(|a| a.gpt.n_head = 5), vec![], "64 is not a multiple of n_head 5"),
        ("length", with_avth(|a| a.output_len = 0), vec![], "output_len is 0"),
        ("width", StudentConfig { backbone_dim: 0, ..config() }, vec![], "backbone_dim is 0"),
        ("backbone", pictures, vec![], "backbone_dim is 48, but the backbone gives 512"),
    ] {
        let error = config.init(&classes(), &maps, &Device::default()).unwrap_err().to_string();
        assert!(error.contains(message), "{what}: {error}");
    }
    assert_eq!(config().init(&[], &[], &Device::default()).unwrap_err(), ModelError::NoClasses);
}

#[test]
fn inputs_that_do_not_fit_are_refused() {
    let sequence = with_avth(|a| a.avg_last_n = None);
    let identity = StudentConfig { future_predictor: FuturePredictorConfig::Identity, ..config() };
    let long = with_avth(|a| a.output_len = 4);
    let dropped = with_avth(|a| a.drop_last_n = 3);
    for (config, clips, frames, expected) in [
        (config(), 1, 6, Ok(())),
        (config(), 6, 1, Ok(())),
        (config(), 1, 7, Err(ModelError::Positions { steps: 7, n_positions: 6 })),
        (config(), 2, 3, Err(ModelError::UnaggregatedClips { clips: 2, steps: 3 })),
        (long, 1, 4, Err(ModelError::Positions { steps: 7, n_positions: 6 })),
        (dropped, 1, 3, Err(ModelError::DroppedAll { drop_last_n: 3, steps: 3 })),
        (identity.clone(), 1, 1, Ok(())),
        (identity.clone(), 1, 4, Err(ModelError::UnaggregatedFuture { steps: 4 })),
        (
            with_transformer(identity.clone()),
            6,
            1,
            Err(ModelError::UnaggregatedFuture { steps: 6 }),
        ),
        (with_transformer(identity.clone()), 1, 1000, Ok(())),
        (with_transformer(identity), 1, 1001, Err(ModelError::TooLong { steps: 1001, most: 1000 })),
        (sequence.clone(), 1, 4, Ok(())),
        (with_mean(sequence), 1, 4, Ok(())),
        (config(), 0, 4, Err(ModelError::Zero { name: "clips" })),
    ] {
        assert_eq!(config.check_input(clips, frames), expected, "{clips} x {frames}");
    }
}

fn with_transformer(config: StudentConfig) -> StudentConfig {
    let temporal_aggregator = AggregatorConfig::Transformer(Default::default());
    StudentConfig { temporal_aggregator, ..config }
}

#[test]
fn further_parts_have_the_originals_names() {
    let config = StudentConfig {
        same_temp_agg_dim: true,
        project_dim_for_nce: Some(5),
        add_regression_head: true,
        ..with_transformer(config())
    };
    assert_eq!(config.feature_dim(), 32);
    let student = config.outline(&classes(), &[], &Device::default()).unwrap();
    let parameters = named_parameters(&student);
    let shape = |name: &str| {
        let found = parameters.iter().find(|p| p.name == name);
        found.unwrap_or_else(|| panic!("`{name}` is a parameter")).shape.clone()
    };
    assert_eq!(shape("temporal_aggregator.downproject.weight"), [32, 512]);
    assert_eq!(shape("reset_temp_agg_feat_dim.weight"), [512, 32]);
    assert_eq!(shape("project_mlp.2.weight"), [32, 5]);
    assert_eq!(shape("regression_head.weight"), [32, 1]);
    let table = ("temporal_aggregator.pos_encoder.pe".to_owned(), vec![1000, 1, 512]);
    assert_eq!(named_buffers(&student), [table]);
}

fn with_mean(config: StudentConfig) -> StudentConfig {
    StudentConfig { temporal_aggregator_after_future_pred: AggregatorConfig::Mean, ..config }
}

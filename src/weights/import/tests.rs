use super::*;
use crate::models::{
    AvthConfig, ClassMapping, FuturePredictorConfig, Gpt2Config, Student, StudentConfig,
    named_parameters,
};
use crate::weights::export;
use burn::tensor::Device;

fn student(device: &Device) -> Student {
    let gpt = Gpt2Config { n_layer: 2, n_head: 2, n_positions: 8, ..Gpt2Config::new(6) };
    let config = StudentConfig {
        intermediate_featdim: Some(4),
        future_predictor: FuturePredictorConfig::Avth(AvthConfig {
            gpt,
            avg_last_n: Some(1),
            ..AvthConfig::new(6)
        }),
        ..StudentConfig::new(5)
    };
    let classes = [("action".to_owned(), 3), ("verb".to_owned(), 2)];
    let mapping = ClassMapping {
        target: "verb".into(),
        source: "action".into(),
        source_classes: 3,
        target_classes: 2,
        pairs: vec![(0, 0), (1, 1), (2, 1)],
    };
    config.init(&classes, &[mapping], device).unwrap()
}

#[test]
fn names_and_layouts_are_the_originals() {
    let arrays = export(&student(&Device::default()));
    for (name, shape) in [
        ("mapper_to_inter.weight", vec![4, 5]),
        ("future_predictor.encoder.weight", vec![6, 4]),
        ("future_predictor.decoder.weight", vec![4, 6]),
        ("future_predictor.gpt_model.wpe.weight", vec![8, 6]),
        ("future_predictor.gpt_model.h.1.ln_1.weight", vec![6]),
        ("future_predictor.gpt_model.h.0.attn.c_attn.weight", vec![6, 18]),
        ("future_predictor.gpt_model.h.0.attn.c_proj.bias", vec![6]),
        ("future_predictor.gpt_model.h.1.mlp.c_fc.weight", vec![6, 24]),
        ("future_predictor.gpt_model.h.1.mlp.c_proj.weight", vec![24, 6]),
        ("future_predictor.gpt_model.ln_f.bias", vec![6]),
        ("classifiers.action.weight", vec![3, 4]),
        ("classifiers.verb.bias", vec![2]),
        ("cls_map_verb_action", vec![3, 2]),
    ] {
        assert_eq!(arrays.get(name).map(|a| a.shape.clone()), Some(shape), "{name}");
    }
    assert_eq!(arrays.len(), 35);
}

#[test]
fn export_then_import_is_the_identity() {
    let (first, second) = (student(&Device::default()), student(&Device::default()));
    let arrays = export(&first);
    assert_ne!(arrays, export(&second));
    let (second, report) = import(second, &arrays, true).unwrap();
    assert!(report.is_complete());
    assert_eq!(arrays, export(&second));
}

#[test]
fn data_parallel_prefix_and_stored_masks_are_ignored() {
    let model = student(&Device::default());
    let mut arrays: BTreeMap<String, HostTensor> =
        export(&model).into_iter().map(|(n, a)| (format!("module.{n}"), a)).collect();
    for mask in ["bias", "masked_bias"] {
        let name = format!("module.future_predictor.gpt_model.h.0.attn.{mask}");
        arrays.insert(name, HostTensor::f32([1], vec![0.0]));
    }
    assert!(import(model, &arrays, true).is_ok());
}

#[test]
fn what_does_not_correspond_is_reported() {
    let model = student(&Device::default());
    let mut arrays = export(&model);
    arrays.remove("classifiers.action.bias");
    arrays.insert("classifiers.noun.bias".into(), HostTensor::f32([1], vec![0.0]));
    arrays.insert("classifiers.verb.bias".into(), HostTensor::f32([3], vec![0.0; 3]));
    arrays.insert("mapper_to_inter.weight".into(), HostTensor::i64([4, 5], vec![0; 20]));
    arrays.insert("cls_map_verb_action".into(), HostTensor::f32([2, 3], vec![0.0; 6]));
    let refused = import(model.clone(), &arrays, true);
    let Err(WeightsError::Incomplete(report)) = refused else { panic!("incomplete") };
    assert_eq!(report.missing, ["classifiers.action.bias"]);
    assert_eq!(report.unused, ["classifiers.noun.bias"]);
    let found: Vec<_> =
        report.mismatched.iter().map(|m| (m.name.as_str(), m.found.clone())).collect();
    assert_eq!(
        found,
        [
            ("mapper_to_inter.weight", None),
            ("classifiers.verb.bias", Some(vec![3])),
            ("cls_map_verb_action", Some(vec![2, 3])),
        ]
    );
    assert!(import(model, &arrays, false).is_ok());
}

#[test]
fn imported_parameters_keep_their_ids_and_train() {
    let model = student(&Device::default().autodiff());
    let before = named_parameters(&model);
    let arrays = export(&model);
    let (model, _) = import(model, &arrays, true).unwrap();
    assert_eq!(named_parameters(&model), before);
    let out = model.forward(Tensor::ones([1, 1, 5, 3, 1, 1], &Device::default().autodiff()));
    let grads = out.logits[0].1.clone().sum().backward();
    struct Trained<'a>(&'a burn::tensor::Gradients, usize);
    impl burn::module::ModuleVisitor for Trained<'_> {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            self.1 += usize::from(param.val().grad(self.0).is_some());
        }
    }
    let mut trained = Trained(&grads, 0);
    model.visit(&mut trained);
    assert_eq!(trained.1, before.len() - 2, "all but the verb classifier");
}

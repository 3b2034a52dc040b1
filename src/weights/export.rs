//! Model -> arrays.

use std::collections::BTreeMap;

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Int, Tensor};

use crate::files::HostTensor;
use crate::models::StateDict;
use crate::models::names::NamePath;

/// Every parameter, under each of its names, every buffer and class map of a model.
pub fn export<M: StateDict>(model: &M) -> BTreeMap<String, HostTensor> {
    let mut arrays = export_parameters(model);
    for (second, first) in model.tied_names() {
        arrays.insert((*second).to_owned(), arrays[*first].clone());
    }
    for map in model.class_maps() {
        arrays.insert(map.name(), host(map.matrix()));
    }
    arrays
}

/// Every float parameter and buffer of a module, in the original's layout.
pub fn export_parameters<M: Module>(module: &M) -> BTreeMap<String, HostTensor> {
    let mut exporter = Exporter::default();
    module.visit(&mut exporter);
    exporter.arrays
}

#[derive(Default)]
struct Exporter {
    path: NamePath,
    arrays: BTreeMap<String, HostTensor>,
}

impl ModuleVisitor for Exporter {
    fn enter_module(&mut self, name: &str, container_type: &str) {
        self.path.enter(name, container_type);
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.exit();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let tensor = param.val();
        let tensor = if self.path.is_transposed() { tensor.swap_dims(0, 1) } else { tensor };
        self.arrays.insert(self.path.name(), host(tensor));
    }

    fn visit_int<const D: usize>(&mut self, param: &Param<Tensor<D, Int>>) {
        let count = param.val().into_data().iter::<i64>().collect();
        self.arrays.insert(self.path.name(), HostTensor::i64(SCALAR, count));
    }
}

/// Shape in the original of the only integers there are: counts, of one element here.
pub(super) const SCALAR: [usize; 0] = [];

fn host<const D: usize>(tensor: Tensor<D>) -> HostTensor {
    let shape = tensor.dims();
    let values = tensor.into_data_as::<f32>().try_into_vec().expect("converted to f32");
    HostTensor::f32(shape, values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::{AvthConfig, FuturePredictorConfig, Gpt2Config, Student, StudentConfig};
    use crate::weights::import;
    use burn::tensor::Device;

    fn student() -> Student {
        let gpt = Gpt2Config { n_layer: 1, n_head: 2, n_positions: 6, ..Gpt2Config::new(64) };
        let avth = AvthConfig { gpt, avg_last_n: Some(1), ..AvthConfig::new(64) };
        let config = StudentConfig {
            intermediate_featdim: Some(32),
            future_predictor: FuturePredictorConfig::Avth(avth),
            ..StudentConfig::new(48)
        };
        let classes = [("action".into(), 40), ("verb".into(), 30)];
        config.init(&classes, &[], &Device::default()).unwrap()
    }

    #[test]
    fn initial_values_are_the_originals() {
        for (name, array) in export(&student()) {
            let values = array.as_f32().unwrap();
            let mean = values.iter().sum::<f32>() / values.len() as f32;
            let var = values.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / values.len() as f32;
            let (expected_mean, std) = match name.rsplit('.').next() {
                Some("bias") => (0.0, 0.0),
                _ if name.contains(".ln_") => (1.0, 0.0),
                _ if name.contains("gpt_model") => (0.0, 0.02),
                _ => (0.0, 0.01),
            };
            assert!((mean - expected_mean).abs() <= 0.2 * std, "{name}: mean {mean}");
            assert!((var.sqrt() - std).abs() <= 0.2 * std, "{name}: std {}", var.sqrt());
        }
    }

    #[test]
    fn a_tied_parameter_goes_by_both_names() {
        let gpt = Gpt2Config { n_layer: 1, n_head: 2, n_positions: 8, ..Gpt2Config::new(6) };
        let avth =
            AvthConfig { gpt, num_cluster_centers: 5, avg_last_n: Some(1), ..AvthConfig::new(6) };
        let config = StudentConfig {
            future_predictor: FuturePredictorConfig::Avth(avth),
            ..StudentConfig::new(1)
        };
        let model = config.init(&[("action".into(), 3)], &[], &Device::default()).unwrap();
        let (encoder, decoder) =
            ("future_predictor.encoder.weight", "future_predictor.decoder.weight");
        let mut arrays = export(&model);
        assert_eq!(arrays[encoder].shape, [5, 6]);
        assert_eq!(arrays[encoder], arrays[decoder]);
        let other = HostTensor::f32([5, 6], vec![0.25; 30]);
        arrays.insert(decoder.into(), other.clone());
        let (both, _) = import(model.clone(), &arrays, true).unwrap();
        assert_eq!(export(&both)[encoder], other, "the second name wins");
        arrays.remove(encoder);
        assert_eq!(export(&import(model, &arrays, true).unwrap().0)[encoder], other);
    }
}

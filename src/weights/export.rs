//! Model -> arrays.

use std::collections::BTreeMap;

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::Tensor;

use crate::files::HostTensor;
use crate::models::Student;
use crate::models::names::NamePath;

/// Every parameter and class map of the student.
pub fn export(student: &Student) -> BTreeMap<String, HostTensor> {
    let mut arrays = export_parameters(student);
    for map in student.class_maps() {
        arrays.insert(map.name(), host(map.matrix()));
    }
    arrays
}

/// Every float parameter of a module, in the original's layout.
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
}

fn host<const D: usize>(tensor: Tensor<D>) -> HostTensor {
    let shape = tensor.dims();
    let values = tensor.into_data_as::<f32>().try_into_vec().expect("converted to f32");
    HostTensor::f32(shape, values)
}

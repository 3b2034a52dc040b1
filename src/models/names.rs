//! The original's name of every parameter.
//!
//! A name is the path of fields that leads to the parameter, with the choice of an enum left out:
//! `future_predictor.gpt_model.h.0.attn.c_attn.weight`; a name that is a word of Rust's carries a
//! `_` at its end as a field (`self_`). Learning-rate groups, checkpoints and
//! imports address parameters by it. Values of `Linear` layers are stored `[in, out]`, the
//! transpose of the original; everything else has the original's layout. Buffers (running
//! statistics) are named alike, and are no parameters.

use burn::module::{Module, ModuleVisitor, Param, ParamId};
use burn::tensor::{Int, Tensor};

use super::buffer::CONTAINER as BUFFER;

/// Where a walk through a module stands; feed it `enter_module` and `exit_module`.
#[derive(Clone, Debug, Default)]
pub struct NamePath(Vec<Step>);

#[derive(Clone, Debug)]
struct Step {
    name: String,
    named: bool,
    linear: bool,
    buffer: bool,
}

impl NamePath {
    /// Steps into a field, item or variant.
    pub fn enter(&mut self, name: &str, container_type: &str) {
        self.0.push(Step {
            name: name.strip_suffix('_').unwrap_or(name).to_owned(),
            named: !container_type.starts_with("Enum:") && container_type != BUFFER,
            linear: container_type == "Struct:Linear",
            buffer: container_type == BUFFER,
        });
    }

    /// Steps out again.
    pub fn exit(&mut self) {
        self.0.pop();
    }

    /// The original's name of the parameter the walk stands at.
    pub fn name(&self) -> String {
        let names: Vec<&str> = self.0.iter().filter(|s| s.named).map(|s| s.name.as_str()).collect();
        names.join(".")
    }

    /// Whether the parameter the walk stands at is the transpose of the original's.
    pub fn is_transposed(&self) -> bool {
        self.0.last().is_some_and(|step| step.linear && step.name == "weight")
    }

    /// Whether the walk stands at a buffer instead of a parameter.
    pub fn is_buffer(&self) -> bool {
        self.0.last().is_some_and(|step| step.buffer)
    }
}

/// A parameter and its original name.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedParameter {
    /// Name in the original's `state_dict`.
    pub name: String,
    /// Key of its gradient and optimizer state.
    pub id: ParamId,
    /// Shape as stored here.
    pub shape: Vec<usize>,
    /// Whether the original stores the transpose.
    pub transposed: bool,
}

/// Every float parameter of a module, in the order of its fields.
pub fn named_parameters<M: Module>(module: &M) -> Vec<NamedParameter> {
    let mut collector = Collector::default();
    module.visit(&mut collector);
    collector.found
}

/// Every buffer of a module with its shape in the original, in the order of its fields.
pub fn named_buffers<M: Module>(module: &M) -> Vec<(String, Vec<usize>)> {
    let mut collector = Collector::default();
    module.visit(&mut collector);
    collector.buffers
}

#[derive(Default)]
struct Collector {
    path: NamePath,
    found: Vec<NamedParameter>,
    buffers: Vec<(String, Vec<usize>)>,
}

impl ModuleVisitor for Collector {
    fn enter_module(&mut self, name: &str, container_type: &str) {
        self.path.enter(name, container_type);
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.exit();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if self.path.is_buffer() {
            self.buffers.push((self.path.name(), param.lazy_shape().to_vec()));
            return;
        }
        self.found.push(NamedParameter {
            name: self.path.name(),
            id: param.id,
            shape: param.lazy_shape().to_vec(),
            transposed: self.path.is_transposed(),
        });
    }

    fn visit_int<const D: usize>(&mut self, _param: &Param<Tensor<D, Int>>) {
        // The only integers are counts: scalars in the original.
        self.buffers.push((self.path.name(), vec![]));
    }
}

/// Draws every value now, in the order of the fields: otherwise the first use would decide which
/// random numbers a parameter gets.
pub(crate) fn materialize_values<M: Module>(module: &M) {
    struct Toucher;
    impl ModuleVisitor for Toucher {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let _ = param.val();
        }
    }
    module.visit(&mut Toucher);
}

/// Parameters that no optimizer may change: buffers, and what is frozen by the model itself. Known
/// on a device with gradients only.
pub fn untrained_parameters<M: Module>(module: &M) -> Vec<ParamId> {
    #[derive(Default)]
    struct Untrained(Vec<ParamId>);
    impl ModuleVisitor for Untrained {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            if !param.val().is_require_grad() {
                self.0.push(param.id);
            }
        }
    }
    let mut untrained = Untrained::default();
    module.visit(&mut untrained);
    untrained.0
}

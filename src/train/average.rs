//! The average of the weights over the steps (`train.ema_decay`).
//!
//! After every step `average += (1 - decay) * (weights - average)`, starting from the initial
//! weights. It is what is evaluated. Running statistics are averaged as weights are.

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param, ParamId};
use burn::tensor::Tensor;
use burn::tensor::container::TensorContainer;

use crate::models::Student;

/// A student whose weights lag behind.
#[derive(Clone, Debug)]
pub struct Average {
    decay: f64,
    student: Student,
}

impl Average {
    /// Starts at the weights of a student; `decay` is the share of the old average in the new one.
    pub fn new(decay: f64, student: &Student) -> Self {
        Self { decay, student: student.valid() }
    }

    /// The averaged student, without gradients.
    pub fn student(&self) -> &Student {
        &self.student
    }

    /// Goes on from the average of a checkpoint.
    #[must_use]
    pub fn continued(self, student: Student) -> Self {
        Self { student, ..self }
    }

    /// Moves towards the weights after a step.
    pub(super) fn follow(&mut self, student: &Student) {
        let mut weights = Weights(TensorContainer::new());
        student.visit(&mut weights);
        let mut mover = Mover { weights: weights.0, share: 1.0 - self.decay };
        self.student = self.student.clone().map(&mut mover);
    }
}

/// The values of all parameters, without gradients.
struct Weights(TensorContainer<ParamId>);

impl ModuleVisitor for Weights {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        self.0.register(param.id, param.val().inner());
    }
}

struct Mover {
    weights: TensorContainer<ParamId>,
    share: f64,
}

impl ModuleMapper for Mover {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let Some(weights) = self.weights.remove::<Tensor<D>>(&param.id) else { return param };
        let (id, average, mapper) = param.consume();
        // The difference first: weights that stay leave their average as it is, to the bit.
        let moved = average.clone() + (weights - average) * self.share;
        Param::from_mapped_value(id, moved, mapper)
    }
}

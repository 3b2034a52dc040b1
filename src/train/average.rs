//! The average of the weights over the steps (`train.ema_decay`).
//!
//! After every step `average += (1 - decay) * (weights - average)`, starting from the initial
//! weights. It is what is evaluated. What no optimizer moves, running statistics say, is taken over
//! as it is.

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param, ParamId};
use burn::tensor::container::TensorContainer;
use burn::tensor::{Int, Tensor};

/// A model whose weights lag behind.
#[derive(Clone, Debug)]
pub struct Average<M> {
    decay: f64,
    model: M,
}

impl<M: Module> Average<M> {
    /// Starts at the weights of a model; `decay` is the share of the old average in the new one.
    pub fn new(decay: f64, model: &M) -> Self {
        Self { decay, model: model.valid() }
    }

    /// The averaged model, without gradients.
    pub fn model(&self) -> &M {
        &self.model
    }

    /// Goes on from the average of a checkpoint.
    #[must_use]
    pub fn continued(self, model: M) -> Self {
        Self { model, ..self }
    }

    /// Moves towards the weights after a step.
    pub(super) fn follow(&mut self, model: &M) {
        let mut weights = Weights(TensorContainer::new());
        model.visit(&mut weights);
        let mut mover = Mover { weights: weights.0, share: 1.0 - self.decay };
        self.model = self.model.clone().map(&mut mover);
    }
}

/// The values of a module, without gradients.
struct Weights(TensorContainer<ParamId>);

/// A value, and whether an optimizer moves it.
type Value<const D: usize> = (Tensor<D>, bool);

impl ModuleVisitor for Weights {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let value = param.val();
        let trained = value.is_require_grad();
        self.0.register::<Value<D>>(param.id, (value.inner(), trained));
    }

    fn visit_int<const D: usize>(&mut self, param: &Param<Tensor<D, Int>>) {
        self.0.register(param.id, param.val().inner());
    }
}

struct Mover {
    weights: TensorContainer<ParamId>,
    share: f64,
}

impl ModuleMapper for Mover {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let Some((value, trained)) = self.weights.remove::<Value<D>>(&param.id) else {
            return param;
        };
        let (id, average, mapper) = param.consume();
        let moved = match trained {
            true => average.clone() + (value - average) * self.share,
            false => value,
        };
        Param::from_mapped_value(id, moved, mapper)
    }

    fn map_int<const D: usize>(&mut self, param: Param<Tensor<D, Int>>) -> Param<Tensor<D, Int>> {
        let Some(value) = self.weights.remove::<Tensor<D, Int>>(&param.id) else { return param };
        let (id, _, mapper) = param.consume();
        Param::from_mapped_value(id, value, mapper)
    }
}

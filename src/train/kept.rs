//! Values of a module that no optimizer moves: running statistics, counters, frozen weights.

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param, ParamId};
use burn::tensor::container::TensorContainer;
use burn::tensor::{Int, Tensor};

/// Such values as they were at one time.
#[derive(Debug)]
pub struct Kept(TensorContainer<ParamId>);

impl Kept {
    /// Those of a module now.
    pub fn of<M: Module>(module: &M) -> Self {
        let mut kept = Self(TensorContainer::new());
        module.visit(&mut kept);
        kept
    }

    /// Puts them into a module of the same parameters. What trains in it stays, and so does what has
    /// been rounded since.
    #[must_use]
    pub fn restore<M: Module>(&self, module: M) -> M {
        module.map(&mut Restorer(self))
    }
}

impl ModuleVisitor for Kept {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if !param.val().is_require_grad() {
            self.0.register(param.id, param.val());
        }
    }

    fn visit_int<const D: usize>(&mut self, param: &Param<Tensor<D, Int>>) {
        self.0.register(param.id, param.val());
    }
}

struct Restorer<'a>(&'a Kept);

impl ModuleMapper for Restorer<'_> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let Some(value) = self.0.0.get::<Tensor<D>>(&param.id) else { return param };
        let old = param.val();
        if old.is_require_grad() || old.dtype() != value.dtype() {
            return param;
        }
        let (id, _, mapper) = param.consume();
        Param::from_mapped_value(id, value, mapper)
    }

    fn map_int<const D: usize>(&mut self, param: Param<Tensor<D, Int>>) -> Param<Tensor<D, Int>> {
        let Some(value) = self.0.0.get::<Tensor<D, Int>>(&param.id) else { return param };
        let (id, _, mapper) = param.consume();
        Param::from_mapped_value(id, value, mapper)
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    #[derive(Module, Debug)]
    struct Norm {
        weight: Param<Tensor<1>>,
        mean: Param<Tensor<1>>,
        batches: Param<Tensor<1, Int>>,
    }

    fn norm(value: f32) -> Norm {
        let device = Device::default().autodiff();
        let of = || Tensor::<1>::from_floats([value], &device);
        Norm {
            weight: Param::from_tensor(of()),
            mean: Param::from_tensor(of()).set_require_grad(false),
            batches: Param::initialized(ParamId::new(), of().int()),
        }
    }

    #[test]
    fn statistics_go_back_and_weights_stay_moved() {
        let before = norm(1.0);
        let kept = Kept::of(&before);
        let moved = Norm {
            weight: before.weight.map(|w| (w.inner() + 1.0).autodiff().require_grad()),
            mean: before.mean.map(|m| m + 1.0),
            batches: before.batches.map(|b| b + 1),
        };
        let restored = kept.restore(moved);
        assert_eq!(restored.weight.val().into_scalar::<f32>(), 2.0);
        assert_eq!(restored.mean.val().into_scalar::<f32>(), 1.0);
        assert_eq!(restored.batches.val().into_scalar::<i64>(), 1);
        assert!(restored.weight.val().is_require_grad());
    }
}

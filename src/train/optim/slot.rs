//! What the optimizer remembers about one parameter.

use std::any::Any;

use burn::tensor::{Tensor, TensorData};

/// Steps taken and arrays of the parameter's rank; no arrays before the first step.
pub(super) struct Slot<const D: usize> {
    pub(super) steps: u64,
    pub(super) arrays: Vec<Tensor<D>>,
}

impl<const D: usize> Default for Slot<D> {
    fn default() -> Self {
        Self { steps: 0, arrays: Vec::new() }
    }
}

/// A [`Slot`] of a parameter of any rank.
pub(super) trait AnySlot: Any + Send {
    fn steps(&self) -> u64;
    /// The rank of the parameter.
    fn rank(&self) -> usize;
    /// Copies the arrays to the host.
    fn to_host(&self) -> Vec<TensorData>;
}

impl<const D: usize> AnySlot for Slot<D> {
    fn steps(&self) -> u64 {
        self.steps
    }

    fn rank(&self) -> usize {
        D
    }

    fn to_host(&self) -> Vec<TensorData> {
        self.arrays.iter().map(|array| array.to_data()).collect()
    }
}

impl dyn AnySlot {
    /// The slot of a parameter of rank `D`; ranks do not change during a run.
    pub(super) fn of_rank<const D: usize>(&mut self) -> &mut Slot<D> {
        let any: &mut dyn Any = self;
        any.downcast_mut().expect("a parameter keeps its rank")
    }
}

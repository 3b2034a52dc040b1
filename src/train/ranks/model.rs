//! The first rank's model, for all.
//!
//! Weights are alike on all ranks; running statistics of normalisations are those of each rank's own
//! batches. What is evaluated and stored is the first one's, as in the original.

use std::hash::{DefaultHasher, Hash, Hasher};

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Tensor, TensorData};

use super::super::error::TrainError;
use super::super::evaluate::to_host;
use super::gradients::PIECE;
use super::{Ranks, exchange};

/// The floating point numbers of the first rank's model in this rank's.
pub(in super::super) fn of_the_first_rank<M: Module>(ranks: &dyn Ranks, model: M) -> M {
    if ranks.size() == 1 {
        return model;
    }
    let mut own = Numbers(Vec::new());
    model.visit(&mut own);
    let mut numbers = own.0;
    if ranks.rank() > 0 {
        numbers.fill(0.0);
    }
    numbers.chunks_mut(PIECE).for_each(|piece| ranks.sum(piece));
    model.map(&mut Taken { numbers: &numbers })
}

/// Makes sure that all ranks start from the same model.
///
/// # Errors
/// The first rank that does not.
pub(in super::super) fn check_alike<M: Module>(
    ranks: &dyn Ranks,
    model: &M,
) -> Result<(), TrainError> {
    if ranks.size() == 1 {
        return Ok(());
    }
    let mut own = Numbers(Vec::new());
    model.visit(&mut own);
    let mut hash = DefaultHasher::new();
    own.0.iter().for_each(|number| number.to_bits().hash(&mut hash));
    let all = exchange(ranks, Ok::<_, TrainError>(hash.finish()))?;
    match all.iter().position(|hash| *hash != all[0]) {
        None => Ok(()),
        Some(rank) => Err(TrainError::OtherWeights { rank }),
    }
}

struct Numbers(Vec<f32>);

impl ModuleVisitor for Numbers {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        self.0.extend(to_host(param.val()));
    }
}

struct Taken<'a> {
    numbers: &'a [f32],
}

impl ModuleMapper for Taken<'_> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let (id, old, mapper) = param.consume();
        let (own, rest) = self.numbers.split_at(old.dims().iter().product());
        self.numbers = rest;
        let data = TensorData::new(own.to_vec(), old.dims());
        Param::from_mapped_value(id, Tensor::from_data(data, &old.device()), mapper)
    }
}

//! The sum of all ranks' gradients, in one buffer.
//!
//! All gradients lie one behind the other, those that a rank does not have as zeros; behind them a
//! number for each parameter tells how many ranks have one. A parameter of which none has stays
//! without, so that it is not moved by decay or momentum alone.

use burn::module::{Module, ModuleVisitor, Param};
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor, TensorData};

use super::super::evaluate::to_host;
use super::Ranks;

/// Numbers that travel together: what is in flight has a copy in memory.
pub(super) const PIECE: usize = 1 << 24;

/// Adds the gradients of all ranks up; `device` is without gradients.
pub(in super::super) fn sum<M: Module>(
    ranks: &dyn Ranks,
    module: &M,
    gradients: GradientsParams,
    device: &Device,
) -> GradientsParams {
    if ranks.size() == 1 {
        return gradients;
    }
    let mut own = Collected { gradients: &gradients, device, rows: Vec::new(), has: Vec::new() };
    module.visit(&mut own);
    let mut values = match own.rows.is_empty() {
        true => Vec::new(),
        false => to_host(Tensor::cat(own.rows, 0)),
    };
    let numbers = values.len();
    values.extend(&own.has);
    for piece in values.chunks_mut(PIECE) {
        ranks.sum(piece);
    }
    let (numbers, has) = values.split_at(numbers);
    let summed = GradientsParams::new();
    let mut summed = Summed { gradients: summed, device, numbers, has: has.iter() };
    module.visit(&mut summed);
    summed.gradients
}

/// Whether a parameter gets gradients.
fn trains<const D: usize>(param: &Param<Tensor<D>>) -> bool {
    param.val().is_require_grad()
}

struct Collected<'a> {
    gradients: &'a GradientsParams,
    device: &'a Device,
    rows: Vec<Tensor<1>>,
    /// 1 for each parameter that has a gradient here, 0 for the others.
    has: Vec<f32>,
}

impl ModuleVisitor for Collected<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if !trains(param) {
            return;
        }
        let numbers: usize = param.val().dims().iter().product();
        let gradient = self.gradients.get::<D>(param.id);
        self.has.push(f32::from(u8::from(gradient.is_some())));
        let row = gradient.map(|gradient| gradient.reshape([numbers]));
        self.rows.push(row.unwrap_or_else(|| Tensor::zeros([numbers], self.device)));
    }
}

struct Summed<'a> {
    gradients: GradientsParams,
    device: &'a Device,
    numbers: &'a [f32],
    has: std::slice::Iter<'a, f32>,
}

impl ModuleVisitor for Summed<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if !trains(param) {
            return;
        }
        let shape = param.val().dims();
        let (own, rest) = self.numbers.split_at(shape.iter().product());
        self.numbers = rest;
        let ranks = self.has.next().expect("a number for each parameter");
        if *ranks > 0.0 {
            let gradient = TensorData::new(own.to_vec(), shape);
            self.gradients.register(param.id, Tensor::<D>::from_data(gradient, self.device));
        }
    }
}

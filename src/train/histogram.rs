//! How the numbers of parameters and gradients are spread, under the parameters' original names.
//!
//! Nothing of it is computed in a step that is not asked for it.

use std::collections::BTreeMap;

use burn::module::{Module, ModuleVisitor, Param, ParamId};
use burn::optim::GradientsParams;
use burn::tensor::Tensor;

use crate::models::named_parameters;

use super::evaluate::to_host;

/// Parts that a histogram has.
const PARTS: usize = 50;

/// How often numbers occur.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    /// `weights/<parameter>`, `gradients/<parameter>`.
    pub name: String,
    /// The smallest number.
    pub min: f64,
    /// The largest one.
    pub max: f64,
    /// Sum of all.
    pub sum: f64,
    /// Sum of their squares.
    pub sum_squares: f64,
    /// How many lie in each of so many equal parts from smallest to largest.
    pub counts: Vec<u64>,
}

impl Histogram {
    /// Sorts numbers into parts; those that are not finite are left out, and of none there is none.
    pub fn of(name: String, values: &[f32]) -> Option<Self> {
        let finite = || values.iter().filter(|v| v.is_finite()).map(|v| f64::from(*v));
        let (min, max) = (finite().reduce(f64::min)?, finite().reduce(f64::max)?);
        let parts = if min == max { 1 } else { PARTS };
        let scale = parts as f64 / (max - min);
        let (mut sum, mut sum_squares, mut counts) = (0.0, 0.0, vec![0; parts]);
        for value in finite() {
            sum += value;
            sum_squares += value * value;
            // The largest one belongs to the last part; the cast takes 0 for what 0 * inf gives.
            counts[(((value - min) * scale) as usize).min(parts - 1)] += 1;
        }
        Some(Self { name, min, max, sum, sum_squares, counts })
    }
}

/// The histogram of every parameter.
pub(super) fn of_parameters<M: Module>(model: &M) -> Vec<Histogram> {
    walk(model, None)
}

/// The histogram of every gradient that there is.
pub(super) fn of_gradients<M: Module>(model: &M, gradients: &GradientsParams) -> Vec<Histogram> {
    walk(model, Some(gradients))
}

fn walk<M: Module>(model: &M, gradients: Option<&GradientsParams>) -> Vec<Histogram> {
    let names = named_parameters(model).into_iter().map(|p| (p.id, p.name)).collect();
    let mut walk = Walk { names, gradients, found: Vec::new() };
    model.visit(&mut walk);
    walk.found
}

struct Walk<'a> {
    names: BTreeMap<ParamId, String>,
    gradients: Option<&'a GradientsParams>,
    found: Vec<Histogram>,
}

impl ModuleVisitor for Walk<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let Some(name) = self.names.remove(&param.id) else { return };
        let (kind, values) = match self.gradients {
            None => ("weights", Some(to_host(param.val().detach()))),
            Some(gradients) => ("gradients", gradients.get::<D>(param.id).map(to_host)),
        };
        let of = |values: Vec<f32>| Histogram::of(format!("{kind}/{name}"), &values);
        self.found.extend(values.and_then(of));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_finite_number_is_in_one_part() {
        let values = [-1.0, 0.0, 0.5, 1.0, 1.0, f32::NAN, f32::INFINITY];
        let found = Histogram::of("w".into(), &values).unwrap();
        assert_eq!((found.min, found.max, found.sum, found.sum_squares), (-1.0, 1.0, 1.5, 3.25));
        assert_eq!(found.counts.len(), PARTS);
        let filled: Vec<_> = found.counts.iter().enumerate().filter(|(_, n)| **n > 0).collect();
        assert_eq!(filled, [(0, &1), (25, &1), (37, &1), (49, &2)]);
    }

    #[test]
    fn one_number_is_one_part_and_none_is_none() {
        let found = Histogram::of("b".into(), &[0.25; 3]).unwrap();
        assert_eq!((found.min, found.max, &*found.counts), (0.25, 0.25, &[3][..]));
        assert_eq!(Histogram::of("b".into(), &[f32::NAN]), None);
    }
}

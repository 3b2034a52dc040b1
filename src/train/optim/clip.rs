//! Clips the gradient by its norm over all parameters that train (`opt.grad_clip`).
//!
//! The gradient is scaled by `min(1, max_norm / (norm + 1e-6))`, as `clip_grad_norm_` does. One
//! transfer per call: the squared norms of all parameters come to the host together, which also
//! tells the parameter with a NaN.

use burn::module::{Module, ModuleVisitor, Param};
use burn::optim::GradientsParams;
use burn::tensor::Tensor;

use super::groups::ParamGroups;
use super::{OptimError, require};

/// How many parameters an error names.
const NAMED: usize = 5;

/// `opt.grad_clip`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GradClip {
    max_norm: Option<f64>,
}

impl GradClip {
    /// Clips at `max_norm`, or measures only.
    ///
    /// # Errors
    /// A negative norm, or an order of the norm other than 2.
    pub fn new(max_norm: Option<f64>, norm_type: f64) -> Result<Self, OptimError> {
        require(norm_type == 2.0, "grad_clip.norm_type", norm_type, "2")?;
        let norm = max_norm.unwrap_or(0.0);
        require(norm >= 0.0, "grad_clip.max_norm", norm, "a number, 0 or more, or null")?;
        Ok(Self { max_norm })
    }

    /// The factor for a gradient of this norm; single precision, as torch.
    fn scale(self, norm: f64) -> f32 {
        self.max_norm.map_or(1.0, |max| (max as f32 / (norm as f32 + 1e-6)).min(1.0))
    }
}

/// Measures and clips; returns the gradients and their norm before clipping.
///
/// # Errors
/// [`OptimError::NonFiniteGradient`].
pub(super) fn clip<M: Module>(
    groups: &ParamGroups,
    module: &M,
    grads: GradientsParams,
    config: GradClip,
) -> Result<(GradientsParams, f64), OptimError> {
    let mut meter = Meter { groups, grads: &grads, squares: vec![], members: vec![] };
    module.visit(&mut meter);
    let norm = meter.norm()?;
    let scale = config.scale(norm);
    let mut scaler = Scaler { groups, grads, scale };
    if scale < 1.0 {
        module.visit(&mut scaler);
    }
    Ok((scaler.grads, norm))
}

struct Meter<'a> {
    groups: &'a ParamGroups,
    grads: &'a GradientsParams,
    squares: Vec<Tensor<1>>,
    /// Name and appearances of each of `squares`.
    members: Vec<(&'a str, usize)>,
}

impl ModuleVisitor for Meter<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let Some(member) = self.groups.member(param.id) else { return };
        let Some(grad) = self.grads.get::<D>(param.id) else { return };
        // Rows first: some backends add up a long array in an order that varies between runs.
        let rows = grad.square().sum_dim(D - 1);
        self.squares.push(rows.sum());
        self.members.push((&member.name, member.groups.len()));
    }
}

impl Meter<'_> {
    fn norm(self) -> Result<f64, OptimError> {
        if self.squares.is_empty() {
            return Ok(0.0);
        }
        let squares: Vec<f32> = Tensor::cat(self.squares, 0).into_data().iter::<f32>().collect();
        let each = squares.iter().zip(&self.members);
        let total: f64 = each.clone().map(|(s, (_, times))| f64::from(*s) * *times as f64).sum();
        if total.is_finite() {
            return Ok(total.sqrt());
        }
        let wrong = each.filter(|(square, _)| !square.is_finite());
        let parameters = wrong.take(NAMED).map(|(_, (name, _))| (*name).to_owned()).collect();
        Err(OptimError::NonFiniteGradient { norm: total.sqrt(), parameters })
    }
}

struct Scaler<'a> {
    groups: &'a ParamGroups,
    grads: GradientsParams,
    scale: f32,
}

impl ModuleVisitor for Scaler<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let Some(member) = self.groups.member(param.id) else { return };
        let Some(mut grad) = self.grads.remove::<D>(param.id) else { return };
        // torch scales a parameter's one gradient once per appearance.
        for _ in &member.groups {
            grad = grad.mul_scalar(self.scale);
        }
        self.grads.register(param.id, grad);
    }
}

//! Matrix products, in the number type of the weights.
//!
//! Layers take and give 32 bits. Where the weights have been cast to another type, both factors of
//! a product are rounded to it, and so is the product; everything between products keeps 32 bits.

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{DType, FloatDType, Tensor, module};

/// Layers whose products [`in_bf16`] is about, as walks through a module name them.
const LAYERS: [&str; 2] = ["Struct:Linear", "Struct:Conv1d"];

/// A linear layer, `torch.nn.Linear`.
#[derive(Module, Debug)]
pub struct Linear {
    /// `[in, out]`, the transpose of the original's.
    pub weight: Param<Tensor<2>>,
    /// `[out]`.
    pub bias: Option<Param<Tensor<1>>>,
}

impl Linear {
    /// `x W + b`.
    ///
    /// # Shapes
    /// - input: `[..., in]`
    /// - output: `[..., out]`
    pub fn forward<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        affine(x, self.weight.val(), self.bias.as_ref().map(Param::val))
    }
}

/// `x W + b`, the product in the type of `W`.
///
/// # Shapes
/// - x: `[..., in]`, weight: `[in, out]`, bias: `[out]`
/// - output: `[..., out]`
pub(crate) fn affine<const D: usize>(
    x: Tensor<D>,
    weight: Tensor<2>,
    bias: Option<Tensor<1>>,
) -> Tensor<D> {
    let (outside, inside) = (x.dtype(), weight.dtype());
    if outside == inside {
        return module::linear(x, weight, bias);
    }
    let product = module::linear(x.cast(float(inside)), weight, None).cast(float(outside));
    match bias {
        Some(bias) => product + bias.unsqueeze(),
        None => product,
    }
}

/// `a b`, computed in the type that the weights of a layer have.
///
/// # Shapes
/// - a: `[..., m, k]`, b: `[..., k, n]`
/// - output: `[..., m, n]`
pub(crate) fn product<const D: usize>(a: Tensor<D>, b: Tensor<D>, inside: DType) -> Tensor<D> {
    let outside = a.dtype();
    if outside == inside {
        return a.matmul(b);
    }
    a.cast(float(inside)).matmul(b.cast(float(inside))).cast(float(outside))
}

fn float(dtype: DType) -> FloatDType {
    dtype.into()
}

/// The module with the weights of its products rounded to bf16. Gradients flow through the rounding
/// to the weights it was made of, which keep 32 bits.
pub fn in_bf16<M: Module>(module: M) -> M {
    module.map(&mut Rounder { inside: Vec::new() })
}

struct Rounder {
    /// Whether each step of the walk is into the weight of such a layer.
    inside: Vec<bool>,
}

impl ModuleMapper for Rounder {
    fn enter_module(&mut self, name: &str, container_type: &str) {
        self.inside.push(name == "weight" && LAYERS.contains(&container_type));
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.inside.pop();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        if self.inside.last() != Some(&true) {
            return param;
        }
        let (id, value, mapper) = param.consume();
        Param::from_mapped_value(id, value.cast(FloatDType::BF16), mapper)
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
        tensor.into_data_as::<f32>().try_into_vec().unwrap()
    }

    #[test]
    fn products_round_and_gradients_reach_the_weights() {
        let device = Device::default().autodiff();
        // 1 + 2^-9 is no number of 8 bits.
        let fine = 1.0 + 1.0 / 512.0;
        let layer = Linear {
            weight: Param::from_tensor(Tensor::from_floats([[fine], [2.0]], &device)),
            bias: Some(Param::from_tensor(Tensor::from_floats([fine], &device))),
        };
        let x = Tensor::<2>::from_floats([[fine, 0.5]], &device);
        let rounded = in_bf16(layer.clone());
        let y = rounded.forward(x.clone());
        assert_eq!((y.dtype(), values(y.clone())), (DType::F32, vec![2.0 + fine]));
        assert_ne!(values(layer.forward(x)), values(y.clone()));
        let grads = y.sum().backward();
        let grad = layer.weight.val().grad(&grads).unwrap();
        assert_eq!((grad.dtype(), values(grad)), (DType::F32, vec![1.0, 0.5]));
    }

    #[test]
    fn products_of_activations_follow_a_layer() {
        let device = Device::default();
        let fine = 1.0 + 1.0 / 512.0;
        let a = Tensor::<2>::from_floats([[fine]], &device);
        let of = |dtype| values(product(a.clone(), a.clone(), dtype))[0];
        assert_eq!(of(DType::BF16), 1.0);
        assert_ne!(of(DType::F32), 1.0);
    }
}

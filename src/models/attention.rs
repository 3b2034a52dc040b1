//! Attention over one sequence, where query, key and value come from one map of three times the
//! width: what ViT and torch's encoder share.

use burn::tensor::activation::softmax;
use burn::tensor::ops::AttentionModuleOptions;
use burn::tensor::{DType, Tensor, module};

use super::product::product;

/// Query, key and value by head, each `[B, heads, T, F / heads]`.
pub(super) struct Heads {
    pub query: Tensor<4>,
    pub key: Tensor<4>,
    pub value: Tensor<4>,
}

impl Heads {
    /// Splits `[B, T, 3 F]`.
    pub(super) fn split(qkv: Tensor<3>, heads: usize) -> Self {
        let [b, t, f3] = qkv.dims();
        let d = f3 / 3 / heads;
        let folded = qkv.reshape([b, t, 3, heads, d]).permute([2, 0, 3, 1, 4]);
        let [query, key, value] =
            [0, 1, 2].map(|i| folded.clone().narrow(0, i, 1).reshape([b, heads, t, d]));
        Self { query, key, value }
    }

    /// Those of maps of their own: `[B, A, F]` of queries, `[B, T, F]` of keys and of values.
    pub(super) fn of(maps: [Tensor<3>; 3], heads: usize) -> Self {
        let [query, key, value] = maps.map(|map| {
            let [b, t, f] = map.dims();
            map.reshape([b, t, heads, f / heads]).swap_dims(1, 2)
        });
        Self { query, key, value }
    }

    /// Keeps the queries of the first `steps` steps only.
    pub(super) fn asking(self, steps: usize) -> Self {
        let asked = self.query.dims()[2];
        let query = if steps == asked { self.query } else { self.query.narrow(2, 0, steps) };
        Self { query, ..self }
    }

    /// What each query finds, heads side by side, `[B, T, F]`; products are of the type `number`.
    pub(super) fn attend(self, number: DType) -> Tensor<3> {
        let outside = self.query.dtype();
        if self.query.device().is_autodiff() || number != outside {
            return self.attend_by(number, |scores| softmax(scores, 3));
        }
        // One fused operation, which has no gradient of its own.
        let options = AttentionModuleOptions::default();
        join(module::attention(self.query, self.key, self.value, None, None, options))
    }

    /// The same with `weigh` in the place of a softmax over the scores, `[B, heads, T, T]`.
    pub(super) fn attend_by(
        self,
        number: DType,
        weigh: impl FnOnce(Tensor<4>) -> Tensor<4>,
    ) -> Tensor<3> {
        let [_, _, _, d] = self.query.dims();
        let query = self.query * (d as f64).sqrt().recip();
        let weights = weigh(product(query, self.key.swap_dims(2, 3), number));
        join(product(weights, self.value, number))
    }
}

/// `[B, heads, T, F / heads]` -> `[B, T, F]`.
fn join(heads: Tensor<4>) -> Tensor<3> {
    let [b, h, t, d] = heads.dims();
    heads.swap_dims(1, 2).reshape([b, t, h * d])
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, Distribution, Tolerance};

    #[test]
    fn fused_and_in_steps_give_the_same() {
        let device = Device::default();
        let qkv = Tensor::<3>::random([2, 5, 24], Distribution::Normal(0.0, 1.0), &device);
        let heads = || Heads::split(qkv.clone(), 4);
        let fused = heads().attend(DType::F32);
        assert_eq!(fused.dims(), [2, 5, 8]);
        let steps = heads().attend_by(DType::F32, |scores| softmax(scores, 3));
        let tolerance = Tolerance::rel_abs(1e-5, 1e-6);
        fused.to_data().assert_approx_eq::<f32>(&steps.to_data(), tolerance);
        let first = heads().asking(1).attend(DType::F32);
        fused.narrow(1, 0, 1).to_data().assert_approx_eq::<f32>(&first.to_data(), tolerance);
    }
}

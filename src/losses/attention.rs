//! Several teachers as one: their scores, weighed by the attention between features.

use burn::tensor::activation::softmax;
use burn::tensor::{Device, Distribution, Tensor};

/// Settings of [`TeacherAttention`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeacherAttentionConfig {
    /// Width of the student's feature.
    pub width: usize,
    /// Width of the teachers' features.
    pub teacher_width: usize,
    /// Heads; they divide `width`.
    pub num_heads: usize,
}

/// Attention of a student to its teachers, as `torch.nn.MultiheadAttention` computes its weights.
///
/// The student's feature is the query, the teachers' features are the keys. Both maps are without
/// bias: torch's start at zero, and nothing trains them. Nothing is detached, so a loss against
/// the mixed scores also moves the student towards the teachers that are easy to follow.
#[derive(Clone, Debug)]
pub struct TeacherAttention {
    /// `[width, width]`, from features to queries.
    pub query: Tensor<2>,
    /// `[teacher_width, width]`, from features to keys.
    pub key: Tensor<2>,
    /// Heads; they divide `width`.
    pub num_heads: usize,
}

impl TeacherAttentionConfig {
    /// Draws both maps as torch does: uniformly, one matrix with the map of the values where
    /// student and teachers have one width, else each by itself.
    pub fn init(&self, device: &Device) -> TeacherAttention {
        let rows = if self.teacher_width == self.width { 3 * self.width } else { self.width };
        let draw = |from: usize| {
            let bound = (6.0 / (from + rows) as f64).sqrt();
            Tensor::random([from, self.width], Distribution::Uniform(-bound, bound), device)
        };
        TeacherAttention {
            query: draw(self.width),
            key: draw(self.teacher_width),
            num_heads: self.num_heads,
        }
    }
}

impl TeacherAttention {
    /// The teachers' scores, weighed by the attention of the student to each; heads are averaged.
    ///
    /// # Shapes
    /// - student: `[B, width]`
    /// - features: `[B, K, teacher_width]`, logits: `[B, K, C]`
    /// - output: `[B, C]`
    ///
    /// # Panics
    /// When rows or widths differ, or heads do not divide the width.
    pub fn mix(&self, student: Tensor<2>, features: Tensor<3>, logits: Tensor<3>) -> Tensor<2> {
        let [b, k, _] = features.dims();
        let [width, heads] = [self.query.dims()[1], self.num_heads];
        assert_eq!(logits.dims()[..2], [b, k], "every teacher has scores and features");
        assert_eq!(width % heads, 0, "heads divide the width");
        let of_heads = |x: Tensor<3>, steps: usize| {
            x.reshape([b, steps, heads, width / heads]).swap_dims(1, 2) // [B, H, steps, width / H]
        };
        let query = of_heads(student.matmul(self.query.clone()).unsqueeze_dim(1), 1);
        let key = of_heads(features.matmul(self.key.clone().unsqueeze()), k);
        let scale = ((width / heads) as f64).sqrt().recip();
        let weights = softmax(query.matmul(key.swap_dims(2, 3)) * scale, 3); // [B, H, 1, K]
        let weights: Tensor<3> = weights.mean_dim(1).squeeze_dim(1);
        weights.matmul(logits).squeeze_dim(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(teacher_width: usize) -> TeacherAttentionConfig {
        TeacherAttentionConfig { width: 4, teacher_width, num_heads: 2 }
    }

    fn random<const D: usize>(shape: [usize; D], device: &Device) -> Tensor<D> {
        Tensor::random(shape, Distribution::Normal(0.0, 1.0), device)
    }

    #[test]
    fn one_teacher_is_heard_alone() {
        let device = Device::default();
        let logits = random([3, 1, 5], &device);
        let mixed = config(6).init(&device).mix(
            random([3, 4], &device),
            random([3, 1, 6], &device),
            logits.clone(),
        );
        assert_eq!(mixed.into_data(), logits.squeeze_dim::<2>(1).into_data());
    }

    #[test]
    fn the_same_seed_draws_the_same_maps_within_torchs_bounds() {
        let device = Device::default();
        let draw = |seed, teacher_width| {
            device.seed(seed);
            config(teacher_width).init(&device).key.into_data()
        };
        // The generator is one for the process: another test may draw in between.
        assert!((0..100).any(|_| draw(1, 4) == draw(1, 4)));
        assert_ne!(draw(1, 4), draw(2, 4));
        for (teacher_width, bound) in [(4, (6f32 / 16.0).sqrt()), (6, (6f32 / 10.0).sqrt())] {
            let greatest = draw(3, teacher_width).iter::<f32>().fold(0f32, |m, v| m.max(v.abs()));
            assert!((0.5 * bound..=bound).contains(&greatest), "{greatest} of {bound}");
        }
    }

    #[test]
    fn gradient_reaches_the_student_through_the_mix() {
        let device = Device::default().autodiff();
        let student = random([2, 4], &device).require_grad();
        let (features, logits) = (random([2, 3, 6], &device), random([2, 3, 5], &device));
        let mixed = config(6).init(&device).mix(student.clone(), features, logits);
        let grad = student.grad(&(mixed.clone() * mixed).sum().backward()).unwrap().into_data();
        assert!(grad.iter::<f32>().any(|g| g != 0.0));
    }
}

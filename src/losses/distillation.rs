//! Losses against a teacher's scores.

use burn::tensor::Tensor;
use burn::tensor::activation::log_softmax;

/// Settings of [`kl_distillation`].
#[derive(Clone, Debug, PartialEq)]
pub struct KlConfig {
    /// Softens both distributions; the original's is 10.
    pub temperature: f64,
    /// Restricts both distributions to that many of the teacher's highest classes.
    pub top_k: Option<usize>,
}

impl Default for KlConfig {
    fn default() -> Self {
        Self { temperature: 10.0, top_k: None }
    }
}

/// Elementwise Kullback-Leibler divergence of the student from the teacher, times `T^2`.
///
/// Its mean is taken over all elements, so it is the divergence divided by the class count.
/// Source: Hinton et al., "Distilling the Knowledge in a Neural Network" (2015).
///
/// # Shapes
/// - student, teacher: `[B, C]`
/// - output: `[B, C]`, or `[B, k]` with `top_k`
///
/// # Panics
/// When the shapes differ.
pub fn kl_distillation(student: Tensor<2>, teacher: Tensor<2>, config: &KlConfig) -> Tensor<2> {
    assert_eq!(student.dims(), teacher.dims(), "student and teacher score the same classes");
    let [_, classes] = teacher.dims();
    let (student, teacher) = match config.top_k {
        Some(k) if k < classes => {
            let (teacher, indices) = teacher.topk_with_indices(k, 1);
            (student.gather(1, indices), teacher)
        }
        _ => (student, teacher),
    };
    let t = config.temperature;
    let teacher = log_softmax(teacher / t, 1);
    let student = log_softmax(student / t, 1);
    teacher.clone().exp() * (teacher - student) * (t * t)
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    fn values(tensor: Tensor<2>) -> Vec<f32> {
        tensor.into_data().try_to_vec().unwrap()
    }

    #[test]
    fn equal_scores_cost_nothing() {
        let device = Device::default();
        let scores = Tensor::<2>::from_floats([[1.0, 2.0, -3.0]], &device);
        let loss = kl_distillation(scores.clone(), scores, &KlConfig::default());
        assert!(values(loss).iter().all(|v| *v == 0.0));
    }

    #[test]
    fn hand_worked_case() {
        // Teacher log-odds T ln 3: probabilities 3/4, 1/4. Student uniform.
        let device = Device::default();
        let (t, config) = (5.0, KlConfig { temperature: 5.0, top_k: None });
        let teacher = Tensor::<2>::from_floats([[t * 3f32.ln(), 0.0]], &device);
        let loss = values(kl_distillation(Tensor::zeros([1, 2], &device), teacher, &config));
        assert!((loss[0] - 25.0 * 0.75 * 1.5f32.ln()).abs() < 1e-4);
        assert!((loss[1] - 25.0 * 0.25 * 0.5f32.ln()).abs() < 1e-4);
    }

    #[test]
    fn top_k_follows_the_teacher() {
        let device = Device::default();
        let teacher = Tensor::<2>::from_floats([[0.0, 9.0, 1.0, 7.0]], &device);
        let student = Tensor::<2>::from_floats([[100.0, 9.0, 50.0, 7.0]], &device);
        let config = KlConfig { temperature: 1.0, top_k: Some(2) };
        let loss = kl_distillation(student.clone(), teacher.clone(), &config);
        assert_eq!(loss.dims(), [1, 2]);
        assert!(values(loss).iter().all(|v| v.abs() < 1e-5), "the two classes agree");
        let all = KlConfig { temperature: 1.0, top_k: Some(9) };
        assert_eq!(kl_distillation(student, teacher, &all).dims(), [1, 4]);
    }

    #[test]
    fn gradient_reaches_student_and_a_computed_teacher() {
        let device = Device::default().autodiff();
        let student = Tensor::<2>::from_floats([[1.0, 0.0]], &device).require_grad();
        let teacher = Tensor::<2>::from_floats([[0.0, 1.0]], &device).require_grad();
        let loss = kl_distillation(student.clone(), teacher.clone(), &KlConfig::default());
        let grads = loss.sum().backward();
        for tensor in [student, teacher] {
            assert!(values(tensor.grad(&grads).unwrap()).iter().any(|g| *g != 0.0));
        }
    }

    #[test]
    fn a_teacher_outside_autodiff_is_data() {
        let device = Device::default();
        let student = Tensor::<2>::from_floats([[1.0, 0.0, 2.0]], &device.clone().autodiff());
        let teacher = Tensor::<2>::from_floats([[0.0, 1.0, 5.0]], &device);
        let student = student.require_grad();
        let config = KlConfig { temperature: 2.0, top_k: Some(2) };
        let loss = kl_distillation(student.clone(), teacher, &config);
        assert!(student.grad(&loss.sum().backward()).is_some());
    }
}

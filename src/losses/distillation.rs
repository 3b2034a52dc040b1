//! Losses against a teacher's scores.

use burn::tensor::activation::log_softmax;
use burn::tensor::{Int, Tensor};

/// Settings of [`kl_distillation`].
#[derive(Clone, Debug, PartialEq)]
pub struct KlConfig {
    /// Softens both distributions; the original's is 10.
    pub temperature: f64,
    /// Restricts both distributions to so many classes.
    pub top_k: Option<usize>,
    /// Which classes those are.
    pub classes: KlClasses,
}

impl Default for KlConfig {
    fn default() -> Self {
        Self { temperature: 10.0, top_k: None, classes: KlClasses::Top }
    }
}

/// Which of the teacher's classes `k` selects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KlClasses {
    /// The k highest.
    #[default]
    Top,
    /// The k lowest, k in the middle and the k highest; where these overlap, a class counts as
    /// often as it is selected.
    TopMiddleBottom,
}

/// Elementwise Kullback-Leibler divergence of the student from the teacher, times `T^2`.
///
/// Its mean is taken over all elements, so it is the divergence divided by the class count. Both
/// distributions are over the selected classes alone. A computed teacher gets gradient as well.
/// Source: Hinton et al., "Distilling the Knowledge in a Neural Network" (2015).
///
/// # Shapes
/// - student, teacher: `[B, C]`
/// - output: `[B, C]`, or `[B, k]` with `top_k`, or `[B, 3 k]` with k of each
///
/// # Panics
/// When the shapes differ.
pub fn kl_distillation(student: Tensor<2>, teacher: Tensor<2>, config: &KlConfig) -> Tensor<2> {
    assert_eq!(student.dims(), teacher.dims(), "student and teacher score the same classes");
    let (student, teacher) = match selected(&teacher, config) {
        Some(indices) => (student.gather(1, indices.clone()), teacher.gather(1, indices)),
        None => (student, teacher),
    };
    let t = config.temperature;
    let teacher = log_softmax(teacher / t, 1);
    let student = log_softmax(student / t, 1);
    teacher.clone().exp() * (teacher - student) * (t * t)
}

/// The classes that are compared, `[B, N]`; `None` for all.
fn selected(teacher: &Tensor<2>, config: &KlConfig) -> Option<Tensor<2, Int>> {
    let [_, n] = teacher.dims();
    let k = config.top_k.filter(|k| *k < n)?;
    let teacher = teacher.clone().detach();
    Some(match config.classes {
        KlClasses::Top => teacher.topk_with_indices(k, 1).1,
        KlClasses::TopMiddleBottom => {
            let rising = teacher.argsort(1);
            let (middle, after) = ((n - k) / 2, (n + k) / 2);
            let parts = [(0, k), (middle, after - middle), (n - k, k)];
            Tensor::cat(parts.map(|(at, len)| rising.clone().narrow(1, at, len)).to_vec(), 1)
        }
    })
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
        let (t, config) = (5.0, KlConfig { temperature: 5.0, ..KlConfig::default() });
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
        let config = KlConfig { temperature: 1.0, top_k: Some(2), ..KlConfig::default() };
        let loss = kl_distillation(student.clone(), teacher.clone(), &config);
        assert_eq!(loss.dims(), [1, 2]);
        assert!(values(loss).iter().all(|v| v.abs() < 1e-5), "the two classes agree");
        let all = KlConfig { temperature: 1.0, top_k: Some(9), ..KlConfig::default() };
        assert_eq!(kl_distillation(student, teacher, &all).dims(), [1, 4]);
    }

    #[test]
    fn lowest_middle_and_highest() {
        let device = Device::default();
        let scores = [[4.0, 0.0, 6.0, 1.0, 5.0, 2.0, 3.0]];
        let teacher = Tensor::<2>::from_floats(scores, &device);
        for (k, expected) in [
            (1, vec![1, 6, 2]),
            (2, vec![1, 3, 5, 6, 4, 2]),
            (5, vec![1, 3, 5, 6, 0, 3, 5, 6, 0, 4, 5, 6, 0, 4, 2]),
        ] {
            let classes = KlClasses::TopMiddleBottom;
            let config = KlConfig { top_k: Some(k), classes, ..KlConfig::default() };
            let found = selected(&teacher, &config).unwrap();
            assert_eq!(found.to_data().iter::<i64>().collect::<Vec<_>>(), expected, "k = {k}");
        }
        let all = KlConfig { top_k: Some(7), ..KlConfig::default() };
        assert!(selected(&teacher, &all).is_none());
    }

    #[test]
    fn gradient_reaches_student_and_a_computed_teacher() {
        let device = Device::default().autodiff();
        let student = Tensor::<2>::from_floats([[1.0, 0.0]], &device).require_grad();
        let teacher = Tensor::<2>::from_floats([[0.0, 1.0]], &device).require_grad();
        let loss = kl_distillation(student.clone(), teacher.clone(), &KlConfig::default());
        let some =
            KlConfig { top_k: Some(1), classes: KlClasses::TopMiddleBottom, ..KlConfig::default() };
        let loss = loss.sum() + kl_distillation(student.clone(), teacher.clone(), &some).sum();
        let grads = loss.backward();
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
        let config = KlConfig { temperature: 2.0, top_k: Some(2), ..KlConfig::default() };
        let loss = kl_distillation(student.clone(), teacher, &config);
        assert!(student.grad(&loss.sum().backward()).is_some());
    }
}

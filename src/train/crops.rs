//! Several views of a batch, one answer: outputs and losses are averaged over the crops.
//!
//! Source: `BaseModel.forward`: logits are averaged before the softmax.

use burn::tensor::Tensor;

use crate::models::{Student, StudentOutput};

/// What the student says of a batch that is seen in several crops.
///
/// # Shapes
/// - crops: `[B, clips, C, T, H, W]` each, at least one
pub(super) fn forward(student: &Student, crops: &[Tensor<6>]) -> StudentOutput {
    let outputs = crops.iter().map(|crop| student.forward(crop.clone()));
    let sum = outputs.reduce(|a, b| zip(a, b, |a, b| a + b, |a, b| a + b));
    let sum = sum.expect("a batch is seen at least once");
    match crops.len() {
        1 => sum,
        n => {
            let other = sum.clone();
            zip(sum, other, |sum, _| sum / n as f64, |sum, _| sum / n as f64)
        }
    }
}

/// Joins what belongs together in two outputs.
fn zip(
    a: StudentOutput,
    b: StudentOutput,
    of_two: impl Fn(Tensor<2>, Tensor<2>) -> Tensor<2>,
    of_three: impl Fn(Tensor<3>, Tensor<3>) -> Tensor<3>,
) -> StudentOutput {
    let logits = a.logits.into_iter().zip(b.logits);
    let past_logits = a.past_logits.into_iter().zip(b.past_logits);
    let aux = a.aux.into_iter().zip(b.aux);
    StudentOutput {
        logits: logits.map(|((name, a), (_, b))| (name, of_two(a, b))).collect(),
        past_logits: past_logits.map(|((name, a), (_, b))| (name, of_three(a, b))).collect(),
        future_agg: of_two(a.future_agg, b.future_agg),
        past: of_three(a.past, b.past),
        backbone_mean: of_two(a.backbone_mean, b.backbone_mean),
        backbone_mean_projected: a
            .backbone_mean_projected
            .zip(b.backbone_mean_projected)
            .map(|(a, b)| of_two(a, b)),
        temp_agg: of_three(a.temp_agg, b.temp_agg),
        temp_agg_projected: of_three(a.temp_agg_projected, b.temp_agg_projected),
        future_projected: of_three(a.future_projected, b.future_projected),
        attentions: a.attentions,
        aux: aux.map(|((name, a), (_, b))| (name, of_two(a, b))).collect(),
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Distribution};

    use super::*;
    use crate::models::StudentConfig;

    #[test]
    fn crops_are_averaged() {
        let device = Device::default();
        let student = StudentConfig { classifier_on_past: true, ..StudentConfig::new(3) };
        let student = student.init(&[("action".into(), 4)], &[], &device).unwrap();
        let crops: Vec<Tensor<6>> = (0..3)
            .map(|_| Tensor::random([2, 1, 3, 1, 5, 5], Distribution::Default, &device))
            .collect();
        let values = |tensor: Tensor<2>| -> Vec<f32> { tensor.into_data().iter().collect() };
        let logits = |crops: &[Tensor<6>]| values(forward(&student, crops).logits.remove(0).1);
        let each: Vec<Vec<f32>> = crops.iter().map(|c| logits(std::slice::from_ref(c))).collect();
        for (i, mean) in logits(&crops).into_iter().enumerate() {
            let expected = each.iter().map(|logits| logits[i]).sum::<f32>() / 3.0;
            assert!((mean - expected).abs() < 1e-6, "{mean} {expected}");
        }
        let past = forward(&student, &crops).past_logits.remove(0).1;
        assert_eq!(past.dims(), [2, 1, 4]);
    }
}

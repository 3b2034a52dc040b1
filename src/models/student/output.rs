//! What the student says, and its mean over crops.

use burn::tensor::Tensor;

/// What the student says about a batch.
///
/// Features in front of the future predictor have a row for every clip: `N` is `B * clips`.
#[derive(Clone, Debug)]
pub struct StudentOutput {
    /// Scores of the next action by label type, `[B, C]`.
    pub logits: Vec<(String, Tensor<2>)>,
    /// Scores of the past actions by label type, `[B, T, C]`; empty unless `classifier_on_past`.
    pub past_logits: Vec<(String, Tensor<3>)>,
    /// How long the action lasts, `[B, 1]`, of a student with a regression head.
    pub logits_regression: Option<Tensor<2>>,
    /// What the backbone gives, `[N, C, T, H, W]`.
    pub backbone: Tensor<5>,
    /// What the future predictor says of the future, `[B, T', F]`.
    pub future: Tensor<3>,
    /// The feature that is classified, before dropout, `[B, F]`.
    pub future_agg: Tensor<2>,
    /// Past features as the future predictor returns them, `[B, T, F]`.
    pub past: Tensor<3>,
    /// The backbone's features, averaged over space and time, `[N, C]`.
    pub backbone_mean: Tensor<2>,
    /// The same through the projection, where there is one and the width is its input's.
    pub backbone_mean_projected: Option<Tensor<2>>,
    /// Features behind the first aggregator, `[N, T', F]`.
    pub temp_agg: Tensor<3>,
    /// The same through the projection; without one, as they are.
    pub temp_agg_projected: Tensor<3>,
    /// What the original calls so: the projection of what the future predictor *sees*, clips
    /// unfolded, `[B, T, F]`. The prediction itself is never projected.
    pub future_projected: Tensor<3>,
    /// Unreduced losses of the model itself by name: `[B, N]`, or `[1, N]` where a loss is of the
    /// whole batch. Their mean is the term.
    pub aux: Vec<(&'static str, Tensor<2>)>,
    /// Attention weights of each step of the future predictor's roll-out,
    /// `[B, blocks, heads, T, seen + T]`; none unless asked for.
    pub attentions: Vec<Tensor<5>>,
}

impl StudentOutput {
    /// The mean over crops of everything, scores and losses included.
    pub(super) fn mean(crops: &[Self]) -> Self {
        let projected: Option<Vec<_>> =
            crops.iter().map(|crop| crop.backbone_mean_projected.clone()).collect();
        let durations: Option<Vec<_>> =
            crops.iter().map(|crop| crop.logits_regression.clone()).collect();
        Self {
            logits: by_name(crops, |crop| &crop.logits),
            past_logits: by_name(crops, |crop| &crop.past_logits),
            logits_regression: durations.map(mean),
            backbone: of_each(crops, |crop| &crop.backbone),
            future: of_each(crops, |crop| &crop.future),
            future_agg: of_each(crops, |crop| &crop.future_agg),
            past: of_each(crops, |crop| &crop.past),
            backbone_mean: of_each(crops, |crop| &crop.backbone_mean),
            backbone_mean_projected: projected.map(mean),
            temp_agg: of_each(crops, |crop| &crop.temp_agg),
            temp_agg_projected: of_each(crops, |crop| &crop.temp_agg_projected),
            future_projected: of_each(crops, |crop| &crop.future_projected),
            aux: by_name(crops, |crop| &crop.aux),
            attentions: (0..crops[0].attentions.len())
                .map(|step| of_each(crops, |crop| &crop.attentions[step]))
                .collect(),
        }
    }
}

fn mean<const D: usize>(crops: Vec<Tensor<D>>) -> Tensor<D> {
    let count = crops.len();
    let sum = crops.into_iter().reduce(|sum, crop| sum + crop).expect("there is a crop");
    sum / count as f64
}

fn of_each<const D: usize>(
    crops: &[StudentOutput],
    part: impl Fn(&StudentOutput) -> &Tensor<D>,
) -> Tensor<D> {
    mean(crops.iter().map(|crop| part(crop).clone()).collect())
}

fn by_name<N: Clone + 'static, const D: usize>(
    crops: &[StudentOutput],
    part: impl Fn(&StudentOutput) -> &Vec<(N, Tensor<D>)>,
) -> Vec<(N, Tensor<D>)> {
    let names = part(&crops[0]).iter().map(|(name, _)| name.clone());
    names.enumerate().map(|(i, name)| (name, of_each(crops, |crop| &part(crop)[i].1))).collect()
}

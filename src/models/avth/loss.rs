//! The loss between predicted and actual features (`future_pred_loss`).
//!
//! Decides what is compared with what. Which losses there are beyond these is not known here:
//! [`RowLoss`] takes one in.

use std::fmt;
use std::sync::Arc;

use burn::module::Module;
use burn::tensor::activation::log_softmax;
use burn::tensor::{Device, Int, Tensor};

use super::Sequence;
use super::centroids::{Centroids, KmeansAssigner};
use crate::models::ModelError;

/// Loss between predicted and actual features.
#[derive(Clone, Debug, PartialEq)]
pub enum FutureLoss {
    /// Squared difference (`torch.nn.MSELoss`).
    Mse,
    /// The same of features scaled to length 1 (`NormedMSE`).
    NormedMse,
    /// Cross-entropy of the next class number (`MultiDimCrossEntropy`).
    CrossEntropy,
    /// Cross-entropy of the centre closest to the next feature (`QuantizeAndCrossEntropy`).
    Quantized {
        /// The centres; scores are products with them.
        centroids: Centroids,
        /// Scales features to length 1 first.
        norm: bool,
    },
    /// A loss over the rows of a batch that is defined elsewhere.
    Rows(RowLoss),
}

/// A loss of each row of predictions against the rows of targets, `[N, F]` twice -> `[N]`.
#[derive(Clone)]
pub struct RowLoss {
    name: &'static str,
    compare: Arc<dyn Fn(Tensor<2>, Tensor<2>) -> Tensor<1> + Send + Sync>,
}

impl RowLoss {
    /// Takes in a loss.
    pub fn new(
        name: &'static str,
        compare: impl Fn(Tensor<2>, Tensor<2>) -> Tensor<1> + Send + Sync + 'static,
    ) -> Self {
        Self { name, compare: Arc::new(compare) }
    }
}

impl fmt::Debug for RowLoss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for RowLoss {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.compare, &other.compare)
    }
}

impl FutureLoss {
    /// Builds the loss for features of width `in_features`, or for class numbers.
    pub(super) fn init(
        &self,
        in_features: usize,
        of_classes: bool,
        device: &Device,
    ) -> Result<FutureLossLayer, ModelError> {
        if of_classes != (*self == Self::CrossEntropy) {
            return Err(ModelError::FutureLossInput { loss: format!("{self:?}"), of_classes });
        }
        let (form, assigner) = match self {
            Self::Mse => (Form::Mse, None),
            Self::NormedMse => (Form::NormedMse, None),
            Self::CrossEntropy => (Form::CrossEntropy, None),
            Self::Quantized { centroids, norm } => {
                (Form::Quantized { norm: *norm }, Some(centroids.init(in_features, device)?))
            }
            Self::Rows(loss) => (Form::Rows(loss.clone()), None),
        };
        Ok(FutureLossLayer { form, assigner })
    }
}

/// [`FutureLoss`] without its buffer.
#[derive(Clone, Debug)]
enum Form {
    Mse,
    NormedMse,
    CrossEntropy,
    Quantized { norm: bool },
    Rows(RowLoss),
}

/// A [`FutureLoss`] that is part of a model.
#[derive(Module, Debug)]
pub(super) struct FutureLossLayer {
    #[module(skip)]
    form: Form,
    assigner: Option<KmeansAssigner>,
}

impl FutureLossLayer {
    /// Compares each prediction with what follows; a sequence of one is compared with nothing, and
    /// its loss is NaN, as the mean of nothing is.
    ///
    /// # Shapes
    /// - predicted: `[B, T', F]`, or scores `[B, T', K]` where `actual` is classes
    /// - actual: `[B, T, F]` or `[B, T]`
    /// - output: `[B, N]`
    pub(super) fn forward(&self, predicted: &Tensor<3>, actual: Sequence) -> Tensor<2> {
        let [b, rolled, _] = predicted.dims();
        let pairs = actual.len().min(rolled) - 1;
        if pairs == 0 {
            return Tensor::full([b, 1], f32::NAN, &predicted.device());
        }
        let predicted = predicted.clone().narrow(1, 0, pairs);
        match actual.narrow(1, pairs) {
            Sequence::Classes(classes) => cross_entropy(predicted, classes),
            Sequence::Features(features) => self.features(predicted, features),
        }
    }

    fn features(&self, predicted: Tensor<3>, actual: Tensor<3>) -> Tensor<2> {
        let [b, n, f] = predicted.dims();
        match (&self.form, &self.assigner) {
            (Form::NormedMse, _) => mse(unit(predicted), unit(actual)),
            (Form::Quantized { norm }, Some(assigner)) => {
                let scaled = |x| if *norm { unit(x) } else { x };
                let centres = assigner.centroids().swap_dims(0, 1).unsqueeze(); // [1, F, K]
                cross_entropy(scaled(predicted).matmul(centres), assigner.assign(scaled(actual)))
            }
            (Form::Rows(loss), _) => {
                let rows = |x: Tensor<3>| x.reshape([b * n, f]);
                (loss.compare)(rows(predicted), rows(actual)).reshape([b, n])
            }
            _ => mse(predicted, actual),
        }
    }
}

/// Squared difference, `[B, N * F]`.
fn mse(predicted: Tensor<3>, actual: Tensor<3>) -> Tensor<2> {
    let difference = predicted - actual;
    (difference.clone() * difference).flatten(1, 2)
}

/// Features divided by their length, or by 1e-12 if that is greater.
///
/// The floor is applied to the square: the root of zero has no derivative.
fn unit(x: Tensor<3>) -> Tensor<3> {
    let square = (x.clone() * x.clone()).sum_dim(2).clamp_min(1e-24);
    x / square.sqrt()
}

/// Cross-entropy of `[B, N, K]` scores with `[B, N]` classes, `[B, N]`.
fn cross_entropy(scores: Tensor<3>, classes: Tensor<2, Int>) -> Tensor<2> {
    log_softmax(scores, 2).gather(2, classes.unsqueeze_dim(2)).squeeze_dim::<2>(2).neg()
}
